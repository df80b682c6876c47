import { describe, expect, it } from 'vitest';
import type { DeploymentStep } from '../api/views.ts';
import { StratoError, type Clock, type Finding, type Plan } from '../model/index.ts';
import type { DeploymentParts } from './deployment.ts';
import { Deployments } from './deployments.ts';
import type { Workshop } from './workshop.ts';

const clock = { now: () => 0, monotonic: () => 0, after: () => () => undefined } as unknown as Clock;

/** Deploys `shop` with these parts in the place of whole rooms, and resolves with its steps. */
async function deploy(parts: { check?: () => Promise<void>; findings?: Partial<Finding>[]; scaling?: object; replicas?: number; rollout?: object }): Promise<DeploymentStep[]> {
  const plan = { app: { name: 'shop', confidence: 1 }, services: parts.scaling === undefined ? [] : [{ name: 'web', kind: 'web', scaling: parts.scaling, evidence: [], confidence: 1 }], findings: parts.findings ?? [] } as unknown as Plan;
  const workshop: Pick<Workshop, 'build' | 'started'> = {
    started: () => undefined,
    build: (_request, signal, listener) => new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
      listener.planned(plan);
      // A build that only its abortion ends, unless the check has nothing to say.
      if (!parts.check) resolve({ plan, source: { kind: 'path', location: '/srv/shop', version: null }, built: {} });
    }),
  };
  const app = { name: 'shop', stable: null, revisions: new Map(), rollout: { revision: 1, from: null, state: 'succeeded', tail: [], ...parts.rollout } };
  const deployments = new Deployments({
    clock, workshop, random: { next: () => 0.5 }, ledger: { append: async (events: readonly object[]) => events.map((event, index) => ({ ...event, position: index + 1 })) }, governor: { check: () => undefined, propose: async () => ({ revision: 1 }) },
    state: { current: { apps: new Map([['shop', app]]), agents: new Map() }, onChange: () => () => undefined },
    check: parts.check ?? (async () => undefined), specify: async () => (parts.replicas === undefined ? [] : [{ name: 'web', replicas: parts.replicas }]), advise: (read: Plan) => read, buildVariables: () => ({}), url: () => null,
  } as unknown as DeploymentParts);
  const id = deployments.start({ source: { kind: 'path', location: '/srv/shop' } } as never, 'user:ada');
  return await Array.fromAsync(deployments.steps(id, 0, new AbortController().signal));
}

describe('deployments of one app at the same time', () => {
  it('are specified one after the other, each on what the one before it left', async () => {
    const plan = { app: { name: 'shop', confidence: 1 }, services: [], findings: [] } as unknown as Plan;
    const done: string[] = [];
    let arrived = 0;
    const both = Promise.withResolvers<void>();
    const app = { name: 'shop', stable: null, revisions: new Map(), rollout: { revision: 1, from: null, state: 'succeeded', tail: [] } };
    const deployments = new Deployments({
      clock, random: { next: Math.random }, ledger: { append: async (events: readonly object[]) => events.map((event, index) => ({ ...event, position: index + 1 })) },
      workshop: { started: () => undefined, build: async (_request: unknown, _signal: unknown, listener: { planned(plan: Plan): unknown }) => {
        listener.planned(plan);
        if (++arrived === 2) both.resolve();
        await both.promise;
        return { plan, source: { kind: 'path', location: '/srv/shop', version: null }, built: {} };
      } },
      state: { current: { apps: new Map([['shop', app]]), agents: new Map() }, onChange: () => () => undefined }, check: async () => undefined, advise: (read: Plan) => read, buildVariables: () => ({}), url: () => null,
      specify: async () => {
        done.push('specified');
        await new Promise((resolve) => setImmediate(resolve));
        return [];
      },
      governor: { check: () => undefined, propose: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        done.push('decided');
        return { revision: 1 };
      } },
    } as unknown as DeploymentParts);
    const ids = [1, 2].map(() => deployments.start({ source: { kind: 'path', location: '/srv/shop' } } as never, 'user:ada'));
    await Promise.all(ids.map((one) => Array.fromAsync(deployments.steps(one, 0, new AbortController().signal))));
    expect(done).toEqual(['specified', 'decided', 'specified', 'decided']);
  });
});

describe('a deployment', () => {
  it('ends before the build does when something is lacking that no build gives', async () => {
    const steps = await deploy({ check: async () => { throw new StratoError('env.missing', 'KEY is needed'); } });
    expect(steps.at(-1)).toMatchObject({ step: 'failed', result: { code: 'env.missing' } });
  });

  it('shows the last output of what never was ready before it tells that it failed', async () => {
    const steps = await deploy({ rollout: { state: 'failed', reason: 'web crashed', tail: ['no such table', 'bye'] } });
    expect(steps.slice(-3)).toMatchObject([{ kind: 'line', text: 'no such table' }, { kind: 'line', text: 'bye' }, { step: 'failed', result: { code: 'deployment.failed' } }]);
  });

  it('ends with warnings of what people should know of, and leaves remarks to the plan', async () => {
    const steps = await deploy({ findings: [{ severity: 'low', message: 'a', fix: 'b' }, { severity: 'medium', message: 'data is lost', fix: 'keep it' }] });
    expect(steps.at(-1)).toMatchObject({ step: 'ready', result: { warnings: ['data is lost: keep it'] } });
  });

  it('warns of several agents of what should be alone', async () => {
    const scaling = { stateless: false, sticky: false, singleton: false, reason: 'it keeps uploads on its own disk' };
    expect((await deploy({ scaling, replicas: 2 })).at(-1)).toMatchObject({ step: 'ready', result: { warnings: ['2 agents of web do not know of each other: it keeps uploads on its own disk'] } });
    expect((await deploy({ scaling, replicas: 1 })).at(-1)!.result).not.toHaveProperty('warnings');
  });
});
