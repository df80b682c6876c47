import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { commandArgv, type PlannedService, StratoError } from '../model/index.ts';
import { removeTree } from './artefacts.ts';
import type { BuildOptions, BuildResult } from './build.ts';
import { capture } from './capture.ts';
import { buildEnvironment, npmSettings } from './environment.ts';
import type { FileStore } from './filestore.ts';
import { textOf, type Group } from './groups.ts';
import { openWorkshop, runIsolated, treeSeenAt, type Isolation, type Workshop } from './isolate.ts';
import { type LaunchContext, launchArgv } from './launch.ts';
import { added, layerKey, Layers } from './layers.ts';
import { managerWish, provideManager } from './package-managers.ts';
import { dependencyDirectory, pipArgv, requirementsOf, satisfiedBySystem } from './python.ts';
import { requireTool, resolveToolchain, staticToolchain, type Toolchain } from './toolchains.ts';
import { overlay, treeHash, type Entry } from './tree.ts';

const minutes = 60_000;
const limits = { install: 20 * minutes, build: 40 * minutes, output: 64 << 20 };

/** Intermediate results that nothing at run time reads, and that can be larger than all the rest. */
const leftovers = /(^|\/)(target\/(debug|release)\/(deps|build|incremental|\.fingerprint|examples)|\.next\/cache|node_modules\/\.cache|\.parcel-cache|\.turbo|\.gradle|\.nuxt\/\.cache)$/;

/** The build of one group: install, then build, then keep. */
export class GroupBuild {
  private readonly group: Group;
  private readonly options: BuildOptions;
  private readonly store: FileStore;
  private readonly toolchains: readonly Toolchain[];
  private readonly managers: readonly string[];
  private readonly files: ReadonlyMap<string, Entry>;

  private constructor(group: Group, options: BuildOptions, store: FileStore, toolchains: readonly Toolchain[], managers: readonly string[]) {
    this.group = group;
    this.options = options;
    this.store = store;
    this.toolchains = toolchains;
    this.managers = managers;
    this.files = new Map(group.entries.map((entry) => [entry.path, entry]));
  }

  /** Finds the programs that the group needs. Throws `toolchain.missing`. */
  static async open(group: Group, options: BuildOptions, store: FileStore): Promise<GroupBuild> {
    const wanted = new Map(group.services.flatMap((service) => (service.runtime ? [[service.runtime.name, service.runtime] as const] : [])));
    const toolchains = await Promise.all([...wanted.values()].map((runtime) => resolveToolchain(runtime, options.paths)));
    if (toolchains.length === 0 && commandsOf(group).some((command) => /\b(npm|npx|pnpm|yarn|node)\b/.test(command))) toolchains.push(await resolveToolchain({ name: 'node', version: null }, options.paths));
    const found = new GroupBuild(group, options, store, toolchains, []);
    const wish = managerWish(commandsOf(group), found.packageManagerField(), (name) => found.text(name) ?? found.text(`../${name}`));
    if (!wish) return found;
    const directories = await provideManager(wish, found.directories(), { ...options, onLine: (line) => found.say(line) });
    return new GroupBuild(group, options, store, toolchains, directories);
  }

  /** Directories for PATH, at build and at run time. */
  directories(): string[] {
    const serving = this.group.services.some((service) => service.start === null && service.staticDir !== null) ? staticToolchain().directories : [];
    return [...new Set([...this.managers, ...this.toolchains.flatMap((toolchain) => toolchain.directories), ...serving])];
  }

  notes(): string[] {
    return this.toolchains.flatMap((toolchain) => toolchain.notes);
  }

  /** All that the result depends on. */
  inputs(): unknown {
    const { path, services, entries } = this.group;
    return { tree: treeHash(entries), path, toolchains: this.toolchainKey(), env: this.options.env ?? {}, commands: services.map(({ name, install, build, start, release, staticDir, kind }) => ({ name, install, build, start, release, staticDir, kind })) };
  }

  async make(isolation: Isolation): Promise<BuildResult> {
    const notes = isolation.kind === 'none' ? [`built without isolation: ${isolation.reason}`] : [];
    for (const note of notes) this.say(note);
    let tree = [...this.group.entries];
    for (const [install, service] of this.distinct('install')) tree = overlay(tree, await this.installed(install, service, isolation, notes));
    const builds = [...this.distinct('build')];
    if (builds.length > 0) tree = await this.built(builds, tree, isolation);
    const kept = this.pruned(tree);
    const artefact = await this.options.artefacts.putTree(kept, this.options.signal);
    const context = this.launchContext(kept);
    const launches = Object.fromEntries(this.group.services.map(({ name, start, release }) => [name, { start: start === null ? null : launchArgv(start, context), release: release === null ? null : launchArgv(release, context) }]));
    return { artefact, launches, env: this.runtimeEnvironment(kept), notes };
  }

