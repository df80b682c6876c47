import { posix } from 'node:path';
import { StratoError, type Finding } from '../model/index.ts';
import type { Tree } from './tree/tree.ts';

/** Files that the tools of a language or platform read before anything else, and refuse when they are broken. */
const manifest = /^(?:package\.json|deno\.jsonc?|(?:docker-)?compose(?:\.[\w-]+)?\.ya?ml|pyproject\.toml|Cargo\.toml|composer\.json)$/;

/** The rule of findings about such a file: what was found without it is not what was meant, so nothing is deployed with one. */
export const brokenManifestRule = 'broken-manifest';

/** The manifests in one of the directories that cannot be read. Elsewhere such files may be samples or tests. */
export function brokenManifests(tree: Tree, directories: ReadonlySet<string>): Finding[] {
  const loose = [...directories].flatMap((directory) => strict(tree, posix.join(directory, 'package.json')));
  const listed = tree.skipped.filter(({ file, why }) => why.startsWith('is not valid') && manifest.test(posix.basename(file)) && directories.has(posix.dirname(file)));
  return [...loose, ...listed.map(({ file, why }) => broken(file, why))].filter((one, index, all) => all.findIndex(({ file }) => file === one.file) === index);
}

/** npm and Node forgive neither comments nor commas that are too many. */
function strict(tree: Tree, path: string): Finding[] {
  const text = tree.text(path);
  if (text === undefined) return [];
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return [];
  } catch (error) {
    return [broken(path, `is not valid JSON: ${(error as Error).message}`)];
  }
}

/** How the parser says that aliases of aliases would become more than it is willing to put together. */
const multiplied = /alias count/i;

function broken(file: string, why: string): Finding {
  if (multiplied.test(why)) return { rule: brokenManifestRule, severity: 'high', file, line: 0, message: `${file} is a YAML bomb`, fix: 'correct that file: its aliases multiply each other into far more than a file says' };
  const line = Number(/\bline (\d+)/.exec(why)?.[1] ?? 0);
  return { rule: brokenManifestRule, severity: 'high', file, line, message: `${file} ${why.split(':', 1)[0]}`, fix: `correct that file: ${why.slice(why.indexOf(':') + 1).trim()}` };
}

/** Such a finding as the error of who cannot go on. */
export function brokenManifestError({ file, line, message, fix }: Finding): StratoError {
  return new StratoError('analysis.broken-manifest', message, { why: `${line === 0 ? file : `${file}:${line}`} ${fix.replace(/^correct that file: /, '')}`, next: 'correct that file' });
}
