import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pathsOf, type Paths } from '../../host/paths.ts';
import { ledgerFiles } from '../../ledger/files.ts';
import { openLedger } from '../../ledger/open.ts';
import { Checkpoints } from '../../ledger/proof/checkpoints.ts';
import { formatVerifier } from '../../ledger/proof/note.ts';
import { verifyLog } from '../../ledger/proof/verify.ts';
import { handClock } from '../../ledger/testing/events.ts';
import type { NewEvent } from '../../model/index.ts';
import { layHistory } from '../../snapshot/lay-history.ts';
import { SnapshotId, type Leaf } from '../../snapshot/manifest.ts';
import { Store } from '../../snapshot/store.ts';
import { take } from '../../snapshot/take.ts';
import { verify } from '../../snapshot/verify.ts';
import { HistoryKeeper, keysKey } from '../history-keeper.ts';
import { logKey, subjectKeys } from '../log-key.ts';
import { erase } from './erase.ts';

let paths: Paths;
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'stratoswarm-erase-'));
  paths = pathsOf({ STRATOSWARM_HOME: home });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const clock = handClock();
const asked = (actor: string, location: string): NewEvent => ({ type: 'DeploymentRequested', actor, body: { app: 'shop', deployment: 'd', location } }) as unknown as NewEvent;
const open = (directory = paths.ledger) => openLedger({ directory, subjects: subjectKeys(paths), clock });

/** Ada, and Adam whose name begins with hers, in a ledger; with a snapshot by either of them. */
async function written(): Promise<{ ada: SnapshotId; adam: SnapshotId; laid: string; store: Store }> {
  mkdirSync(dirname(logKey(paths)), { recursive: true });
  const ledger = await open();
  await ledger.append([asked('user:ada', '/home/ada/shop'), asked('user:adam', '/home/adam/shop'), asked('console:ada', '/srv/ada')]);
  const checkpoints = await Checkpoints.open({ directory: paths.ledger, log: ledger.log, key: logKey(paths), clock });
  const history = new HistoryKeeper(paths, { source: ledger.log, key: formatVerifier(checkpoints.verifier), sign: () => checkpoints.sign() });
  const store = new Store(join(home, 'snapshots'));
  const snapshot = async (text: string, actor: string, leavesOf: (leaves: readonly Leaf[]) => readonly Leaf[]) => {
    const id = SnapshotId.parse(text);
    const kept = await history.keep(store, join(store.directory, '.spool'));
    await take({ header: { format: 1, id, takenAt: 1, actor, note: '', version: '0', position: 3, apps: [], places: { home, program: '', node: '' } }, leaves: leavesOf(kept.leaves), trees: kept.trees, groups: {}, record: join(home, 'held'), history: kept.rows }, store);
    rmSync(join(store.directory, '.spool'), { recursive: true });
    return id;
  };
  const ada = await snapshot('20261121-101500-00000a', 'daemon', (leaves) => leaves);
  const adam = await snapshot('20261121-101501-00000b', 'user:adam', (leaves) => leaves.filter(({ key }) => key !== keysKey));
  await ledger.close();
  const laid = join(paths.ledger, 'histories', 'laid');
  mkdirSync(dirname(laid));
  layHistory(store.read(ada), store.objects, laid);
  return { ada, adam, laid, store };
}

/** Erases Ada; what is told of it. */
async function erased(subject = 'user:ada', copies = false): Promise<{ erased: Record<string, string>; copies: { what: string; path: string; removed: boolean }[] }> {
  let document: unknown;
  await erase({ verb: 'erase', json: true, subject, copies }, { paths, key: logKey(paths), tell: (_, told) => (document = told, 0) });
  return document as Awaited<ReturnType<typeof erased>>;
}

async function actorsIn(directory: string): Promise<string[]> {
  const ledger = await open(directory);
  const events = await ledger.read(0);
  await ledger.close();
  expect(JSON.stringify(events)).not.toMatch(/ada(?!m)/);
  return events.map(({ actor }) => actor);
}

describe('erasing a person', () => {
  it('reaches ledgers that were set aside, and those that were laid beside, by the key alone', async () => {
    const { laid } = await written();
    const aside = join(ledgerFiles(paths.ledger).quarantine, '2026-11-21');
    mkdirSync(aside, { recursive: true });
    for (const name of readdirSync(paths.ledger)) if (name.startsWith('events.db') || name === 'closed.json') cpSync(join(paths.ledger, name), join(aside, name));
    const { erased: now, copies } = await erased();
    expect(Object.keys(now)).toEqual(['user:ada', 'console:ada']);
    const expected = [now['user:ada'], 'user:adam', now['console:ada']];
    for (const directory of [paths.ledger, laid, aside]) expect(await actorsIn(directory)).toEqual(expected);
    // Only the snapshot, which has the key itself.
    expect(copies.map(({ what }) => what)).toEqual(['system snapshot']);
  });

  it('names the snapshots that have the key, and removes those alone when asked to', async () => {
    const { ada, adam, store } = await written();
    expect((await erased()).copies).toEqual([{ what: 'system snapshot', path: store.file(ada), removed: false }]);
    expect(store.ids()).toEqual([adam, ada]);
    // The key is gone by now; what is left to do is still done.
    expect((await erased('user:ada', true)).copies).toEqual([{ what: 'system snapshot', path: store.file(ada), removed: true }]);
    expect(store.ids()).toEqual([adam]);
    verify(store.read(adam), store.objects);
    const names = Object.keys((await erased('user:adam')).erased);
    expect(names).toEqual(['user:adam']);
    await expect(erased('user:ada')).rejects.toMatchObject({ code: 'ledger.unknown-subject' });
  });

  it('removes nothing for a word that is no person, of which every copy speaks', async () => {
    const { ada, adam, store } = await written();
    for (const word of ['daemon', 'control:rollout', 'ada', 'user:', 'token:admin', '.']) await expect(erased(word, true)).rejects.toMatchObject({ code: 'ledger.unknown-subject' });
    expect(store.ids()).toEqual([adam, ada]);
  });

  it('leaves a ledger that verifies, and says when events of it are plain', async () => {
    await written();
    const plain = await openLedger({ directory: paths.ledger, clock });
    await plain.append([asked('user:ada', '/home/ada/old')]);
    await plain.close();
    const { copies } = await erased();
    expect(copies.at(-1)).toEqual({ what: 'events of an early version', path: ledgerFiles(paths.ledger).database, removed: false });
    const ledger = await open();
    const checkpoints = await Checkpoints.open({ directory: paths.ledger, log: ledger.log, key: logKey(paths), clock });
    expect(await verifyLog(ledger.log, { log: checkpoints.verifier })).toMatchObject({ ok: true, events: 4 });
    await ledger.close();
    expect(readFileSync(ledgerFiles(paths.ledger).database, 'latin1')).not.toContain('/home/ada/shop');
  });
});
