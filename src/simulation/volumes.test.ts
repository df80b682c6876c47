import { describe, expect, it } from 'vitest';
import { VolumeName, type Service } from '../model/index.ts';
import { SeededRandom } from './random.ts';
import { SimulatedSwarm } from './swarm.ts';
import { VirtualClock } from './virtual-clock.ts';
import { artefactOf, deployChange, sampleService } from './workload.ts';

const update = { strategy: 'rolling', parallelism: 1, monitor: 3000, maxFailureRatio: 0 } as const;
const alone = { ...update, strategy: 'recreate' } as const;
const files = (volume = 'files') => [{ volume: VolumeName.parse(volume), path: '/data' }];
const web = (version: number, change: Partial<Service>) => sampleService('web', { artefact: artefactOf(version), ...change });

/** Whether the agent of the first service had ended when that of the second one started. */
async function waits(first: Service, second: Service): Promise<boolean> {
  const clock = new VirtualClock();
  const swarm = new SimulatedSwarm(clock, new SeededRandom(1));
  swarm.boot();
  await clock.advance(100);
  const deploy = async (service: Service) => {
    void swarm.propose({ app: 'shop' as never, actor: 'user:test', reasoning: 'because', confidence: 1, change: deployChange('shop', [service]) });
    await clock.advance(20_000);
  };
  await deploy(first);
  const before = swarm.log.length;
  await deploy(second);
  expect([...swarm.state.agents.values()].map(({ revision, state }) => [revision, state])).toEqual([[2, 'ready']]);
  const types = swarm.log.slice(before).map(({ type }) => type);
  return types.indexOf('AgentExited') < types.indexOf('AgentStarting');
}

describe('a volume that one agent at a time may use', () => {
  it('is left by it before its successor starts, also when the next revision would let several use it', async () => {
    expect(await waits(web(1, { update: alone, volumes: files() }), web(2, { update: alone, volumes: files() }))).toBe(true);
    expect(await waits(web(1, { update: alone, volumes: files() }), web(2, { update, volumes: files() }))).toBe(true);
  });

  it('holds up nobody who does not get it', async () => {
    expect(await waits(web(1, { update: alone, volumes: files() }), web(2, { update, volumes: files('others') }))).toBe(false);
    expect(await waits(web(1, { update, volumes: files() }), web(2, { update, volumes: files() }))).toBe(false);
  });
});
