import fc from 'fast-check';
import { expect, it } from 'vitest';
import { videoMemory, videoMemoryRange } from './model-size.ts';

it('the memory of a GPU lies between what the weights take and twice the estimate', () => {
  const uses = fc.record({ parameters: fc.integer({ min: 1, max: 500e9 }), training: fc.boolean(), bits: fc.constantFrom(null, 4, 8, 16, 32), adapters: fc.boolean() });
  fc.assert(fc.property(uses, (use) => {
    const [least, most] = videoMemoryRange(use);
    expect(least).toBeLessThanOrEqual(videoMemory(use));
    expect(most).toBe(2 * videoMemory(use));
  }));
  expect(videoMemoryRange({ parameters: 7e9, training: false, bits: null, adapters: false })).toEqual([14e9, 2 * 7e9 * 4 * 1.2]);
  expect(videoMemoryRange({ parameters: 1e9, training: true, bits: null, adapters: false })).toEqual([16e9, 40e9]);
});
