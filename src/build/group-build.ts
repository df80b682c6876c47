import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { commandArgv, type PlannedService, StratoError } from '../model/index.ts';
import { removeTree } from './artefacts.ts';
import type { BuildOptions, BuildResult } from './build.ts';
import { type Browser, browserFor } from './browsers.ts';
import { capture } from './capture.ts';
import { buildEnvironment, npmSettings } from './environment.ts';
import type { FileStore } from './filestore.ts';
import { textOf, type Group } from './groups.ts';
import { openWorkshop, runIsolated, treeSeenAt, type Isolation, type Workshop } from './isolate.ts';
import { launchArgv } from './launch.ts';
import { launchContext } from './launch-context.ts';
import { added, layerKey, Layers } from './layers.ts';
import { buildMends, installMends, type Mend } from './mends.ts';
import { managerWish, provideManager } from './package-managers.ts';
import { isSpent, pagesOf } from './pages.ts';
import { dependencyDirectory, pipArgv, requirementsOf, satisfiedBySystem } from './python.ts';
import { requireTool, resolveToolchain, staticToolchain, type Toolchain } from './toolchains.ts';
import { headersDirectories, headersEnvironment } from './node-headers.ts';
import { overlay, treeHash, type Entry } from './tree.ts';
import { lackingAdvice, lackingIn, unreachedAdvice, unreachedIn } from './unreached.ts';

const minutes = 60_000;
const limits = { install: 20 * minutes, build: 40 * minutes, output: 64 << 20 };

