import { setTimeout as delay } from 'node:timers/promises';
import type { AgentId } from '../../model/index.ts';
import type { Ground } from './ground.ts';
import type { OwnKernel } from './kind.ts';

/** Milliseconds within which process 1 has started the program, on a machine that does little else. */
const patience = 5000;

/** Sends a signal to a program that the machine does not see. One that was started in this moment may not be there yet: then it is tried again, as long as `runs` says so. */
export async function signalWithin({ runtime }: Ground, { program, signal: send }: OwnKernel, agent: AgentId, signal: NodeJS.Signals, runs: () => boolean): Promise<void> {
  for (const deadline = performance.now() + patience; runs() && performance.now() < deadline; await delay(20)) {
    if ((await send(runtime, agent, program, signal)).code === 0) return;
  }
}
