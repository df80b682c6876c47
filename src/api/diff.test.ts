import { describe, expect, it } from 'vitest';
import type { Plan } from '../model/index.ts';
import { FakeBackend } from './backend.fake.ts';
import { diffPlans } from './diff.ts';

const plan = new FakeBackend().thePlan;
const alter = (change: (copy: any) => void): Plan => {
  const copy = structuredClone(plan);
  change(copy);
  return copy;
};

describe('what is different between two plans', () => {
  it('is nothing between equal ones, whatever they were inferred from', () => {
    expect(diffPlans(plan, structuredClone(plan))).toEqual([]);
    expect(diffPlans(plan, alter((copy) => {
      copy.services[0].confidence = 0.1;
      copy.services[0].evidence = [];
    }))).toEqual([]);
  });

  it('names the place of a changed value', () => {
    expect(diffPlans(plan, alter((copy) => (copy.services[0].start = 'node b.js')))).toEqual([{ kind: 'changed', path: 'services.web.start', before: 'node server.js', after: 'node b.js' }]);
  });

  it('follows services and variables by name, not by place', () => {
    const worker = { ...plan.services[0]!, name: 'worker' } as never;
    const changes = diffPlans(plan, alter((copy) => {
      copy.services.unshift(worker);
      copy.services[1].env[0].required = false;
    }));
    expect(changes.map(({ kind, path }) => [kind, path])).toEqual([['changed', 'services.web.env.API_KEY.required'], ['added', 'services.worker']]);
  });

  it('names each store and service that an app gets or loses', () => {
    const store = { kind: 'redis', usedBy: ['web'], confidence: 1, evidence: [] };
    expect(diffPlans(plan, alter((copy) => copy.stores.push(store)))).toMatchObject([{ kind: 'added', path: 'stores.redis' }]);
    expect(diffPlans(alter((copy) => copy.stores.push(store)), plan)).toMatchObject([{ kind: 'removed', path: 'stores.redis' }]);
  });

  it('is everything for a new app', () => {
    expect(diffPlans(null, plan).map(({ kind, path }) => [kind, path])).toEqual([['added', 'app'], ['added', 'services.web'], ['added', 'edges'], ['added', 'stores']]);
  });
});
