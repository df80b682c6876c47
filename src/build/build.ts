import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ArtefactId, type Clock, hashOf, type Plan, type ServiceName } from '../model/index.ts';
import type { Paths } from '../host/paths.ts';
import type { Artefacts } from './artefacts.ts';
import { capture } from './capture.ts';
import { type FileStore, fileStoreOf, replaceFile } from './filestore.ts';
import { GroupBuild } from './group-build.ts';
import { type Group, groupsOf } from './groups.ts';
import { probeIsolation } from './isolate.ts';
import { pagesFirst, placedAt } from './pages.ts';
import { type Entry, overlay } from './tree.ts';
import type { Snapshot } from './snapshot.ts';

/** Raised when the way of building changes, so that nothing made in the old way is taken from the cache. */
const recipe = 3;

export interface BuildOptions {
  readonly plan: Plan;
  readonly tree: Snapshot;
  readonly paths: Pick<Paths, 'cache' | 'home' | 'programs'>;
  readonly artefacts: Artefacts;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Variables that the person set for the app: builds of pages often read them. */
  readonly env?: Readonly<Record<string, string>>;
  /** One line of a build, as it comes. */
  readonly onOutput?: (service: ServiceName, line: string) => void;
}

/** What a build gives a service to run with. */
export interface Built {
  readonly artefact: ArtefactId;
  /** Host directories that go first on PATH, for `Service.toolchain`. */
  readonly toolchain: string[];
  /** What was found on this machine for it: `node 24.4.0`. */
  readonly programs: readonly string[];
  /** Nothing had to be built: all inputs were the same before. */
  readonly cached: boolean;
  /** Arguments of the start command, package managers unwrapped; null without one. */
  readonly start: string[] | null;
  readonly release: string[] | null;
  /** Variables that the tree needs to work, such as where its dependencies are. */
  readonly env: Readonly<Record<string, string>>;
  /** Remarks for the person who deploys. */
  readonly notes: readonly string[];
}

/**
 * Builds what the plan says from a snapshot, isolated, and keeps the results as artefacts. Services in one directory share
 * one artefact, in which the directory has the place that it has in the app. Throws `build.failed` with `details: {service, command, exitCode, tail}`,
 * `toolchain.missing`, and the signal's reason.
 */
export async function buildApp(options: BuildOptions): Promise<Map<ServiceName, Built>> {
  const store = fileStoreOf(options.paths);
  const results = new Map<ServiceName, Built>();
  for (const plain of pagesFirst(groupsOf(options.plan, options.tree.entries, store))) {
    const group = { ...plain, pages: await pagesFor(plain, options, results, store) };
    const build = await GroupBuild.open(group, options, store);
    const file = join(options.paths.cache, 'builds', `${hashOf({ recipe, inputs: build.inputs() }).slice(0, 40)}.json`);
    const before = remembered(file, options.artefacts);
    const result = before ?? (await build.make(await probeIsolation(options.paths, options.clock)));
    if (!before) replaceFile(file, JSON.stringify(result));
    for (const service of group.services) {
      const launch = result.launches[service.name]!;
      results.set(service.name, { artefact: result.artefact, toolchain: build.directoriesFor(service), programs: build.programs(), cached: before !== undefined, ...launch, env: result.env, notes: [...build.notes(), ...result.notes] });
    }
  }
  return results;
}

/** What other groups built before and a server of this one shows. */
async function pagesFor(group: Group, { plan, artefacts, signal }: BuildOptions, results: ReadonlyMap<ServiceName, Built>, store: FileStore): Promise<Entry[]> {
  const names = new Set(group.services.map(({ name }) => name));
  const trees: Entry[][] = [];
  for (const { name, path, staticDir, servedBy } of plan.services) {
    const built = results.get(name);
    if (servedBy === undefined || built === undefined || staticDir === null || names.has(name) || !names.has(servedBy.service)) continue;
    const directory = join(artefacts.path(built.artefact), path, staticDir);
    if (existsSync(directory)) trees.push(placedAt(servedBy.at, await capture(directory, store, { signal })));
  }
  return overlay(...trees);
}

/** What is written down of a finished build. */
export interface BuildResult {
  readonly artefact: ArtefactId;
  readonly launches: Readonly<Record<string, { start: string[] | null; release: string[] | null }>>;
  readonly env: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

function remembered(file: string, artefacts: Artefacts): BuildResult | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const result = JSON.parse(readFileSync(file, 'utf8')) as BuildResult;
    return artefacts.claim(result.artefact) ? result : undefined;
  } catch {
    return undefined;
  }
}

