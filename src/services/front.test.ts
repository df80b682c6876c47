import { describe, expect, it } from 'vitest';
import { planned, planOf } from '../build/testing.ts';
import { frontOf } from './front.ts';

describe('the service that gets the host name of the app', () => {
  const services = [planned('shop', { kind: 'api' }), planned('orders', { kind: 'api' })];
  const edge = (from: string, to: string) => ({ from, to, protocol: 'http', envVar: null, evidence: [] });

  it('is one that no other service calls', () => {
    expect(frontOf(planOf(services, { edges: [edge('orders', 'shop')] }), services)).toBe('orders');
  });

  it('may be watched by what is no service', () => {
    expect(frontOf(planOf(services, { edges: [edge('metrics', 'shop'), edge('shop', 'orders')] }), services)).toBe('shop');
  });
});
