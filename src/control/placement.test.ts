import { describe, expect, it } from 'vitest';
import type { Node } from '../model/index.ts';
import { sampleService } from '../simulation/workload.ts';
import { place } from './placement.ts';

const node = (name: string, change: Partial<Node> = {}) => ({ name, cpu: 2000, memory: 4e9, isolations: ['process'], ownNetwork: true, availability: 'active', ...change }) as Node;

describe('placement', () => {
  it('takes the first node by name that can run the service', () => {
    const nodes = [node('c'), node('b'), node('a', { availability: 'cordoned' })];
    expect(place(nodes, sampleService('web'))).toEqual({ node: 'b' });
    expect(place([node('a'), node('b', { isolations: ['process', 'container'] })], sampleService('web', { isolation: 'container' }))).toEqual({ node: 'b' });
  });

  it('says of each node why it cannot, also where no way of running anything works', () => {
    expect(place([node('a', { isolations: [] })], sampleService('web'))).toEqual({ refused: 'a: no way of running agents works there' });
    expect(place([node('a', { memory: 1 }), node('b', { availability: 'drained' })], sampleService('web', { resources: { pids: 1, memory: 2 } }))).toEqual({ refused: 'a: it has too little memory; b: it is drained' });
    expect(place([], sampleService('web'))).toEqual({ refused: 'there is no node' });
  });
});
