import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { Restored, RestoredApp } from '../api/views.ts';
import { resolveToolchain } from '../build/toolchains.ts';
import type { Governor } from '../control/governor.ts';
import type { StateSource } from '../control/parts.ts';
import type { Paths } from '../host/paths.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { parseVerifier } from '../ledger/proof/note.ts';
import { AppName, ArtefactId, Plan, Service, Source, StratoError, targetRevision, type App, type Change, type Clock, type ServiceName } from '../model/index.ts';
import { storeDefinitions, type Secrets } from '../services/index.ts';
import { historyOf } from '../snapshot/history.ts';
import { treeAt, type Manifest, type SnapshotId } from '../snapshot/manifest.ts';
import { damaged } from '../snapshot/objects.ts';
import { relocate, type Places } from '../snapshot/relocate.ts';
import type { KeptApp } from '../snapshot/leaves.ts';
import { verdictOn } from './deployments.ts';
import { snapshotWork } from './snapshot-process.ts';
import { placesOf, type SystemSnapshots } from './system-snapshots.ts';

export interface RestoreParts {
  readonly paths: Paths;
  readonly ledger: Ledger;
  readonly state: StateSource;
  readonly governor: Governor;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly snapshots: SystemSnapshots;
  /** Whether agents of apps have addresses of their own. */
  readonly ownNetwork: boolean;
  /** Whether they can be kept from reaching anything but their own app. */
  readonly contains: boolean;
  /** Ports for stores, where agents share those of this machine. */
  readonly place: (services: readonly Service[], earlier: readonly Service[] | undefined) => Promise<Service[]>;
  readonly url: (app: App) => string | null;
  /** Of the log in use here. */
  readonly logName: () => string;
}

/** Milliseconds to wait for an app to stop, and for a restored one to become ready. */
const stopping = 120_000;
const starting = 300_000;

/** Data that made way for restored data, until that is in its place; and data on its way there. */
const replaced = '.replaced-';
const restored = '.restored-';

/** What of a kept revision is deployed again. */
const Restorable = z.object({ plan: Plan, services: z.array(Service), source: Source });

interface Target {
  /** As the snapshot has it. */
  readonly source: AppName;
  readonly name: AppName;
  readonly fork: boolean;
}

/** Brings apps back as a snapshot has them, through the same gate as every other change. */
export class SystemRestore {
  readonly #parts: RestoreParts;

  constructor(parts: RestoreParts) {
    this.#parts = parts;
    mendVolumes(parts.paths.volumes);
  }

