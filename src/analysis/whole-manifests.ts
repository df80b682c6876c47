import { posix } from 'node:path';
import { StratoError } from '../model/index.ts';
import type { Tree } from './tree/tree.ts';

/** Files that the tools of a language or platform read before anything else, and refuse when they are broken. */
const manifest = /^(?:package\.json|deno\.jsonc?|(?:docker-)?compose(?:\.[\w-]+)?\.ya?ml|pyproject\.toml|Cargo\.toml|composer\.json)$/;

/**
 * Throws `analysis.broken-manifest` when a manifest in one of the directories cannot be read: what would be found without it is not what was meant, and
 * would fail later and less clearly. Elsewhere such files may be samples or tests.
 */
export function requireWholeManifests(tree: Tree, directories: ReadonlySet<string>): void {
  for (const directory of directories) strict(tree, posix.join(directory, 'package.json'));
  for (const { file, why } of tree.skipped) {
    if (why.startsWith('is not valid') && manifest.test(posix.basename(file)) && directories.has(posix.dirname(file))) throw broken(file, why);
  }
}

/** npm and Node forgive neither comments nor commas that are too many. */
function strict(tree: Tree, path: string): void {
  const text = tree.text(path);
  if (text === undefined) return;
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw broken(path, `is not valid JSON: ${(error as Error).message}`);
  }
}

function broken(file: string, why: string): StratoError {
  const line = /\bline (\d+)/.exec(why)?.[1];
  return new StratoError('analysis.broken-manifest', `${file} ${why.split(':', 1)[0]}`, {
    why: `${line === undefined ? file : `${file}:${line}`} ${why.slice(why.indexOf(':') + 1).trim()}`, next: 'correct that file',
  });
}
