import { expect, it } from 'vitest';
import type { PlannedService } from '../../model/index.ts';
import { scalingPolicy } from './policy.ts';

const service = (given: Partial<PlannedService['scaling']>, rest: Partial<PlannedService> = {}) => ({
  kind: 'api' as const, language: 'javascript', gpu: { needed: false, memory: null, memoryRange: null }, patterns: [],
  scaling: { stateless: true, sticky: false, singleton: false, concurrency: null, replicas: 1, reason: 'because', policy: null, ...given }, ...rest,
});

it('begins with the replicas that were asked for and goes beyond', () => {
  expect(scalingPolicy(service({ replicas: 6 }), [])).toMatchObject({ min: 6, max: 6, metric: 'cpu' });
  expect(scalingPolicy(service({ replicas: 2 }), [])).toMatchObject({ min: 2, max: 4 });
});

it.each([
  [{ stateless: false, sticky: true }, /each client stayed with one/], [{ stateless: false }, /^because$/], [{ singleton: true }, /^because$/],
])('%j stays as it is', (given, reason) => {
  expect(scalingPolicy(service(given), [])).toEqual({ min: 1, max: 1, metric: null, target: null, reason: expect.stringMatching(reason) as string });
});

it('what needs a GPU stays as it is: each agent would need its own', () => {
  expect(scalingPolicy(service({}, { kind: 'ml-inference', gpu: { needed: true, memory: null, memoryRange: null } }), [])).toMatchObject({ max: 1, metric: null });
});

it('what ends by itself has none', () => {
  expect(scalingPolicy(service({}, { kind: 'job' }), [])).toBeNull();
});

it.each([['typescript', 'one core'], ['python', 'one core'], ['kotlin', 'can be spread'], ['swift', 'can be spread']])('an event loop in %s: %s', (language, reason) => {
  expect(scalingPolicy(service({ concurrency: { model: 'event-loop', workers: null } }, { language }), [])?.reason).toContain(reason);
});