/** Intermediate results that nothing at run time reads, and that can be larger than all the rest. */
const leftovers = /^\.git$|(^|\/)(target\/(debug|release)\/(deps|build|incremental|\.fingerprint|examples)|\.next\/cache|node_modules\/\.cache|\.parcel-cache|\.turbo|\.gradle|\.nuxt\/\.cache)$/;

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
    const carry = { clock: options.clock, signal: options.signal, onLine: (line: string) => options.onOutput?.(group.services[0]!.name, line) };
    // What installs with Bun may well run on Node.
    if (!wanted.has('bun') && commandsOf(group).some((command) => /\bbunx?\b/.test(command))) wanted.set('bun', { name: 'bun', version: null });
    const toolchains = await Promise.all([...wanted.values()].map((runtime) => resolveToolchain(runtime, options.paths, carry)));
    if (toolchains.length === 0 && commandsOf(group).some((command) => /\b(npm|npx|pnpm|yarn|node)\b/.test(command))) toolchains.push(await resolveToolchain({ name: 'node', version: null }, options.paths));
    const found = new GroupBuild(group, options, store, toolchains, []);
    const wish = managerWish(commandsOf(group), found.packageManagerField(), (name) => found.text(name) ?? found.text(`../${name}`));
    if (!wish) return found;
    const directories = await provideManager(wish, found.directories(), { ...options, onLine: (line) => found.say(line) });
    return new GroupBuild(group, options, store, toolchains, directories);
  }

  /** Directories for PATH while it is built. */
  directories(): string[] {
    return [...new Set([...this.managers, ...this.toolchains.flatMap((toolchain) => toolchain.directories)])];
  }

  /** Directories for PATH of a service's agents: with the package manager, which some apps call while they run. */
  directoriesFor(service: PlannedService): string[] {
    return service.start === null && service.release === null ? [...staticToolchain().directories] : this.directories();
  }

  programs(): string[] {
    return this.toolchains.map(({ name, version }) => (version === null ? name : `${name} ${version}`));
  }

  notes(): string[] {
    return [...this.toolchains.flatMap((toolchain) => toolchain.notes), ...[this.browser()?.note ?? []].flat()];
  }

  private browser(): Browser | undefined {
    return browserFor([this.text('package.json') ?? '']);
  }

  /** All that the result depends on. */
  inputs(): unknown {
    const { path, services, entries, pages } = this.group;
    return { tree: treeHash(entries), path, ...(pages.length > 0 && { pages: treeHash(pages) }), toolchains: this.toolchainKey(), browser: this.browser()?.env, env: this.options.env ?? {}, commands: services.map(({ name, install, build, start, release, staticDir, kind }) => ({ name, install, build, start, release, staticDir, kind })) };
  }

  async make(isolation: Isolation): Promise<BuildResult> {
    const notes = isolation.kind === 'none' ? [`built without isolation: ${isolation.reason}`] : [];
    // Said first: another version than asked for often explains what fails then.
    for (const note of [...this.notes(), ...notes]) this.say(note);
    let tree = [...this.group.entries];
    for (const [install, service] of this.distinct('install')) tree = overlay(tree, await this.installed(install, service, isolation, notes));
    // Some builds take the pages in, others clean the directory where they lie.
    tree = overlay(tree, this.group.pages);
    const builds = [...this.distinct('build')];
    if (builds.length > 0) tree = overlay(await this.built(builds, tree, isolation, notes), this.group.pages);
    const kept = pagesOf(this.group, tree) ?? tree;
    const artefact = await this.options.artefacts.putTree(kept, this.options.signal);
    const context = launchContext(this.group.path, kept, this.text('package.json'), this.store);
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
    const entries = await this.inWorkshop(this.group.entries, isolation, (workshop) => this.install(install, service, workshop, isolation, notes));
    const layer = added(this.group.entries, entries);
    layers.put(key, layer);
    return layer;
  }

  /** Installs exactly what the lockfile says; when it does not fit its manifest, as the manifest says. */
  private async install(install: string, service: PlannedService, workshop: Workshop, isolation: Isolation, notes: string[]): Promise<void> {
    await this.attempt(install, service, workshop, isolation, limits.install, installMends(install), notes);
  }

  private async built(builds: readonly (readonly [string, PlannedService])[], tree: readonly Entry[], isolation: Isolation, notes: string[]): Promise<Entry[]> {
    const work = async (workshop: Workshop) => {
      for (const [build, service] of builds) await this.attempt(build, service, workshop, isolation, limits.build, buildMends(build), notes);
    };
    return await this.inWorkshop(tree, isolation, work, isSpent(this.group));
  }

  /** Runs a command; where it fails and a line of it tells of what can be mended, once more in the mended way, with a note. */
  private async attempt(line: string, service: PlannedService, workshop: Workshop, isolation: Isolation, timeout: number, mends: readonly Mend[], notes: string[]): Promise<void> {
    const told = new Set<Mend>();
    try {
      await this.command(line, service, workshop, isolation, timeout, {}, (text) => mends.filter(({ sign }) => sign.test(text)).forEach((mend) => told.add(mend)));
    } catch (error) {
      const [mend] = told;
      if (mend === undefined || !(error instanceof StratoError)) throw error;
      notes.push(mend.note);
      this.say(mend.note, service);
      for (const argv of mend.before ?? []) await runIsolated({ argv, cwd: '.', visible: [], clock: this.options.clock, timeout, signal: this.options.signal, env: buildEnvironment([]) }, workshop, isolation);
      await this.command(mend.line, service, workshop, isolation, timeout, mend.env ?? {});
    }
  }

  /** Lays a writable copy of the tree, has something done with it, and takes what became of it, but for what is spent. */
  private async inWorkshop(tree: readonly Entry[], isolation: Isolation, work: (workshop: Workshop) => Promise<void>, isPast = (_path: string) => false): Promise<Entry[]> {
    const { paths, signal } = this.options;
    const workshop = openWorkshop(join(paths.cache, 'workshops'), join(paths.cache, 'downloads'), isolation);
    try {
      const owner = isolation.user ?? undefined;
      await this.store.copy(tree, workshop.tree, { signal, owner });
      writeFileSync(join(workshop.directory, 'home', '.npmrc'), npmSettings());
      chmodSync(join(workshop.directory, 'home', '.npmrc'), 0o644);
      await work(workshop);
      return await capture(workshop.tree, this.store, { signal, knownAs: treeSeenAt(workshop, isolation), without: (path) => leftovers.test(path) || isPast(path) });
    } finally {
      await removeTree(workshop.directory);
    }
  }

  private async command(line: string, service: PlannedService, workshop: Workshop, isolation: Isolation, timeout: number, env: Readonly<Record<string, string>>, watch?: (line: string) => void): Promise<void> {
    const directories = this.directories();
    const argv = pipArgv(commandArgv(line));
    if (/^[\w.-]+$/.test(argv[0]!) && !existsSync(join(workshop.tree, this.group.path, 'node_modules', '.bin', argv[0]!))) requireTool(argv[0]!, directories);
    const python: Record<string, string> = service.language === 'python' || this.toolchains.some((toolchain) => toolchain.name === 'python') ? { PIP_TARGET: dependencyDirectory, PYTHONPATH: dependencyDirectory } : {};
    const seen = posix.join(treeSeenAt(workshop, isolation), this.group.path);
    const programs = [posix.join(seen, 'node_modules', '.bin'), posix.join(treeSeenAt(workshop, isolation), 'node_modules', '.bin')];
    // Only pnpm knows this setting; npm warns of it.
    const pnpm: Record<string, string> = /\bpnpm\b/.test(line) ? { npm_config_store_dir: '{cache}/pnpm' } : {};
    // From version 12 on npm runs no script of a dependency that nobody has allowed; a project that says which keeps its say.
    const scripts: Record<string, string> = /\bnpm\b/.test(line) && !this.manifests().some((text) => text.includes('"allowScripts"')) ? { npm_config_dangerously_allow_all_scripts: 'true' } : {};
    const prefix = this.toolchains.find((toolchain) => toolchain.headers !== undefined)?.headers;
    const headers = headersEnvironment(prefix);
    this.say(`$ ${line}`, service);
    const unreached = new Set<string>();
    const lacking = new Set<string>();
    const result = await runIsolated({
      argv, cwd: this.group.path, visible: [...directories, ...headersDirectories(prefix)], clock: this.options.clock, timeout, outputLimit: limits.output, signal: this.options.signal,
      env: buildEnvironment([...directories, ...programs], python, pnpm, scripts, headers, ...this.toolchains.map((toolchain) => toolchain.env), this.options.env ?? {}, env),
      onLine: (text) => {
        watch?.(text);
        const [host, name] = [unreachedIn(text), lackingIn(text)];
        if (host !== undefined) unreached.add(host);
        if (name !== undefined) lacking.add(name);
        this.say(text, service);
      },
    }, workshop, isolation);
    if (result.exitCode === 0 && result.ended === 'exit') return;
    const why = result.ended === 'timeout' ? `it took longer than ${timeout / minutes} minutes` : result.ended === 'output' ? 'it wrote more than 64 MB of output' : result.ended === 'not-started' ? result.tail.at(-1) : `${line} ended with code ${result.exitCode}`;
    const network = result.ended !== 'exit' ? undefined : unreached.size > 0 ? unreachedAdvice(unreached) : lacking.size > 0 ? lackingAdvice([...lacking][0]!) : undefined;
    throw new StratoError('build.failed', `${service.name} could not be built`, {
      why: [why, network?.why].filter((part) => part !== undefined).join('; '),
      next: network?.next ?? `mend what the lines above say and deploy again; ${this.group.path === '.' ? '' : `in ${this.group.path}, `}"${line}" shows it by hand`,
      details: { service: service.name, command: line, exitCode: result.exitCode, tail: result.tail },
    });
  }

  private runtimeEnvironment(tree: readonly Entry[]): Record<string, string> {
    const has = (path: string) => tree.some((entry) => entry.path === posix.join(this.group.path, path));
    return { ...this.browser()?.env, ...(has(dependencyDirectory) ? { PYTHONPATH: dependencyDirectory } : {}), ...(has('vendor/bundle') ? { BUNDLE_PATH: 'vendor/bundle' } : {}) };
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
    return this.manifests().flatMap((text) => /"packageManager"\s*:\s*"([^"]+)"/.exec(text)?.[1] ?? [])[0];
  }

  /** The package.json of the group and those above it, as far as workspaces go. */
  private manifests(): string[] {
    return ['package.json', '../package.json', '../../package.json'].flatMap((path) => this.text(path) ?? []);
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
