import { mkdirSync, mkdtempSync, openSync, readdirSync, readSync, closeSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, isAbsolute, join, posix } from 'node:path';
import { list, extract, type ReadEntry } from 'tar';
import { formatMemory, StratoError } from '../model/index.ts';
import type { Paths } from '../host/paths.ts';
import { sourceLimits, type SourceLimits } from './limits.ts';

export function isArchiveName(path: string): boolean {
  return /\.(tar|tgz|tar\.gz)$/i.test(path);
}

/** Whether a file begins like gzip (RFC 1952 §2.3.1) or has a tar header's magic (POSIX ustar). */
export function looksLikeArchive(path: string): boolean {
  const head = Buffer.alloc(512);
  const file = openSync(path, 'r');
  try {
    const read = readSync(file, head);
    return (read >= 2 && head[0] === 0x1f && head[1] === 0x8b) || head.toString('latin1', 257, 262) === 'ustar';
  } finally {
    closeSync(file);
  }
}

/**
 * Unpacks a tarball after all its entries were looked at: one that would write outside, link outside, is a device, or is too
 * large makes the whole archive refused, and nothing of it is written. A single directory at the top is entered.
 */
export async function unpackArchive(path: string, options: { paths: Pick<Paths, 'cache'>; signal?: AbortSignal; limits?: SourceLimits }): Promise<{ directory: string; cleanup(): Promise<void> }> {
  const entries = await inspect(path, options.limits ?? sourceLimits, options.signal);
  if (entries === 0) throw looksLikeArchive(path) ? new StratoError('source.empty', `${path} holds no files`, { next: 'pack the directory with the code: tar czf app.tgz -C DIRECTORY .' }) : notArchive(path);
  const parent = join(options.paths.cache, 'fetched');
  mkdirSync(parent, { recursive: true });
  const directory = mkdtempSync(join(parent, 'archive-'));
  const cleanup = () => rm(directory, { recursive: true, force: true });
  try {
    await extract({ file: path, cwd: directory, strict: true, noChmod: true, preserveOwner: false, noMtime: true });
    options.signal?.throwIfAborted();
    return { directory: entered(directory), cleanup };
  } catch (error) {
    await cleanup();
    if (error instanceof StratoError || options.signal?.aborted) throw error;
    throw notArchive(path, error);
  }
}

async function inspect(path: string, limits: SourceLimits, signal: AbortSignal | undefined): Promise<number> {
  let count = 0;
  let bytes = 0;
  let refusal: unknown;
  const look = (entry: ReadEntry) => {
    if (refusal !== undefined) return;
    count += 1;
    bytes += entry.size;
    refusal = signal?.aborted ? signal.reason : problemOf(entry) ?? (count > limits.entries ? tooLarge(path, `more than ${limits.entries} entries`) : bytes > limits.bytes ? tooLarge(path, `more than ${formatMemory(limits.bytes)}`) : undefined);
  };
  try {
    await list({ file: path, strict: true, onReadEntry: look });
  } catch (error) {
    if (refusal === undefined) throw notArchive(path, error);
  }
  if (refusal !== undefined) throw refusal;
  return count;
}

function problemOf(entry: ReadEntry): StratoError | undefined {
  const unsafe = (why: string) => new StratoError('source.unsafe-archive', `the archive's entry ${JSON.stringify(entry.path.slice(0, 120))} ${why}`, { why: 'nothing of the archive was unpacked', next: 'pack the directory anew: tar czf app.tgz -C DIRECTORY .', details: { entry: entry.path } });
  if (entry.path.includes('\0')) return unsafe('has a NUL in its name');
  if (isAbsolute(entry.path)) return unsafe('has an absolute path');
  if (entry.path.split('/').includes('..')) return unsafe('leads out of the archive with ..');
  if (entry.type === 'SymbolicLink' || entry.type === 'Link') {
    const target = entry.linkpath ?? '';
    const points = entry.type === 'Link' ? posix.normalize(target) : posix.normalize(posix.join(posix.dirname(entry.path), target));
    if (isAbsolute(target) || points === '..' || points.startsWith('../')) return unsafe(`links out of the archive, to ${JSON.stringify(target.slice(0, 120))}`);
    return undefined;
  }
  if (!['File', 'OldFile', 'ContiguousFile', 'Directory', 'GNUDumpDir'].includes(entry.type)) return unsafe(`is ${/Device/.test(entry.type) ? 'a device' : entry.type === 'FIFO' ? 'a named pipe' : `of the kind ${entry.type}`}`);
  return undefined;
}

function entered(directory: string): string {
  const names = readdirSync(directory);
  const only = names.length === 1 ? join(directory, names[0]!) : undefined;
  return only && statSync(only).isDirectory() ? only : directory;
}

function tooLarge(path: string, what: string): StratoError {
  return new StratoError('source.too-large', `${basename(path)} holds ${what}`, { next: 'pack the code without its data' });
}

function notArchive(path: string, cause?: unknown): StratoError {
  return new StratoError('source.not-archive', `${basename(path)} is no tarball that can be read`, { why: cause instanceof Error ? cause.message : undefined, next: 'pack the code with: tar czf app.tgz -C DIRECTORY .', cause });
}
