import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { Governor } from '../control/governor.ts';
import { pathsOf, type Paths } from '../host/paths.ts';
import { writeDurably } from '../ledger/files.ts';
import { openLedger } from '../ledger/open.ts';
import { fold } from '../ledger/state/fold.ts';
import { Live } from '../ledger/state/live.ts';
import { because, emptyState, originOf, reportOf, type State } from '../model/index.ts';
import { importBundle } from '../snapshot/bundle.ts';
import { historyOf } from '../snapshot/history.ts';
import { layHistory } from '../snapshot/lay-history.ts';
import type { Manifest } from '../snapshot/manifest.ts';
import { Store } from '../snapshot/store.ts';
import { keysKey, type KeptKeys } from './history-keeper.ts';
import { logKey, subjectKeys } from './log-key.ts';
import { stateSnapshots } from './state-snapshots.ts';
import { systemClock as clock, systemRandom as random } from './system.ts';

const Files = z.record(z.string().regex(/^[\w.-]{1,80}$/), z.string());
const Keys = z.object({ log: Files, subjects: Files });

/** What became of a home that was empty. `events` is null when the snapshot holds no ledger: then the home stays without one. */
export interface Seeded {
  readonly snapshot: string;
  readonly events: number | null;
}

/**
 * Gives an empty home the ledger, and its keys, that a snapshot in a file holds, before any daemon runs there: so that what is restored goes on in the history that it had. Agents of
 * the ledger ran where the snapshot was taken, and apps are to begin when their data is back: both is said by events and decisions behind the history, and
 * everything is in its place only when it has been said.
 */
async function seed(paths: Paths, file: string): Promise<Seeded> {
  const store = new Store(join(paths.home, 'snapshots'));
  const id = await importBundle(file, store);
  const manifest = store.read(id);
  const history = historyOf(manifest);
  if (history === undefined || existsSync(paths.ledger)) return { snapshot: id, events: null };
  const making = `${paths.ledger}.making`;
  rmSync(making, { recursive: true, force: true });
  layHistory(manifest, store.objects, making);
  layKeys(paths, manifest);
  await settleDown(making, paths, `user:${userInfo().username}`, `restores snapshot ${id} on an empty machine`);
  renameSync(making, paths.ledger);
  return { snapshot: id, events: history.size };
}

function layKeys(paths: Paths, manifest: Manifest): void {
  const { log, subjects } = Keys.parse(manifest.leaves.get(keysKey)) satisfies KeptKeys;
  for (const [directory, files] of [[dirname(logKey(paths)), log], [subjectKeys(paths), subjects]] as const) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const [name, content] of Object.entries(files)) writeDurably(join(directory, name), content);
  }
}

async function settleDown(directory: string, paths: Paths, actor: string, reasoning: string): Promise<void> {
  const ledger = await openLedger({ directory, subjects: subjectKeys(paths), clock });
  // A ledger whose beginning was archived goes on from the state that came along.
  const live = await Live.open<State>({ ledger, fold, empty: emptyState, snapshots: stateSnapshots(directory, ledger.sealing!) });
  const governor = new Governor({ ledger, state: () => live.current, random });
  for (const app of live.current.apps.values()) {
    if (app.desired === 'running') await governor.propose({ app: app.name, change: { kind: 'stop' }, actor, reasoning, confidence: 1, expected: 'it waits for its data' });
  }
  const [said] = await ledger.history({ limit: 1 });
  const gone = [...live.current.agents.keys(), ...live.current.standbys.keys()];
  if (said && gone.length > 0) await ledger.append(gone.map((agent) => ({ type: 'AgentRemoved' as const, actor, ...because(originOf(said)), body: { agent } })));
  await live.close();
  await ledger.close();
}

// A program of its own: `node seed.ts <file>`. The answer is one line of JSON.
const answer = await seed(pathsOf(), process.argv[2]!).then((seeded) => ({ seeded }), (error: unknown) => ({ error: reportOf(error) }));
console.log(JSON.stringify(answer));
