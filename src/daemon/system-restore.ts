import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { RestoreRequest } from '../api/requests.ts';
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
import { SnapshotId, treeAt, type Manifest } from '../snapshot/manifest.ts';
import { damaged } from '../snapshot/objects.ts';
import { relocate, type Places } from '../snapshot/relocate.ts';
import type { KeptApp } from '../snapshot/leaves.ts';
import { verdictOn } from './deployment.ts';
import { RestoreJournal, Restoring } from './restore-journal.ts';
import { RestoredVolumes } from './restored-volumes.ts';
import { snapshotWork } from './snapshot-process.ts';
import { placesOf, type SystemSnapshots } from './system-snapshots.ts';
import type { WaitingMemory } from './waiting-memory.ts';

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
  readonly memory: WaitingMemory;
  readonly report: (error: unknown, about: string) => void;
}

/** Milliseconds to wait for an app to stop, and for a restored one to become ready. */
const stopping = 120_000;
const starting = 300_000;

/** What of a kept revision is deployed again. */
const Restorable = z.object({ plan: Plan, services: z.array(Service), source: Source });

interface Target {
  /** As the snapshot has it. */
  readonly source: AppName;
  readonly name: AppName;
  readonly fork: boolean;
  /** Whether agents go on from their memory. */
  readonly memory: boolean;
}

/** Brings apps back as a snapshot has them, through the same gate as every other change. */
export class SystemRestore {
  readonly #parts: RestoreParts;
  readonly #journal: RestoreJournal;

  constructor(parts: RestoreParts) {
    this.#parts = parts;
    this.#journal = new RestoreJournal(parts.paths.home);
  }

