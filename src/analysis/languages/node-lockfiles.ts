import { posix } from 'node:path';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** A package manager and the lockfile of it that is there. */
export interface Locked {
  name: string;
  lockfile: string;
}

const manuals = /^(?:readme(?:\.\w+)?|makefile|justfile|taskfile\.ya?ml)$/i;
const images = /^(?:(?:Dockerfile|Containerfile)(?:[.-].+)?|.+\.Dockerfile)$/i;
const workflow = /^(?:\.github\/workflows\/[^/]+\.ya?ml|\.gitlab-ci\.yml|\.circleci\/config\.yml|azure-pipelines\.yml)$/;

/**
 * Of several managers with a lockfile in one directory, the one that is in use: that its image installs with, then what is run on every change, then what
 * people are told to type, then the one whose lockfile knows the most of what the package depends on.
 */
export function managerInUse<T extends Locked>(tree: Tree, directory: string, locked: readonly [T, ...T[]], dependencies: Iterable<string>): T {
  const places = tellingPlaces(tree, directory);
  let left = locked.map((manager) => ({ manager, weight: 0 }));
  const wanted = [...dependencies];
  const sources = [...places.map((files) => files.map((file) => tree.text(file) ?? '').join('\n')).map((text) => ({ name }: T) => mentions(text, name)), ({ lockfile }: T) => -missingIn(tree, lockfile, wanted)];
  for (const weigh of sources) {
    left = left.map(({ manager }) => ({ manager, weight: weigh(manager) }));
    const most = Math.max(...left.map(({ weight }) => weight));
    left = left.filter(({ weight }) => weight === most);
  }
  return left[0]!.manager;
}

/** Of these managers the one that an image, a workflow or a manual has install or run something, where no lockfile says: the place that speaks first counts. */
export function managerTold(tree: Tree, directory: string, names: readonly string[]): string | undefined {
  for (const files of tellingPlaces(tree, directory)) {
    const text = files.map((file) => tree.text(file) ?? '').join('\n');
    const [most] = names.map((name) => ({ name, weight: mentions(text, name) })).sort((a, b) => b.weight - a.weight);
    if (most && most.weight > 0) return most.name;
  }
  return undefined;
}

/** Files that tell how things are installed and run, the surest first. */
function tellingPlaces(tree: Tree, directory: string): string[][] {
  const names = tree.namesIn(directory);
  return [
    names.filter((name) => images.test(name)).map((name) => within(directory, name)),
    tree.files.filter((file) => workflow.test(file)),
    [...names.filter((name) => manuals.test(name)).map((name) => within(directory, name)), ...tree.namesIn('.').filter((name) => manuals.test(name))],
  ];
}

/** How often a text has a manager install or run something. */
function mentions(text: string, name: string): number {
  return [...text.matchAll(new RegExp(`(?:^|[\\s\`"'&;(])${name} (?:ci|install|i|add|run|start|dev|build|test|--frozen-lockfile)\\b|(?:^|[\\s\`"'&;])${name}(?=\\s*(?:$|&&|["'\`]))`, 'gm'))].length;
}

function missingIn(tree: Tree, lockfile: string, wanted: readonly string[]): number {
  const text = posix.extname(lockfile) === '.lockb' ? undefined : tree.text(lockfile);
  return text === undefined ? 0 : wanted.filter((name) => !new RegExp(`(?:^|[\\s"'/])${RegExp.escape(name)}["'@:]`, 'm').test(text)).length;
}