  /**
   * Brings apps back: artefacts, volumes, secrets, then the revision by a decision, which brings routes and agents. The snapshot is read and checked whole
   * before anything is changed. Apps that it does not hold stay as they are. With all apps the ledger of another home comes, too, as a history beside the own.
   */
  async restore(id: SnapshotId, apps: readonly AppName[] | undefined, actor: string): Promise<Restored> {
    const { snapshots } = this.#parts;
    return await snapshots.inTurn(async () => {
      const manifest = await this.#checked(id);
      const chosen = apps ?? manifest.header.apps.map((name) => AppName.parse(name));
      for (const app of chosen) if (!manifest.header.apps.includes(app)) throw new StratoError('snapshot.app-unknown', `the snapshot ${id} does not hold ${app}`, { next: `it holds ${manifest.header.apps.join(', ')}` });
      const done: RestoredApp[] = [];
      for (const app of chosen) done.push(await this.#bring(manifest, { source: app, name: app, fork: false }, actor));
      return { apps: done, history: apps === undefined ? await this.#layHistory(manifest) : null };
    });
  }

  /**
   * Starts a clone beside the original, with copies of its data, whose agents reach each other and nothing else. Throws `fork.not-contained` where
   * they cannot be kept from that.
   */
  async fork(id: SnapshotId, { source, name }: { source: AppName; name: AppName }, actor: string): Promise<RestoredApp> {
    const { snapshots, state, ownNetwork, contains } = this.#parts;
    if (!contains) throw new StratoError('fork.not-contained', 'a fork cannot be kept from the world here', { why: ownNetwork ? 'that needs nftables with rules for bridges' : "agents share this machine's network", next: 'run the daemon as root with nftables installed, so that each agent has a network of its own' });
    if (state.current.apps.has(name)) throw new StratoError('fork.exists', `there is an app ${name} already`, { next: 'name the fork otherwise with --name, or remove that app' });
    return await snapshots.inTurn(async () => {
      const manifest = await this.#checked(id);
      if (!manifest.header.apps.includes(source)) throw new StratoError('snapshot.app-unknown', `the snapshot ${id} does not hold ${source}`, { next: `it holds ${manifest.header.apps.join(', ')}` });
      return await this.#bring(manifest, { source, name, fork: true }, actor);
    });
  }

  /** Returns where it is; null when the snapshot has none, or its ledger is the one that is used here. */
  async #layHistory(manifest: Manifest): Promise<string | null> {
    const { paths, snapshots, logName } = this.#parts;
    const history = historyOf(manifest);
    if (history === undefined) return null;
    const { name } = parseVerifier(history.key);
    if (name === logName()) return null;
    const path = join(paths.ledger, 'histories', `${name.replaceAll(/[^\w.-]/g, '-')}-${history.size}`);
    if (!existsSync(path)) await snapshotWork(snapshots.store.directory, 'lay-history', { id: manifest.header.id, path });
    return path;
  }

  async #checked(id: SnapshotId): Promise<Manifest> {
    const { snapshots } = this.#parts;
    await snapshots.verify(id);
    return snapshots.store.read(id);
  }

  async #bring(manifest: Manifest, target: Target, actor: string): Promise<RestoredApp> {
    const { ledger, governor, state } = this.#parts;
    const { id } = manifest.header;
    const kept = manifest.leaves.get(`app/${target.source}`) as KeptApp | undefined;
    const revision = Restorable.safeParse(manifest.leaves.get(`revision/${target.source}/${kept?.revision}`));
    if (!kept || !revision.success) throw damaged(`it does not hold the revision of ${target.source} that ran`);
    const { plan: before, source } = revision.data;
    const plan: Plan = { ...before, app: { ...before.app, name: target.name } };
    const services = await this.#services(revision.data, target, manifest.header.places);
    const change: Change = { kind: 'deploy', plan, services, source };
    const reasoning = target.fork ? `${actor} forks ${target.source} from snapshot ${id}` : `${actor} restores snapshot ${id}`;
    const proposal = { app: target.name, change, actor, reasoning, confidence: 1, expected: `${target.name} answers as at the time of the snapshot` };
    governor.check(proposal);

