import { describe, expect, it } from 'vitest';
import type { Agent, AgentId, Event } from '../model/index.ts';
import { viewEvent } from './describe-event.ts';

const agents = new Map([['shop-web-0-abcdefgh', { app: 'shop', service: 'web', slot: 0 }]]) as unknown as Map<AgentId, Agent>;
const told = (type: string, body: object) => {
  const { text, tone, app } = viewEvent({ position: 1, time: 1, version: 1, type, actor: 'control:reconciler', body: { agent: 'shop-web-0-abcdefgh', ...body } } as unknown as Event, agents);
  return { text, tone, app };
};
const exit = { code: null, signal: null, outOfMemory: false, at: null, detail: null };

describe('an event, as people read it', () => {
  it.each([
    ['ready', 'crashed', { ...exit, code: 1 }, 'bad', 'shop/web/0 crashed with exit code 1'],
    ['ready', 'out-of-memory', { ...exit, signal: 'SIGKILL' }, 'bad', 'shop/web/0 ran out of memory and was ended by the kernel'],
    ['stopping', 'stopped', exit, 'info', 'shop/web/0 stopped'],
    ['prepared', 'stopped', { ...exit, detail: 'its service needs none' }, 'info', 'shop/web/0 put away before it was started: its service needs none'],
  ])('tells of an agent that was %s how it ended: %s', (from, cause, how, tone, text) => {
    expect(told('AgentExited', { from, cause, exit: how })).toEqual({ text, tone, app: 'shop' });
  });

  it('names an agent that nobody knows any more by its id', () => {
    expect(told('AgentRemoved', { agent: 'old-web-0-zzzzzzzz' })).toEqual({ text: 'old-web-0-zzzzzzzz removed', tone: 'info', app: null });
  });
});
