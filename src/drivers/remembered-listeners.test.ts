import { describe, expect, it } from 'vitest';
import type { AgentId } from '../model/index.ts';
import { RememberedListeners } from './remembered-listeners.ts';

const agent = 'shop-web-0-aaaaaaaa' as AgentId;
const port = (number: number) => [{ address: '0.0.0.0', port: number }];

describe('remembered listeners', () => {
  it('are looked up every time while an agent is young', () => {
    let now = 0;
    const remembered = new RememberedListeners(() => now);
    expect(remembered.of(agent, () => [])).toEqual([]);
    now = 5000;
    expect(remembered.of(agent, () => port(9229))).toEqual(port(9229));
    now = 5001;
    expect(remembered.of(agent, () => port(3000))).toEqual(port(3000));
  });

  it('are looked up every time while only a debugger listens', () => {
    let now = 0;
    const remembered = new RememberedListeners(() => now);
    remembered.of(agent, () => port(9229));
    now = 60_000;
    remembered.of(agent, () => port(9229));
    now = 60_001;
    expect(remembered.of(agent, () => port(3000))).toEqual(port(3000));
  });

  it('are looked up the more rarely the longer it has run', () => {
    let now = 0;
    let looks = 0;
    const remembered = new RememberedListeners(() => now);
    const look = () => (looks++, port(3000));
    for (now = 0; now <= 700_000; now += 5000) expect(remembered.of(agent, look)).toEqual(port(3000));
    expect(looks).toBe(9);
  });

  it('are looked up every time as long as there are none, and after the agent was forgotten', () => {
    let now = 0;
    const remembered = new RememberedListeners(() => now);
    remembered.of(agent, () => []);
    now = 100_000;
    expect(remembered.of(agent, () => port(3000))).toEqual(port(3000));
    remembered.forget(agent);
    expect(remembered.of(agent, () => port(4000))).toEqual(port(4000));
  });
});
