import { hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { StratoError } from '../../model/index.ts';
import { decodeText } from './text.ts';
import type { Skip, Walked, WalkLimits } from './walk.ts';
import { unreadable, walk } from './walk.ts';

/** Files larger than this are not read. */
export const fileLimit = 1 << 20;
/** What is read of all files together. */
const totalLimit = 768 << 20;
/** Characters of code that are kept so that it is not read twice. */
const recentLimit = 128 << 20;

/** Files are read into this one after the other: what is made of one is a text. */
const buffer = new Uint8Array(fileLimit);

/**
 * An app's directory as analysis sees it: its own files, each read at most once and never through a link that leaves
 * the tree. Paths are relative to the root, with forward slashes; the root is `.`.
 */
export class Tree {
  readonly root: string;
  readonly files: readonly string[];
  readonly directories: readonly string[];
  readonly skipped: Skip[];
  readonly #known: Set<string>;
  readonly #directories: Set<string>;
  readonly #children = new Map<string, string[]>();
  #byStem: Map<string, string[]> | undefined;
  /** Where in `files` those at or below a directory are: a directory is listed with all that is below it before the next one. */
  readonly #ranges = new Map<string, { from: number; to: number }>();
  readonly #skippedFiles: Set<string>;
  readonly #texts = new Map<string, string | undefined>();
  readonly #realRoot: string;
  /** Where directories really are; undefined of those out of the tree. */
  readonly #realDirectories = new Map<string, string | undefined>();
  /** Texts of code, for whoever reads it a second time, as long as they are not many. */
  readonly #recent = new Map<string, string | undefined>();
  #recentSize = 0;
  /** Bytes of each file that was read: who reads it again does not use up what may be read. */
  readonly #sizes = new Map<string, number>();
  #read = 0;

  /** @param walked - What is in the directory, where somebody has looked already. */
  constructor(root: string, limits?: WalkLimits, walked: Walked = walk(root, limits)) {
    this.root = root;
    this.#realRoot = realpathSync.native(root);
    this.files = walked.files;
    this.directories = walked.directories;
    this.skipped = walked.skipped;
    this.#skippedFiles = new Set(walked.skipped.map(({ file }) => file));
    this.#known = new Set(walked.files);
    this.#directories = new Set(walked.directories);
    for (const [index, file] of walked.files.entries()) {
      const directory = dirname(file);
      const siblings = this.#children.get(directory);
      if (siblings) siblings.push(basename(file));
      else this.#children.set(directory, [basename(file)]);
      for (let above = directory; above !== '.'; above = dirname(above)) {
        const range = this.#ranges.get(above);
        if (range?.to === index + 1) break;
        if (range) range.to = index + 1;
        else this.#ranges.set(above, { from: index, to: index + 1 });
      }
    }
  }

  has(path: string): boolean {
    return this.#known.has(path);
  }

  hasDirectory(path: string): boolean {
    return this.#directories.has(path);
  }

  /** Names of the files directly in a directory. */
  namesIn(directory: string): readonly string[] {
    return this.#children.get(directory) ?? [];
  }

  /** Files of a name, which is in lower case and without an ending. */
  filesNamed(stem: string): readonly string[] {
    if (!this.#byStem) {
      this.#byStem = new Map();
      for (const path of this.files) {
        const name = stemOf(path);
        const known = this.#byStem.get(name);
        if (known) known.push(path);
        else this.#byStem.set(name, [path]);
      }
    }
    return this.#byStem.get(stem) ?? [];
  }

  /** All files at or below a directory. */
  filesBelow(directory: string): readonly string[] {
    if (directory === '.') return this.files;
    const range = this.#ranges.get(directory);
    return range ? this.files.slice(range.from, range.to) : [];
  }

  /** The text of a file that is kept for the next reader: for manifests and configuration. */
  text(path: string): string | undefined {
    if (!this.#texts.has(path)) this.#texts.set(path, this.textOnce(path));
    return this.#texts.get(path);
  }

  /** The text of a file, kept only while all texts together are small: for code, of which only facts are remembered. */
  textOnce(path: string): string | undefined {
    if (this.#texts.has(path)) return this.#texts.get(path);
    if (this.#recent.has(path)) return this.#recent.get(path);
    const text = this.#decoded(path);
    this.#recentSize += text?.length ?? 0;
    if (this.#recentSize <= recentLimit) this.#recent.set(path, text);
    return text;
  }

  #decoded(path: string): string | undefined {
    if (!this.#known.has(path)) return undefined;
    try {
      const bytes = this.#bytes(path);
      if (bytes === undefined) return undefined;
      this.seen(path, bytes);
      const text = decodeText(bytes);
      if (text === undefined) this.skip(path, 'binary');
      return text?.startsWith('\uFEFF') ? text.slice(1) : text;
    } catch (error) {
      this.skip(path, unreadable(error, path));
      return undefined;
    }
  }

  /** What tells whether a file holds the same as before: a hash, or why it is not read. */
  contentOf(path: string): string {
    if (!this.#known.has(path)) return 'absent';
    try {
      const bytes = this.#bytes(path);
      return bytes ? contentHash(bytes) : this.skipped.at(-1)?.why ?? 'skipped';
    } catch (error) {
      return unreadable(error, path);
    }
  }

  /** Is called with what is in each file that is read. */
  protected seen(_path: string, _bytes: Uint8Array): void {}

  skip(file: string, why: string): void {
    if (this.#skippedFiles.has(file)) return;
    this.#skippedFiles.add(file);
    this.skipped.push({ file, why });
  }

  /** Forgets what was read, how much that was and what was skipped: for who reads part after part of a large tree. */
  forget(): void {
    this.#texts.clear();
    this.#recent.clear();
    this.#sizes.clear();
    this.skipped.length = 0;
    this.#skippedFiles.clear();
    this.#recentSize = this.#read = 0;
  }

  /** How many bytes of a file were read; 0 of what was not. */
  bytesRead(path: string): number {
    return this.#sizes.get(path) ?? 0;
  }

  /** Counts a file as read; false, and it is listed, when it would be too much with the others. */
  admits(path: string, size: number): boolean {
    if (this.#sizes.has(path)) return true;
    if (this.#read + size > totalLimit) {
      this.skip(path, `the other files are more than ${totalLimit >> 20} MiB together`);
      return false;
    }
    this.#sizes.set(path, size);
    this.#read += size;
    return true;
  }

  /** Bytes of a file, whatever is in it; 0 where that cannot be told. */
  sizeOf(path: string): number {
    // What was not read, as it is too large, counts as nothing there.
    const read = this.bytesRead(path);
    if (read > 0) return read;
    try {
      return statSync(join(this.root, path)).size;
    } catch {
      return 0;
    }
  }

  /** Opens a file; undefined when it is out of the tree. Where a directory really is, is found out once for all files in it. */
  #opened(path: string): number | undefined {
    const directory = dirname(path);
    if (!this.#realDirectories.has(directory)) {
      const found = realpathSync.native(join(this.root, directory));
      this.#realDirectories.set(directory, this.#isInside(found) ? found : undefined);
    }
    const real = this.#realDirectories.get(directory);
    if (real === undefined) return undefined;
    // What became a pipe since it was listed would keep whoever opens it waiting.
    const mode = constants.O_RDONLY | constants.O_NONBLOCK;
    const file = `${real}${sep}${path.slice(path.lastIndexOf('/') + 1)}`;
    try {
      return openSync(file, mode | constants.O_NOFOLLOW);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOOP') throw error;
      const target = realpathSync.native(file);
      return this.#isInside(target) ? openSync(target, mode | constants.O_NOFOLLOW) : undefined;
    }
  }

  #isInside(real: string): boolean {
    const inside = relative(this.#realRoot, real);
    return inside !== '..' && !inside.startsWith(`..${sep}`);
  }

  #bytes(path: string): Uint8Array | undefined {
    const file = this.#opened(path);
    if (file === undefined) {
      this.skip(path, 'a symbolic link that leaves the directory');
      return undefined;
    }
    try {
      const status = fstatSync(file);
      if (!status.isFile()) {
        this.skip(path, 'neither a file nor a directory');
        return undefined;
      }
      const { size } = status;
      if (size > fileLimit) this.skip(path, `larger than ${fileLimit >> 20} MiB`);
      if (size > fileLimit || !this.admits(path, size)) return undefined;
      return buffer.subarray(0, readSync(file, buffer, 0, size, 0));
    } finally {
      closeSync(file);
    }
  }
}

/**
 * Opens a directory for analysis. Throws `analysis.not-found`, `analysis.not-a-directory`, `analysis.unreadable` or
 * `analysis.empty`.
 */
export function openTree(directory: string, limits?: WalkLimits): Tree {
  const root = resolve(directory);
  let status;
  try {
    status = statSync(root);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') {
      throw new StratoError('analysis.not-found', `there is no directory ${JSON.stringify(shown(directory))}`, { next: 'check the path; a directory, a git URL or a tarball can be deployed', cause: error });
    }
    throw new StratoError('analysis.unreadable', `${JSON.stringify(shown(directory))} cannot be read`, { why: `the system answered ${code ?? 'with an error'}`, next: 'check who may read the directory', cause: error });
  }
  if (!status.isDirectory()) {
    throw new StratoError('analysis.not-a-directory', `${JSON.stringify(shown(directory))} is not a directory`, { next: 'give the directory that holds the code' });
  }
  const tree = new Tree(root, limits);
  if (tree.files.length > 0) return tree;
  const outside = tree.skipped.find((skip) => skip.why.includes('leaves the directory'));
  if (outside) {
    throw new StratoError('analysis.outside', `all that is in ${JSON.stringify(shown(directory))} leads out of it`, { why: `${outside.file} is ${outside.why}`, next: 'deploy the directory that the link points to, or copy the files in' });
  }
  const unreadable = tree.skipped.find((skip) => skip.why.startsWith('cannot be read'));
  if (unreadable) {
    throw new StratoError('analysis.unreadable', `${JSON.stringify(shown(directory))} cannot be read`, { why: `${unreadable.file} ${unreadable.why}`, next: 'check who may read the directory' });
  }
  throw new StratoError('analysis.empty', `${JSON.stringify(shown(directory))} is empty`, { why: 'there is no file in it that is not ignored', next: 'give the directory that holds the code' });
}

/** The name of a file in lower case, without its ending. */
export function stemOf(path: string): string {
  return basename(path).replace(/\.\w+$/, '').toLowerCase();
}

/** A hash of what is in a file. */
export function contentHash(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64url');
}

function shown(directory: string): string {
  return directory.length > 120 ? `${directory.slice(0, 117)}...` : directory;
}
