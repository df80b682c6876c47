import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SourceLocation } from '../api/requests.ts';
import { StratoError } from '../model/errors.ts';
import { show } from './usage.ts';

const archive = /\.(tar|tar\.gz|tgz|tar\.xz|txz|tar\.bz2|tbz2?|tar\.zst|zip)$/i;
const url = /^(https?|ssh|git|file):\/\//i;
const scpLike = /^[\w.-]+@[\w.-]+:[^\s]+$/;

/** What a person means by a source: a git URL, a tarball, a directory. Paths become absolute. Throws `source.*`. */
export function sourceFrom(text: string, cwd: string): SourceLocation {
  if (url.test(text) || scpLike.test(text)) {
    if (/[\0-\x20\x7f]/.test(text)) throw new StratoError('source.invalid', `${show(text)} is no address`, { why: 'it holds blanks or control characters', next: 'write them percent-encoded' });
    return { kind: archive.test(text) ? 'archive' : 'git', location: text };
  }
  const path = resolve(cwd, text);
  const stat = entry(path);
  if (stat === undefined) {
    const ofApp = /^[a-z][a-z0-9-]{0,39}$/.test(text) ? `; for an app that is deployed, see \`stratoswarm why ${text}\` and \`stratoswarm status ${text}\`` : '';
    throw new StratoError('source.missing', `There is nothing at ${show(text)}`, { next: `name a directory with code, a tarball, or a git URL${ofApp}` });
  }
  if (/[\0\r\n]/.test(path)) throw new StratoError('source.invalid', `${show(text)} cannot be deployed`, { why: 'its path holds a line break', next: 'rename the directory' });
  if (stat.isDirectory()) return { kind: 'path', location: path };
  if (stat.isFile() && archive.test(path)) return { kind: 'archive', location: path };
  throw new StratoError('source.invalid', `${show(text)} is neither a directory nor a tarball`, { next: 'name the directory that the file is in' });
}

function entry(path: string): ReturnType<typeof statSync> {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new StratoError('source.unreadable', `${show(path)} cannot be looked at`, { why: (error as NodeJS.ErrnoException).code === 'ENAMETOOLONG' ? 'the path is too long' : (error as Error).message, next: 'check the path and its permissions' });
  }
}