  /** What an install command adds to the tree; from the cache when its manifests did not change. */
  private async installed(install: string, service: PlannedService, isolation: Isolation, notes: string[]): Promise<readonly Entry[]> {
    const requirements = requirementsOf(install);
    const needed = requirements === undefined ? undefined : this.text(requirements);
    if (needed !== undefined && !/^\s*-/m.test(needed)) {
      const python = this.toolchains.find((toolchain) => toolchain.name === 'python');
      const satisfied = python ? await satisfiedBySystem(join(python.directories[0]!, 'python3'), needed) : undefined;
      if (satisfied !== undefined) {
        if (satisfied !== '') notes.push(`uses the Python packages of this machine: ${satisfied}`);
        if (satisfied !== '') this.say(notes.at(-1)!);
        return [];
      }
    }
    const layers = new Layers(this.options.paths, this.store);
    const key = layerKey(install, this.group.entries, this.store, { path: this.group.path, toolchains: this.toolchainKey(), isolation: isolation.kind });
    const before = layers.get(key, new Date(this.options.clock.now()));
    if (before) return before;
    const entries = await this.inWorkshop(this.group.entries, isolation, (workshop) => this.command(install, service, workshop, isolation, limits.install));
    const layer = added(this.group.entries, entries);
    layers.put(key, layer);
    return layer;
  }

  private async built(builds: readonly (readonly [string, PlannedService])[], tree: readonly Entry[], isolation: Isolation): Promise<Entry[]> {
    return await this.inWorkshop(tree, isolation, async (workshop) => {
      for (const [build, service] of builds) await this.command(build, service, workshop, isolation, limits.build);
    });
  }

  /** Lays a writable copy of the tree, has something done with it, and takes what became of it. */
  private async inWorkshop(tree: readonly Entry[], isolation: Isolation, work: (workshop: Workshop) => Promise<void>): Promise<Entry[]> {
    const { paths, signal } = this.options;
    const workshop = openWorkshop(join(paths.cache, 'workshops'), join(paths.cache, 'downloads'), isolation);
    try {
      const owner = isolation.user ?? undefined;
      await this.store.copy(tree, workshop.tree, { signal, owner });
      writeFileSync(join(workshop.directory, 'home', '.npmrc'), npmSettings());
      chmodSync(join(workshop.directory, 'home', '.npmrc'), 0o644);
      await work(workshop);
      return await capture(workshop.tree, this.store, { signal, knownAs: treeSeenAt(workshop, isolation), without: (path) => leftovers.test(path) });
    } finally {
      await removeTree(workshop.directory);
    }
  }

  private async command(line: string, service: PlannedService, workshop: Workshop, isolation: Isolation, timeout: number): Promise<void> {
    const directories = this.directories();
    const argv = pipArgv(commandArgv(line));
    if (/^[\w.-]+$/.test(argv[0]!) && !existsSync(join(workshop.tree, this.group.path, 'node_modules', '.bin', argv[0]!))) requireTool(argv[0]!, directories);
    const python: Record<string, string> = service.language === 'python' || this.toolchains.some((toolchain) => toolchain.name === 'python') ? { PIP_TARGET: dependencyDirectory, PYTHONPATH: dependencyDirectory } : {};
    const seen = posix.join(treeSeenAt(workshop, isolation), this.group.path);
    const programs = [posix.join(seen, 'node_modules', '.bin'), posix.join(treeSeenAt(workshop, isolation), 'node_modules', '.bin')];
    // Only pnpm knows this setting; npm warns of it.
    const pnpm: Record<string, string> = /\bpnpm\b/.test(line) ? { npm_config_store_dir: '{cache}/pnpm' } : {};
    this.say(`$ ${line}`, service);
    const result = await runIsolated({
      argv, cwd: this.group.path, visible: directories, clock: this.options.clock, timeout, outputLimit: limits.output, signal: this.options.signal,
      env: buildEnvironment([...directories, ...programs], python, pnpm, ...this.toolchains.map((toolchain) => toolchain.env), this.options.env ?? {}),
      onLine: (text) => this.say(text, service),
    }, workshop, isolation);
    if (result.exitCode === 0 && result.ended === 'exit') return;
    const why = result.ended === 'timeout' ? `it took longer than ${timeout / minutes} minutes` : result.ended === 'output' ? 'it wrote more than 64 MB of output' : result.ended === 'not-started' ? result.tail.at(-1) : `${line} ended with code ${result.exitCode}`;
    throw new StratoError('build.failed', `${service.name} could not be built`, {
      why, next: `mend what the lines above say and deploy again; ${this.group.path === '.' ? '' : `in ${this.group.path}, `}"${line}" shows it by hand`,
      details: { service: service.name, command: line, exitCode: result.exitCode, tail: result.tail },
    });
  }

