import { rmSync } from 'node:fs';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '../../model/index.ts';
import { openStore } from './opening.ts';
import { recover } from './recovery.ts';
import { imageOf, putImage, type Image } from '../testing/damage.ts';
import { temporaryDirectory } from '../testing/directories.ts';

type Harm = (files: Record<string, Buffer>) => void;
const page = 4096;
/** More seeds by `STRATOSWARM_THOROUGH=10`. */
const runs = (count: number) => count * Number(process.env['STRATOSWARM_THOROUGH'] ?? 1);
const images = {} as Record<'closed' | 'crashed' | 'long' | 'journaled', Image>;

beforeAll(async () => {
  images.closed = await imageOf(temporaryDirectory(), { appends: 150, closed: true, long: false });
  images.crashed = await imageOf(temporaryDirectory(), { appends: 60, closed: false, long: false });
  images.journaled = await imageOf(temporaryDirectory(), { appends: 60, closed: false, long: false, journal: true });
  images.long = await imageOf(temporaryDirectory(), { appends: 60, closed: false, long: true });
});

/** What opening makes of a damaged image; without threads, so that very many can be tried. */
function opened(image: Image, harm: Harm): { events: Event[]; damage: string | null; lost: number | null } {
  const directory = temporaryDirectory();
  try {
    putImage(directory, image, harm);
    let { store, opened } = openStore(directory);
    const { damage } = opened;
    let lost: number | null = 0;
    if (opened.damage !== null) {
      ({ lost } = recover({ directory, reason: opened.damage, known: opened.known, at: 0 })!);
      ({ store, opened } = openStore(directory));
    }
    expect(opened.damage).toBeNull();
    const events: Event[] = [];
    while (events.length < store!.head) events.push(...(JSON.parse(store!.read(events.length, 1_000)) as Event[]));
    store!.checkStructure();
    store!.close();
    return { events, damage, lost };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function expectPrefix(image: Image, events: readonly Event[]): void {
  expect(events).toEqual(image.events.slice(0, events.length));
  expect([0, ...image.ends]).toContain(events.length);
}

/** The last end of an append before `position`. */
const endBefore = (image: Image, position: number) => image.ends.filter((end) => end < position).at(-1) ?? 0;

/** The lowest position whose row is on the page around `offset`; Infinity when it holds none. */
function lowestAround(content: Buffer, offset: number, start: number, size: number): number {
  const begin = offset < start ? 0 : start + Math.floor((offset - start) / size) * size;
  const text = content.toString('latin1', begin, begin + size);
  return Math.min(Infinity, ...[...text.matchAll(/"position":(\d+),"time"/g)].map((match) => Number(match[1])));
}

const anyImage = fc.constantFrom('closed' as const, 'crashed' as const, 'long' as const, 'journaled' as const);
const anyFile = fc.constantFrom('events.db', 'events.db-wal');
const anyPlace = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('a damaged ledger', () => {
  it('is opened with a valid prefix, and no loss goes unreported, whichever bit is flipped', { timeout: 300_000 }, () => {
    fc.assert(fc.property(anyImage, anyFile, anyPlace, fc.nat(7), (kind, file, place, bit) => {
      const image = images[kind];
      let lowest = Infinity;
      const { events, damage } = opened(image, (files) => {
        const content = files[file];
        if (content === undefined) return;
        const offset = Math.floor(place * content.length);
        lowest = file === 'events.db' ? lowestAround(content, offset, 0, page) : lowestAround(content, offset, 32, page + 24);
        content[offset]! ^= 1 << bit;
      });
      expectPrefix(image, events);
      if (events.length < image.events.length) expect(damage).not.toBeNull();
      // Events of no more than a page: what lies on other pages before it is kept in any case.
      if (kind !== 'long') expect(events.length).toBeGreaterThanOrEqual(Math.min(endBefore(image, lowest), image.events.length));
    }), { numRuns: runs(200) });
  });

  it('loses nothing by a flipped bit in the write-ahead log’s head', () => {
    for (let offset = 0; offset < 32; offset++) {
      const { events, damage } = opened(images.crashed, (files) => (files['events.db-wal']![offset]! ^= 0x10));
      // Its checkpoint number is part of the checksum and nothing else.
      expect(events).toEqual(images.crashed.events);
      expect(damage).toContain('write-ahead log');
    }
  });

  it('takes its last appends from the journal, and reports a loss in that unless it is like a write that did not end', { timeout: 300_000 }, () => {
    const image = images.journaled;
    expect(opened(image, () => undefined)).toEqual({ events: image.events, damage: null, lost: 0 });
    expect(opened(image, (files) => delete files['events.journal']).events.length).toBeLessThan(image.events.length);
    fc.assert(fc.property(anyPlace, fc.nat(7), (place, bit) => {
      const { events, damage } = opened(image, (files) => (files['events.journal']![Math.floor(place * files['events.journal']!.length)]! ^= 1 << bit));
      expectPrefix(image, events);
      if (events.length < image.ends.at(-2)!) expect(damage).toContain('were acknowledged');
    }), { numRuns: runs(100) });
  });

  it('reports a journal that is shorter than it was, keeps what is left in it, and does not say how much is lost', { timeout: 300_000 }, () => {
    const image = images.journaled;
    fc.assert(fc.property(anyPlace, (place) => {
      const { events, damage, lost } = opened(image, (files) => (files['events.journal'] = files['events.journal']!.subarray(0, Math.floor(place * files['events.journal']!.length))));
      expectPrefix(image, events);
      expect(damage).toContain('journal');
      expect(lost).not.toBe(0);
      if (place > 0.99) expect(events).toEqual(image.events);
    }), { numRuns: runs(30) });
  });

  it('loses nothing of its last appends with the write-ahead log, which its journal has as well', { timeout: 300_000 }, () => {
    fc.assert(fc.property(anyPlace, (place) => {
      const image = images.journaled;
      const { events, damage, lost } = opened(image, (files) => (files['events.db-wal'] = files['events.db-wal']!.subarray(0, Math.floor(place * files['events.db-wal']!.length))));
      expect(events).toEqual(image.events);
      if (damage !== null) expect(lost).toBe(0);
    }), { numRuns: runs(30) });
  });

  it('loses nothing by a damaged schema or index', () => {
    for (const offset of [0, 16, 18, 28, 60, 68, 100, 103, 3_900]) {
      const { events } = opened(images.closed, (files) => files['events.db']!.fill(0xff, offset, offset + 4));
      expect(events).toEqual(images.closed.events);
    }
  });

  it('keeps the prefix before pages of zeros, and the rest of a truncated file', { timeout: 300_000 }, () => {
    fc.assert(fc.property(anyImage, anyFile, anyPlace, fc.boolean(), (kind, file, place, zeros) => {
      const image = images[kind];
      const { events, damage } = opened(image, (files) => {
        const content = files[file];
        if (content === undefined) return;
        const offset = Math.floor(place * content.length);
        if (zeros) content.fill(0, Math.floor(offset / page) * page, Math.min(content.length, (Math.floor(offset / page) + 2) * page));
        else files[file] = content.subarray(0, offset);
      });
      expectPrefix(image, events);
      // A log that ends early is like one that was never written further.
      if (file === 'events.db' && events.length < image.events.length) expect(damage).not.toBeNull();
    }), { numRuns: runs(100) });
  });

  it('is opened whatever random bytes are written over it', { timeout: 300_000 }, () => {
    fc.assert(fc.property(anyImage, anyFile, anyPlace, fc.uint8Array({ minLength: 1, maxLength: 9_000 }), (kind, file, place, bytes) => {
      const { events } = opened(images[kind], (files) => files[file]?.set(bytes.subarray(0, files[file].length), Math.floor(place * Math.max(0, files[file].length - bytes.length))));
      expectPrefix(images[kind], events);
    }), { numRuns: runs(50) });
  });

  it('keeps what the database file has when the write-ahead log is gone, and says that more may be lost', () => {
    const { events, damage, lost } = opened(images.crashed, (files) => delete files['events.db-wal']);
    expectPrefix(images.crashed, events);
    expect(events.length).toBeGreaterThan(0);
    expect(damage).toContain('write-ahead log is missing');
    expect(lost).toBeNull();
  });

  it('keeps what the write-ahead log has when the database file is gone or garbage', () => {
    for (const harm of [(files) => delete files['events.db'], (files) => (files['events.db'] = Buffer.alloc(0)), (files) => (files['events.db'] = Buffer.alloc(20_000, 'no database'))] as Harm[]) {
      const { events, damage } = opened(images.crashed, harm);
      expectPrefix(images.crashed, events);
      expect(damage).not.toBeNull();
    }
  });

  it('is noticed when an event was edited, although the database itself is sound', () => {
    const { events, damage, lost } = opened(images.closed, (files) => {
      const content = files['events.db']!;
      content.write('"reason":"501 ', content.indexOf('"reason":"500 '));
    });
    expect(damage).toMatch(/event \d+ is not what was written/);
    expect(events.length).toBeGreaterThan(0);
    expectPrefix(images.closed, events);
    expect(lost).toBe(images.closed.events.length - events.length);
  });
});
