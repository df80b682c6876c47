import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { emptyState, type NewEvent, type State } from '../../model/index.ts';
import { ledgerFiles } from '../files.ts';
import { equal, verifyConsistency } from '../merkle.ts';
import { parseCheckpoint } from '../proof/checkpoint.ts';
import { Checkpoints } from '../proof/checkpoints.ts';
import { checkProof, proofDocument } from '../proof/proof-document.ts';
import { Proofs } from '../proof/proofs.ts';
import { verifyLog } from '../proof/verify.ts';
import { readBase, writeBase } from '../state/base.ts';
import { fold } from '../state/fold.ts';
import { Past } from '../state/past.ts';
import { Live } from '../state/live.ts';
import { Snapshots } from '../state/snapshots.ts';
import { dumpState, loadState, reducerHash } from '../state/state-file.ts';
import { stateHash } from '../state/state-hash.ts';
import { FileSource } from '../store/file-source.ts';
import { temporaryDirectory, testLedger } from '../testing/directories.ts';
import { handClock, sample } from '../testing/events.ts';
import { ArchiveSource } from './archive-source.ts';
import { beginBehind } from './begin-behind.ts';
import { JoinedSource, leadingTo } from './joined-source.ts';
import { boundaryBefore, makeArchive } from './make.ts';
import { verifyArchive } from './verify-archive.ts';

const sources: ArchiveSource[] = [];
afterEach(() => sources.splice(0).forEach((source) => source.close()));

const opened = (file: string) => {
  const source = new ArchiveSource(file);
  sources.push(source);
  return source;
};

type Ledger = Awaited<ReturnType<typeof testLedger>>;

async function fill(ledger: Ledger, count: number): Promise<void> {
  for (let n = 0; n < count; n += 4) {
    const node: NewEvent = { type: 'NodeSeen', actor: 'user:ada', body: { node: `n${ledger.head % 50}`, cpu: n + 1, memory: 1, isolations: [], ownNetwork: false } };
    await ledger.append([sample(n, 40), node, sample(n + 1, n % 400 === 0 ? 70_000 : 10), sample(n + 2)]);
  }
}

const checkpointsOf = (directory: string, ledger: Ledger) => Checkpoints.open({ directory, log: ledger.log, key: join(directory, 'key'), clock: handClock() });

/** Archives what is before `position`. Returns the bundle's file. */
async function archive(directory: string, ledger: Ledger, position: number): Promise<string> {
  const checkpoints = await checkpointsOf(directory, ledger);
  const checkpoint = await checkpoints.sign();
  const upTo = await boundaryBefore(ledger.log, position);
  const file = join(directory, `${ledger.beginning}-${upTo}.tar`);
  const { archived, state } = await makeArchive({ source: ledger.log, log: checkpoints.verifier, checkpoint, upTo, file, base: ledger.beginning === 0 ? undefined : readBase(directory, ledger.beginning) });
  writeBase(directory, upTo, state);
  await beginBehind(archived, 'user:ada', { ledger, directory });
  return file;
}

