import { describe, expect, it } from 'vitest';
import { chainTo } from '../ledger/events/causality.ts';
import { fold } from '../ledger/state/fold.ts';
import { emptyState, type AppName, type Event, type Proposal, type Service, type ServiceName } from '../model/index.ts';
import { investigate, isFailure, type Investigation } from './debug.ts';
import { SeededRandom } from './random.ts';
import { SimulatedSwarm } from './swarm.ts';
import { VirtualClock } from './virtual-clock.ts';
import { deployChange, sampleService } from './workload.ts';
import type { SimulatedWorldEvents } from '../drivers/simulated.ts';

const app = 'shop' as AppName;
const web = 'web' as ServiceName;

/** A swarm in which things go wrong in known ways, and the history that it leaves. */
class Scene {
  readonly clock = new VirtualClock();
  readonly swarm: SimulatedSwarm;

  constructor(events: SimulatedWorldEvents = {}) {
    this.swarm = new SimulatedSwarm(this.clock, new SeededRandom(5), events);
    this.swarm.boot();
  }

  async decide(change: Proposal['change'], wait = 15_000): Promise<void> {
    await this.clock.advance(500);
    const admitted = this.swarm.propose({ app, change, actor: 'user:ada', reasoning: 'because', confidence: 1 });
    await this.clock.advance(wait);
    expect(await admitted).toBe(true);
  }

  deploy(services: Service[], wait?: number): Promise<void> {
    return this.decide(deployChange(app, services), wait);
  }

  agents(service: string) {
    return [...this.swarm.world.agents.values()].filter(({ task, status }) => task.service === service && status === 'running');
  }

  async investigate(): Promise<Investigation> {
    this.swarm.close();
    const { log } = this.swarm;
    const failure = log.findLast(isFailure)!.position;
    const at = async (position: number) => log.slice(0, position).reduce(fold, emptyState);
    const slice = new Set((await chainTo(failure, async (position): Promise<Event | undefined> => log[position - 1])).map(({ position }) => position));
    return investigate({ app, events: log, before: emptyState, at, failure, slice });
  }
}

const service = (change: Partial<Service> = {}) => sampleService('web', change);
const behaving = (kind: string, more: Service['env'] = []) => service({ env: [{ name: 'BEHAVIOUR', value: kind }, ...more] });

