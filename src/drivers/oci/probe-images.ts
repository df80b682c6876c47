import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findProgram } from '../../host/programs.ts';
import { readText } from '../../host/read-text.ts';
import { run } from '../../host/run.ts';
import { reportOf, StratoError } from '../../model/index.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import type { Images } from '../driver.ts';
import { endContainer } from './end.ts';
import type { Ground } from './ground.ts';
import { imageOrder, processesOf, writeImage } from './image.ts';
import { readOci } from './records.ts';
import { onTrial } from './trial.ts';

/** Milliseconds for a program to count one step further. */
const patience = 10_000;

/** Counts in its memory only: who begins anew begins at 1. */
const counting = ['/bin/sh', '-c', 'n=0; while :; do n=$((n + 1)); echo $n; sleep 0.1; done'];

/** Writes a container down, sees it run on, and goes on from the image in another one. Never throws. */
export async function probeImages(ground: () => Promise<Ground>, containers: string): ReturnType<Images['probe']> {
  try {
    const real = await ground();
    if (basename(real.runtime.program) !== 'runc' || findProgram('criu') === undefined) return { works: false, reason: 'memory images are made by runc and CRIU, and they are not both installed', remedy: 'apt install runc criu' };
    await onTrial(real, `${containers}-probe`, async ({ ground, scratch, start }) => {
      const { agent, container } = await start(counting);
      const before = await countBeyond(agent, 1);
      mkdirSync(scratch, { recursive: true });
      const first = readOci(agent, container).first!.pid;
      const rules = await rulesOf(first);
      const refusal = await writeImage(imageOrder(ground, agent, container, first), join(scratch, 'memory'), 'stopped');
      for (const { pid } of processesOf(first)) process.kill(pid, 'SIGCONT');
      if (refusal !== null) throw new StratoError('images.not-written', 'a container could not be written down', { why: refusal });
      if ((await rulesOf(first)) !== rules) throw new Error('CRIU left the network of a container locked');
      await countBeyond(agent, await countBeyond(agent, before));
      await endContainer(ground, agent, container);
      const other = await start(counting, scratch);
      await countBeyond(other.agent, 0);
      const began = Number(readText(other.agent.log).split('\n')[0]);
      if (!(began > before)) throw new Error(`a container that had counted to ${before} began again at ${began}`);
    });
    return { works: true };
  } catch (error) {
    const { message, why } = reportOf(error);
    return { works: false, reason: why === undefined ? message : `${message}: ${why}`, remedy: 'another version of CRIU may know this kernel' };
  }
}

/** Rules of the packet filter in the network of a process. */
async function rulesOf(pid: number): Promise<string> {
  const { stdout } = await run('nsenter', [`--net=/proc/${pid}/ns/net`, 'nft', '--stateless', 'list', 'ruleset']);
  return stdout;
}

/** Waits until more than `least` was counted; what was. */
async function countBeyond(agent: AgentDirectory, least: number): Promise<number> {
  for (const deadline = performance.now() + patience; performance.now() < deadline; await delay(10)) {
    const count = Number(readText(agent.log).trimEnd().split('\n').at(-1));
    if (count > least) return count;
  }
  throw new Error('a container did not go on');
}
