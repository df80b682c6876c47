import { existsSync, readFileSync, rmSync } from 'node:fs';
import { release, totalmem, uptime } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SnapshotRequest } from '../api/requests.ts';
import type { SnapshotTaken, SnapshotView } from '../api/views.ts';
import type { StateSource } from '../control/parts.ts';
import { routesOf } from '../control/routes.ts';
import type { Driver, DriverName } from '../drivers/driver.ts';
import { letGo, resumeRecorded } from '../host/pause.ts';
import type { Paths } from '../host/paths.ts';
import { bootId } from '../host/proc.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { StratoError, reportOf, targetRevision, type Agent, type App, type AppName, type Clock, type EventBody, type Random, type State } from '../model/index.ts';
import type { Secrets } from '../services/index.ts';
import { memoryOrders } from './memory-orders.ts';
import type { KeptMemory } from '../snapshot/memory.ts';
import { processRecord } from '../snapshot/processes.ts';
import { processRecordWithin } from '../snapshot/processes-within.ts';
import { stateLeaves } from '../snapshot/leaves.ts';
import { historyOf } from '../snapshot/history.ts';
import { nextId } from '../snapshot/next-id.ts';
import { SnapshotId, type Leaf, type Manifest } from '../snapshot/manifest.ts';
import { damaged } from '../snapshot/objects.ts';
import type { Places } from '../snapshot/relocate.ts';
import { Store } from '../snapshot/store.ts';
import type { TakeOrder } from '../snapshot/take.ts';
import type { HistoryKeeper } from './history-keeper.ts';
import { snapshotWork } from './snapshot-process.ts';

export interface SystemSnapshotParts {
  readonly paths: Paths;
  readonly version: string;
  readonly ledger: Ledger;
  readonly state: StateSource;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly random: Random;
  readonly history: HistoryKeeper;
  /** Runs a program beside an agent; what it printed. */
  readonly runBeside: (agent: Agent, argv: readonly string[]) => Promise<string>;
  readonly drivers: ReadonlyMap<DriverName, Driver>;
}

/** Milliseconds after which nobody any more writes an agent down whom a process that died told to: only then it is stopped for the last time. */
const aftermath = 30_000;

/** Events that are looked through at a time. */
const page = 500;

