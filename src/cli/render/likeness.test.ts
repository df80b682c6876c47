import { describe, expect, it } from 'vitest';
import { SimilarService } from '../../model/plan.ts';
import { likeness } from './likeness.ts';

const service = (observed: object, rest: object = {}) => SimilarService.parse({ app: 'shop', service: 'web', similarity: 0.934, succeeded: 5, failed: 1, followed: false, observed: { cpu: 20, memory: null, replicas: 1, health: null, ready: null, ...observed }, ...rest });

describe('a service that is alike', () => {
  it('is told of with how alike it is, how it went and what it needed', () => {
    expect(likeness(service({ memory: 48 << 20, ready: 420 }))).toBe('web of shop (93 %; 5 of 6 deployments went well; 48Mi, ready in 0.4 s)');
  });

  it('is told of with what is known', () => {
    expect(likeness(service({}))).toBe('web of shop (93 %; 5 of 6 deployments went well)');
    expect(likeness(service({ ready: 61_000 }))).toBe('web of shop (93 %; 5 of 6 deployments went well; ready in 61.0 s)');
  });

  it('says when what is expected follows it', () => {
    expect(likeness(service({ memory: 48 << 20 }, { followed: true }))).toBe('web of shop (93 %; 5 of 6 deployments went well; 48Mi), which the memory expected follows');
  });
});
