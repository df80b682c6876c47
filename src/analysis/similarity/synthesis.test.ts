import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlannedService, SimilarService } from '../../model/index.ts';
import { fromSimilar } from './synthesis.ts';

const mebibyte = 2 ** 20;
const service = { name: 'web', resources: { cpu: null, memory: 64 * mebibyte, memoryRange: null, limits: [] } } as unknown as PlannedService;
const neighbour = (memory: number | null, succeeded = 5, failed = 0) => ({ app: 'shop', service: 'web', similarity: 0.9, succeeded, failed, observed: { cpu: 3, memory, replicas: 1, health: null, ready: 400 } }) as SimilarService;

describe('what similar services showed', () => {
  it('takes the place of an estimate', () => {
    const { resources, similar } = fromSimilar(service, [neighbour(80 * mebibyte), neighbour(100 * mebibyte), neighbour(900 * mebibyte)]);
    expect(resources).toEqual({ cpu: null, memory: 150 * mebibyte, memoryRange: [80 * mebibyte, 900 * mebibyte], limits: [] });
    expect(similar?.map(({ followed }) => followed)).toEqual([true, true, true]);
  });

  it('leaves what was asked for', () => {
    const resources: PlannedService['resources'] = { ...service.resources, limits: ['memory'] };
    expect(fromSimilar({ ...service, resources }, [neighbour(80 * mebibyte)]).resources).toEqual(resources);
  });

  it.each([['few deployments', neighbour(mebibyte, 2)], ['a failure in twenty', neighbour(mebibyte, 19, 1)], ['no measurement', neighbour(null)]])('is told but not followed after %s', (_, one) => {
    const told = fromSimilar(service, [one]);
    expect(told.similar).toMatchObject([{ followed: false }]);
    expect(told.resources).toEqual(service.resources);
  });

  it('is nothing where nobody is similar', () => {
    expect(fromSimilar(service, [])).toBe(service);
  });

  it('always gives a range in order', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 2 ** 40 }), { minLength: 1, maxLength: 5 }), (peaks) => {
      const [low, high] = fromSimilar(service, peaks.map((peak) => neighbour(peak))).resources.memoryRange!;
      expect(low).toBeLessThanOrEqual(high);
    }));
  });
});
