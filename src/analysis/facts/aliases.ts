import { posix } from 'node:path';
import { asData, asList, asText, readJson } from '../syntax/formats.ts';
import { within } from '../tree/paths.ts';
import { perTree } from '../tree/remembered.ts';

/** Finds the directory of the tree that a module is imported from by a name that `paths` of a tsconfig gives it; undefined for other names. */
export type PathAliases = (name: string) => string | undefined;

/** The `paths` of the tree's topmost tsconfig: `@shop/orders` → `libs/orders`, `@lib/*` → `libs/*`. */
export const pathAliases = perTree((tree): PathAliases => {
  const exact = new Map<string, string>();
  const wild: { start: string; target: string }[] = [];
  for (const file of ['tsconfig.base.json', 'tsconfig.json', 'tsconfig.paths.json']) {
    const options = asData(readJson(tree, file)?.['compilerOptions']);
    const base = asText(options['baseUrl']) ?? '.';
    for (const [name, targets] of Object.entries(asData(options['paths']))) {
      const target = asText(asList(targets)[0]);
      if (target === undefined) continue;
      const path = within(base, target);
      if (name.endsWith('*')) wild.push({ start: name.slice(0, -1), target: path });
      else exact.set(name, directoryOf(path));
    }
  }
  wild.sort((a, b) => b.start.length - a.start.length);
  return (name) => {
    const found = exact.get(name);
    if (found !== undefined) return found;
    const longest = [...exact.keys()].filter((alias) => name.startsWith(`${alias}/`)).sort((a, b) => b.length - a.length)[0];
    if (longest !== undefined) return exact.get(longest);
    for (const { start, target } of wild) {
      if (start === '' || !name.startsWith(start)) continue;
      const path = target.replace('*', name.slice(start.length));
      return tree.hasDirectory(path) ? path : posix.dirname(path);
    }
    return undefined;
  };
});

/** What a library's entry stands for: its directory, without the `src` in it. */
function directoryOf(path: string): string {
  const directory = /\.[cm]?[jt]sx?$/.test(path) ? posix.dirname(path) : path;
  return posix.basename(directory) === 'src' ? posix.dirname(directory) : directory;
}
