import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ledgerFiles } from '../files.ts';
import { genesis } from '../proof/chain.ts';
import { sample } from '../testing/events.ts';
import { temporaryDirectory } from '../testing/directories.ts';
import { acknowledgedBehind, chainedTo, entriesOf, Journal, linesOf, makeJournal, slotRoom, slots, stateOf } from './journal.ts';
import type { Head } from './protocol.ts';
import type { NewRow } from './writer.ts';

const slotSize = 4_096;
const nobody = { app: '', agent: '' };

/** One to three rows that differ from others by `n`. */
function rowsOf(n: number, padding = 0): NewRow[] {
  const count = 1 + (n % 3);
  return Array.from({ length: count }, (_, i) => ({ remaining: count - 1 - i, subject: nobody, event: JSON.stringify({ actor: 'a', body: sample(n * 10 + i, padding).body }) }));
}

/** Writes entries that follow one another; where the last one ends. */
function written(journal: Journal, from: Head, entries: readonly NewRow[][]): Head {
  let { position, hash } = from;
  for (const rows of entries) {
    const lines = linesOf(rows);
    journal.write({ position, hash }, lines, Buffer.byteLength(lines));
    position += rows.length;
    hash = chainedTo(hash, rows);
  }
  return { position, hash };
}

function journalOf(entries: readonly NewRow[][]): { directory: string; end: Head } {
  const directory = temporaryDirectory();
  expect(makeJournal(directory)).toBe(true);
  const journal = new Journal(directory);
  const end = written(journal, begin, entries);
  journal.close();
  return { directory, end };
}

const begin: Head = { position: 0, hash: genesis };
const several = (count: number, from = 0) => Array.from({ length: count }, (_, n) => rowsOf(from + n));

describe('the journal', () => {
  it('gives back the appends written to it, in their order, the newest of them when there were more than slots', () => {
    const entries = several(slots + 10);
    const { directory, end } = journalOf(entries);
    const found = entriesOf(directory);
    expect(found.map(({ rows }) => rows)).toEqual(entries.slice(10));
    expect(found.at(-1)).toMatchObject({ after: end.position - entries.at(-1)!.length });
    expect(makeJournal(directory)).toBe(true);
    expect(entriesOf(directory)).toHaveLength(slots);
  });

  it('takes appends as long as a slot has room for', () => {
    const room = (length: number) => [{ remaining: 0, subject: nobody, event: JSON.stringify({ body: 'x'.repeat(length - '\t\t0\t{"body":""}'.length) }) }];
    expect(Buffer.byteLength(linesOf(room(slotRoom)))).toBe(slotRoom);
    expect(entriesOf(journalOf([room(slotRoom), rowsOf(1)]).directory)).toHaveLength(2);
  });

  it('gives nothing that was not written to its end, whatever of a page reached the disk: the entry before it in that place, or none', () => {
    const entries = several(slots + 1);
    const { directory } = journalOf(entries.slice(0, slots));
    const { journal } = ledgerFiles(directory);
    const before = readFileSync(journal);
    const { directory: later } = journalOf(entries);
    const after = readFileSync(ledgerFiles(later).journal);
    fc.assert(fc.property(fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (sectors) => {
      const torn = Buffer.from(before);
      for (const [n, isNew] of sectors.entries()) if (isNew) after.copy(torn, n * 512, n * 512, (n + 1) * 512);
      writeFileSync(journal, torn);
      const found = entriesOf(directory).map(({ rows }) => rows);
      expect([entries.slice(0, slots), entries.slice(1), entries.slice(1, slots)]).toContainEqual(found);
    }));
  });

  it('gives no entry of which a bit is another one', () => {
    const { directory } = journalOf([rowsOf(2), rowsOf(3)]);
    const { journal } = ledgerFiles(directory);
    const whole = readFileSync(journal);
    const used = 48 + whole.readUInt32BE(4);
    fc.assert(fc.property(fc.nat({ max: used - 1 }), fc.nat({ max: 7 }), (byte, bit) => {
      const harmed = Buffer.from(whole);
      harmed[byte]! ^= 1 << bit;
      writeFileSync(journal, harmed);
      expect(entriesOf(directory).map(({ rows }) => rows)).toEqual([rowsOf(3)]);
    }));
  });

  it('gives what is left in a file that was shortened, and nothing of what is no file', () => {
    const { directory } = journalOf([rowsOf(1), rowsOf(2)]);
    const { journal } = ledgerFiles(directory);
    const whole = readFileSync(journal);
    expect(stateOf(directory)).toBe('whole');
    for (const [length, left] of [[slotSize * 2, [rowsOf(1), rowsOf(2)]], [slotSize, [rowsOf(1)]], [100, []], [0, []]] as const) {
      writeFileSync(journal, whole.subarray(0, length));
      expect(stateOf(directory)).toBe('damaged');
      expect(entriesOf(directory).map(({ rows }) => rows)).toEqual(left);
    }
    rmSync(journal);
    expect([stateOf(directory), entriesOf(directory)]).toEqual(['absent', []]);
    mkdirSync(journal);
    expect([stateOf(directory), entriesOf(directory)]).toEqual(['damaged', []]);
  });
});

describe('what a database that ends somewhere lacks', () => {
  const entries = several(6);
  const ends = entries.map((_, n) => entries.slice(0, n).flat()).map((rows) => ({ position: rows.length, hash: chainedTo(genesis, rows) }));

  it('is all that follows from there', () => {
    const { directory, end } = journalOf(entries);
    for (const [n, head] of ends.entries()) expect(acknowledgedBehind(directory, head)).toEqual({ rows: entries.slice(n).flat(), upTo: end.position });
    expect(acknowledgedBehind(directory, end)).toEqual({ rows: [], upTo: 0 });
  });

  it('is the rest of an entry within which it ends, if it has the beginning of that', () => {
    const { directory, end } = journalOf(entries);
    const rows = entries.flat();
    for (let count = 0; count < rows.length; count++) {
      const head = { position: count, hash: chainedTo(genesis, rows.slice(0, count)) };
      expect(acknowledgedBehind(directory, head)).toEqual({ rows: rows.slice(count), upTo: end.position });
      expect(acknowledgedBehind(directory, { position: count, hash: new Uint8Array(32).fill(1) })).toEqual({ rows: [], upTo: end.position });
    }
  });

  it('is known to be more where something is missing between, or another log led there', () => {
    const { directory, end } = journalOf(entries);
    const { directory: later } = journalOf([]);
    const journal = new Journal(later);
    written(journal, ends[2]!, entries.slice(2));
    journal.close();
    expect(acknowledgedBehind(later, ends[1]!)).toEqual({ rows: [], upTo: end.position });
    expect(acknowledgedBehind(directory, { position: ends[3]!.position, hash: genesis })).toEqual({ rows: [], upTo: end.position });
  });
});
