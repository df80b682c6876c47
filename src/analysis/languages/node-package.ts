import type { Claim } from '../draft.ts';
import { seen } from '../draft.ts';
import { asData, asList, asText, lineOf, readJson, readYaml } from '../syntax/formats.ts';
import { linesIn } from '../syntax/lines.ts';
import { isBelow, seenFrom, upwards, within } from '../tree/paths.ts';
import { perPath } from '../tree/remembered.ts';
import type { Tree } from '../tree/tree.ts';
import { managerInUse, managerTold } from './node-lockfiles.ts';
import { cleanVersion, pinnedVersions } from './versions.ts';

/** A package.json with what analysis asks of it. */
export interface NodePackage {
  directory: string;
  file: string;
  name: string | undefined;
  scripts: Readonly<Record<string, string>>;
  dependencies: ReadonlySet<string>;
  devDependencies: ReadonlySet<string>;
  /** Versions of a package that it takes, as they are written. */
  range(name: string): string | undefined;
  main: string | undefined;
  isModule: boolean;
  hasBin: boolean;
  /** Paths of its executables. */
  bins: readonly string[];
  isPrivate: boolean;
  exports: boolean;
  workspaces: readonly string[];
  packageManager: string | undefined;
  engines: { node?: string | undefined; bun?: string | undefined };
  /** Where its Prisma schema is, when that is not the usual place. */
  prismaSchema: string | undefined;
  /** Whether its workspaces include a path below it. */
  isWorkspace(path: string): boolean;
  line(pattern: RegExp): number;
  lineOfName(name: string): number;
}

