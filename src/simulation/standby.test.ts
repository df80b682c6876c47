import { describe, expect, it } from 'vitest';
import type { Service } from '../model/index.ts';
import { SeededRandom } from './random.ts';
import { SimulatedSwarm } from './swarm.ts';
import { VirtualClock } from './virtual-clock.ts';
import { artefactOf, deployChange, sampleService } from './workload.ts';

/** A swarm whose app `shop` has been well for a while. */
async function settled(...services: Service[]) {
  const clock = new VirtualClock();
  const swarm = new SimulatedSwarm(clock, new SeededRandom(1));
  swarm.boot();
  const deploy = async (...next: Service[]) => {
    const before = swarm.log.length;
    void swarm.propose({ app: 'shop' as never, actor: 'user:test', reasoning: 'because', confidence: 1, change: deployChange('shop', next) });
    await clock.advance(2000);
    return swarm.log.slice(before);
  };
  await clock.advance(100);
  await deploy(...services);
  await clock.advance(20_000);
  const [standby] = [...swarm.state.standbys.keys()];
  return { swarm, clock, deploy, standby };
}

const web = (version: number, change: Partial<Service> = {}) => sampleService('web', { artefact: artefactOf(version), ...change });

describe('a standby', () => {
  it('starts as an agent of the next revision when only the code is another', async () => {
    const { swarm, deploy, standby } = await settled(web(1));
    const events = await deploy(web(2));
    expect(events.find(({ type }) => type === 'AgentStarting')).toMatchObject({ body: { agent: standby, revision: 2 } });
    expect(events.filter(({ type, body }) => type === 'AgentCreated' && !('standby' in body))).toEqual([]);
    expect(swarm.world.agents.get(standby!)?.task).toMatchObject({ artefact: artefactOf(2), label: { revision: 2 } });
    expect([...swarm.state.agents.values()].map(({ id, revision, state }) => [id, revision, state])).toEqual([[standby, 2, 'ready']]);
  });

  it.each([
    ['a variable', { env: [{ name: 'BEHAVIOUR', value: 'good' }, { name: 'SETTING', value: 'other' }] }],
    ['the command', { argv: ['run', 'otherwise'] }],
    ['a limit', { resources: { pids: 10 } }],
  ])('never runs the next revision when %s is another, too', async (_, change) => {
    const { swarm, deploy, standby } = await settled(web(1));
    const events = await deploy(web(2, change));
    expect(events.some(({ type, body }) => type === 'AgentStarting' && 'agent' in body && body.agent === standby)).toBe(false);
    expect([...swarm.state.agents.values()].map(({ revision, state }) => [revision, state])).toEqual([[2, 'ready']]);
  });

  it('is given up when what it was prepared with is not so any more', async () => {
    const db = sampleService('db', { kind: 'store', store: 'postgresql', routes: [], update: { strategy: 'recreate', parallelism: 1, monitor: 3000, maxFailureRatio: 0 } });
    const { swarm, clock, deploy, standby } = await settled(web(1), db);
    swarm.world.end(swarm.state.agents.find(({ service }) => service === 'db')!.id, null, 'SIGKILL');
    await clock.advance(3000);
    const events = await deploy(web(2), db);
    expect(events.find(({ type, body }) => type === 'AgentExited' && 'agent' in body && body.agent === standby)).toMatchObject({ body: { cause: 'stopped', exit: { detail: 'it was prepared for other circumstances' } } });
    expect(swarm.state.agents.filter(({ service }) => service === 'web').valueSeq().map(({ id, revision, state }) => [id === standby, revision, state]).toArray()).toEqual([[false, 2, 'ready']]);
  });

  it('leads back to the code of the earlier revision, too', async () => {
    const { swarm, clock, deploy } = await settled(web(1));
    await deploy(web(2));
    await clock.advance(20_000);
    const [standby] = [...swarm.state.standbys.keys()];
    void swarm.propose({ app: 'shop' as never, actor: 'user:test', reasoning: 'because', confidence: 1, change: { kind: 'rollback', revision: 1 } });
    await clock.advance(2000);
    expect([...swarm.state.agents.values()].map(({ id, revision, state }) => [id, revision, state])).toEqual([[standby, 1, 'ready']]);
    expect(swarm.world.agents.get(standby!)?.task.artefact).toBe(artefactOf(1));
  });
});
