import { expect, it } from 'vitest';
import { replicaWarning, whyAlone } from './alone.ts';

const scaling = { stateless: true, sticky: false, singleton: false, concurrency: null, replicas: 1, reason: 'it keeps uploads on its own disk', policy: null };

it('says why there should be one agent only, where the code shows it', () => {
  expect(whyAlone({ kind: 'api', scaling })).toBeNull();
  for (const how of [{ stateless: false }, { sticky: true }, { singleton: true }]) expect(whyAlone({ kind: 'worker', scaling: { ...scaling, ...how } })).toBe('it keeps uploads on its own disk');
  expect(whyAlone({ kind: 'static', scaling: { ...scaling, stateless: false } })).toBeNull();
});

it('warns of several agents only', () => {
  expect(replicaWarning('web', 3, 'it keeps sessions')).toBe('3 agents of web do not know of each other: it keeps sessions');
  expect([replicaWarning('web', 1, 'it keeps sessions'), replicaWarning('web', 3, null)]).toEqual([undefined, undefined]);
});
