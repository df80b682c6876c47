import { expect, test } from 'vitest';
import { newAgentId, AppName, ServiceName } from '../../model/index.ts';
import type { Listener } from '../driver.ts';
import { ListenersWithin } from './listeners-within.ts';

const agent = newAgentId(AppName.parse('shop'), ServiceName.parse('web'), 0, () => 0.5);
const web: Listener = { address: '0.0.0.0', port: 3000 };

/** Looks that take so long each and find what they are told to. */
function sight(found: (Listener[] | null)[], took = 40) {
  const at = { now: 0, looks: 0, told: 0 };
  const within = new ListenersWithin(async () => {
    at.now += took;
    return found[Math.min(at.looks++, found.length - 1)]!;
  }, () => (at.told += 1), () => at.now);
  const ask = async () => {
    const seen = within.of(agent);
    await new Promise((resolve) => setImmediate(resolve));
    return seen;
  };
  return { at, within, ask };
}

test('whoever asks is told what was seen last, and that it has changed', async () => {
  const { at, ask } = sight([[web]]);
  expect(await ask()).toEqual([]);
  expect(at.told).toBe(1);
  expect(await ask()).toEqual([web]);
});

test('looks take a fifth of the time at most, and say nothing when nothing has changed', async () => {
  const { at, ask } = sight([[web]]);
  await ask();
  at.now += 159;
  await ask();
  expect(at.looks).toBe(1);
  at.now += 1;
  await ask();
  expect(at).toMatchObject({ looks: 2, told: 1 });
});

test('a kernel that does not answer has changed nothing; an agent that is gone is forgotten', async () => {
  const { at, within, ask } = sight([[web], null]);
  await ask();
  at.now += 1000;
  await ask();
  expect(await ask()).toEqual([web]);
  within.forget(agent);
  expect(await ask()).toEqual([]);
});
