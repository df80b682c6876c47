import { expect, it } from 'vitest';
import { VirtualClock } from '../simulation/virtual-clock.ts';
import { Slack } from './slack.ts';

const megabyte = 2 ** 20;

function setup(megabytes: number) {
  const clock = new VirtualClock();
  const memory = { used: megabytes, collections: 0 };
  const slack = new Slack(clock, { resident: () => memory.used * megabyte, collect: () => { memory.collections++; memory.used -= 5; } });
  return { clock, memory, slack };
}

it('gives memory back once, when nothing has happened for a while', async () => {
  const { clock, memory, slack } = setup(90);
  for (let second = 0; second < 30; second++) {
    slack.stir();
    await clock.advance(1000);
  }
  expect(memory.collections).toBe(0);
  await clock.advance(60_000);
  expect(memory.collections).toBe(1);
});

it('does so again only when enough has come together', async () => {
  const { clock, memory, slack } = setup(90);
  for (const grown of [0, 3, 1, 0]) {
    memory.used += grown;
    slack.stir();
    await clock.advance(20_000);
  }
  expect(memory.collections).toBe(2);
});

it('lets a process alone that would stand still for long', async () => {
  const { clock, memory, slack } = setup(300);
  slack.stir();
  await clock.advance(60_000);
  expect(memory.collections).toBe(0);
});