    await this.#layArtefacts(manifest, services);
    const volumes = [...new Set(services.flatMap((service) => service.volumes.map(({ volume }) => volume)))].filter((volume) => treeAt(manifest, `volume/${target.source}/${volume}`));
    await this.#layVolumes(manifest, target, volumes);
    const [ran, secretsBefore] = [state.current.apps.get(target.name)?.desired === 'running', this.#parts.secrets.dump(target.name)];
    await this.#stop(target.name, actor, reasoning);
    const back = this.#exchange(target.name, volumes);
    let decision;
    try {
      const secrets = manifest.leaves.get(`secrets/${target.source}`);
      if (secrets !== undefined) this.#parts.secrets.restore(target.name, secrets);
      decision = await governor.propose(proposal);
    } catch (error) {
      back();
      this.#parts.secrets.restore(target.name, secretsBefore);
      // As it was before: with its old data, and running if it ran.
      if (ran) await governor.propose({ app: target.name, change: { kind: 'start' }, actor, reasoning: `${reasoning}, which was refused`, confidence: 1, expected: 'it runs as before' }).catch(() => undefined);
      throw error;
    }
    await ledger.append([{ type: 'SnapshotRestored', actor, body: { app: target.name, snapshot: id, root: manifest.root, source: target.source, fork: target.fork } }]);
    await this.#settle(target.name, decision.revision!);
    await this.#scale(target.name, kept, actor, reasoning);
    if (kept.desired === 'stopped') await governor.propose({ app: target.name, change: { kind: 'stop' }, actor, reasoning, confidence: 1, expected: 'it is stopped, as in the snapshot' });
    for (const volume of volumes) await rm(join(this.#parts.paths.volumes, target.name, `${replaced}${volume}`), { recursive: true, force: true });
    return { app: target.name, revision: decision.revision!, url: this.#parts.url(state.current.apps.get(target.name)!), volumes };
  }

  /** The services as this machine runs them: in its own places, with programs that are here. Throws `toolchain.missing`, `store.unavailable`. */
  async #services({ plan, services: kept }: z.output<typeof Restorable>, target: Target, places: Places): Promise<Service[]> {
    const { paths, clock, place, state } = this.#parts;
    const services: Service[] = [];
    for (const service of relocate(kept, places, placesOf(paths))) {
      const missing = service.toolchain.filter((directory) => !existsSync(directory));
      if (missing.length === 0) services.push(service);
      else if (service.kind === 'store') {
        const definition = storeDefinitions[service.store ?? ''];
        if (!definition) throw new StratoError('store.unavailable', `${service.name} of ${target.source} is a store that cannot be run here`);
        const { argv, toolchain, ready } = await definition.provide({ paths, clock });
        const startup = service.health.startup && { ...service.health.startup, action: { kind: 'exec' as const, argv: [...ready] } };
        services.push({ ...service, argv: [...argv], toolchain: [...toolchain], health: { ...service.health, startup } });
      } else {
        const runtime = plan.services.find(({ name }) => name === service.name)?.runtime;
        if (!runtime) throw new StratoError('toolchain.missing', `${missing[0]} is not on this machine, and ${service.name} of ${target.source} needs it`, { next: 'install it there, or deploy the app from its code' });
        const { directories } = await resolveToolchain(runtime, paths);
        services.push({ ...service, toolchain: [...new Set([...service.toolchain.filter((directory) => existsSync(directory)), ...directories])] });
      }
    }
    for (const { name, argv } of services) if (isAbsolute(argv[0]!) && !existsSync(argv[0]!)) throw new StratoError('toolchain.missing', `${argv[0]} is not on this machine, and ${name} of ${target.source} starts with it`, { next: 'install it there, or deploy the app from its code' });
    const earlier = state.current.apps.get(target.name);
    const placed = this.#parts.ownNetwork ? services : await place(services, earlier && targetRevision(earlier)?.services);
    return placed.map((service) => (target.fork ? { ...service, contained: true } : service));
  }

  async #layArtefacts(manifest: Manifest, services: readonly Service[]): Promise<void> {
    const { paths, snapshots } = this.#parts;
    const missing = [...new Set(services.flatMap(({ artefact }) => artefact ?? []))].filter((id) => !existsSync(join(paths.artefacts, id)));
    const fresh = (id: ArtefactId) => join(paths.artefacts, `.fresh-${manifest.header.id}-${id}`);
    mkdirSync(paths.artefacts, { recursive: true });
    for (const id of missing) await rm(fresh(id), { recursive: true, force: true });
    await snapshotWork(snapshots.store.directory, 'lay', { id: manifest.header.id, trees: missing.map((id) => ({ key: `artefact/${id}`, path: fresh(id) })) });
    for (const id of missing) renameSync(fresh(id), join(paths.artefacts, id));
  }

  /** Lays the volumes beside those that are there, while the app still runs. */
  async #layVolumes(manifest: Manifest, target: Target, volumes: readonly string[]): Promise<void> {
    const { paths, snapshots } = this.#parts;
    const directory = join(paths.volumes, target.name);
    mkdirSync(directory, { recursive: true, mode: 0o711 });
    for (const volume of volumes) {
      await rm(join(directory, `${restored}${volume}`), { recursive: true, force: true });
      // Of an earlier restore that did not end well: what is in place now is newer.
      if (existsSync(join(directory, volume))) await rm(join(directory, `${replaced}${volume}`), { recursive: true, force: true });
    }
    await snapshotWork(snapshots.store.directory, 'lay', { id: manifest.header.id, trees: volumes.map((volume) => ({ key: `volume/${target.source}/${volume}`, path: join(directory, `${restored}${volume}`) })) });
  }