  /** Static sites need nothing but their pages. */
  private pruned(tree: readonly Entry[]): Entry[] {
    const all = this.group.services;
    if (!all.every((service) => service.start === null && service.release === null && service.staticDir !== null && service.build !== null)) return [...tree];
    const directories = all.map((service) => posix.normalize(posix.join(this.group.path, service.staticDir!)));
    for (const [index, directory] of directories.entries()) {
      if (directory !== '.' && !tree.some((entry) => entry.kind === 'directory' && entry.path === directory)) {
        const service = all[index]!;
        throw new StratoError('build.failed', `the build of ${service.name} left no directory ${service.staticDir}`, { why: `${service.build} succeeded, and the pages were expected there`, next: 'say where the build puts its pages, or mend the build', details: { service: service.name, command: service.build, exitCode: 0, tail: [] } });
      }
    }
    return tree.filter((entry) => directories.some((directory) => directory === '.' || entry.path === directory || entry.path.startsWith(`${directory}/`) || (entry.kind === 'directory' && directory.startsWith(`${entry.path}/`))));
  }

  private runtimeEnvironment(tree: readonly Entry[]): Record<string, string> {
    const has = (path: string) => tree.some((entry) => entry.path === posix.join(this.group.path, path));
    return { ...(has(dependencyDirectory) ? { PYTHONPATH: dependencyDirectory } : {}), ...(has('vendor/bundle') ? { BUNDLE_PATH: 'vendor/bundle' } : {}) };
  }

  private launchContext(tree: readonly Entry[]): LaunchContext {
    const known = new Map(tree.map((entry) => [entry.path, entry]));
    const at = (path: string) => known.get(posix.join(this.group.path, path));
    const above = this.group.path === '.' ? [] : this.group.path.split('/').map((_, index) => `${'../'.repeat(index + 1)}node_modules/.bin`);
    const places = ['node_modules/.bin', ...above, `${dependencyDirectory}/bin`, '.venv/bin'].filter((place) => known.has(posix.join(this.group.path, place)));
    return {
      scripts: scriptsOf(this.text('package.json')), programDirectories: places, exists: (path) => at(path) !== undefined,
      isPythonScript: (path) => {
        const entry = at(path);
        return entry?.kind === 'file' && entry.size < 65_536 && /^#!.*python/.test(readFileSync(this.store.pathOf(entry.hash, entry.executable), 'latin1'));
      },
    };
  }

  /** Distinct commands of one kind with the service that they are first needed for. */
  private distinct(kind: 'install' | 'build'): Map<string, PlannedService> {
    const commands = new Map<string, PlannedService>();
    for (const service of this.group.services) {
      const line = service[kind]?.trim();
      if (line && !commands.has(line)) commands.set(line, service);
    }
    return commands;
  }

  private toolchainKey(): unknown {
    return [process.platform, process.arch, ...this.toolchains.map(({ name, version }) => [name, version]), ...this.managers];
  }

  private packageManagerField(): string | undefined {
    for (const path of ['package.json', '../package.json', '../../package.json']) {
      const field = /"packageManager"\s*:\s*"([^"]+)"/.exec(this.text(path) ?? '')?.[1];
      if (field) return field;
    }
    return undefined;
  }

  /** Text of a source file, by its path relative to the group's directory. */
  private text(path: string): string | undefined {
    const entry = this.files.get(posix.join(this.group.path, path));
    return entry?.kind === 'file' ? textOf(entry, this.store) : undefined;
  }

  private say(line: string, service: PlannedService = this.group.services[0]!): void {
    this.options.onOutput?.(service.name, line);
  }
}

function commandsOf(group: Group): string[] {
  return group.services.flatMap((service) => [service.install, service.build, service.start, service.release]).filter((command): command is string => command !== null);
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
