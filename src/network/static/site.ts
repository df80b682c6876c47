import { open, readdir, readFile, realpath, stat, type FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { basePath } from './base.ts';

/** A file that may be served. */
export interface SiteFile {
  readonly path: string;
  readonly size: number;
  readonly modified: Date;
}

/** What a path of a site leads to. */
export type Found = { kind: 'file'; file: SiteFile } | { kind: 'redirect'; to: string; temporary?: boolean } | { kind: 'none' };

/** A directory of files as a web site: clean addresses, nothing hidden, nothing outside. */
export class Site {
  readonly #root: string;
  #base = '';

  constructor(root: string) {
    this.#root = root;
  }

  /** Opens the site at `directory`, which may itself be a link. Throws when there is none. */
  static async at(directory: string): Promise<Site> {
    const root = await realpath(directory);
    if (!(await stat(root)).isDirectory()) throw new Error(`${directory} is not a directory`);
    const site = new Site(root);
    const index = await site.file(join(root, 'index.html'));
    if (index !== null) site.#base = await basePath(await readFile(index.path, 'utf8'), async (path) => (await site.#lookUp(path)).kind === 'file');
    return site;
  }

  /** `pathname` is the raw path of a request, without query. A site that was built for a path of its own is found there, and its pages lead there. */
  async find(pathname: string): Promise<Found> {
    const base = this.#base;
    if (base !== '' && (pathname === base || pathname.startsWith(`${base}/`))) {
      if (pathname === base) return { kind: 'redirect', to: `${base}/` };
      const inner = await this.#lookUp(pathname.slice(base.length));
      return inner.kind === 'redirect' ? { ...inner, to: base + inner.to } : inner;
    }
    const found = await this.#lookUp(pathname);
    return base !== '' && found.kind === 'file' && found.file.path.endsWith('.html') ? { kind: 'redirect', to: base + pathname, temporary: true } : found;
  }

  async #lookUp(pathname: string): Promise<Found> {
    const segments = segmentsOf(pathname);
    if (segments === null) return { kind: 'none' };
    const path = join(this.#root, ...segments);
    const isDirectory = pathname.endsWith('/');
    if (!isDirectory) {
      const file = await this.file(path) ?? await this.file(`${path}.html`);
      if (file !== null) return { kind: 'file', file };
    }
    const index = await this.file(join(path, 'index.html'));
    if (index === null) return { kind: 'none' };
    return isDirectory ? { kind: 'file', file: index } : { kind: 'redirect', to: `/${segments.map(encodeURIComponent).join('/')}/` };
  }

  /** The site's own page for what is not there: `404.html`. */
  notFoundPage(): Promise<SiteFile | null> {
    return this.file(join(this.#root, '404.html'));
  }

  /** `index.html` when it is the only page: then the site is an app that routes in the browser. */
  async appShell(): Promise<SiteFile | null> {
    const pages = (await readdir(this.#root)).filter((name) => name.endsWith('.html'));
    return pages.length === 1 && pages[0] === 'index.html' ? this.file(join(this.#root, 'index.html')) : null;
  }

  /** The file at `path` when it is one and really lies within the site, also after following links. */
  async file(path: string): Promise<SiteFile | null> {
    try {
      const real = await realpath(path);
      if (!real.startsWith(this.#root + sep)) return null;
      const facts = await stat(real);
      return facts.isFile() ? { path: real, size: facts.size, modified: facts.mtime } : null;
    } catch {
      return null;
    }
  }

  open(file: SiteFile): Promise<FileHandle> {
    return open(file.path, 'r');
  }
}

/** Decoded segments without empty ones; null for a path that hides something: dotfiles, `..`, separators or NUL in disguise. */
function segmentsOf(pathname: string): string[] | null {
  const segments: string[] = [];
  for (const raw of pathname.split('/')) {
    if (raw === '') continue;
    let segment: string;
    try {
      segment = decodeURIComponent(raw);
    } catch {
      return null;
    }
    if (/[/\\\0]/.test(segment) || (segment.startsWith('.') && segment !== '.well-known')) return null;
    segments.push(segment);
  }
  return segments;
}
