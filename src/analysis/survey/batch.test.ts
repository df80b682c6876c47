import { expect, it } from 'vitest';
import { Batch } from './batch.ts';
import type { Reading } from './reading.ts';

const reading = (path: string): Reading => ({ path, facts: null, secrets: [], weaknesses: [], hints: [], skips: [], cost: { bytes: 0, steps: 0, characters: 0 } });

it('a batch has a result when each file is read or lost, in its order', () => {
  const batch = new Batch(['a', 'b', 'c']);
  batch.fill([reading('a'), { path: 'b', why: 'too large' }]);
  expect(batch.open).toEqual(['c']);
  expect(batch.result).toBeUndefined();
  batch.fill([reading('c')]);
  expect(batch.result).toEqual([reading('a'), { path: 'b', why: 'too large' }, reading('c')]);
});
