import { existsSync } from 'node:fs';
import { pause, type ProcessName } from '../host/pause.ts';
import { StratoError } from '../model/index.ts';
import { captureTree, type Captured, type Known } from './capture.ts';
import { joinRows, rowsKey } from './history.ts';
import { Header, treeAt, writeManifest, type Kept, type Leaf, type SnapshotId } from './manifest.ts';
import { filesOf, memoryKey, memoryLeaf, placeOfMemory, writeMemory, type Remembered } from './memory.ts';
import type { Store } from './store.ts';
import { entriesOf, keepTree } from './tree.ts';

/** Everything that is needed to take a snapshot, as plain JSON: it is taken by a process of its own. */
export interface TakeOrder {
  readonly header: Omit<Header, 'bytes' | 'files'>;
  /** State, routes, secrets and whatever else is small. */
  readonly leaves: readonly Leaf[];
  /** Directories to keep. Those of one `group` are kept as they are at one moment, for which its agents are paused. */
  readonly trees: readonly { readonly key: string; readonly path: string; readonly group: string | null }[];
  readonly groups: Readonly<Record<string, readonly { readonly agent: string; readonly main: ProcessName }[]>>;
  /** Agents that are kept with their memory, which is written below `scratch` first. */
  readonly memory?: { readonly agents: readonly Remembered[]; readonly scratch: string } | undefined;
  /** Milliseconds for which agents may be paused; the usual ones unless told. */
  readonly longestPause?: number | undefined;
  /** File that names those who are paused. */
  readonly record: string;
  /** The ledger's rows behind `upTo` in files, which go behind those that an earlier snapshot has. */
  readonly history?: { readonly path: string; readonly earlier: SnapshotId | null; readonly upTo: number } | undefined;
}

export interface Taken {
  readonly root: string;
  readonly bytes: number;
  readonly files: number;
  /** Bytes that it added to the store. */
  readonly added: number;
  /** Milliseconds for which the agents of each group were paused. */
  readonly held: Readonly<Record<string, number>>;
  readonly skipped: readonly { readonly path: string; readonly why: string }[];
  /** Of agents that were to be kept with their memory: why one is not, else null. */
  readonly memory: readonly { readonly agent: string; readonly why: string | null }[];
}

/** Milliseconds between two looks whether all are at rest. */
const glance = 3;

/** Milliseconds: beyond, probes and users of agents would take them for dead. */
const usualPause = 15_000;

/** How often a tree is looked at before its agents are paused: each look has to read only what changed since the one before. */
const looksBefore = 3;

/**
 * Takes a snapshot. Directories are read while everything runs on; those of a group are then looked at again with its agents paused, which only reads
 * what has changed since: so the pause is short, and what is kept is what was there at one moment (what a power failure would have left; databases recover from
 * that). Throws `snapshot.busy` when more is written than can be read within the longest pause, and `snapshot.interrupted` when somebody lets agents go on meanwhile.
 *
 * @param requireWanted - throws when nobody waits for it any more: then nothing may come of it
 */
export async function take(order: TakeOrder, store: Store, requireWanted: () => void = () => undefined): Promise<Taken> {
  const { longestPause = usualPause } = order;
  const held: Record<string, number> = {};
  const captured = new Map<string, Captured>();
  const remembered = order.memory?.agents ?? [];
  const refused = new Map<string, string>();
  const trees = [...order.trees, ...filesOf(remembered)];
  for (const tree of trees) captured.set(tree.key, capture(store, tree.path, new Map()));
  for (const [group, agents] of Object.entries(order.groups)) {
    const members = trees.filter((tree) => tree.group === group);
    for (let look = 1; look < looksBefore; look++) for (const { key, path } of members) captured.set(key, capture(store, path, captured.get(key)!.known));
    const written = remembered.filter((agent) => agent.group === group);
    if (agents.length === 0 && written.length === 0) continue;
    const began = performance.now();
    const memory = await writeMemory(written, order.memory?.scratch ?? '', order.record);
    for (const [agent, why] of memory.refused) refused.set(agent, why);
    const paused = await pause(agents, order.record, () => new Promise((resolve) => setTimeout(resolve, glance)), memory.stopped);
    try {
      for (const { key, path } of members) {
        captured.set(key, capture(store, path, captured.get(key)!.known));
        if (performance.now() - began > longestPause) throw new StratoError('snapshot.busy', `${order.memory?.agents.length ? 'memory and volumes' : 'what is written to the volumes'} of ${group} could not be read while it was paused`, { why: `it may be paused for ${longestPause / 1000} s`, next: 'take the snapshot when less is written, or stop the app first', retryable: true });
      }
      if (!paused.held()) throw new StratoError('snapshot.interrupted', `agents of ${group} were let go on while their volumes were read`, { why: 'a daemon that starts does so, or somebody sent them SIGCONT', next: 'take the snapshot again', retryable: true });
    } finally {
      paused.resume();
      held[group] = Math.round(performance.now() - began);
    }
  }
  const memory = remembered.map((agent) => memoryLeaf(agent, refused.get(agent.agent), captured.get(memoryKey(agent.agent, 'app'))));
  const lost = memory.flatMap(({ key, value }) => ('unavailable' in value ? [`${key}/`] : []));
  for (const { agent } of remembered) {
    const tree = { key: memoryKey(agent, 'memory'), path: placeOfMemory(order.memory!.scratch, agent), group: null };
    trees.push(tree);
    captured.set(tree.key, capture(store, tree.path, new Map()));
  }
  const kept = trees.filter(({ key }) => !lost.some((prefix) => key.startsWith(prefix))).map(({ key, path }) => {
    const { entries, skipped } = captured.get(key)!;
    return { key, path, value: { tree: keepTree(entries, store.objects), skipped } satisfies Kept };
  });
  if (order.history) {
    const { path, earlier, upTo } = order.history;
    const before = earlier === null ? undefined : treeAt(store.read(earlier), rowsKey);
    const entries = joinRows(before ? entriesOf(before.tree, store.objects) : [], upTo, capture(store, path, new Map()).entries);
    kept.push({ key: rowsKey, path, value: { tree: keepTree(entries, store.objects), skipped: [] } });
  }
  const header = { ...order.header, bytes: kept.reduce((sum, { value }) => sum + value.tree.bytes, 0), files: kept.reduce((sum, { value }) => sum + value.tree.files, 0) };
  await store.objects.flush();
  requireWanted();
  const { text, root } = writeManifest(header, [...order.leaves, ...memory, ...kept.map(({ key, value }) => ({ key, value }))]);
  store.write(header.id, text);
  return { root, bytes: header.bytes, files: header.files, added: store.objects.written, held, memory: memory.map(({ value }, index) => ({ agent: remembered[index]!.agent, why: 'unavailable' in value ? value.unavailable : null })), skipped: kept.flatMap(({ path, value }) => value.skipped.map((skip) => ({ path: `${path}/${skip.path}`, why: skip.why }))) };
}

function capture(store: Store, path: string, known: Known): Captured {
  if (!existsSync(path)) return { entries: [], known: new Map(), skipped: [], read: 0 };
  return captureTree(path, store.objects, known, fileSystemNow);
}

/** The clock by which the kernel stamps files. */
function fileSystemNow(): bigint {
  return BigInt(Math.floor((performance.timeOrigin + performance.now()) * 1e6));
}
