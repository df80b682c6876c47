import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pathsOf, type Paths } from '../host/paths.ts';
import { ArchiveSource } from '../ledger/archive/archive-source.ts';
import { verifyArchive } from '../ledger/archive/verify-archive.ts';
import { ledgerFiles } from '../ledger/files.ts';
import { Checkpoints } from '../ledger/proof/checkpoints.ts';
import { identityIn } from '../ledger/proof/identity.ts';
import { formatVerifier } from '../ledger/proof/note.ts';
import { verifyLog } from '../ledger/proof/verify.ts';
import { fold } from '../ledger/state/fold.ts';
import { Live } from '../ledger/state/live.ts';
import { FileSource } from '../ledger/store/file-source.ts';
import { because, emptyState, originOf, type NewEvent, type State } from '../model/index.ts';
import { deployChange, sampleService } from '../simulation/workload.ts';
import { exportBundle } from '../snapshot/bundle.ts';
import { SnapshotId } from '../snapshot/manifest.ts';
import { Store } from '../snapshot/store.ts';
import { take } from '../snapshot/take.ts';
import { verify } from '../snapshot/verify.ts';
import { archive } from './audit/archive.ts';
import { HistoryKeeper } from './history-keeper.ts';
import { logKey } from './log-key.ts';
import { openLedgerOf } from './open-ledger.ts';
import { stateSnapshots } from './state-snapshots.ts';
import { systemClock as clock } from './system.ts';

const program = fileURLToPath(new URL('./seed.ts', import.meta.url));
const id = SnapshotId.parse('20261121-101500-abc123');
let scratch: string;
let [here, there]: Paths[] = [];
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'stratoswarm-seed-'));
  [here, there] = ['here', 'there'].map((name) => pathsOf({ STRATOSWARM_HOME: join(scratch, name) }));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

const open = (paths: Paths) => openLedgerOf(paths, {});
const filler = (count: number): NewEvent[] => Array.from({ length: count }, (_, n) => ({ type: 'DaemonStopped', actor: 'user:ada', body: { reason: String(n) } }));

/** A home with an app that was deployed, and many events behind that. */
async function inhabit(paths: Paths): Promise<void> {
  mkdirSync(dirname(logKey(paths)), { recursive: true });
  const ledger = await open(paths);
  const decision = { app: 'shop', change: deployChange('shop', [sampleService('web')]), actor: 'user:ada', reasoning: 'x', confidence: 1, evidence: [], expected: '', basedOn: null, readings: [], alternatives: [], effect: null, id: 'd1', revision: 1, admittedBy: ['schema'], judgedOn: 0, window: null, policies: [], approvedBy: [] };
  await ledger.append([{ type: 'DecisionAdmitted', actor: 'user:ada', body: { decision } } as unknown as NewEvent, ...filler(699)]);
  await Checkpoints.open({ directory: paths.ledger, log: ledger.log, key: logKey(paths), clock }).then((checkpoints) => checkpoints.sign());
  await ledger.close();
}

/** A snapshot of the ledger alone, as a file. */
async function snapshotOf(paths: Paths): Promise<string> {
  const ledger = await open(paths);
  const checkpoints = await Checkpoints.open({ directory: paths.ledger, log: ledger.log, key: logKey(paths), clock });
  const store = new Store(join(paths.home, 'snapshots'));
  const kept = await new HistoryKeeper(paths, { source: ledger.log, key: formatVerifier(checkpoints.verifier), sign: () => checkpoints.sign() }).keep(store, join(store.directory, '.spool'));
  const header = { format: 1 as const, id, takenAt: 1, actor: 'user:ada', note: '', version: '0', position: ledger.head, apps: [], places: { home: paths.home, program: '', node: '' } };
  await take({ header, leaves: kept.leaves, trees: kept.trees, groups: {}, record: join(paths.home, 'held'), history: kept.rows }, store);
  await ledger.close();
  verify(store.read(id), store.objects);
  const file = join(scratch, 'snapshot.tar');
  await exportBundle(id, file, store);
  return file;
}