describe('a ledger whose beginning was archived', () => {
  it('verifies by itself, and with its archives as if nothing were gone', async () => {
    const directory = temporaryDirectory();
    const ledger = await testLedger({ directory, subjects: join(directory, 'subjects') });
    await fill(ledger, 900);
    const checkpoints = await checkpointsOf(directory, ledger);
    const early = await checkpoints.sign();
    const all = await ledger.read(0);
    const log = checkpoints.verifier;
    const files = [await archive(directory, ledger, 600)];
    await fill(ledger, 700);
    files.push(await archive(directory, ledger, 1_400));
    expect(ledger.beginning).toBe(1_280);

    const archives = files.map(opened);
    const reports = [await verifyArchive(archives[0]!, log), await verifyArchive(archives[1]!, log, archives[0])];
    expect(reports).toMatchObject([{ ok: true, events: 512, state: true }, { ok: true, events: 768, state: true }]);
    expect(await verifyArchive(archives[1]!, log)).toMatchObject({ ok: true, state: null });

    expect(await verifyLog(ledger.log, { log })).toMatchObject({ ok: true, minimum: 1_280, events: ledger.head - 1_280 });
    const joined = new JoinedSource(leadingTo(1_280, archives.toReversed()), ledger.log);
    const whole = await verifyLog(joined, { log, others: [early] });
    expect(whole).toMatchObject({ ok: true, minimum: 0, events: ledger.head });

    const proofs = new Proofs((level, index) => joined.tile(level, index));
    const last = await checkpoints.sign();
    const { size, root } = parseCheckpoint(last);
    for (const position of [1, 101, 512, 513, 1_280, 1_281]) {
      const [row] = await joined.rows(position - 1);
      expect(checkProof(proofDocument(position, row!.event, await proofs.inclusion(position - 1, size), last), log, []).position).toBe(position);
    }
    const before = parseCheckpoint(early);
    verifyConsistency(BigInt(before.size), BigInt(size), await proofs.consistency(before.size, size), before.root, root);
    expect((await joined.rows(100))[0]!.event).toContain('"position":101');
    expect(all).toHaveLength(900);
  });

  it('makes proofs of what is left, and consistency proofs from what was signed behind its beginning, without them', async () => {
    const directory = temporaryDirectory();
    const ledger = await testLedger({ directory });
    await fill(ledger, 600);
    const checkpoints = await checkpointsOf(directory, ledger);
    const between = parseCheckpoint(await checkpoints.sign());
    await fill(ledger, 400);
    await archive(directory, ledger, 600);
    const proofs = new Proofs((level, index) => ledger.log.tile(level, index));
    const { size, root } = parseCheckpoint(await checkpoints.sign());
    verifyConsistency(BigInt(between.size), BigInt(size), await proofs.consistency(between.size, size), between.root, root);
    expect(equal(await proofs.root(513), await proofs.root(513))).toBe(true);
    await expect(proofs.inclusion(100, size)).rejects.toThrow('missing');
  });

  it('says of what is archived that it is, goes on appending, and begins there when it is opened again', async () => {
    const directory = temporaryDirectory();
    let ledger = await testLedger({ directory });
    await fill(ledger, 800);
    await archive(directory, ledger, 600);
    for (let again = 0; again < 2; again++) {
      await expect(ledger.read(511, 1)).rejects.toMatchObject({ code: 'ledger.archived' });
      expect(() => ledger.subscribe(0, () => undefined)).toThrow(expect.objectContaining({ code: 'ledger.archived' }));
      expect((await ledger.read(512, 2)).map(({ position }) => position)).toEqual([513, 514]);
      const found = await ledger.history({ types: ['NodeSeen'], limit: 10_000 });
      expect(Math.min(...found.map(({ position }) => position))).toBe(514);
      expect((await ledger.history({ limit: 10_000 })).at(-1)!.position).toBe(513);
      await fill(ledger, 300);
      await ledger.close();
      ledger = await testLedger({ directory });
      expect({ recovery: ledger.recovery, beginning: ledger.beginning }).toEqual({ recovery: null, beginning: 512 });
    }
    const database = new DatabaseSync(ledgerFiles(directory).database);
    expect(() => database.exec('DELETE FROM events WHERE position = 513')).toThrow();
    database.close();
  });

  it('has the state that all events lead to, from what the archive recorded, also with no snapshot of this version', async () => {
    const directory = temporaryDirectory();
    const subjects = join(directory, 'subjects');
    let ledger = await testLedger({ directory, subjects });
    await fill(ledger, 800);
    const whole = (await ledger.read(0)).reduce(fold, emptyState);
    await archive(directory, ledger, 700);
    expect(readBase(directory, 512)).not.toContain('ada');
    await ledger.close();
    rmSync(ledgerFiles(directory).snapshots, { recursive: true, force: true });
    ledger = await testLedger({ directory, subjects });
    const load = (plain: unknown) => loadState(ledger.sealing!.openAll(plain));
    const snapshots = new Snapshots<State>({ directory, reducerHash: reducerHash(), dump: dumpState, load, loadBase: (text) => load(JSON.parse(text)) });
    const live = await Live.open({ ledger, fold, empty: emptyState, snapshots });
    expect(live.position).toBe(801);
    expect(stateHash({ ...live.current, position: 800 })).toBe(stateHash(whole));
    await live.close();
    const past = new Past({ head: async () => ledger.head, read: (after, limit) => ledger.read(after, limit), snapshots, beginning: async () => ledger.beginning });
    expect((await past.at(514)).position).toBe(514);
    expect(await past.positionAt(0)).toBe(512);
    await expect(past.at(300)).rejects.toMatchObject({ code: 'ledger.archived' });
    writeFileSync(join(ledgerFiles(directory).bases, '512.json'), 'x');
    await expect(Live.open({ ledger, fold, empty: emptyState, snapshots })).rejects.toMatchObject({ code: 'ledger.base' });
  });

  it('is recovered from damage without what was archived', async () => {
    const directory = temporaryDirectory();
    let ledger = await testLedger({ directory });
    await fill(ledger, 1_000);
    await archive(directory, ledger, 700);
    await ledger.close();
    const database = new DatabaseSync(ledgerFiles(directory).database);
    database.exec("DROP TRIGGER never_updated; UPDATE events SET event = replace(event, 'user:test', 'user:best') WHERE position = 700");
    database.close();
    ledger = await testLedger({ directory });
    expect(ledger.recovery).toMatchObject({ kept: 696, lost: 305 });
    expect(ledger.beginning).toBe(512);
    expect((await ledger.log.extent()).archives).toMatchObject([{ from: 0, upTo: 512 }]);
    expect((await ledger.read(512)).length).toBe(ledger.head - 512);
  });

  it.each([['retention.json is lost', (directory: string) => rmSync(ledgerFiles(directory).retention)], ['nothing is', () => undefined]])('is whole again after a crash before the database was pruned, and when %s', async (_, harm) => {
    const directory = temporaryDirectory();
    const copy = temporaryDirectory();
    let ledger = await testLedger({ directory });
    await fill(ledger, 800);
    await ledger.close();
    for (const file of ['database', 'journal'] as const) copyFileSync(ledgerFiles(directory)[file], ledgerFiles(copy)[file]);
    ledger = await testLedger({ directory });
    await archive(directory, ledger, 600);
    await ledger.close();
    // The database as it was before, with the intent beside it: as a crash between the two leaves it.
    for (const file of ['database', 'journal'] as const) copyFileSync(ledgerFiles(copy)[file], ledgerFiles(directory)[file]);
    rmSync(ledgerFiles(directory).mark);
    writeFileSync(ledgerFiles(directory).wal, '');
    ledger = await testLedger({ directory });
    expect({ recovery: ledger.recovery, beginning: ledger.beginning, head: ledger.head }).toEqual({ recovery: null, beginning: 512, head: 800 });
    await ledger.close();
    harm(directory);
    ledger = await testLedger({ directory });
    expect(ledger.beginning).toBe(512);
    expect(JSON.parse(readFileSync(ledgerFiles(directory).retention, 'utf8'))).toMatchObject({ minimum: 512, archives: [{ upTo: 512 }] });
  });
});

