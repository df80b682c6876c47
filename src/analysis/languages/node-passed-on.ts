import { posix } from 'node:path';
import { seenFrom, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { type NodePackage, readPackage } from './node-package.ts';

/** A call of a package manager for a directory or a member below: the group is which. */
const calls: readonly RegExp[] = [
  /^cd (?:\.\/)?([\w./-]+) && (?:npm|pnpm|yarn|bun) (?:run )?[\w:.-]+$/,
  /^(?:npm|pnpm|yarn|bun) (?:run )?(?:[\w:.-]+ )?(?:--prefix|--cwd|--dir|-C)[ =](?:\.\/)?([\w./-]+)(?: (?:run )?[\w:.-]+)?$/,
  /^npm (?:run )?(?:[\w:.-]+ )?(?:-w|--workspace)[ =](?:\.\/)?([@\w./-]+)(?: (?:run )?[\w:.-]+)?$/,
  /^yarn workspace ([@\w./-]+) (?:run )?[\w:.-]+$/,
  /^pnpm (?:-F|--filter)[ =](?:\.\/)?([@\w./-]+) (?:run )?[\w:.-]+$/,
];

/**
 * The project below a package that its `start` hands over to (`npm --prefix server start`, `cd server && npm start`, `yarn workspace api start`): the package has no program of its
 * own then. Undefined where it starts something itself.
 *
 * @param inner directories of the projects below
 */
export function passedOnTo(tree: Tree, pkg: NodePackage, inner: readonly string[]): string | undefined {
  const places = starting.filter((name) => pkg.scripts[name] !== undefined).map((name) => placeOf(tree, pkg, inner, followed(pkg, name, 0)!.trim()));
  return places.every((place) => place !== undefined) ? places[0] : undefined;
}

/** Scripts that start something. */
const starting = ['start', 'start:prod', 'start:production', 'prod', 'production', 'serve', 'server'];

function placeOf(tree: Tree, pkg: NodePackage, inner: readonly string[], script: string): string | undefined {
  const named = calls.map((call) => call.exec(script)?.[1]).find((name) => name !== undefined)?.replace(/\/$/, '');
  if (named === undefined) return undefined;
  const place = posix.normalize(within(pkg.directory, named));
  return inner.find((directory) => directory === place || readPackage(tree, directory)?.name === named || seenFrom(pkg.directory, directory) === named);
}

/** What a script comes down to when it only calls another one. */
function followed(pkg: NodePackage, name: string, depth: number): string | undefined {
  const script = pkg.scripts[name];
  const other = script === undefined ? undefined : /^(?:npm|pnpm|yarn|bun) (?:run )?([\w:.-]+)$/.exec(script.trim())?.[1];
  return other !== undefined && depth < 5 && pkg.scripts[other] !== undefined ? followed(pkg, other, depth + 1) : script;
}
