import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Places } from './places.ts';

it('finds every page in which a position was seen, in whichever order they were searched', () => {
  const run = fc.record({ first: fc.integer({ min: 1, max: 200 }), length: fc.integer({ min: 1, max: 20 }), wal: fc.boolean(), page: fc.nat(2 ** 32) });
  fc.assert(fc.property(fc.array(run, { maxLength: 3_000 }), (runs) => {
    const places = new Places();
    for (const { first, length, wal, page } of runs) places.add(first, first + length - 1, { wal, offset: page * 4_096 });
    expect(places.isEmpty).toBe(runs.length === 0);
    for (let position = 0; position < 225; position += 7) {
      const expected = runs.filter(({ first, length }) => first <= position && position < first + length).map(({ wal, page }) => `${page * 4_096} ${wal}`);
      expect([...places.of(position)].map(({ wal, offset }) => `${offset} ${wal}`).toSorted()).toEqual(expected.toSorted());
    }
  }), { numRuns: 30 });
});
