import { describe, expect, it } from 'vitest';
import type { Clock } from '../model/index.ts';
import { Sampler } from './sampler.ts';
import { Samples } from './samples.ts';

const clockAt = (time: { now: number }): Clock => ({ now: () => time.now, monotonic: () => time.now, after: () => () => undefined });

describe('sampler', () => {
  it('turns CPU time since start into thousandths of a core since the measurement before', async () => {
    const time = { now: 0 };
    let cpu = 100;
    const sampler = new Sampler(clockAt(time), () => [{ id: 'a', stats: async () => ({ cpu, memory: 7, pids: 1, outOfMemoryKills: null, throttled: null }) }]);
    await sampler.measure();
    time.now = 2000;
    cpu = 1100;
    await sampler.measure();
    expect(sampler.samples.of('a').map((sample) => sample.cpu)).toEqual([null, 500]);
  });

  it('forgets agents that are gone, and survives one that cannot be measured', async () => {
    const time = { now: 0 };
    let agents = [{ id: 'a', stats: async () => Promise.reject(new Error('gone')) }, { id: 'b', stats: async () => ({ cpu: 1, memory: 2, pids: 3, outOfMemoryKills: 0, throttled: 0 }) }];
    const sampler = new Sampler(clockAt(time), () => agents);
    await sampler.measure();
    expect(sampler.samples.of('b')).toHaveLength(1);
    agents = agents.slice(0, 1);
    await sampler.measure();
    expect(sampler.samples.of('b')).toEqual([]);
  });
});

describe('samples', () => {
  it('keep the newest, oldest first', () => {
    const samples = new Samples(3);
    for (let time = 1; time <= 5; time++) samples.add('a', { time, cpu: null, memory: null, pids: null });
    expect(samples.of('a').map((sample) => sample.time)).toEqual([3, 4, 5]);
    expect(samples.latest('a')?.time).toBe(5);
  });
});