async function seeded(paths: Paths, file: string): Promise<{ seeded?: { snapshot: string; events: number | null }; error?: { code: string } }> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', program, file], { env: { ...process.env, STRATOSWARM_HOME: paths.home } });
  return JSON.parse(stdout) as Awaited<ReturnType<typeof seeded>>;
}

async function archivesOf(paths: Paths) {
  const source = new FileSource(paths.ledger);
  try {
    return (await source.extent()).archives;
  } finally {
    source.close();
  }
}

async function verified(paths: Paths) {
  const source = new FileSource(paths.ledger);
  try {
    return await verifyLog(source, { log: identityIn(logKey(paths)).verifier });
  } finally {
    source.close();
  }
}

/** The state on which a daemon of that home would act. */
async function stateOf(paths: Paths): Promise<State> {
  const ledger = await open(paths);
  const live = await Live.open<State>({ ledger, fold, empty: emptyState, snapshots: stateSnapshots(paths.ledger, ledger.sealing!) });
  const { current } = live;
  await live.close();
  await ledger.close();
  return current;
}

describe('an empty home', () => {
  it('goes on in the ledger that a snapshot holds, as the same log', async () => {
    await inhabit(here!);
    expect(await seeded(there!, await snapshotOf(here!))).toMatchObject({ seeded: { snapshot: id, events: 700 } });
    expect(formatVerifier(identityIn(logKey(there!)).verifier)).toBe(formatVerifier(identityIn(logKey(here!)).verifier));
    expect(await verified(there!)).toMatchObject({ ok: true, events: 701 });
    // Apps wait for their data.
    expect((await stateOf(there!)).apps.get('shop' as never)).toMatchObject({ desired: 'stopped', revision: 1 });
  });

  it('does so when the beginning of that ledger was archived, and what is archived still belongs to it', async () => {
    await inhabit(here!);
    let archived: { name: string; upTo: number } | undefined;
    await archive({ verb: 'archive', json: true, directory: join(scratch, 'archives'), before: '600' }, { paths: here!, key: logKey(here!), tell: (_, told) => (archived = told as typeof archived, 0) });
    expect(archived!.upTo).toBe(512);
    expect(await seeded(there!, await snapshotOf(here!))).toMatchObject({ seeded: { snapshot: id, events: 701 } });
    expect(readdirSync(ledgerFiles(there!.ledger).bases)).toEqual(['512.json']);
    expect(await verified(there!)).toMatchObject({ ok: true, minimum: 512 });
    expect(await archivesOf(there!)).toMatchObject([{ name: archived!.name, upTo: 512 }]);
    expect((await stateOf(there!)).apps.get('shop' as never)).toMatchObject({ desired: 'stopped', revision: 1 });
    const bundle = new ArchiveSource(join(scratch, 'archives', archived!.name));
    expect(await verifyArchive(bundle, identityIn(logKey(there!)).verifier)).toMatchObject({ ok: true });
    bundle.close();
    // It can be written to, and archived further.
    const ledger = await open(there!);
    expect(ledger.beginning).toBe(512);
    const [last] = await ledger.history({ limit: 1 });
    await ledger.append(filler(300).map((event) => ({ ...event, ...because(originOf(last!)) })));
    await ledger.close();
    await archive({ verb: 'archive', json: true, directory: join(scratch, 'archives'), before: '900' }, { paths: there!, key: logKey(there!), tell: (_, told) => (archived = told as typeof archived, 0) });
    expect(archived!.upTo).toBe(768);
    expect(await verified(there!)).toMatchObject({ ok: true });
  });

  it('stays as it is when the file is none', async () => {
    mkdirSync(there!.home, { recursive: true });
    expect(await seeded(there!, program)).toMatchObject({ error: { code: expect.stringMatching(/^snapshot\./) } });
    expect(existsSync(there!.ledger)).toBe(false);
  });
});
