import { posix } from 'node:path';
import { directoriesWith } from '../detector.ts';
import type { Claim } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { lineOf } from '../syntax/formats.ts';
import { seenFrom, upwards, within } from '../tree/paths.ts';
import { perTree } from '../tree/remembered.ts';
import type { Tree } from '../tree/tree.ts';
import { pinnedVersions } from './versions.ts';

/** The path by which a module's packages are imported; undefined without a go.mod. */
export function modulePath(tree: Tree, directory: string): string | undefined {
  return /^module\s+"?([^\s"]+)/m.exec(tree.text(within(directory, 'go.mod')) ?? '')?.[1];
}

/** What a module's program is called: the last part of its path that is no version, or its directory where several modules of the tree have that path. */
export function moduleName(tree: Tree, directory: string): string {
  const path = modulePath(tree, directory);
  if (directory !== '.' && modulesIn(tree).some((module) => module.directory !== directory && module.path === path)) return posix.basename(directory);
  const last = (path ?? '').split('/').filter((part) => !/^v\d+$/.test(part)).at(-1)?.replace(/[^\w.-]/g, '') ?? '';
  return last === '' ? 'app' : last;
}

/** The files of a program: its package, and the packages of its module that it imports, at first hand or further. */
export function reachedPackages(tree: Tree, directory: string, files: readonly FileFacts[], code: readonly FileFacts[]): FileFacts[] {
  const module = modulePath(tree, directory);
  const byPackage = Map.groupBy(code, (facts) => posix.dirname(facts.path));
  const reached = new Set(byPackage.get(posix.dirname(files[0]!.path)) ?? files);
  for (const facts of reached) {
    for (const { name } of facts.imports) {
      if (module === undefined) {
        // Without a module an import ends in the place that the package has here (`GOPATH`).
        const place = name.includes('.') ? [...byPackage.keys()].find((one) => one !== directory && name.endsWith(`/${seenFrom(directory, one)}`)) : undefined;
        for (const other of place === undefined ? [] : byPackage.get(place)!) reached.add(other);
        continue;
      }
      if (name !== module && !name.startsWith(`${module}/`)) continue;
      for (const other of byPackage.get(within(directory, name.slice(module.length + 1) || '.')) ?? []) reached.add(other);
    }
  }
  return [...reached];
}

/** Directories of other modules of the tree whose packages a program imports. */
export function modulesUsed(tree: Tree, directory: string, reached: readonly FileFacts[]): string[] {
  // Several that were copied from one have its path still: each means itself by it.
  const own = modulePath(tree, directory);
  const others = modulesIn(tree).filter((module) => module.directory !== directory && module.path !== own);
  if (others.length === 0) return [];
  const paths = new Set(others.map(({ path }) => path));
  const used = new Set<string>();
  for (const { imports } of reached) {
    for (const { name } of imports) {
      // The longest path that an import begins with is that of its module.
      for (let end = name.length; end > 0 && name.slice(0, end) !== own; end = name.lastIndexOf('/', end - 1)) {
        if (!paths.has(name.slice(0, end))) continue;
        used.add(name.slice(0, end));
        break;
      }
    }
  }
  return others.filter(({ path }) => used.has(path)).map((module) => module.directory);
}

/** The modules of a tree, with the paths by which they are imported. */
const modulesIn = perTree((tree) => directoriesWith(tree, ['go.mod']).flatMap((directory) => {
  const path = modulePath(tree, directory);
  return path === undefined ? [] : [{ directory, path }];
}));

/** The version of Go that is asked for, the surest first. */
export function goVersions(tree: Tree, directory: string): Claim<string>[] {
  const claims = pinnedVersions(tree, 'go', directory);
  for (const above of upwards(directory)) {
    for (const name of ['go.mod', 'go.work']) {
      const file = within(above, name);
      const text = tree.text(file);
      if (text === undefined) continue;
      const add = (pattern: RegExp, confidence: number, isLeast: boolean) => {
        const version = pattern.exec(text)?.[1];
        if (version) claims.push({ value: isLeast ? `>=${version}` : version, confidence, evidence: [seen(file, lineOf(text, pattern), `asks for Go ${version}`)] });
      };
      add(/^\/\/ \+heroku goVersion go(\d+(?:\.\d+)*)/m, 0.955, false);
      // The line names the least version that will do (Go Modules Reference, "go directive").
      add(/^go\s+(\d+(?:\.\d+)*)/m, name === 'go.mod' ? 0.96 : 0.9, true);
      add(/^toolchain\s+go(\d+(?:\.\d+)*)/m, 0.85, false);
    }
    if (tree.has(within(above, 'go.mod'))) break;
  }
  return claims.sort((a, b) => b.confidence - a.confidence);
}
