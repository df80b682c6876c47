import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { Opened, sendRaw } from '../testing.ts';
import { serveSite } from './serve-site.ts';
import { Site } from './site.ts';

const opened = new Opened();
afterEach(() => opened.close());

const long = '<p>long text</p>\n'.repeat(500);

async function serve(files: Record<string, string | Buffer>): Promise<{ root: string; port: number }> {
  const root = opened.directory();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  const site = await Site.at(root);
  return { root, port: await opened.http((request, response) => void serveSite(site, request, response)) };
}

interface Answer { status: number; headers: Record<string, string>; body: Buffer }

async function get(port: number, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const fields = Object.entries({ host: 'site', connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const text = await sendRaw(port, `${method} ${path} HTTP/1.1\r\n${fields}\r\n`);
  const end = text.indexOf('\r\n\r\n');
  const [line, ...rest] = text.slice(0, end).split('\r\n');
  const parsed = Object.fromEntries(rest.map((each) => [each.slice(0, each.indexOf(':')).toLowerCase(), each.slice(each.indexOf(':') + 2)]));
  let body = text.slice(end + 4);
  if (parsed['transfer-encoding'] === 'chunked') body = [...dechunk(body)].join('');
  return { status: Number(line!.split(' ')[1]), headers: parsed, body: Buffer.from(body, 'latin1') };
}

function* dechunk(text: string): Generator<string> {
  for (let at = 0; ;) {
    const end = text.indexOf('\r\n', at);
    const size = Number.parseInt(text.slice(at, end), 16);
    if (!(size > 0)) return;
    yield text.slice(end + 2, end + 2 + size);
    at = end + 2 + size + 2;
  }
}

test('finds index pages, clean addresses and directories', async () => {
  const { port } = await serve({ 'index.html': 'home', 'about.html': 'about', 'docs/index.html': 'docs', 'a b.txt': 'blank' });
  expect((await get(port, '/')).body.toString()).toBe('home');
  expect((await get(port, '/about')).body.toString()).toBe('about');
  expect((await get(port, '/about.html?x')).body.toString()).toBe('about');
  expect((await get(port, '/docs/')).body.toString()).toBe('docs');
  expect((await get(port, '/a%20b.txt')).body.toString()).toBe('blank');
  expect(await get(port, '/docs?x=1')).toMatchObject({ status: 308, headers: { location: '/docs/?x=1' } });
  expect((await get(port, '//evil.example/docs')).headers['location']).toBeUndefined();
});

test('shows a site that was built for a path of its own under that path, and leads there', async () => {
  const page = '<link rel=stylesheet href="/handbook/css/a.css"><script src=/handbook/js/b.js?v=1></script><a href="/handbook/docs/">docs</a>';
  const { port } = await serve({ 'index.html': page, 'docs/index.html': 'docs', 'css/a.css': 'p {}', 'js/b.js': 'b()' });
  expect(await get(port, '/?a=b')).toMatchObject({ status: 307, headers: { location: '/handbook/?a=b' } });
  expect(await get(port, '/docs/')).toMatchObject({ status: 307, headers: { location: '/handbook/docs/' } });
  expect(await get(port, '/handbook')).toMatchObject({ status: 308, headers: { location: '/handbook/' } });
  expect(await get(port, '/handbook/docs')).toMatchObject({ status: 308, headers: { location: '/handbook/docs/' } });
  expect((await get(port, '/handbook/')).body.toString()).toBe(page);
  for (const path of ['/handbook/js/b.js', '/js/b.js']) expect((await get(port, path)).body.toString()).toBe('b()');
  expect((await get(port, '/handbook/missing.js')).status).toBe(404);
});

test.each([['what it asks for is there', '<script src="/js/b.js"></script>'], ['not all of it would be', '<script src="/a/js/b.js"></script><script src="/b/js/b.js"></script>'], ['it asks for nothing of its own', '<script src="https://cdn.example.org/b.js"></script>'], ['it asks for what is nowhere', '<script src="/a/none.js"></script>']])('a site stands at its root where %s', async (_, page) => {
  const { port } = await serve({ 'index.html': page, 'js/b.js': 'b()' });
  expect(await get(port, '/')).toMatchObject({ status: 200 });
});

test.each(['/../secret', '/%2e%2e/secret', '/..%2fsecret', '/%2e%2e%2fsecret', '/a/../../secret', '/.env', '/.git/config', '/sub/.hidden', '/link', '/linked/secret', '/a%00b', '/%', '/..\\secret'])('%s leads nowhere', async (path) => {
  const { root, port } = await serve({ 'public/index.html': 'home', 'public/404.html': 'nothing', 'public/.env': 'secret', 'public/.git/config': 'secret', 'public/sub/.hidden': 'secret', secret: 'secret' });
  symlinkSync(join(root, 'secret'), join(root, 'public/link'));
  symlinkSync(root, join(root, 'public/linked'));
  const site = await Site.at(join(root, 'public'));
  const inner = await opened.http((request, response) => void serveSite(site, request, response));
  expect(await get(inner, path)).toMatchObject({ status: 404, body: Buffer.from('nothing') });
  expect(port).toBeGreaterThan(0);
});

test('a link within the tree, and .well-known, are served', async () => {
  const { root, port } = await serve({ 'index.html': 'home', 'real.txt': 'real', '.well-known/security.txt': 'contact' });
  symlinkSync('real.txt', join(root, 'alias.txt'));
  expect((await get(port, '/alias.txt')).body.toString()).toBe('real');
  expect((await get(port, '/.well-known/security.txt')).body.toString()).toBe('contact');
});

test('an app of one page gets its routes, but neither its assets nor sites of several pages do', async () => {
  const app = await serve({ 'index.html': 'app', 'app.js': 'js' });
  expect(await get(app.port, '/some/route', { accept: 'text/html' })).toMatchObject({ status: 200, body: Buffer.from('app') });
  expect((await get(app.port, '/missing.js', { accept: 'text/html' })).status).toBe(404);
  expect((await get(app.port, '/some/route', { accept: 'application/json' })).status).toBe(404);
  const pages = await serve({ 'index.html': 'home', 'about.html': 'about' });
  expect((await get(pages.port, '/some/route', { accept: 'text/html' })).status).toBe(404);
  const own = await serve({ 'index.html': 'home', '404.html': 'nothing here' });
  expect(await get(own.port, '/some/route', { accept: 'text/html' })).toMatchObject({ status: 404, body: Buffer.from('nothing here') });
});

test('a copy that is still good is not sent again', async () => {
  const { root, port } = await serve({ 'index.html': 'home' });
  const { headers } = await get(port, '/');
  expect((await get(port, '/', { 'if-none-match': headers['etag']! })).status).toBe(304);
  expect((await get(port, '/', { 'if-none-match': `"x", W/${headers['etag']!}` })).status).toBe(304);
  expect((await get(port, '/', { 'if-modified-since': headers['last-modified']! })).status).toBe(304);
  expect((await get(port, '/', { 'if-none-match': '"x"', 'if-modified-since': headers['last-modified']! })).status).toBe(200);
  utimesSync(join(root, 'index.html'), new Date(), new Date(Date.now() + 60_000));
  expect((await get(port, '/', { 'if-none-match': headers['etag']! })).status).toBe(200);
});

test.each([
  ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
  ['bytes=7-', 206, '789', 'bytes 7-9/10'],
  ['bytes=-2', 206, '89', 'bytes 8-9/10'],
  ['bytes=5-99', 206, '56789', 'bytes 5-9/10'],
  ['bytes=10-', 416, 'the range lies behind the end\n', 'bytes */10'],
  ['bytes=4-2', 200, '0123456789', undefined],
  ['bytes=0-1,3-4', 200, '0123456789', undefined],
  ['lines=0-1', 200, '0123456789', undefined],
])('the range %s is answered by %i', async (range, status, body, contentRange) => {
  const { port } = await serve({ 'index.html': '', 'data.bin': '0123456789' });
  const answer = await get(port, '/data.bin', { range });
  expect([answer.status, answer.body.toString(), answer.headers['content-range']]).toEqual([status, body, contentRange]);
});

test('a range of what has changed since is answered by the whole', async () => {
  const { port } = await serve({ 'data.bin': '0123456789' });
  const { headers } = await get(port, '/data.bin');
  expect((await get(port, '/data.bin', { range: 'bytes=0-3', 'if-range': headers['etag']! })).status).toBe(206);
  expect((await get(port, '/data.bin', { range: 'bytes=0-3', 'if-range': '"other"' })).status).toBe(200);
});

test('text is compressed as the client likes, images are not', async () => {
  const { port } = await serve({ 'index.html': long, 'a.png': long, 'small.css': 'a{}' });
  const brotli = await get(port, '/', { 'accept-encoding': 'gzip, deflate, br' });
  expect(brotli.headers).toMatchObject({ 'content-encoding': 'br', vary: 'Accept-Encoding' });
  expect(brotliDecompressSync(brotli.body).toString()).toBe(long);
  const gzip = await get(port, '/', { 'accept-encoding': 'gzip, br;q=0' });
  expect(gunzipSync(gzip.body).toString()).toBe(long);
  expect(gzip.headers['etag']).not.toBe(brotli.headers['etag']);
  for (const path of ['/a.png', '/small.css']) expect((await get(port, path, { 'accept-encoding': 'br' })).headers['content-encoding']).toBeUndefined();
});

test('a compressed sibling is sent instead of compressing', async () => {
  const { port } = await serve({ 'app.js': long, 'app.js.gz': gzipSync('prepared') });
  const answer = await get(port, '/app.js', { 'accept-encoding': 'br, gzip' });
  expect(answer.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-type': 'text/javascript; charset=utf-8' });
  expect(gunzipSync(answer.body).toString()).toBe('prepared');
});

test.each([
  ['/assets/index-DiwrgTda.js', true],
  ['/app.3f9a1c2b.css', true],
  ['/service-worker.js', false],
  ['/jquery.min.js', false],
  ['/index.html', false],
])('%s is kept for ever: %s', async (path, forever) => {
  const { port } = await serve({ [path.slice(1)]: 'x' });
  expect((await get(port, path)).headers['cache-control']!.includes('immutable')).toBe(forever);
});

test('HEAD has the length but no body, other methods are refused', async () => {
  const { port } = await serve({ 'index.html': 'home' });
  const head = await get(port, '/', {}, 'HEAD');
  expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, '4', 0]);
  expect(await get(port, '/', {}, 'POST')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
});

test('the program listens where it is told, and ends what is under way when it is stopped', async () => {
  const { root } = await serve({ 'index.html': 'home' });
  writeFileSync(join(root, 'big.bin'), Buffer.alloc(50_000_000));
  const child = spawn(process.execPath, [join(import.meta.dirname, '../static-server.ts'), root], { env: { PATH: process.env['PATH'], PORT: '0', HOST: '127.0.0.1' }, stdio: ['ignore', 'pipe', 'inherit'] });
  opened.add(() => child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data') as [Buffer];
  const port = Number(/:(\d+)$/m.exec(line.toString().trim())![1]);
  const response = await fetch(`http://127.0.0.1:${port}/big.bin`);
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect((await response.arrayBuffer()).byteLength).toBe(50_000_000);
  expect(await exited).toEqual([0, null]);
  expect(readFileSync(join(root, 'index.html'), 'utf8')).toBe('home');
});