describe('an investigation', () => {
  it('finds the revision that crashes, and the variable in it', async () => {
    const scene = new Scene();
    await scene.deploy([behaving('good')]);
    await scene.decide({ kind: 'scale', service: web, replicas: 2 });
    await scene.deploy([behaving('crashes')], 30_000);
    const { failure, reproducible, factors, lastGood } = await scene.investigate();
    expect(failure).toMatchObject({ type: 'AgentExited', body: { cause: 'crashed' } });
    expect(reproducible).toBe(true);
    expect(factors[0]).toMatchObject({ label: 'the deployment of revision 2', counterfactual: 'vanishes', inSlice: true, position: lastGood + 1 });
    expect(factors[0]!.parts).toMatchObject([{ label: 'the variable BEHAVIOUR of web', counterfactual: 'vanishes' }]);
    expect(factors.slice(1).map(({ label, counterfactual }) => [label, counterfactual])).toEqual([['scaling web to 2', 'persists'], ['the deployment of revision 1', 'persists']]);
  });

  it('says that it cannot know where the code without a change never ran', async () => {
    const scene = new Scene();
    await scene.deploy([behaving('good')]);
    await scene.deploy([service({ argv: ['run', 'anew'], env: [{ name: 'BEHAVIOUR', value: 'crashes' }] })], 30_000);
    const { factors } = await scene.investigate();
    expect(factors[0]).toMatchObject({ label: 'the deployment of revision 2', counterfactual: 'vanishes' });
    expect(factors[0]!.parts.map(({ label, counterfactual }) => [label, counterfactual])).toEqual([['the variable BEHAVIOUR of web', 'unknown'], ['the command of web', 'unknown']]);
  });

  it.each([['again', []], ['along with something else', [{ name: 'OTHER', value: 'x' }]]])('finds the variable that breaks it late, also when it was deployed %s meanwhile', async (_, more) => {
    const scene: Scene = new Scene({
      started: ({ task, handle }) => {
        if (task.env['SETTING'] === 'bad') scene.clock.after(6_000, () => scene.swarm.world.end(handle.agent, 1, null));
      },
    });
    await scene.deploy([behaving('good', [{ name: 'SETTING', value: 'good' }])]);
    await scene.deploy([behaving('good', [{ name: 'SETTING', value: 'bad' }])], 4_500);
    await scene.deploy([behaving('good', [{ name: 'SETTING', value: 'bad' }, ...more])], 12_000);
    const { failure, factors, notes } = await scene.investigate();
    expect(failure).toMatchObject({ type: 'AgentExited', body: { cause: 'crashed' } });
    const brought = factors.find(({ label }) => label === 'the deployment of revision 2')!;
    expect(brought.parts).toMatchObject([{ label: 'the variable SETTING of web', counterfactual: more.length === 0 ? 'vanishes' : 'unknown' }]);
    if (more.length === 0) {
      expect(factors[0]).toBe(brought);
      expect(brought).toMatchObject({ counterfactual: 'vanishes', explanation: expect.stringMatching(/the service runs \(nor #\d+, which brought the same again\)$/) });
    }
    expect(notes).toEqual([]);
  });

  it('finds the store that was stopped behind the service that cannot do without', async () => {
    const scene: Scene = new Scene({
      started: ({ task, handle }) => {
        if (task.service === 'web' && scene.agents('db').length === 0) scene.clock.after(150, () => scene.swarm.world.end(handle.agent, 1, null));
      },
    });
    await scene.deploy([service({ after: ['db' as ServiceName] }), sampleService('db', { kind: 'store', store: 'postgresql', routes: [] })]);
    await scene.decide({ kind: 'scale', service: 'db' as ServiceName, replicas: 0 }, 3000);
    for (const agent of scene.agents('web')) scene.swarm.world.end(agent.handle.agent, 1, null);
    await scene.clock.advance(3000);
    const { failure, factors } = await scene.investigate();
    expect(failure).toMatchObject({ type: 'AgentExited', body: { cause: 'crashed' } });
    expect(factors[0]).toMatchObject({ label: 'scaling db to 0', counterfactual: 'vanishes', inSlice: false });
    expect(factors.filter(({ counterfactual }) => counterfactual === 'vanishes').map(({ label }) => label)).not.toContain('scaling web to 2');
  });

  it('finds the scaling beyond what the memory holds', async () => {
    const scene: Scene = new Scene({
      started: ({ task }) => {
        if (task.service !== 'web' || scene.agents('web').length <= 2) return;
        scene.clock.after(1500, () => scene.agents('web').length > 2 && scene.agents('web').forEach(({ handle }) => scene.swarm.world.end(handle.agent, null, 'SIGKILL', true)));
      },
    });
    await scene.deploy([service()]);
    await scene.decide({ kind: 'scale', service: web, replicas: 2 });
    await scene.decide({ kind: 'scale', service: web, replicas: 4 }, 8000);
    const { failure, factors, reproducible } = await scene.investigate();
    expect(failure).toMatchObject({ body: { cause: 'out-of-memory' } });
    expect(reproducible).toBe(true);
    expect(factors[0]).toMatchObject({ label: 'scaling web to 4', counterfactual: 'vanishes' });
    expect(factors.find(({ label }) => label === 'scaling web to 2')?.counterfactual).toBe('persists');
  });

  it('is not led astray by other apps, and says where to look when nothing that happened outside explains it', async () => {
    const scene = new Scene();
    const blog = 'blog' as AppName;
    void scene.swarm.propose({ app: blog, change: deployChange('blog', [sampleService('front', { argv: ['other'] })]), actor: 'user:ada', reasoning: 'because', confidence: 1 });
    await scene.deploy([service({ resources: { memory: 128 * 2 ** 20 } })]);
    scene.swarm.world.end(scene.agents('web')[0]!.handle.agent, null, 'SIGKILL', true);
    await scene.clock.advance(3000);
    const { failure, notes, factors } = await scene.investigate();
    expect(failure).toMatchObject({ body: { cause: 'out-of-memory' } });
    expect(factors.every(({ score }) => score < 0.5)).toBe(true);
    expect(notes).toEqual([expect.stringMatching(/^nothing that was decided.*: web may have 128 MiB since its revision was deployed, and needs more, or leaks/)]);
  });

  it('names a kill from outside as what it is', async () => {
    const scene = new Scene();
    await scene.deploy([service()]);
    scene.swarm.world.end(scene.agents('web')[0]!.handle.agent, null, 'SIGKILL');
    await scene.clock.advance(5000);
    const { factors, reproducible } = await scene.investigate();
    expect(reproducible).toBe(true);
    expect(factors[0]).toMatchObject({ label: 'shop/web/0 was killed from outside with SIGKILL', counterfactual: 'vanishes' });
  });

  it('is honest about a crash for which nothing recorded is a reason', async () => {
    const scene = new Scene();
    await scene.deploy([service()]);
    await scene.clock.advance(1_200_000);
    scene.swarm.world.end(scene.agents('web')[0]!.handle.agent, 1, null);
    await scene.clock.advance(5000);
    const { factors, reproducible, notes } = await scene.investigate();
    expect(reproducible).toBe(false);
    expect(notes[0]).toContain('not reproducible in simulation');
    expect(factors.every(({ counterfactual }) => counterfactual === 'unknown')).toBe(true);
  });
});
