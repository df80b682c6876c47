import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { entityTag, isFresh, rangeOf } from './conditions.ts';
import { isCompressible, mediaType } from './media-types.ts';
import type { Site, SiteFile } from './site.ts';

/** Smaller than this, compression does not pay. */
const worthCompressing = 1024;

/** `app.3f9a1c2b.js`, `index-DiwrgTda.css`: the name changes with the content, so the content under a name never does. */
const hashedName = /[.-](?=[A-Za-z_-]*\d|[0-9a-z]*[A-Z])[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;

type Encoding = 'br' | 'gzip';

/** Answers one request with a file of `site`. */
export async function serveSite(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return plain(response.setHeader('Allow', 'GET, HEAD'), 405, 'only GET and HEAD are answered here');
  }
  const [pathname, query] = splitOnce(request.url ?? '/', '?');
  const found = await site.find(pathname);
  if (found.kind === 'redirect') return plain(response.setHeader('Location', found.to + query), found.temporary ? 307 : 308, 'moved');
  if (found.kind === 'file') return send(site, found.file, 200, request, response);
  const notFound = await site.notFoundPage();
  if (notFound !== null) return send(site, notFound, 404, request, response);
  const shell = asksForPage(request, pathname) ? await site.appShell() : null;
  if (shell !== null) return send(site, shell, 200, request, response);
  plain(response, 404, 'not found');
}

async function send(site: Site, file: SiteFile, status: 200 | 404, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const type = mediaType(file.path);
  const encodings = request.headers.range === undefined && isCompressible(type) ? acceptedEncodings(request) : [];
  const ready = await precompressed(site, file, encodings);
  const live = ready === null && file.size >= worthCompressing ? encodings[0] ?? null : null;
  const encoding = ready?.encoding ?? live;
  const body = ready?.file ?? file;
  const tag = entityTag(file, encoding);

  response.setHeader('Content-Type', type);
  response.setHeader('ETag', tag);
  response.setHeader('Last-Modified', file.modified.toUTCString());
  response.setHeader('Cache-Control', status === 200 && hashedName.test(file.path) ? 'public, max-age=31536000, immutable' : 'public, max-age=0, must-revalidate');
  if (isCompressible(type)) response.setHeader('Vary', 'Accept-Encoding');
  if (status === 200 && isFresh(request.headers, tag, file.modified)) return void response.writeHead(304).end();
  if (encoding !== null) response.setHeader('Content-Encoding', encoding);
  else response.setHeader('Accept-Ranges', 'bytes');

  const range = status === 200 && encoding === null ? rangeOf(request.headers, tag, file) : 'whole';
  if (range === 'unsatisfiable') return plain(response.setHeader('Content-Range', `bytes */${file.size}`), 416, 'the range lies behind the end');
  const [first, last] = range === 'whole' ? [0, body.size - 1] : [range.first, range.last];
  if (range !== 'whole') response.setHeader('Content-Range', `bytes ${first}-${last}/${file.size}`);
  if (live === null) response.setHeader('Content-Length', last - first + 1);
  response.writeHead(range === 'whole' ? status : 206);
  if (request.method === 'HEAD' || body.size === 0) return void response.end();
  await stream(site, body, first, last, live, response);
}

async function stream(site: Site, body: SiteFile, first: number, last: number, live: Encoding | null, response: ServerResponse): Promise<void> {
  const source = (await site.open(body)).createReadStream({ start: first, end: last });
  try {
    await (live === null ? pipeline(source, response) : pipeline(source, await compressor(live), response));
  } catch {
    // The client left, or the file vanished within its body: either way the connection cannot be used any more.
    response.destroy();
  }
}

async function compressor(encoding: Encoding): Promise<NodeJS.ReadWriteStream> {
  const { constants, createBrotliCompress, createGzip } = await import('node:zlib');
  if (encoding === 'gzip') return createGzip({ level: 6 });
  return createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 18 } });
}

async function precompressed(site: Site, file: SiteFile, encodings: readonly Encoding[]): Promise<{ file: SiteFile; encoding: Encoding } | null> {
  for (const encoding of encodings) {
    const sibling = await site.file(`${file.path}.${encoding === 'br' ? 'br' : 'gz'}`);
    if (sibling !== null && sibling.modified >= file.modified) return { file: sibling, encoding };
  }
  return null;
}

function acceptedEncodings(request: IncomingMessage): Encoding[] {
  const accepted = String(request.headers['accept-encoding'] ?? '').toLowerCase().split(',')
    .filter((each) => !/;\s*q=0(?:\.0*)?\s*$/.test(each)).map((each) => each.split(';')[0]!.trim());
  return (['br', 'gzip'] as const).filter((encoding) => accepted.includes(encoding) || accepted.includes('*'));
}

/** A person who follows an address, not a page that loads an asset. */
function asksForPage(request: IncomingMessage, pathname: string): boolean {
  return /\btext\/html\b/.test(request.headers.accept ?? '') && !/\.[A-Za-z0-9]+$/.test(pathname);
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': Buffer.byteLength(text) + 1 }).end(`${text}\n`);
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
}