  /**
   * Ends what a daemon began that died of it: an app whose restored revision was not decided on yet is taken back to what it was, before this returns; one
   * that was gets the rest, in turn with other work on snapshots, once it is ready.
   */
  async recover(): Promise<void> {
    const { snapshots, report } = this.#parts;
    for (const restoring of this.#journal.open(report)) {
      const app = this.#parts.state.current.apps.get(restoring.app);
      const revision = app && targetRevision(app);
      if (revision && revision.number !== restoring.before.revision && isDeepStrictEqual(revision.services, restoring.services)) {
        void snapshots.inTurn(() => this.#finish(restoring, revision.number)).catch((error: unknown) => report(error, `finishing the restore of ${restoring.app}`));
      } else {
        await this.#takeBack(restoring, 'which was cut short').catch((error: unknown) => report(error, `taking back the restore of ${restoring.app}`));
      }
    }
  }

  /**
   * Brings apps back: artefacts, volumes, secrets, then the revision by a decision, which brings routes and agents. The snapshot is read and checked whole
   * before anything is changed. Apps that it does not hold stay as they are. With all apps the ledger of another home comes, too, as a history beside the own.
   */
  async restore(id: SnapshotId, { apps, memory = false }: RestoreRequest, actor: string): Promise<Restored> {
    const { snapshots } = this.#parts;
    return await snapshots.inTurn(async () => {
      const manifest = await this.#checked(id);
      const chosen = apps ?? manifest.header.apps.map((name) => AppName.parse(name));
      for (const app of chosen) if (!manifest.header.apps.includes(app)) throw new StratoError('snapshot.app-unknown', `the snapshot ${id} does not hold ${app}`, { next: `it holds ${manifest.header.apps.join(', ')}` });
      const done: RestoredApp[] = [];
      for (const app of chosen) done.push(await this.#bring(manifest, { source: app, name: app, fork: false, memory }, actor));
      return { apps: done, history: apps === undefined ? await this.#layHistory(manifest) : null };
    });
  }

  /**
   * Starts a clone beside the original, with copies of its data, whose agents reach each other and nothing else. Throws `fork.not-contained` where
   * they cannot be kept from that.
   */
  async fork(id: SnapshotId, { source, name }: { source: AppName; name: AppName }, actor: string): Promise<RestoredApp> {
    const { snapshots } = this.#parts;
    this.#requireFork(name);
    return await snapshots.inTurn(async () => {
      const manifest = await this.#checked(id);
      if (!manifest.header.apps.includes(source)) throw new StratoError('snapshot.app-unknown', `the snapshot ${id} does not hold ${source}`, { next: `it holds ${manifest.header.apps.join(', ')}` });
      return await this.#bring(manifest, { source, name, fork: true, memory: false }, actor);
    });
  }

  /** The same from a snapshot that is taken for it, which goes again when no fork comes of it. */
  async forkNow(target: { source: AppName; name: AppName }, actor: string): Promise<RestoredApp> {
    const { snapshots, state } = this.#parts;
    this.#requireFork(target.name);
    const { id } = await snapshots.take({ apps: [target.source], note: `for a fork of ${target.source}` }, actor);
    try {
      return await this.fork(SnapshotId.parse(id), target, actor);
    } catch (error) {
      if (!state.current.apps.has(target.name)) await snapshots.remove(SnapshotId.parse(id));
      throw error;
    }
  }

  #requireFork(name: AppName): void {
    const { state, ownNetwork, contains } = this.#parts;
    if (!contains) throw new StratoError('fork.not-contained', 'a fork cannot be kept from the world here', { why: ownNetwork ? 'that needs nftables with rules for bridges' : "agents share this machine's network", next: 'run the daemon as root with nftables installed, so that each agent has a network of its own' });
    if (state.current.apps.has(name)) throw new StratoError('fork.exists', `there is an app ${name} already`, { next: 'name the fork otherwise with --name, or remove that app' });
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
    const { governor, state, report, memory, paths, snapshots } = this.#parts;
    const { id } = manifest.header;
    const kept = manifest.leaves.get(`app/${target.source}`) as KeptApp | undefined;
    const revision = Restorable.safeParse(manifest.leaves.get(`revision/${target.source}/${kept?.revision}`));
    if (!kept || !revision.success) throw damaged(`it does not hold the revision of ${target.source} that ran`);
    const { plan: before, source } = revision.data;
    const plan: Plan = { ...before, app: { ...before.app, name: target.name } };
    const services = await this.#services(revision.data, target, manifest.header.places);
    const change: Change = { kind: 'deploy', plan, services, source };
    const reasoning = target.fork ? `forks ${target.source} from snapshot ${id}` : `restores snapshot ${id}`;
    const proposal = { app: target.name, change, actor, reasoning, confidence: 1, expected: `${target.name} answers as at the time of the snapshot` };
    governor.check(proposal);

    await this.#layArtefacts(manifest, services);
    const remembered = target.memory ? await memory.lay(manifest, target.name, snapshots.store.directory, paths.home) : [];
    const volumes = await this.#volumes(manifest, target, services);
    const restoring = Restoring.parse({
      snapshot: id, root: manifest.root, source: target.source, app: target.name, fork: target.fork, actor, reasoning, services, volumes: volumes.all,
      before: this.#before(target.name), then: { scale: kept.scale, desired: kept.desired },
    });
    this.#journal.begin(restoring);
    let decision;
    try {
      await this.#layVolumes(manifest, target, volumes);
      await this.#stop(target.name, actor, reasoning);
      volumes.exchange();
      const secrets = manifest.leaves.get(`secrets/${target.source}`);
      if (secrets !== undefined) this.#parts.secrets.restore(target.name, secrets);
      decision = await governor.propose(proposal);
    } catch (error) {
      await this.#takeBack(restoring, 'which failed').catch((fault: unknown) => report(fault, `taking back the restore of ${target.name}`));
      throw error;
    }
    await this.#finish(restoring, decision.revision!);
    const outcomes = memory.outcomes(target.name, remembered, state.current);
    memory.end(target.name);
    return { app: target.name, revision: decision.revision!, url: this.#parts.url(state.current.apps.get(target.name)!), volumes: volumes.all.map(({ name }) => name), memory: outcomes };
  }

  #before(name: AppName): Restoring['before'] {
    const { state, secrets } = this.#parts;
    const app = state.current.apps.get(name);
    return { revision: (app && targetRevision(app)?.number) ?? null, running: app?.desired === 'running', secrets: secrets.apps().includes(name) ? secrets.dump(name) : null };
  }

  /** As it was before: with its old data and secrets, and running if it ran. */
  async #takeBack(restoring: Restoring, why: string): Promise<void> {
    const { paths, secrets, state, governor, memory } = this.#parts;
    const { app, before, actor, reasoning } = restoring;
    memory.end(app);
    await new RestoredVolumes(paths.volumes, app, restoring.volumes).back();
    if (before.secrets === null) secrets.remove(app, { keepStores: false });
    else secrets.restore(app, before.secrets);
    if (before.running && state.current.apps.get(app)?.desired === 'stopped') {
      await governor.propose({ app, change: { kind: 'start' }, actor, reasoning: `${reasoning}, ${why}`, confidence: 1, expected: 'it runs as before' });
    }
    this.#journal.end(restoring);
  }

  /** What is left to do when the restored revision is decided on. */
  async #finish(restoring: Restoring, revision: number): Promise<void> {
    const { ledger, governor, paths } = this.#parts;
    const { app, snapshot, root, source, fork, actor, reasoning, then } = restoring;
    try {
      await ledger.append([{ type: 'SnapshotRestored', actor, body: { app, snapshot, root, source, fork } }]);
      await this.#settle(app, revision);
      await this.#scale(app, then.scale, actor, reasoning);
      if (then.desired === 'stopped') await governor.propose({ app, change: { kind: 'stop' }, actor, reasoning, confidence: 1, expected: 'it is stopped, as in the snapshot' });
      await new RestoredVolumes(paths.volumes, app, restoring.volumes).settle();
    } finally {
      this.#journal.end(restoring);
    }
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
        const startup = service.health.startup && ready ? { ...service.health.startup, action: { kind: 'exec' as const, argv: [...ready] } } : service.health.startup;
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

  /** Those that the services use and the snapshot has. */
  #volumes(manifest: Manifest, { source, name }: Target, services: readonly Service[]): Promise<RestoredVolumes> {
    const used = [...new Set(services.flatMap((service) => service.volumes.map(({ volume }) => volume)))];
    return RestoredVolumes.prepare(this.#parts.paths.volumes, name, used.filter((volume) => treeAt(manifest, `volume/${source}/${volume}`)));
  }

  /** Beside those that are there, while the app still runs. */
  async #layVolumes(manifest: Manifest, { source }: Target, volumes: RestoredVolumes): Promise<void> {
    await snapshotWork(this.#parts.snapshots.store.directory, 'lay', { id: manifest.header.id, trees: volumes.all.map(({ name }) => ({ key: `volume/${source}/${name}`, path: volumes.restored(name) })) });
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

  async #scale(name: AppName, scale: Restoring['then']['scale'], actor: string, reasoning: string): Promise<void> {
    const { state, governor } = this.#parts;
    for (const [service, replicas] of Object.entries(scale)) {
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
