import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Checkpoints } from '../ledger/proof/checkpoints.ts';
import { formatVerifier } from '../ledger/proof/note.ts';
import { verifyLog } from '../ledger/proof/verify.ts';
import { openLedger } from '../ledger/open.ts';
import { FileSource } from '../ledger/store/file-source.ts';
import type { Clock, NewEvent } from '../model/index.ts';
import { historyKey, rowsInFile, spoolRows, type History } from './history.ts';
import { layHistory } from './lay-history.ts';
import type { SnapshotId } from './manifest.ts';
import { Store } from './store.ts';
import { take } from './take.ts';
import { verify } from './verify.ts';

const clock: Clock = { now: () => 1, monotonic: () => 1, after: () => () => undefined };
const after: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of after.splice(0).reverse()) await undo();
});

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'stratoswarm-history-'));
  after.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const events = (count: number): NewEvent[] => Array.from({ length: count }, (_, n) => ({ type: 'DaemonStopped', actor: 'user:test', body: { reason: `${n} tab\tand line\n` } }));

async function setting(count: number) {
  const home = directory();
  const ledger = await openLedger({ directory: join(home, 'ledger'), clock });
  after.push(() => ledger.close());
  for (let done = 0; done < count; done += 500) await ledger.append(events(Math.min(500, count - done)));
  const checkpoints = await Checkpoints.open({ directory: join(home, 'ledger'), log: ledger.log, key: join(home, 'key'), clock });
  const store = new Store(join(home, 'snapshots'));
  let number = 0;
  /** Takes a snapshot of the ledger alone; with `earlier` only what is new is read. */
  const snapshot = async (earlier: { id: SnapshotId; upTo: number } | null = null) => {
    const id = `20261121-10150${number++}-abc123` as SnapshotId;
    const checkpoint = await checkpoints.sign();
    const size = ledger.head;
    const position = Math.floor(size / rowsInFile) * rowsInFile;
    const hash = Buffer.from(position === 0 ? new Uint8Array(32) : (await ledger.log.rows(position - 1))[0]!.hash).toString('hex');
    const spool = join(home, `spool-${id}`);
    await spoolRows(ledger.log, earlier?.upTo ?? 0, size, spool);
    const value: History = { key: formatVerifier(checkpoints.verifier), size, minimum: 0, hash: '0'.repeat(64), complete: { position, hash }, checkpoint, retention: null };
    const { hash: genesis } = await ledger.log.extent();
    const leaf = { ...value, hash: Buffer.from(genesis).toString('hex'), complete: { position, hash: position === 0 ? Buffer.from(genesis).toString('hex') : hash } };
    const taken = await take({ header: { format: 1, id, takenAt: 1, actor: 'user:test', note: '', version: '0', position: size, apps: [], places: { home, program: '', node: '' } }, leaves: [{ key: historyKey, value: leaf }], trees: [], groups: {}, record: join(home, 'held'), history: { path: spool, earlier: earlier?.id ?? null, upTo: earlier?.upTo ?? 0 } }, store);
    return { id, upTo: position, taken, files: existsSync(spool) };
  };
  return { home, ledger, checkpoints, store, snapshot };
}

describe('the ledger in a snapshot', () => {
  it('comes out of it as it was, and verifies', async () => {
    const { home, ledger, checkpoints, store, snapshot } = await setting(700);
    const { id } = await snapshot();
    expect(verify(store.read(id), store.objects)).toMatchObject({ events: 700 });
    const place = join(home, 'laid');
    layHistory(store.read(id), store.objects, place);
    const source = new FileSource(place);
    expect(await verifyLog(source, { log: checkpoints.verifier })).toMatchObject({ ok: true, events: 700, checkpoints: 1 });
    source.close();
    const again = await openLedger({ directory: place, clock });
    expect(again.recovery).toBeNull();
    expect(await again.read(0)).toEqual(await ledger.read(0));
    await again.close();
  });

  it('adds only what is new to an earlier one', async () => {
    const { ledger, store, snapshot } = await setting(rowsInFile + 100);
    const first = await snapshot();
    await ledger.append(events(50));
    const second = await snapshot(first);
    expect(second.taken.added - first.taken.added).toBeLessThan(first.taken.added / 10);
    expect(verify(store.read(second.id), store.objects)).toMatchObject({ events: rowsInFile + 150 });
    expect(verify(store.read(first.id), store.objects)).toMatchObject({ events: rowsInFile + 100 });
  });

  it('that is not the one for which its checkpoint was signed is found', async () => {
    const { store, snapshot } = await setting(300);
    const { id } = await snapshot();
    const manifest = store.read(id);
    const value = manifest.leaves.get(historyKey) as History;
    const forged = (change: Partial<History>) => () => verify({ ...manifest, leaves: new Map([...manifest.leaves, [historyKey, { ...value, ...change }]]) }, store.objects);
    expect(forged({})).not.toThrow();
    expect(forged({ size: 299 })).toThrow(/damaged/);
    expect(forged({ checkpoint: value.checkpoint.replace('\n300\n', '\n299\n') })).toThrow(/damaged/);
    expect(forged({ key: 'x' })).toThrow(/damaged/);
    const file = store.file(id);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"size":300', '"size":301'));
    expect(() => store.read(id)).toThrow(/damaged/);
  });
});
