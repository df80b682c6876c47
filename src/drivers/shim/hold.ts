import { chmodSync, closeSync, constants, copyFileSync, existsSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from '../../host/run.ts';
import type { AgentId } from '../../model/index.ts';

const here = import.meta.dirname;

/** A hold that is being lifted: nobody who comes later finds it, and who waits at it can still be reached. */
const lifted = (path: string) => `${path}.lifted`;

/**
 * Puts up what `launch.sh` waits at before it becomes the program: a fifo, and beside it what holds a Node that has started. The program's
 * user must be able to come to `path`, and not to write there.
 */
export async function putHold(path: string): Promise<void> {
  for (const kind of ['.cjs', '.mjs']) {
    copyFileSync(join(here, `hold${kind}`), `${path}${kind}`);
    chmodSync(`${path}${kind}`, 0o644);
  }
  if (existsSync(path)) return;
  await mustRun('agent.prepare-failed', 'mkfifo', ['-m', '644', path]);
  chmodSync(path, 0o644);
}

/** Whether a program that was launched may still wait there. */
export function isHeld(path: string): boolean {
  return existsSync(path) || existsSync(lifted(path));
}

/**
 * Lets go whoever waits, and makes sure that nobody will. May be repeated, also by who comes after one that was killed in between. Opening for
 * writing wakes who opens for reading (fifo(7)); who has not got as far finds no fifo, and does not wait.
 */
export function liftHold(path: string): void {
  if (existsSync(path)) renameSync(path, lifted(path));
  if (!existsSync(lifted(path))) return;
  try {
    closeSync(openSync(lifted(path), constants.O_WRONLY | constants.O_NONBLOCK));
  } catch (error) {
    // Nobody waits there.
    if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
  }
  rmSync(lifted(path), { force: true });
}

/** Who is being held now. One that is let go meanwhile is whole first: its hold could be put up when it had just been lifted, and nobody would lift it again. */
export class Holding {
  readonly #agents = new Map<AgentId, Promise<void>>();

  /** Does `hold` for an agent. */
  begin(agent: AgentId, hold: () => Promise<void>): Promise<void> {
    const held = hold();
    const ended = () => void this.#agents.delete(agent);
    this.#agents.set(agent, held.then(ended, ended));
    return held;
  }

  /** Resolves when an agent is not being held any more, whatever came of that. */
  async settled(agent: AgentId): Promise<void> {
    await this.#agents.get(agent);
  }
}
