import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConsoleFile } from '../api/backend.ts';
import type { Paths } from '../host/paths.ts';
import { hashOf } from '../model/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = join(root, 'web');
const bundler = fileURLToPath(new URL('./bundle-console.ts', import.meta.url));

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.png': 'image/png', '.woff2': 'font/woff2', '.map': 'application/json',
};

const preparing = '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="1"><title>Stratoswarm</title><p>The console is being prepared.</p>';

/**
 * The web page, bundled by esbuild from `web/` into the cache, once for each version of its sources and in a process of its own. Until that is done a
 * page says so.
 */
export class Console {
  readonly #directory: string;
  readonly #files = new Map<string, ConsoleFile>();
  #failure: string | undefined;

  constructor(paths: Pick<Paths, 'cache'>) {
    this.#directory = join(paths.cache, 'console', fingerprint());
  }

  /** Bundles what is not bundled yet. Never rejects: a console that cannot be made says why. */
  async prepare(): Promise<void> {
    if (existsSync(this.#directory)) return;
    const fresh = `${this.#directory}.${process.pid}`;
    mkdirSync(fresh, { recursive: true });
    this.#failure = await new Promise<string | undefined>((resolve) => {
      execFile(process.execPath, [bundler, join(source, 'main.tsx'), fresh], { timeout: 60_000 }, (error, _stdout, stderr) => resolve(error ? stderr || error.message : undefined));
    });
    if (this.#failure === undefined && !existsSync(this.#directory)) renameSync(fresh, this.#directory);
    rmSync(fresh, { recursive: true, force: true });
  }

  /** The file that a browser asks for; paths without an extension are places within the page. */
  file(path: string): ConsoleFile | undefined {
    // A question that the API does not know is not one for the page.
    if (path.startsWith('/v1/')) return undefined;
    const name = extname(path) === '' ? '/index.html' : path;
    if (name.includes('..') || name.includes('\0')) return undefined;
    if (!existsSync(this.#directory)) {
      const body = this.#failure === undefined ? preparing : `<!doctype html><meta charset="utf-8"><title>Stratoswarm</title><p>The console could not be prepared:</p><pre>${escape(this.#failure)}</pre>`;
      return name === '/index.html' ? { body, type: types['.html']!, etag: `"${hashOf(body).slice(0, 16)}"` } : undefined;
    }
    const known = this.#files.get(name) ?? this.#read(name);
    if (known) this.#files.set(name, known);
    return known;
  }

  #read(name: string): ConsoleFile | undefined {
    const file = [join(this.#directory, name), join(source, name)].find((candidate) => types[extname(candidate)] !== undefined && existsSync(candidate) && statSync(candidate).isFile());
    if (file === undefined) return undefined;
    const body = readFileSync(file);
    return { body, type: types[extname(file)]!, etag: `"${hashOf(body.toString('base64')).slice(0, 16)}"` };
  }
}

/** Changes with every change of the sources. */
function fingerprint(): string {
  const files = existsSync(source) ? readdirSync(source, { recursive: true, encoding: 'utf8' }).sort() : [];
  return hashOf(files.map((file) => {
    const { size, mtimeMs } = statSync(join(source, file));
    return [file, size, mtimeMs];
  })).slice(0, 16);
}

function escape(text: string): string {
  return text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]!);
}
