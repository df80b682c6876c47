import { describe, expect, it } from 'vitest';
import type { Agent, App, Service, State } from '../model/index.ts';
import { routesOf } from './routes.ts';

const service = { name: 'web', kind: 'web', protocol: 'http', port: 3000, routes: ['/'] } as unknown as Service;
const app = { name: 'shop', desired: 'running', revision: 2, revisions: new Map([[1, { services: [service] }], [2, { services: [service] }]]), rollout: null } as unknown as App;
const agent = (id: string, slot: number, createdAt: number, state: Agent['state'] = 'ready') => ({ id, app: 'shop', service: 'web', slot, createdAt, state, address: '10.0.0.2', port: 3000 }) as unknown as Agent;

function targets(...agents: Agent[]): string[] {
  const state = { apps: new Map([['shop', app]]), agents: new Map(agents.map((one) => [one.id, one])) } as unknown as State;
  return routesOf(state).find(({ hosts }) => hosts.includes('shop.localhost'))!.targets.map((target) => target.agent);
}

describe('the targets of a route', () => {
  it('are the ready agents of all slots', () => {
    expect(targets(agent('a', 0, 1), agent('b', 1, 1), agent('c', 2, 1, 'running'))).toEqual(['a', 'b']);
  });

  it('hold of one slot only the younger agent from the moment at which it is ready', () => {
    expect(targets(agent('old', 0, 1), agent('new', 0, 2, 'running'), agent('other', 1, 1))).toEqual(['old', 'other']);
    for (const agents of [[agent('old', 0, 1), agent('new', 0, 2)], [agent('new', 0, 2), agent('old', 0, 1)]]) expect(targets(...agents)).toEqual(['new']);
    expect(targets(agent('old', 0, 1), agent('new', 0, 2, 'unready'))).toEqual(['old']);
  });
});