/** The package of a directory, read once; undefined when there is none, or it is broken. */
export const readPackage = perPath((tree, directory): NodePackage | undefined => {
  const file = within(directory, 'package.json');
  const data = readJson(tree, file);
  if (!data) return undefined;
  const engines = asData(data['engines']);
  const volta = asData(data['volta']);
  const developedOn = (runtime: string) => [asData(data['devEngines'])['runtime']].flat().map(asData).filter(({ name }) => name === runtime).map(({ version }) => asText(version))[0];
  const bin = data['bin'];
  const strings = (value: unknown) => Object.fromEntries(Object.entries(asData(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  const bins = typeof bin === 'string' ? [bin] : Object.values(strings(bin));
  const workspaces = Array.isArray(data['workspaces']) ? data['workspaces'] : asList(asData(data['workspaces'])['packages']);
  const pnpm = tree.has(within(directory, 'pnpm-workspace.yaml')) ? asList(readYaml(tree, within(directory, 'pnpm-workspace.yaml'))?.['packages']) : [];
  const globs = [...workspaces, ...pnpm].filter((glob): glob is string => typeof glob === 'string');
  return {
    directory, file,
    name: asText(data['name']),
    scripts: strings(data['scripts']),
    dependencies: new Set([...Object.keys(asData(data['dependencies'])), ...Object.keys(asData(data['optionalDependencies']))]),
    devDependencies: new Set(Object.keys(asData(data['devDependencies']))),
    range: (name) => asText(asData(data['dependencies'])[name]) ?? asText(asData(data['devDependencies'])[name]),
    main: mainOf(tree, directory, asText(data['main']), Object.keys(strings(data['scripts']))),
    isModule: data['type'] === 'module',
    hasBin: bins.length > 0, bins,
    isPrivate: data['private'] === true,
    exports: data['exports'] !== undefined || data['types'] !== undefined || data['module'] !== undefined,
    workspaces: globs,
    isWorkspace: workspacesOf(globs),
    packageManager: asText(data['packageManager']),
    engines: { node: asText(volta['node']) ?? developedOn('node') ?? asText(engines['node']), bun: developedOn('bun') ?? asText(engines['bun']) ?? /^bun@(\d[\d.]*)/.exec(asText(data['packageManager']) ?? '')?.[1] },
    prismaSchema: asText(asData(data['prisma'])['schema']),
    line: (pattern) => lineOf(tree.text(file), pattern),
    lineOfName: (name) => linesIn(tree.text(file)).of(name),
  };
});

/** The main file that a package names; none where it is not there and nothing builds it, as in what `npm init` writes. */
function mainOf(tree: Tree, directory: string, main: string | undefined, scripts: readonly string[]): string | undefined {
  const isThere = main !== undefined && ['', '.js', '.cjs', '.mjs', '.ts', '/index.js'].some((ending) => tree.has(within(directory, main + ending)));
  return isThere || scripts.some((name) => /build|compile|prepare|prepublish|pack|bundle|dist|tsc|postinstall/.test(name)) ? main : undefined;
}

/** The nearest package, here or above, whose workspaces include `directory`; the directory itself otherwise. */
export function workspaceRoot(tree: Tree, directory: string): string {
  for (const above of upwards(directory).slice(1)) if (readPackage(tree, above)?.isWorkspace(seenFrom(above, directory))) return above;
  return directory;
}

/** Tells whether a path is one of a package's workspaces: those without a star are looked up, the others are patterns. */
function workspacesOf(globs: readonly string[]): (path: string) => boolean {
  const plain = new Set<string>();
  const patterns: string[][] = [];
  for (const glob of globs) {
    if (glob.startsWith('!')) continue;
    const path = glob.replace(/^\.\//, '').replace(/\/$/, '');
    if (path.includes('*')) patterns.push(path.split('/'));
    else plain.add(path);
  }
  const usable = patterns.slice(0, mostPatterns);
  return (path) => plain.has(path) || usable.some((glob) => matches(glob, path.split('/')));
}

/** More patterns for workspaces than anybody writes. */
const mostPatterns = 500;

/** Whether the parts of a path follow those of a glob, of which `**` stands for any number of parts. */
function matches(glob: readonly string[], path: readonly string[]): boolean {
  let [at, part, star, from] = [0, 0, -1, 0];
  while (at < path.length) {
    const wanted = glob[part];
    if (wanted === '**') [star, from, part] = [part, at, part + 1];
    else if (wanted !== undefined && partMatches(wanted, path[at]!)) [at, part] = [at + 1, part + 1];
    else if (star >= 0) [part, at, from] = [star + 1, from + 1, from + 1];
    else return false;
  }
  return glob.slice(part).every((rest) => rest === '**');
}

/** The same for one part: each piece between stars is looked for after the one before. */
function partMatches(glob: string, name: string): boolean {
  const [first, ...rest] = glob.split(/\*+/);
  if (rest.length === 0) return glob === name;
  const last = rest.pop()!;
  if (!name.startsWith(first!) || name.length < first!.length + last.length || !name.endsWith(last)) return false;
  let at = first!.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0 || found + piece.length > name.length - last.length) return false;
    at = found + piece.length;
  }
  return true;
}

interface Manager {
  name: string;
  lockfiles: readonly string[];
  /** With a lockfile, without one. */
  install: readonly [string, string];
}

const managers: readonly Manager[] = [
  { name: 'pnpm', lockfiles: ['pnpm-lock.yaml'], install: ['pnpm install --frozen-lockfile', 'pnpm install'] },
  { name: 'yarn', lockfiles: ['yarn.lock'], install: ['yarn install --frozen-lockfile', 'yarn install'] },
  { name: 'bun', lockfiles: ['bun.lockb', 'bun.lock'], install: ['bun install --frozen-lockfile', 'bun install'] },
  { name: 'npm', lockfiles: ['package-lock.json', 'npm-shrinkwrap.json'], install: ['npm ci', 'npm install'] },
];

export interface ChosenManager {
  name: string;
  install: string;
  confidence: number;
  evidence: Claim<string>['evidence'];
}

/** The package manager by the `packageManager` field, then lockfiles (of several in one directory the one in use), here and above as far as the workspace goes; npm otherwise. */
export function packageManagerOf(tree: Tree, pkg: NodePackage): ChosenManager {
  const root = workspaceRoot(tree, pkg.directory);
  const places = upwards(pkg.directory).filter((above) => isBelow(above, root));
  for (const above of places) {
    const named = readPackage(tree, above)?.packageManager?.split('@');
    const manager = managers.find(({ name }) => name === named?.[0]);
    if (manager) {
      const locked = places.some((place) => manager.lockfiles.some((file) => tree.has(within(place, file))));
      const modernYarn = manager.name === 'yarn' && Number(named?.[1]?.split('.')[0]) >= 2;
      const install = modernYarn && locked ? 'yarn install --immutable' : manager.install[locked ? 0 : 1];
      const file = within(above, 'package.json');
      return { name: manager.name, install, confidence: 0.99, evidence: [seen(file, lineOf(tree.text(file), /"packageManager"/), `packageManager is ${named![0]}`)] };
    }
    const [first, ...others] = managers.flatMap((one) => one.lockfiles.filter((file) => tree.has(within(above, file))).slice(0, 1).map((file) => ({ ...one, lockfile: within(above, file) })));
    if (first) {
      const { name, lockfile, install: commands } = others.length === 0 ? first : managerInUse(tree, above, [first, ...others], [...pkg.dependencies, ...pkg.devDependencies]);
      const berry = name === 'yarn' && (tree.has(within(above, '.yarnrc.yml')) || /^__metadata:/m.test(tree.text(lockfile)?.slice(0, 500) ?? ''));
      return { name, install: berry ? 'yarn install --immutable' : commands[0], confidence: others.length === 0 ? 0.97 : 0.9, evidence: [seen(lockfile, 1, `lockfile of ${name}`)] };
    }
    if (tree.has(within(above, 'pnpm-workspace.yaml'))) return { name: 'pnpm', install: 'pnpm install', confidence: 0.9, evidence: [seen(within(above, 'pnpm-workspace.yaml'), 1, 'workspace file of pnpm')] };
  }
  const around = upwards(pkg.directory).find((above) => tree.has(within(above, 'pnpm-workspace.yaml')));
  if (around !== undefined) return { name: 'pnpm', install: 'pnpm install', confidence: 0.85, evidence: [seen(within(around, 'pnpm-workspace.yaml'), 1, 'stands in a workspace of pnpm')] };
  const told = managerTold(tree, pkg.directory, managers.map(({ name }) => name));
  const manager = managers.find(({ name }) => name === told);
  if (manager && told !== 'npm') return { name: manager.name, install: manager.install[1], confidence: 0.82, evidence: [seen(pkg.file, 1, `a package.json without a lockfile, and ${told} is what is told to be used`)] };
  if (told !== 'npm' && places.some((above) => tree.has(within(above, 'bunfig.toml')))) return onBun(pkg);
  return { name: 'npm', install: 'npm install', confidence: unlocked, evidence: [seen(pkg.file, 1, 'a package.json without a lockfile')] };
}

/** How sure a manager is that nothing names. */
export const unlocked = 0.8;

/** The manager of what runs on Bun and has no lockfile. */
export function onBun(pkg: NodePackage): ChosenManager {
  return { name: 'bun', install: 'bun install', confidence: 0.82, evidence: [seen(pkg.file, 1, 'a package.json without a lockfile, for Bun')] };
}

/** The Node (or Bun) version that the project asks for. */
export function nodeVersions(tree: Tree, pkg: NodePackage, runtime: string): Claim<string>[] {
  const claims = pinnedVersions(tree, runtime, pkg.directory);
  for (const above of upwards(pkg.directory)) {
    const other = readPackage(tree, above);
    const range = other?.engines[runtime as 'node' | 'bun'];
    if (other && range && cleanVersion(range)) claims.push({ value: range, confidence: above === pkg.directory ? 0.95 : 0.9, evidence: [seen(other.file, other.line(/"engines"|"volta"|"devEngines"|"packageManager": *"bun/), `engines asks for ${runtime} ${range}`)] });
  }
  return claims.sort((a, b) => b.confidence - a.confidence);
}
