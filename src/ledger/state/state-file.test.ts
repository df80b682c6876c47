import { describe, expect, it } from 'vitest';
import { emptyState } from '../../model/index.ts';
import { SeededRandom } from '../../simulation/random.ts';
import { SimulatedSwarm } from '../../simulation/swarm.ts';
import { VirtualClock } from '../../simulation/virtual-clock.ts';
import { nextProposal } from '../../simulation/workload.ts';
import { fold } from './fold.ts';
import { dumpState, loadState } from './state-file.ts';
import { stateHash } from './state-hash.ts';

/** A history as a busy minute writes it. */
async function history(seed: number) {
  const clock = new VirtualClock();
  const random = new SeededRandom(seed);
  const swarm = new SimulatedSwarm(clock, random);
  swarm.boot();
  for (let i = 0; i < 25; i++) {
    await clock.advance(random.between(100, 4000));
    void swarm.propose(nextProposal(random));
  }
  swarm.close();
  return swarm.log;
}

describe('states on disk', () => {
  it('come back equal, and folding goes on from them as from the beginning', async () => {
    for (const seed of [1, 2, 3]) {
      const log = await history(seed);
      const whole = log.reduce(fold, emptyState);
      const half = log.slice(0, log.length / 2).reduce(fold, emptyState);
      const restored = loadState(JSON.parse(JSON.stringify(dumpState(half))));
      expect(stateHash(restored)).toBe(stateHash(half));
      expect(stateHash(log.slice(log.length / 2).reduce(fold, restored))).toBe(stateHash(whole));
    }
  });

  it('share what an event does not touch', async () => {
    const log = await history(4);
    let state = emptyState;
    for (const event of log) {
      const next = fold(state, event);
      if (event.type.startsWith('Agent') && event.type !== 'AgentExited') expect(next.apps).toBe(state.apps);
      if (event.type === 'ProposalRejected') expect(next.agents).toBe(state.agents);
      state = next;
    }
  });
});