  /** Puts restored volumes into their places; what was there is kept until all is well. Returns how to take it back. */
  #exchange(app: AppName, volumes: readonly string[]): () => void {
    const at = (name: string) => join(this.#parts.paths.volumes, app, name);
    const undo: (() => void)[] = [];
    const move = (from: string, to: string) => {
      renameSync(at(from), at(to));
      undo.push(() => renameSync(at(to), at(from)));
    };
    for (const volume of volumes) {
      if (existsSync(at(volume))) move(volume, `${replaced}${volume}`);
      move(`${restored}${volume}`, volume);
    }
    return () => { for (const step of undo.reverse()) step(); };
  }

  async #stop(name: AppName, actor: string, reasoning: string): Promise<void> {
    const { state, governor } = this.#parts;
    const running = () => [state.current.agents, state.current.standbys].some((all) => all.some((agent) => agent.app === name));
    if (state.current.apps.get(name)?.desired === 'running') await governor.propose({ app: name, change: { kind: 'stop' }, actor, reasoning, confidence: 1, expected: 'no agent of it is left' });
    await this.#until(() => (running() ? undefined : true), stopping, () => new StratoError('snapshot.not-stopped', `${name} did not stop`, { next: `see \`stratoswarm status ${name}\``, retryable: true }));
  }

  async #settle(name: AppName, revision: number): Promise<void> {
    const { state } = this.#parts;
    await this.#until(() => {
      const verdict = verdictOn(state.current.apps.get(name), revision);
      if (verdict instanceof StratoError) throw verdict;
      return verdict === 'ready' ? true : undefined;
    }, starting, () => new StratoError('snapshot.not-ready', `${name} was restored and is not ready yet`, { next: `see \`stratoswarm status ${name}\` and \`stratoswarm logs ${name}\`` }));
  }

  async #scale(name: AppName, kept: KeptApp, actor: string, reasoning: string): Promise<void> {
    const { state, governor } = this.#parts;
    for (const [service, replicas] of Object.entries(kept.scale)) {
      if (state.current.apps.get(name)?.scale[service] === replicas) continue;
      await governor.propose({ app: name, change: { kind: 'scale', service: service as ServiceName, replicas }, actor, reasoning, confidence: 1, expected: `${replicas} agents of ${service}, as in the snapshot` });
    }
  }

  #until(done: () => true | undefined, milliseconds: number, late: () => StratoError): Promise<void> {
    const { state, clock } = this.#parts;
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        cancel();
        cancelTimer();
        settle();
      };
      const look = () => {
        try {
          if (done()) end(resolve);
        } catch (error) {
          end(() => reject(error as Error));
        }
      };
      let cancelTimer: () => void = () => undefined;
      const cancel = state.onChange(look);
      cancelTimer = clock.after(milliseconds, () => end(() => reject(late())));
      look();
    });
  }
}

/** A restore that died between two renames left a volume under another name: what was there before comes back. */
function mendVolumes(volumes: string): void {
  if (!existsSync(volumes)) return;
  for (const app of readdirSync(volumes)) {
    for (const name of readdirSync(join(volumes, app))) {
      if (!name.startsWith(replaced)) continue;
      const place = join(volumes, app, name.slice(replaced.length));
      if (!existsSync(place)) renameSync(join(volumes, app, name), place);
    }
  }
}
