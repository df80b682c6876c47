import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../simulation/random.ts';
import { SnapshotId } from './manifest.ts';
import { nextId } from './next-id.ts';

const at = (text: string) => Date.parse(text);

describe('the id of a snapshot', () => {
  it('says when it was taken', () => {
    expect(nextId(at('2026-11-21T10:15:00.900Z'), undefined, new SeededRandom(1))).toMatch(/^20261121-101500-[0-9a-f]{6}$/);
    expect(nextId(at('2026-11-21T10:15:00Z'), SnapshotId.parse('20261120-000000-ffffff'), new SeededRandom(1))).toMatch(/^20261121-101500-/);
  });

  it('comes behind that of the one before, within the same second and after the clock was set back', () => {
    const random = new SeededRandom(1);
    const ids: SnapshotId[] = [];
    for (const time of ['2026-11-21T10:15:00Z', '2026-11-21T10:15:00Z', '2026-11-21T10:15:00Z', '2031-12-31T23:59:59Z', '2026-11-21T10:15:01Z']) ids.push(nextId(at(time), ids.at(-1), random));
    expect(ids.toSorted()).toEqual(ids);
    expect(ids.at(-1)).toMatch(/^20320101-000000-/);
  });

  it('goes by the clock where the one before tells no moment', () => {
    expect(nextId(at('2026-11-21T10:15:00Z'), SnapshotId.parse('99999999-999999-ffffff'), new SeededRandom(1))).toMatch(/^20261121-101500-/);
  });
});
