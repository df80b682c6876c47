import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import { seen } from '../draft.ts';
import { lineOf } from '../syntax/formats.ts';
import { readDockerfile } from '../platforms/dockerfile-read.ts';
import { isBelow, within } from '../tree/paths.ts';
import { perPath, perTree } from '../tree/remembered.ts';
import type { Tree } from '../tree/tree.ts';

/** `go build -o bin/shop ./cmd/shop`: the program and the package, the latter the last word of its command. */
const building = /\bgo build\b(?<options>[^\n&|;]*?)\s-o[ =]?"?(?<out>[^\s"]+)"?(?<rest>[^\n&|;]*)/g;
/** Nobody writes longer commands for others to read. */
const longestLine = 4000;
const image = /^(?:(?:Dockerfile|Containerfile)(?:[.-].+)?|.+\.Dockerfile)$/i;

interface Build {
  file: string;
  line: number;
  out: string;
  /** The package as it is written, and the directory of the image where it is built. */
  target: string;
  here: string;
}

/** What a Dockerfile builds and then runs, or a Makefile builds; each file is read once for all programs of a tree. */
const buildsIn = perPath((tree, file): readonly Build[] => {
  if (!(tree.text(file) ?? '').includes('go build')) return [];
  const dockerfile = image.test(posix.basename(file)) ? readDockerfile(tree, file) : undefined;
  const started = dockerfile && new Set([dockerfile, ...dockerfile.stages.values()].flatMap((stage) => [...(stage.entrypoint ?? []), ...(stage.command?.words ?? [])]).flatMap((words) => words.split(/\s+/)).map((word) => posix.basename(word)));
  const builds: Build[] = [];
  let here = '';
  for (const line of tree.text(file)!.replace(/\\\r?\n/g, ' ').split('\n').filter((one) => one.length <= longestLine)) {
    here = /^\s*WORKDIR\s+(\S+)/i.exec(line)?.[1] ?? here;
    for (const { groups } of line.matchAll(building)) {
      const out = groups!['out']!;
      const target = (groups!['rest']!.trim().split(/\s+/).at(-1) ?? '').replace(/\/?[\w.-]+\.go$/, '');
      if (out.endsWith('/') || !/^[\w.-]+$/.test(posix.basename(out)) || (started && !started.has(posix.basename(out)))) continue;
      builds.push({ file, line: lineOf(tree.text(file), /\bgo build\b/), out, target, here });
    }
  }
  return builds;
});

/** What the Dockerfiles of a tree build. */
const buildsOfImages = perTree((tree) => tree.files.filter((one) => image.test(posix.basename(one))).flatMap((file) => buildsIn(tree, file)));

/** Directories with a module of Go. */
const modulesIn = perTree((tree) => tree.directories.filter((directory) => tree.has(within(directory, 'go.mod'))));

/**
 * What the authors call the program of a package when they build it, in a Dockerfile that runs it, or in the Makefile; `isOnly` where the module has no other
 * program, so that a package that is not named is this one. `relative` is the package as seen from the module.
 */
export function builtName(tree: Tree, directory: string, relative: string, isOnly: boolean): { name: string; evidence: Evidence } | undefined {
  const whole = within(directory, relative);
  // An image of its own directory speaks of it rather than those further up, and these rather than what is kept elsewhere for other modules.
  const far = (file: string) => (posix.dirname(file) === directory ? 0 : isBelow(directory, posix.dirname(file)) ? 1 : 2);
  const images = buildsOfImages(tree).filter(({ file }) => far(file) < 2 || !modulesIn(tree).some((module) => isBelow(module, posix.dirname(file)))).toSorted((a, b) => far(a.file) - far(b.file));
  for (const { file, line, out, target, here } of [...images, ...buildsIn(tree, within(directory, 'Makefile'))]) {
    const isHere = target === '' || target === '.' || target.includes('$');
    const isThis = isHere ? isOnly || here.endsWith(`/${relative}`) : within(directory, target) === whole || within('.', target) === whole;
    if (isThis) return { name: posix.basename(out), evidence: seen(file, line, `builds the program ${posix.basename(out)}`) };
  }
  return undefined;
}
