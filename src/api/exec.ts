import type { Duplex } from 'node:stream';
import type { Execution } from '../drivers/driver.ts';
import { StratoError, type AgentId } from '../model/index.ts';
import type { Backend } from './backend.ts';
import { encodeFrame, Frame, FrameReader } from './frames.ts';
import { parseInput } from './input.ts';
import { problemOf } from './problems.ts';
import { ExecStart, TerminalSize } from './requests.ts';

/**
 * Serves one exec stream on an upgraded connection: takes the start frame, runs the program, carries its streams, and ends
 * with its exit code or a problem. The program is ended when the connection is.
 */
export async function serveExec(socket: Duplex, head: Buffer, backend: Backend, agent: AgentId): Promise<void> {
  const gone = new AbortController();
  const abort = () => gone.abort();
  socket.on('close', abort).on('error', abort);
  try {
    const input = new StdinFrames(socket, head);
    const start = parseInput(ExecStart, parseJson(await input.start()), 'body');
    const execution = await backend.exec(agent, start.argv, { ...(start.terminal && { terminal: start.terminal }), signal: gone.signal });
    input.into(execution);
    const [, , exit] = await Promise.all([carry(execution.stdout, Frame.stdout, socket), carry(execution.stderr, Frame.stderr, socket), execution.exit]);
    socket.off('close', abort).off('error', abort);
    socket.end(encodeFrame(Frame.exit, String(exit)));
  } catch (error) {
    if (!socket.writableEnded) socket.end(encodeFrame(Frame.problem, JSON.stringify(problemOf(error))));
  }
}

function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8')) as unknown;
  } catch {
    throw new StratoError('request.json', 'The start frame holds no JSON');
  }
}

/** Reads what the client sends: the start frame first, stdin once there is a program to take it, no faster than that reads. */
class StdinFrames {
  readonly #socket: Duplex;
  readonly #reader = new FrameReader();
  readonly #head: Buffer;
  #early: { kind: number; payload: Buffer }[] = [];
  #execution: Execution | undefined;
  #started: PromiseWithResolvers<Buffer> = Promise.withResolvers();

  constructor(socket: Duplex, head: Buffer) {
    this.#socket = socket;
    this.#head = head;
  }

  start(): Promise<Buffer> {
    this.#socket.on('close', () => this.#started.reject(new StratoError('request.invalid', 'The connection ended before its start frame')));
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
    if (this.#head.length > 0) this.#take(this.#head);
    return this.#started.promise;
  }

  into(execution: Execution): void {
    this.#execution = execution;
    execution.stdin.on('error', () => undefined);
    for (const frame of this.#early) this.#pass(frame, execution);
    this.#early = [];
    this.#socket.resume();
  }

  #take(chunk: Buffer): void {
    let frames: { kind: number; payload: Buffer }[];
    try {
      frames = this.#reader.push(chunk);
    } catch {
      this.#started.reject(new StratoError('request.too-large', 'A frame is too large', { why: 'at most 1 MB is read' }));
      this.#socket.destroy();
      return;
    }
    for (const frame of frames) {
      if (frame.kind === Frame.start) {
        this.#started.resolve(frame.payload);
        this.#socket.pause();
      } else if (this.#execution === undefined) this.#early.push(frame);
      else this.#pass(frame, this.#execution);
    }
  }

  #pass({ kind, payload }: { kind: number; payload: Buffer }, execution: Execution): void {
    if (kind === Frame.stdinEnd) execution.stdin.end();
    if (kind === Frame.resize) this.#resize(payload, execution);
    if (kind !== Frame.stdin || !execution.stdin.writable) return;
    if (!execution.stdin.write(payload)) {
      this.#socket.pause();
      execution.stdin.once('drain', () => this.#socket.resume());
      execution.stdin.once('close', () => this.#socket.resume());
    }
  }

  /** Sizes that make no sense are not worth ending the program for. */
  #resize(payload: Buffer, execution: Execution): void {
    try {
      execution.resize?.(TerminalSize.parse(parseJson(payload)));
    } catch {
      // The terminal keeps the size that it has.
    }
  }
}

async function carry(from: NodeJS.ReadableStream, kind: typeof Frame.stdout | typeof Frame.stderr, socket: Duplex): Promise<void> {
  for await (const chunk of from) {
    if (socket.destroyed) return;
    if (!socket.write(encodeFrame(kind, chunk as Buffer))) {
      await new Promise<void>((resolve) => {
        socket.once('drain', resolve);
        socket.once('close', resolve);
      });
    }
  }
}
