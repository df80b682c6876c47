import { expect, it } from 'vitest';
import { SeededRandom } from './random.ts';
import { SimulatedSwarm } from './swarm.ts';
import { VirtualClock } from './virtual-clock.ts';
import { deployChange, sampleService } from './workload.ts';

it('agents that a full machine cannot start fail no rollout and stop no app, and are there once it has room', async () => {
  const clock = new VirtualClock();
  const swarm = new SimulatedSwarm(clock, new SeededRandom(1));
  swarm.boot();
  await clock.advance(100);
  const propose = (change: Parameters<SimulatedSwarm['propose']>[0]['change']) => void swarm.propose({ app: 'shop' as never, actor: 'user:test', reasoning: 'because', confidence: 1, change });
  propose(deployChange('shop', [sampleService('web')]));
  await clock.advance(2000);
  const prepare = swarm.world.prepare.bind(swarm.world);
  swarm.world.prepare = () => {
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  };
  propose({ kind: 'scale', service: 'web' as never, replicas: 3 });
  await clock.advance(30_000);
  expect(swarm.state.apps.get('shop' as never)).toMatchObject({ desired: 'running', rollout: { state: 'succeeded' } });
  expect(swarm.log.filter(({ type, body }) => type === 'AgentExited' && 'cause' in body && body.cause === 'start-failed')).toEqual([]);
  swarm.world.prepare = prepare;
  await clock.advance(10_000);
  expect([...swarm.state.agents.values()].map(({ state }) => state)).toEqual(['ready', 'ready', 'ready']);
});
