import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from '../host/spawn.ts';

/** Milliseconds for which a process that nobody took is kept. */
const keptFor = 120_000;

/** The argument by which a process learns that its order is still to come, so that it has time to get ready. */
export const inAdvance = 'in-advance';

/**
 * Processes of one program that read their order from standard input. Loading the program takes longer than most orders, so one may be kept
 * ready for the next order; it ends when that does not come, and with the daemon, whatever becomes of that.
 */
export class Workers {
  readonly #command: readonly [string, ...string[]];
  #ready: ChildProcessWithoutNullStreams | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(command: readonly [string, ...string[]]) {
    this.#command = command;
  }

  /** The process that is ready, or else a fresh one. It is the caller's from now on. */
  take(): ChildProcessWithoutNullStreams {
    clearTimeout(this.#timer);
    const ready = this.#ready;
    this.#ready = undefined;
    ready?.removeAllListeners();
    return ready?.exitCode === null && ready.signalCode === null ? ready : this.#spawn();
  }

  /** Another order is likely: a process is made ready for it, in `milliseconds` from now. */
  expect(milliseconds: number): void {
    if (this.#ready || this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#keep(), milliseconds).unref();
  }

  close(): void {
    this.#closed = true;
    this.#dismiss();
  }

  #keep(): void {
    let ready: ChildProcessWithoutNullStreams;
    try {
      ready = this.#spawn(inAdvance);
    } catch {
      // The order itself, when it comes, tells why it cannot be carried out.
      return;
    }
    this.#ready = ready;
    const forget = () => {
      if (this.#ready === ready) this.#ready = undefined;
    };
    ready.once('exit', forget).once('error', forget);
    this.#timer = setTimeout(() => this.#dismiss(), keptFor).unref();
  }

  #dismiss(): void {
    clearTimeout(this.#timer);
    this.#ready?.stdin.end();
    this.#ready = undefined;
  }

  #spawn(...extra: readonly string[]): ChildProcessWithoutNullStreams {
    const [file, ...args] = this.#command;
    const child = spawn(file, [...args, ...extra], { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.on('error', () => undefined);
    return child;
  }
}