describe('a bundle', () => {
  const made = async () => {
    const directory = temporaryDirectory();
    const ledger = await testLedger({ directory });
    await fill(ledger, 800);
    const { verifier } = await checkpointsOf(directory, ledger);
    const file = await archive(directory, ledger, 600);
    return { directory, ledger, verifier, file };
  };

  it.each([
    ['an event is changed', 'päd', 'pad'.padEnd(4, '!'), 'flipped'],
    ['its checkpoint is another one', 'checkpoint', '', 'forged-checkpoint'],
    ['its state is another one', '"cpu":1,', '"cpu":7,', 'flipped'],
  ])('does not verify when %s', async (_, from, to, kind) => {
    const { verifier, file } = await made();
    const bytes = readFileSync(file);
    const at = kind === 'forged-checkpoint' ? bytes.lastIndexOf('\n— ') + 60 : from === 'päd' ? bytes.indexOf(from) : bytes.lastIndexOf(from);
    if (to === '') bytes[at] = bytes[at]! ^ 1;
    else bytes.write(to, at);
    writeFileSync(file, bytes);
    const report = await verifyArchive(opened(file), verifier);
    expect(report).toMatchObject({ ok: false, finding: { kind } });
  });

  it('is refused when it was cut short, or is something else', async () => {
    const { file } = await made();
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length - 4_096));
    expect(() => opened(file)).toThrow(expect.objectContaining({ code: 'ledger.archive' }));
    writeFileSync(file, 'x'.repeat(2_000));
    expect(() => opened(file)).toThrow(expect.objectContaining({ code: 'ledger.archive' }));
  });

  it('is not overwritten, and not taken out of another ledger than the one that it was made of', async () => {
    const { directory, ledger, verifier, file } = await made();
    await expect(makeArchive({ source: ledger.log, log: verifier, checkpoint: 'x', upTo: 768, file, base: undefined })).rejects.toMatchObject({ code: 'ledger.archive' });
    const [archived] = (await ledger.log.extent()).archives;
    await expect(beginBehind(archived!, 'user:ada', { ledger, directory })).rejects.toMatchObject({ code: 'ledger.archive' });
  });

  it('ends with a block, also in the middle of an append, and before the last event', async () => {
    const ledger = await testLedger();
    expect(await boundaryBefore(ledger.log, 10_000)).toBe(0);
    await ledger.append(Array.from({ length: 512 }, (_, n) => sample(n)));
    expect([await boundaryBefore(ledger.log, 255), await boundaryBefore(ledger.log, 256), await boundaryBefore(ledger.log, 10_000)]).toEqual([0, 256, 256]);
  });
});

it('is read from files that nobody has open, too', async () => {
  const directory = temporaryDirectory();
  const ledger = await testLedger({ directory });
  await fill(ledger, 800);
  await archive(directory, ledger, 600);
  const { verifier } = await checkpointsOf(directory, ledger);
  await ledger.close();
  const source = new FileSource(directory);
  expect(await verifyLog(source, { log: verifier })).toMatchObject({ ok: true, minimum: 512 });
  expect((await source.extent()).archives).toHaveLength(1);
  source.close();
});
