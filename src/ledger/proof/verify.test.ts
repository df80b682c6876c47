import { cpSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { canonical } from '../canonical.ts';
import { chained, genesis } from './chain.ts';
import { checkpointText } from './checkpoint.ts';
import { Checkpoints } from './checkpoints.ts';
import { exportTiles } from './export.ts';
import type { AuditOptions } from './expected.ts';
import { FileSource } from '../store/file-source.ts';
import { leafOf } from './leaf.ts';
import { hashLeaf } from '../merkle.ts';
import { formatNote, signatureTypes, signerOf, type Verifier } from './note.ts';
import { checkProof, proofDocument } from './proof-document.ts';
import { Proofs } from './proofs.ts';
import { handClock, sample } from '../testing/events.ts';
import { temporaryDirectory, testLedger } from '../testing/directories.ts';
import { entriesOf, tilePath } from './tile-path.ts';
import { Tree } from './tree.ts';
import { verifyLog, type AuditReport } from './verify.ts';
import { tileId } from '../store/writer.ts';

const sources: FileSource[] = [];
afterEach(() => sources.splice(0).forEach((source) => source.close()));

function sourceOf(directory: string): FileSource {
  const source = new FileSource(directory);
  sources.push(source);
  return source;
}

/** A closed ledger of `count` events with a checkpoint at each of `signed`, and one at the end. */
async function written(count: number, signed: readonly number[] = [100], directory: string = temporaryDirectory()): Promise<{ directory: string; log: Verifier; last: string }> {
  const ledger = await testLedger({ directory });
  const checkpoints = await Checkpoints.open({ directory, log: ledger.log, key: join(directory, 'key'), clock: handClock() });
  let last = '';
  for (let at = ledger.head; at < count; ) {
    const next = signed.find((size) => size > at) ?? count;
    while (at < next) {
      const size = Math.min(next - at, 3);
      await ledger.append(Array.from({ length: size }, (_, i) => sample(at + i, 40)));
      at += size;
    }
    last = await checkpoints.sign();
  }
  await ledger.close();
  return { directory, log: checkpoints.verifier, last };
}

/** Changes the database as somebody would who has its files: without its triggers. */
function tamper(directory: string, change: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(join(directory, 'events.db'));
  for (const name of ['never_updated', 'never_deleted', 'only_appended']) database.exec(`DROP TRIGGER ${name}`);
  change(database);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

/** Gives every row from `position` on the checksum that follows from the one before. */
function rechain(database: DatabaseSync, position = 1): void {
  let hash = (database.prepare('SELECT hash FROM events WHERE position = ?').get(position - 1)?.['hash'] as Uint8Array | undefined) ?? genesis;
  for (const row of database.prepare('SELECT position, remaining, event FROM events WHERE position >= ? ORDER BY position').all(position)) {
    hash = chained(hash, leafOf(String(row['event'])), Number(row['remaining']));
    database.prepare('UPDATE events SET hash = ? WHERE position = ?').run(hash, row['position']!);
  }
}

/** Puts tiles that follow from the rows in the place of those that are there. */
function retile(database: DatabaseSync): void {
  const put = database.prepare('INSERT OR REPLACE INTO tiles (id, hashes) VALUES (?, ?)');
  const tree = new Tree({ get: () => undefined, put: (level, index, hashes) => void put.run(tileId(level, index), hashes) }, 0, []);
  for (const row of database.prepare('SELECT event FROM events ORDER BY position').all()) tree.append(leafOf(String(row['event'])));
}

const edited = (database: DatabaseSync, position: number) => {
  const text = String(database.prepare('SELECT event FROM events WHERE position = ?').get(position)!['event']);
  database.prepare('UPDATE events SET event = ? WHERE position = ?').run(text.replace('päd', 'paed'), position);
};

async function verdict(directory: string, log: Verifier, others: readonly string[] = [], more: Partial<AuditOptions> = {}): Promise<AuditReport> {
  return verifyLog(sourceOf(directory), { log, others, ...more });
}

describe('an audit', () => {
  it('says of a row whether its event or its checksum was changed, also where no tile tells', async () => {
    const { directory, log } = await written(600);
    for (const position of [7, 590]) {
      const copy = join(temporaryDirectory(), 'ledger');
      cpSync(directory, copy, { recursive: true });
      tamper(copy, (database) => edited(database, position));
      expect((await verifyLog(sourceOf(copy), { log })).finding).toMatchObject({ kind: 'flipped', position, message: `event ${position} is not what was written` });
    }
    tamper(directory, (database) => database.prepare('UPDATE events SET hash = ? WHERE position = 7').run(new Uint8Array(32)));
    expect((await verifyLog(sourceOf(directory), { log })).finding).toMatchObject({ kind: 'flipped', position: 7, message: 'the checksum of event 7 is not what was written' });
  });

  it('finds nothing in a ledger as it was written, and counts what it compared', async () => {
    const { directory, log, last } = await written(1_500, [1, 256, 300, 700]);
    expect(await verdict(directory, log, [last])).toMatchObject({ ok: true, events: 1_500, checkpoints: 6, finding: null });
  });

  it('reads a ledger that is open as it does its files', async () => {
    const { directory, log } = await written(600);
    const ledger = await testLedger({ directory });
    expect(await verifyLog(ledger.log, { log })).toMatchObject({ ok: true, events: 600 });
  });

  it('finds nothing in an empty ledger', async () => {
    const { directory, log } = await written(0);
    expect(await verdict(directory, log)).toMatchObject({ ok: true, events: 0 });
  });
});

describe('an audit names', () => {
  const damages: readonly [what: string, kind: string, position: number | null, change: (database: DatabaseSync) => void][] = [
    ['a flipped byte of an event', 'flipped', 300, (db) => edited(db, 300)],
    ['a flipped byte of an event behind the last full tile', 'flipped', 595, (db) => edited(db, 595)],
    ['a flipped byte of a checksum', 'flipped', 300, (db) => db.exec("UPDATE events SET hash = zeroblob(32) WHERE position = 300")],
    ['a changed number of events that follow', 'flipped', 300, (db) => db.exec('UPDATE events SET remaining = remaining + 1 WHERE position = 300')],
    ['an event that is no JSON', 'flipped', 300, (db) => db.exec("UPDATE events SET event = 'x' WHERE position = 300")],
    ['a row that is missing', 'missing', 300, (db) => db.exec('DELETE FROM events WHERE position = 300')],
    ['a first row that is missing', 'missing', 1, (db) => db.exec('DELETE FROM events WHERE position = 1')],
    ['rows that were cut off', 'truncated', 581, (db) => db.exec('DELETE FROM events WHERE position > 580')],
    ['rows that were cut off with their tiles', 'truncated', 301, (db) => db.exec(`DELETE FROM events WHERE position > 300; DELETE FROM tiles WHERE id = ${tileId(0, 1)}`)],
    ['two rows that changed places', 'reordered', 300, (db) => db.exec('UPDATE events SET position = -1 WHERE position = 300; UPDATE events SET position = 300 WHERE position = 310; UPDATE events SET position = 310 WHERE position = -1')],
    ['two rows that changed places, with the chain made good', 'reordered', 300, (db) => {
      db.exec('UPDATE events SET position = -1 WHERE position = 300; UPDATE events SET position = 300 WHERE position = 310; UPDATE events SET position = 310 WHERE position = -1');
      rechain(db, 300);
    }],
    ['a row in the place of another', 'duplicated', 300, (db) => db.exec('UPDATE events SET event = (SELECT event FROM events WHERE position = 290) WHERE position = 300')],
    ['a row that is there twice, the others moved up', 'duplicated', 301, (db) => {
      db.exec('UPDATE events SET position = -position - 1 WHERE position > 300; UPDATE events SET position = -position WHERE position < 0; INSERT INTO events SELECT 301, remaining, hash, event FROM events WHERE position = 300');
      rechain(db, 301);
    }],
    ['a row that was played in again at the end', 'replayed', 601, (db) => {
      db.exec('INSERT INTO events SELECT 601, 0, hash, event FROM events WHERE position = 12');
      rechain(db, 601);
    }],
    ['an event that was changed, with the chain made good', 'rewritten', 300, (db) => (edited(db, 300), rechain(db, 300))],
    ['an event that was changed, with chain and tiles made good: between which checkpoints', 'rewritten', 101, (db) => (edited(db, 300), rechain(db, 300), retile(db))],
    ['an event that is not canonical, with the chain made good', 'not-canonical', 300, (db) => (db.exec("UPDATE events SET event = replace(event, '\"position\":', '\"position\": ') WHERE position = 300"), rechain(db, 300))],
    ['a number beyond what JSON has, with the chain made good', 'not-canonical', 300, (db) => (db.exec("UPDATE events SET event = replace(event, '\"time\":', '\"time\":1e999') WHERE position = 300"), rechain(db, 300))],
    ['an event that is found by what it does not have', 'index', 12, (db) => db.exec("INSERT INTO terms (term) VALUES ('app:other'); INSERT INTO postings SELECT id, 0, x'0b' FROM terms WHERE term = 'app:other'")],
    ['an event that is not found by its actor', 'index', 256, (db) => db.exec("UPDATE postings SET offsets = substr(offsets, 1, 255) WHERE block = 0 AND term = (SELECT id FROM terms WHERE term LIKE 'actor:%')")],
    ['a block of which nothing is found', 'index', 257, (db) => db.exec('DELETE FROM postings WHERE block = 1')],
    ['a tile that is wrong rather than that an event is not found', 'tile', 257, (db) => db.exec(`DELETE FROM postings WHERE block = 0; DELETE FROM tiles WHERE id = ${tileId(0, 1)}`)],
    ['a clock that went back, with the chain made good', 'clock', 300, (db) => (db.exec("UPDATE events SET event = replace(event, '\"time\":1000', '\"time\":999') WHERE position = 300"), rechain(db, 300), retile(db))],
    ['a tile that is not that of its events, as the next checkpoint shows', 'tile', 1, (db) => db.exec(`UPDATE tiles SET hashes = CAST(substr(hashes, 1, 8160) || zeroblob(32) AS BLOB) WHERE id = ${tileId(0, 0)}`)],
    ['a tile of which no checkpoint tells whether it or the row is wrong', 'rewritten', 256, (db) => {
      db.exec(`UPDATE tiles SET hashes = CAST(substr(hashes, 1, 8160) || zeroblob(32) AS BLOB) WHERE id = ${tileId(0, 0)}; DELETE FROM checkpoints WHERE size > 200`);
    }],
    ['all tiles missing', 'tile', 1, (db) => db.exec('DELETE FROM tiles')],
    ['a row missing of the tile that is not full yet', 'missing', 590, (db) => db.exec('DELETE FROM events WHERE position = 590')],
    ['a row missing, and those behind it moved up', 'missing', 300, (db) => {
      db.exec('DELETE FROM events WHERE position = 300; UPDATE events SET position = -(position - 1) WHERE position > 300; UPDATE events SET position = -position WHERE position < 0');
      rechain(db, 300);
    }],
    ['a row before the first', 'replayed', 0, (db) => db.exec('INSERT INTO events SELECT 0, remaining, hash, event FROM events WHERE position = 12')],
    ['a count of events that follow, beyond what its checksum covers', 'flipped', 300, (db) => db.exec('UPDATE events SET remaining = remaining + 4294967296 WHERE position = 300')],
    ['a beginning that was removed as if it had been archived', 'missing', 1, (db) => db.exec('INSERT INTO retention SELECT 256, hash FROM events WHERE position = 256; DELETE FROM events WHERE position <= 256')],
    ['a beginning where no archive can end', 'unreadable', 1, (db) => db.exec('INSERT INTO retention SELECT 100, hash FROM events WHERE position = 100; DELETE FROM events WHERE position <= 100')],
    ['a tile that is missing', 'tile', 257, (db) => db.exec(`DELETE FROM tiles WHERE id = ${tileId(0, 1)}`)],
    ['a checkpoint that somebody else signed', 'forged-checkpoint', null, (db) => {
      const text = String(db.prepare('SELECT note FROM checkpoints WHERE size = 100').get()!['note']);
      db.prepare('UPDATE checkpoints SET note = ? WHERE size = 100').run(text.replace(/ [A-Za-z0-9+/]{20}/g, ' AAAAAAAAAAAAAAAAAAAA'));
    }],
    ['a checkpoint with another root', 'forged-checkpoint', null, (db) => {
      const text = String(db.prepare('SELECT note FROM checkpoints WHERE size = 100').get()!['note']);
      db.prepare('UPDATE checkpoints SET note = ? WHERE size = 100').run(text.replace('\n100\n', '\n101\n'));
    }],
  ];

  it.each(damages)('%s', async (_, kind, position, change) => {
    const { directory, log } = await written(600);
    tamper(directory, change);
    expect((await verdict(directory, log)).finding).toMatchObject({ kind, position });
  });

  it('a database that was rolled back, by the checkpoint beside it', async () => {
    const { directory, log, last } = await written(250);
    tamper(directory, (db) => db.exec('DELETE FROM events WHERE position > 199; DELETE FROM checkpoints WHERE size > 199'));
    expect(await verdict(directory, log)).toMatchObject({ ok: true, signed: 100 });
    expect((await verdict(directory, log, [], { beside: last })).finding).toMatchObject({ kind: 'rolled-back', position: 200 });
    expect((await verdict(directory, log, [], { beside: last.replace('\n250\n', '\n199\n') })).finding).toMatchObject({ kind: 'forged-checkpoint' });
  });

  it('a ledger of which the key that was given has signed nothing', async () => {
    const { directory, log } = await written(200);
    const other = signerOf('stratoswarm.local/other', signatureTypes.ed25519, new Uint8Array(32)).verifier;
    expect(await verdict(directory, log, [], { isPinned: true })).toMatchObject({ ok: true, signed: 200 });
    expect((await verdict(directory, other, [], { isPinned: true })).finding).toMatchObject({ kind: 'forged-checkpoint' });
  });

  it('a database that was rolled back, by a checkpoint that is kept elsewhere', async () => {
    const { directory, log } = await written(200);
    const copy = temporaryDirectory();
    cpSync(directory, copy, { recursive: true });
    const { last } = await written(300, [], directory);
    expect(await verdict(copy, log)).toMatchObject({ ok: true });
    expect((await verdict(copy, log, [last])).finding).toMatchObject({ kind: 'rolled-back', position: 201 });
    expect(await verdict(directory, log, [last])).toMatchObject({ ok: true });
  });

  it('a past that was made anew with the key of the log, by a checkpoint that is kept elsewhere', async () => {
    const { directory, log, last } = await written(300, [100]);
    tamper(directory, (db) => (edited(db, 50), rechain(db, 50), retile(db), db.exec('DELETE FROM checkpoints')));
    expect(await verdict(directory, log)).toMatchObject({ ok: true });
    expect((await verdict(directory, log, [last])).finding).toMatchObject({ kind: 'rewritten', position: 1 });
  });

  it('a checkpoint from elsewhere that is forged', async () => {
    const { directory, log } = await written(10);
    const forger = signerOf(log.name, signatureTypes.ed25519, new Uint8Array(32));
    const text = checkpointText({ origin: log.name, size: 10, root: new Uint8Array(32) });
    expect((await verdict(directory, log, [formatNote({ text, signatures: [forger.sign(text)] })])).finding).toMatchObject({ kind: 'forged-checkpoint' });
  });
});

describe('a ledger that is not the one of its last checkpoint', () => {
  it('is not signed until a new log begins with a key of its own, however often it is opened', async () => {
    const { directory, log } = await written(200);
    const copy = temporaryDirectory();
    cpSync(directory, copy, { recursive: true });
    await written(300, [], directory);
    for (const name of ['events.db', 'events.journal', 'closed.json']) cpSync(join(copy, name), join(directory, name), { preserveTimestamps: true });
    const ledger = await testLedger({ directory });
    const open = () => Checkpoints.open({ directory, log: ledger.log, key: join(directory, 'key'), clock: handClock() });
    for (let time = 1; time <= 3; time++) {
      const { broken, verifier } = await open();
      expect(broken).toMatchObject({ signed: 300, head: 200, reason: expect.stringContaining('rolled back') });
      expect(verifier).toEqual(log);
      await expect((await open()).sign()).rejects.toMatchObject({ code: 'ledger.not-signed', why: expect.stringContaining('rolled back') });
    }
    expect(await verifyLog(ledger.log, { log, beside: readFileSync(join(directory, 'checkpoint'), 'utf8') })).toMatchObject({ ok: false, finding: { kind: 'rolled-back' } });
    const checkpoints = await open();
    expect(checkpoints.beginAnew()).toBe(join(directory, 'key.retired-1'));
    expect(checkpoints.verifier.name).not.toBe(log.name);
    expect(await checkpoints.sign()).toContain(`${checkpoints.verifier.name}\n200\n`);
    expect(await verifyLog(ledger.log, { log: checkpoints.verifier })).toMatchObject({ ok: true });
  });

  it('is signed on as the same log when it only grew', async () => {
    const { directory, log } = await written(300);
    const again = await written(310, [], directory);
    expect(again.log).toEqual(log);
  });
});

describe('a proof document', () => {
  it('shows an event to whoever has the log’s key, and nothing once a byte of it is changed', async () => {
    const { directory, log, last } = await written(300);
    const source = sourceOf(directory);
    const proofs = new Proofs((level, index) => source.tile(level, index));
    const [row] = await source.rows(122);
    const document = proofDocument(123, row!.event, await proofs.inclusion(122, 300), last);
    expect(checkProof(document, log, [])).toMatchObject({ position: 123, event: row!.event, checkpoint: { size: 300 } });
    for (let at = 0; at < document.length; at += 7) {
      const wrong = `${document.slice(0, at)}${document[at] === 'A' ? 'B' : 'A'}${document.slice(at + 1)}`;
      expect(() => checkProof(wrong, log, [])).toThrow();
    }
  });
});

describe('an export', () => {
  it('is a directory of tiles from which everything follows: hashes from entries, tiles from tiles, the root', async () => {
    const { directory, log, last } = await written(700);
    const out = join(directory, 'out');
    mkdirSync(out);
    expect(await exportTiles(sourceOf(directory), last, log, out)).toMatchObject({ size: 700, large: [] });
    const file = (path: string) => readFileSync(join(out, path));
    expect(readdirSync(join(out, 'tile/0')).toSorted()).toEqual(['000', '001', '002.p']);
    const leaves = [tilePath('entries', 0), tilePath('entries', 1), tilePath('entries', 2, 188)].flatMap((path) => entriesOf(file(path))).map((entry) => hashLeaf(Buffer.from(entry)));
    expect(Buffer.concat(leaves)).toEqual(Buffer.concat([file(tilePath(0, 0)), file(tilePath(0, 1)), file(tilePath(0, 2, 188))]));
    const proofs = new Proofs(async (level, index) => file(tilePath(level, index, Math.min(256, Math.floor(700 / 256 ** level) - index * 256))));
    expect(file('checkpoint').toString()).toContain(`\n700\n${Buffer.from(await proofs.root(700)).toString('base64')}\n`);
  });

  it('has the hash of an event that is too long for a bundle, and the event beside it', async () => {
    const directory = temporaryDirectory();
    const ledger = await testLedger({ directory });
    await ledger.append([sample(1), sample(2, 70_000), sample(3)]);
    const checkpoints = await Checkpoints.open({ directory, log: ledger.log, key: join(directory, 'key'), clock: handClock() });
    const note = await checkpoints.sign();
    expect(await exportTiles(ledger.log, note, checkpoints.verifier, join(directory, 'out'))).toMatchObject({ large: [2] });
    const large = readFileSync(join(directory, 'out/large/2.json'), 'utf8');
    expect(canonical(JSON.parse(large))).toBe(large);
    const entry = entriesOf(readFileSync(join(directory, 'out', tilePath('entries', 0, 3))))[1]!;
    expect(entry).toBe(canonical({ bytes: Buffer.byteLength(large), sha256: Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(large))).toString('hex') }));
  });
});
