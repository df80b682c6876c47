import type { Detector } from './detector.ts';
import type { Draft } from './draft.ts';
import { node } from './languages/node.ts';
import { staticSite } from './languages/static-site.ts';
import { mergeDrafts } from './merge.ts';
import { isSideDirectory } from './tree/ignored.ts';
import { isBelow } from './tree/paths.ts';
import type { Tree } from './tree/tree.ts';

/** Adding a language is an entry here. Earlier ones win where two describe the same directory equally well. */
export const detectors: readonly Detector[] = [node, staticSite];

/** Every service that the code of a tree shows, before the files that say how it is deployed are looked at. */
export function detect(tree: Tree): Draft[] {
  const projects = new Map<Detector, string[]>(detectors.map((detector) => [detector, detector.projects(tree)]));
  const all = [...new Set([...projects.values()].flat())];
  const drafts = new Map<string, Draft[][]>();
  for (const [detector, directories] of projects) {
    for (const directory of directories) {
      const inner = all.filter((other) => other !== directory && isBelow(other, directory) && projects.get(detector)!.includes(other));
      const described = detector.describe(tree, directory, inner);
      if (described.length > 0) drafts.set(directory, [...(drafts.get(directory) ?? []), described]);
    }
  }
  const found = [...drafts.values()].flatMap(mergeDrafts);
  const main = found.filter(({ path }) => !isSideDirectory(path));
  return main.length > 0 ? withoutNestedPages(main) : withoutNestedPages(found);
}

/** Pages inside another project are that project's. */
function withoutNestedPages(drafts: readonly Draft[]): Draft[] {
  return drafts.filter((draft) => {
    const written = draft.value('kind') === 'static' && draft.value('build') === null;
    return !written || !drafts.some((other) => other !== draft && other.path !== draft.path && isBelow(draft.path, other.path));
  });
}
