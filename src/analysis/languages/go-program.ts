import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import { seen } from '../draft.ts';
import { lineOf } from '../syntax/formats.ts';
import { readDockerfile } from '../platforms/dockerfile-read.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** `go build -o bin/shop ./cmd/shop`: the program and the package, the latter the last word of its command. */
const building = /\bgo build\b(?<options>[^\n&|;]*?)\s-o[ =]?"?(?<out>[^\s"]+)"?(?<rest>[^\n&|;]*)/g;
const image = /^(?:(?:Dockerfile|Containerfile)(?:[.-].+)?|.+\.Dockerfile)$/i;

/**
 * What the authors call the program of a package when they build it, in a Dockerfile that runs it, or in the Makefile; `isOnly` where the module has no other
 * program, so that a package that is not named is this one. `relative` is the package as seen from the module.
 */
export function builtName(tree: Tree, directory: string, relative: string, isOnly: boolean): { name: string; evidence: Evidence } | undefined {
  for (const file of [...tree.files.filter((one) => image.test(posix.basename(one))), within(directory, 'Makefile')]) {
    const dockerfile = image.test(posix.basename(file)) ? readDockerfile(tree, file) : undefined;
    const started = dockerfile && new Set([...(dockerfile.entrypoint ?? []), ...(dockerfile.command?.words ?? [])].flatMap((words) => words.split(/\s+/)).map((word) => posix.basename(word)));
    let here = '';
    for (const line of (tree.text(file) ?? '').replace(/\\\r?\n/g, ' ').split('\n')) {
      here = /^\s*WORKDIR\s+(\S+)/i.exec(line)?.[1] ?? here;
      for (const { groups } of line.matchAll(building)) {
        const out = groups!['out']!;
        const name = posix.basename(out);
        const target = (groups!['rest']!.trim().split(/\s+/).at(-1) ?? '').replace(/\/?[\w.-]+\.go$/, '');
        const isHere = target === '' || target === '.' || target.includes('$');
        const isThis = isHere ? isOnly || here.endsWith(`/${relative}`) : within(directory, target) === within(directory, relative) || within('.', target) === within(directory, relative);
        if (!isThis || out.endsWith('/') || !/^[\w.-]+$/.test(name) || (started && !started.has(name))) continue;
        return { name, evidence: seen(file, lineOf(tree.text(file), /\bgo build\b/), `builds the program ${name}`) };
      }
    }
  }
  return undefined;
}