/** Takes, keeps and compares snapshots of the whole system. One at a time: taking pauses agents, and collecting removes what is in the making. */
export class SystemSnapshots {
  readonly store: Store;
  readonly #parts: SystemSnapshotParts;
  readonly #record: string;
  /** Memory of agents on its way into the store. */
  readonly #scratch: string;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: SystemSnapshotParts) {
    this.#parts = parts;
    this.store = new Store(join(parts.paths.home, 'snapshots'));
    this.#record = join(parts.paths.home, 'held.json');
    this.#scratch = join(this.store.directory, '.memory');
    // Whoever paused agents when the daemon died does so no more.
    this.#resume();
    this.store.removeUnfinished();
  }

  /** Newest first; one that cannot be read is listed with the reason. */
  list(): SnapshotView[] {
    return this.store.ids().map((id) => this.view(id));
  }

  view(id: SnapshotId): SnapshotView {
    try {
      return viewOf(this.store.read(id));
    } catch (error) {
      const { message, why } = reportOf(error);
      return { id, takenAt: null, actor: null, note: '', position: null, apps: [], files: 0, bytes: 0, events: null, root: null, damage: why ?? message };
    }
  }

  /** The id that a person means: whole, or the beginning of one, or `latest`. Throws `snapshot.unknown`. */
  find(text: string): SnapshotId {
    const ids = this.store.ids();
    const matching = text === 'latest' ? ids.slice(0, 1) : ids.filter((id) => id === text || id.startsWith(text));
    if (matching.length === 1) return matching[0]!;
    throw new StratoError('snapshot.unknown', matching.length === 0 ? `there is no snapshot ${JSON.stringify(text.slice(0, 60))}` : `${matching.length} snapshots begin with ${text}`, { next: 'list them with `stratoswarm snapshot list`' });
  }

  take(request: SnapshotRequest, actor: string): Promise<SnapshotTaken> {
    return this.inTurn(() => this.#take(request, actor));
  }

  /** Reads all of it, and asks the ledger whether this is its root. Throws `snapshot.damaged`. */
  async verify(id: SnapshotId) {
    const verified = await snapshotWork(this.store.directory, 'verify', { id });
    return { ...verified, taken: await this.#taken(id, verified.root) };
  }

  /** Position of the event by which the ledger knows the root; null where it has none of this snapshot. */
  async #taken(id: SnapshotId, root: string): Promise<number | null> {
    for (let before: number | undefined; ;) {
      const events = await this.#parts.ledger.history({ types: ['SnapshotTaken'], limit: page, before });
      for (const { position, body } of events) {
        const said = body as EventBody<'SnapshotTaken'>;
        if (said.snapshot !== id) continue;
        if (said.root !== root) throw damaged(`its root is ${root}, and event ${position} of the ledger says that it was ${said.root}`);
        return position;
      }
      if (events.length < page) return null;
      before = events.at(-1)!.position;
    }
  }

  diff(from: SnapshotId, to: SnapshotId) {
    return snapshotWork(this.store.directory, 'diff', { from, to });
  }

  export(id: SnapshotId, file: string) {
    return this.inTurn(() => snapshotWork(this.store.directory, 'export', { id, file }));
  }

  /** Takes in what another machine exported, or this one. */
  async import(file: string): Promise<SnapshotView> {
    const { id } = await this.inTurn(() => snapshotWork(this.store.directory, 'import', { file }));
    return this.view(SnapshotId.parse(id));
  }

  async remove(id: SnapshotId): Promise<void> {
    this.store.remove(id);
    await this.inTurn(() => snapshotWork(this.store.directory, 'collect', { now: this.#parts.clock.now() }));
  }

  inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #take({ apps: asked, note = '', hold = 'writers', processes = false, memory = false }: SnapshotRequest, actor: string): Promise<SnapshotTaken> {
    const { ledger, state, clock, random, version } = this.#parts;
    const { current } = state;
    const apps = chosen(current, asked);
    const takenAt = clock.now();
    const id = nextId(takenAt, this.store.ids()[0], random);
    const groups: Record<string, { agent: string; main: { pid: number; start: number } }[]> = {};
    for (const app of apps) groups[app.name] = hold === 'none' ? [] : pausedAgents(current, app, hold);
    const history = asked === undefined || asked.length === 0 ? await this.#parts.history.keep(this.store, join(this.store.directory, `.history-${id}`)) : undefined;
    const remembered = memory ? await memoryOrders(runningAgents(current, apps), this.#parts.drivers) : { orders: [], refused: [] };
    const order: TakeOrder = {
      header: { format: 1, id, takenAt, actor, note, version, position: current.position, apps: apps.map(({ name }) => name), places: placesOf(this.#parts.paths) },
      leaves: [...this.#leaves(current, apps), ...remembered.refused.map(({ agent, why }) => ({ key: `image/${agent}`, value: { unavailable: why } satisfies KeptMemory })), ...(processes ? await this.#processes(current, apps, memory) : []), ...(history?.leaves ?? [])],
      history: history?.rows,
      trees: [...(history?.trees ?? []), ...apps.flatMap((app) => [...this.#volumes(app), ...this.#artefacts(app)])].filter((tree, index, all) => all.findIndex(({ key }) => key === tree.key) === index),
      groups,
      memory: { agents: remembered.orders, scratch: this.#scratch },
      record: this.#record,
    };
    const taken = await snapshotWork(this.store.directory, 'take', order).finally(() => {
      this.#resume();
      rmSync(this.#scratch, { recursive: true, force: true });
      if (history) rmSync(history.rows.path, { recursive: true, force: true });
    });
    await ledger.append([{ type: 'SnapshotTaken', actor, body: { snapshot: id, root: taken.root, position: current.position, apps: apps.map(({ name }) => name), bytes: taken.bytes } }]);
    return { ...viewOf(this.store.read(id)), added: taken.added, held: { ...taken.held }, skipped: [...taken.skipped], memory: [...taken.memory, ...remembered.refused] };
  }

  /** Lets those go on whom a process that died left stopped, and whom what it began stops after that. */
  #resume(): void {
    const left = resumeRecorded(this.#record);
    if (left.length > 0) this.#parts.clock.after(aftermath, () => letGo(left));
  }

  #leaves(state: State, apps: readonly App[]): Leaf[] {
    const names = new Set(apps.map(({ name }) => name));
    return [
      ...stateLeaves(state, names),
      ...routesOf(state).filter(({ app }) => names.has(app)).map((route) => ({ key: `route/${route.hosts.join(',')}${route.path}`, value: route })),
      ...apps.map(({ name }) => ({ key: `secrets/${name}`, value: this.#parts.secrets.dump(name) })),
      { key: 'host', value: { kernel: release(), boot: bootId(), uptime: Math.floor(uptime()), memory: totalmem(), load: textOf('/proc/loadavg'), mounts: textOf('/proc/self/mountinfo'), addresses: textOf(join(this.#parts.paths.home, 'network', 'addresses.json')) } },
    ];
  }

  /** What can be told of the processes of agents that run. */
  async #processes(state: State, apps: readonly App[], memory: boolean): Promise<Leaf[]> {
    const without = memory ? 'it is not here: see the entry image of the agent' : 'it was not asked for (`--memory`)';
    return Promise.all(runningAgents(state, apps).map(async (agent) => {
      const within = agent.isolation === 'sandbox';
      const value = within ? await processRecordWithin((argv) => this.#parts.runBeside(agent, argv), without) : processRecord(agent.id, { pid: agent.pid!, start: agent.pidStart ?? 0 }, without);
      return { key: `process/${agent.id}`, value };
    }));
  }

  #volumes(app: App) {
    const volumes = new Set([...app.revisions.values()].flatMap(({ services }) => services.flatMap((service) => service.volumes.map(({ volume }) => volume))));
    return [...volumes].sort().map((volume) => ({ key: `volume/${app.name}/${volume}`, path: join(this.#parts.paths.volumes, app.name, volume), group: app.name })).filter(({ path }) => existsSync(path));
  }

  /** Of the revision that runs and of the newest that stayed well: what a restore and a rollback after it need. */
  #artefacts(app: App) {
    const revisions = [targetRevision(app), app.stable === null ? undefined : app.revisions.get(app.stable)];
    const ids = new Set(revisions.flatMap((revision) => revision?.services.flatMap(({ artefact }) => artefact ?? []) ?? []));
    return [...ids].map((id) => ({ key: `artefact/${id}`, path: join(this.#parts.paths.artefacts, id), group: null }));
  }
}

/** Where this node keeps things. */
export function placesOf(paths: Paths): Places {
  return { home: paths.home, program: fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, ''), node: process.execPath };
}

function chosen(state: State, asked: readonly AppName[] | undefined): App[] {
  if (asked === undefined || asked.length === 0) return [...state.apps.values()].filter(({ desired }) => desired !== 'removed');
  return asked.map((name) => {
    const app = state.apps.get(name);
    if (!app) throw new StratoError('app.unknown', `there is no app ${name}`, { next: 'list the apps with `stratoswarm ps`' });
    return app;
  });
}

function runningAgents(state: State, apps: readonly App[]): Agent[] {
  const names = new Set(apps.map(({ name }) => name));
  return [...state.agents.values()].filter((agent) => names.has(agent.app) && agent.pid !== null && agent.state !== 'exited');
}

/** Those who write to volumes, or all of the app. */
function pausedAgents(state: State, app: App, hold: 'writers' | 'all') {
  const writes = (agent: Agent) => (app.revisions.get(agent.revision)?.services.find(({ name }) => name === agent.service)?.volumes.length ?? 0) > 0;
  const agents = [...state.agents.values()].filter((agent) => agent.app === app.name && agent.pid !== null && agent.pidStart !== null && agent.state !== 'exited' && (hold === 'all' || writes(agent)));
  return agents.map((agent) => ({ agent: agent.id as string, main: { pid: agent.pid!, start: agent.pidStart! } }));
}

function viewOf(manifest: Manifest): SnapshotView {
  const { header, root } = manifest;
  const { id, takenAt, actor, note, position, apps, files, bytes } = header;
  return { id, takenAt, actor, note, position, apps: [...apps], files, bytes, events: historyOf(manifest)?.size ?? null, root, damage: null };
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
