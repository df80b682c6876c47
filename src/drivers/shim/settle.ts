import { setTimeout } from 'node:timers/promises';
import type { AgentDirectory } from '../agent-directory.ts';
import { readShim, type ShimState } from './records.ts';

/** Milliseconds. What is waited for takes a few, unless the machine stands still. */
const patience = 10_000;

/** Waits for an agent whose shim has just claimed it to have a pid, or to have failed. */
export function settled(directory: AgentDirectory): Promise<ShimState> {
  return until(directory, ({ status }) => status !== 'starting');
}

/** Waits for the shim of an agent whose processes were killed to write down how it ended. */
export function ended(directory: AgentDirectory): Promise<ShimState> {
  return until(directory, ({ status }) => status !== 'starting' && status !== 'running');
}

async function until(directory: AgentDirectory, done: (state: ShimState) => boolean): Promise<ShimState> {
  const deadline = performance.now() + patience;
  for (let pause = 1; ; pause = Math.min(25, pause * 2)) {
    const state = readShim(directory);
    if (done(state) || performance.now() > deadline) return state;
    await setTimeout(pause);
  }
}
