import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import type { FileStore } from './filestore.ts';
import type { LaunchContext } from './launch.ts';
import { dependencyDirectory } from './python.ts';
import type { Entry } from './tree.ts';

/** What a built tree says to {@link launchArgv} about the services in its directory `path`. */
export function launchContext(path: string, tree: readonly Entry[], packageJson: string | undefined, store: FileStore): LaunchContext {
  const known = new Map(tree.map((entry) => [entry.path, entry]));
  const at = (relative: string) => known.get(posix.join(path, relative));
  const above = path === '.' ? [] : path.split('/').map((_, index) => `${'../'.repeat(index + 1)}node_modules/.bin`);
  return {
    scripts: scriptsOf(packageJson),
    programDirectories: ['node_modules/.bin', ...above, `${dependencyDirectory}/bin`, '.venv/bin'].filter((place) => at(place) !== undefined),
    exists: (relative) => at(relative) !== undefined,
    isPythonScript: (relative) => {
      const entry = at(relative);
      return entry?.kind === 'file' && entry.size < 65_536 && /^#!.*python/.test(readFileSync(store.pathOf(entry.hash, entry.executable), 'latin1'));
    },
  };
}

/** Scripts of a package.json; none when it cannot be read. */
function scriptsOf(text: string | undefined): Record<string, string> {
  try {
    const { scripts } = JSON.parse(text ?? '{}') as { scripts?: Record<string, unknown> };
    return Object.fromEntries(Object.entries(scripts ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return {};
  }
}
