import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../simulation/virtual-clock.ts';
import { keepNetwork } from './network-keeper.ts';

describe('the rules of the firewall', () => {
  it('are seen to within five seconds of each look, also after one that failed, until the daemon ends', async () => {
    const clock = new VirtualClock(0);
    const answers: (() => Promise<boolean>)[] = [async () => false, async () => { throw new Error('no nft'); }, async () => true];
    const [lines, errors]: [string[], unknown[]] = [[], []];
    let looks = 0;
    const stop = keepNetwork({ clock, keep: () => answers[looks++ % 3]!(), log: (line) => lines.push(line), onError: (error) => errors.push(error) });
    for (let second = 0; second < 16; second++) await clock.advance(1000);
    expect([looks, lines.length, errors.length]).toEqual([3, 1, 1]);
    stop();
    for (let second = 0; second < 16; second++) await clock.advance(1000);
    expect(looks).toBe(3);
  });
});
