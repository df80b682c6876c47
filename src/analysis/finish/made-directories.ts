import { posix } from 'node:path';
import type { FileFacts } from '../facts/file-facts.ts';
import { linesIn } from '../syntax/lines.ts';
import { isSideDirectory, isTestPath } from '../tree/ignored.ts';
import { seenFrom } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

export interface MadeDirectory {
  /** Relative to the service's directory. */
  readonly path: string;
  readonly file: string;
  readonly line: number;
  /** Several agents may use it at a time: it holds what people upload. */
  readonly shared: boolean;
}

const making = ['mkdirSync', 'mkdir', 'ensureDirSync', 'ensureDir', 'makedirs', 'mkdirp'];
/** A place below where the program runs or where its file is, under a name that only data have. */
const place = /(?:(?:path\.|os\.path\.)?(?:join|resolve)\(\s{0,20}(__dirname|import\.meta\.dirname|process\.cwd\(\)|os\.getcwd\(\))\s{0,20},\s{0,20}((?:['"`]\.\.['"`]\s{0,20},\s{0,20}){0,3}))?['"`](?:\.\/)?((?:\.\.\/){0,3}(?:data|uploads?|storage|backups?|media|database|db)(?:\/[\w-]{1,40}){0,3})\/?['"`]/.source;
const made = new RegExp(`\\b(?:${making.join('|')})\\(\\s{0,20}${place}`);
const named = new RegExp(`\\b\\w{0,20}(?:data|upload|storage|backup|media|database|db)s?_?(?:dir|directory|folder|path|root)\\w{0,5}\\s{0,5}=\\s{0,5}${place}`, 'i');

/** The directories that code in JavaScript, TypeScript or Python makes for its data when they are not there: `mkdirSync('data')`, `const DATA_DIR = path.join(__dirname, 'data')`. */
export function madeDirectories(tree: Tree, directory: string, code: readonly FileFacts[]): MadeDirectory[] {
  return code.filter((facts) => isOwn(seenFrom(directory, facts.path)) && making.some((name) => facts.called.has(name))).flatMap((facts) => {
    const text = tree.textOnce(facts.path) ?? '';
    return [made, named].flatMap((sign) => {
      const match = sign.exec(text);
      const path = match && placeOf(directory, facts, match);
      return match && path ? [{ path, file: facts.path, line: linesIn(text).at(match.index), shared: /^(?:uploads?|media)\b/.test(posix.basename(path)) }] : [];
    });
  });
}

function isOwn(path: string): boolean {
  return /\.(?:[cm]?[jt]s|py)$/.test(path) && !isTestPath(path) && !isSideDirectory(posix.dirname(path));
}

/** Undefined for what lies outside, and beside a file that is compiled to another place. */
function placeOf(directory: string, { path: file, language }: FileFacts, [, base, up = '', name]: RegExpExecArray): string | undefined {
  const ups = up.split(',').length - 1;
  const isBeside = base === '__dirname' || base === 'import.meta.dirname';
  if (isBeside && language === 'typescript' && ups === 0 && !name!.startsWith('..')) return undefined;
  const from = isBeside ? posix.dirname(seenFrom(directory, file)) : '.';
  const path = posix.normalize(posix.join(from, '../'.repeat(ups), name!));
  return path.startsWith('..') ? undefined : path;
}
