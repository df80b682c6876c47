import { expect, it } from 'vitest';
import type { EventView } from '../../src/api/views.ts';
import { chapters } from './lives.ts';

/** Oldest first, as things happen. */
function story(...events: [type: string, agent?: string][]): EventView[] {
  return events.map(([type, agent], index) => ({ position: index + 1, time: index * 1000, type, actor: 'a', app: 'shop', text: type, tone: 'info' as const, correlation: null, cause: null, body: { agent } })).reverse();
}

function told(events: EventView[]): string[] {
  return chapters(events).map(({ head, events: { length } }) => `${head.type}×${length}`);
}

it('tells the coming of an agent in one line, headed by how far it came', () => {
  expect(told(story(['AgentCreated', 'a'], ['AgentPrepared', 'a'], ['AgentStarting', 'a'], ['AgentRunning', 'a'], ['AgentReady', 'a']))).toEqual(['AgentReady×5']);
});

it('tells agents that come at the same time apart', () => {
  expect(told(story(['AgentCreated', 'a'], ['AgentCreated', 'b'], ['AgentRunning', 'b'], ['AgentRunning', 'a']))).toEqual(['AgentRunning×2', 'AgentRunning×2']);
});

it('heads the going of an agent by how it ended', () => {
  expect(told(story(['AgentReady', 'a'], ['AgentStopping', 'a'], ['AgentExited', 'a'], ['AgentRemoved', 'a']))).toEqual(['AgentExited×3', 'AgentReady×1']);
});

it('puts the going of an agent where it ended, however long the cleaning took', () => {
  expect(told(story(['AgentReady', 'a'], ['AgentExited', 'a'], ['RolloutFailed'], ['AgentRemoved', 'a']))).toEqual(['RolloutFailed×1', 'AgentExited×2', 'AgentReady×1']);
});

it('leaves alone what is no step: losing readiness, decisions, rollouts', () => {
  expect(told(story(['AgentReady', 'a'], ['AgentUnready', 'a'], ['AgentReady', 'a'], ['DecisionAdmitted'], ['RolloutReady']))).toEqual(['RolloutReady×1', 'DecisionAdmitted×1', 'AgentReady×1', 'AgentUnready×1', 'AgentReady×1']);
});
