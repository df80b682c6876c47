import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ledgerFiles } from '../files.ts';
import { collectQuarantine } from './quarantine.ts';

const day = 24 * 60 * 60_000;
const now = 1_800_000_000_000;
let directory: string;
beforeEach(() => { directory = mkdtempSync(join(tmpdir(), 'stratoswarm-quarantine-')); });
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A damaged ledger that was set aside so many days ago. */
function setAside(days: number): string {
  const place = join(ledgerFiles(directory).quarantine, `d${days}`);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'ledger.db'), 'damaged');
  utimesSync(place, (now - days * day) / 1000, (now - days * day) / 1000);
  return place;
}

describe('damaged ledgers that were set aside', () => {
  it('go after a month, but for the newest three', () => {
    const places = [400, 300, 200, 100, 50].map(setAside);
    expect(collectQuarantine(directory, now).toSorted()).toEqual([places[0]!, places[1]!].toSorted());
    expect(readdirSync(ledgerFiles(directory).quarantine).toSorted()).toEqual(['d100', 'd200', 'd50']);
  });

  it('stay for a month, however many they are', () => {
    const places = [29, 5, 4, 3, 2, 1].map(setAside);
    expect(collectQuarantine(directory, now)).toEqual([]);
    expect(places.every((place) => existsSync(place))).toBe(true);
  });

  it('are none where nothing was ever damaged', () => {
    expect(collectQuarantine(directory, now)).toEqual([]);
  });
});
