import type { IncomingMessage } from 'node:http';
import { StratoError } from '../model/errors.ts';
import { encodeFrame, execProtocol, Frame, FrameReader } from './frames.ts';
import { http } from '../host/http.ts';
import { readMessages, type Message } from './messages.ts';
import type { Problem } from './views.ts';

// What commands start with: nothing here loads more than node:http, because a command must answer at once.

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface StreamOptions {
  readonly signal?: AbortSignal;
  /** Where to begin, as `Last-Event-ID`. */
  readonly after?: string;
  /** Ends the stream, after the message was delivered, instead of resuming it. */
  readonly last?: (message: Message) => boolean;
}

export interface ExecStreams {
  readonly terminal?: { columns: number; rows: number };
  /** Calls back whenever the terminal has another size; returns the end of that. */
  readonly onResize?: (resized: (size: { columns: number; rows: number }) => void) => () => void;
  /** Null: the program gets no input. */
  readonly stdin: NodeJS.ReadableStream | null;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly signal?: AbortSignal;
}

/** Milliseconds after which a question that is not answered makes one ask whether anything is: a daemon that was halted accepts connections and says nothing. */
const answerTime = 60_000;

/** Milliseconds within which a daemon that is at work on a long question answers a short one. */
const otherTime = 20_000;

/** Milliseconds for which a stream tries to come back before it gives up. */
const patience = 30_000;

/** The API through the daemon's unix socket. Every failure is a StratoError, `daemon.unreachable` when nobody answers. */
export class ApiClient {
  readonly #socket: string;
  readonly #reason: string | undefined;

  readonly #times: { answer: number; other: number };

  /** @param reason - Why its user wants what it asks for. */
  constructor(socket: string, reason?: string, times = { answer: answerTime, other: otherTime }) {
    this.#socket = socket;
    this.#reason = reason;
    this.#times = times;
  }

  get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
    return this.#json<T>('GET', withQuery(path, query), undefined, signal);
  }

  post<T>(path: string, body: unknown = {}, signal?: AbortSignal): Promise<T> {
    return this.#json<T>('POST', path, body, signal);
  }

  delete<T>(path: string, query: Query = {}): Promise<T> {
    return this.#json<T>('DELETE', withQuery(path, query), undefined, undefined);
  }

  /** An answer that is no JSON. */
  async text(path: string): Promise<string> {
    return collect(await this.#send('GET', path, undefined, { accept: 'text/plain' }));
  }

  /**
   * Messages of an event stream. A stream that is cut off is resumed after the last message, and only given up when nobody has
   * answered for half a minute; it ends when `last` or `signal` says so.
   */
  async *stream(path: string, query: Query, { signal, after, last }: StreamOptions = {}): AsyncGenerator<Message> {
    let seen = after;
    let lost: number | undefined;
    for (let wait = 50; ; wait = Math.min(wait * 2, 1000)) {
      if (signal?.aborted) return;
      try {
        const response = await this.#send('GET', withQuery(path, query), undefined, { accept: 'text/event-stream', ...(seen !== undefined && { 'last-event-id': seen }) }, signal);
        for await (const message of readMessages(response)) {
          lost = undefined;
          wait = 50;
          seen = message.id ?? seen;
          if (message.event === 'problem') throw errorOf(message.data as Problem);
          yield message;
          if (last?.(message)) return;
        }
      } catch (error) {
        if (signal?.aborted) return;
        if (error instanceof StratoError && error.code !== 'daemon.unreachable') throw error;
        lost ??= performance.now();
        if (seen === undefined || performance.now() - lost > patience) throw unreachable(error as Error);
      }
      await pause(wait, signal);
    }
  }

  /** Newline-delimited JSON, read to its end. */
  async *lines<T>(path: string, query: Query): AsyncGenerator<T> {
    let rest = '';
    const response = await this.#send('GET', withQuery(path, query), undefined, { accept: 'application/x-ndjson' });
    for await (const chunk of whole(response)) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!;
      for (const line of lines) yield checkLine<T>(line);
    }
    if (rest !== '') yield checkLine<T>(rest);
  }

  /** Runs a program beside an agent; resolves with its exit code. */
  exec(agent: string, argv: readonly string[], { terminal, onResize, stdin, stdout, stderr, signal }: ExecStreams): Promise<number> {
    return new Promise((resolve, reject) => {
      const request = http.request({
        socketPath: this.#socket, method: 'POST', path: `/v1/agents/${encodeURIComponent(agent)}/exec`, signal,
        headers: { host: 'localhost', connection: 'Upgrade', upgrade: execProtocol },
      });
      request.on('error', (error) => reject(unreachable(error)));
      request.on('response', (response) => failure(response).then(reject, reject));
      request.on('upgrade', (_response, socket, head) => {
        const reader = new FrameReader();
        const onInput = (chunk: Buffer) => {
          if (!socket.write(encodeFrame(Frame.stdin, chunk))) {
            stdin?.pause();
            socket.once('drain', () => stdin?.resume());
          }
        };
        const onInputEnd = () => socket.write(encodeFrame(Frame.stdinEnd));
        const ignoreSize = onResize?.((size) => socket.write(encodeFrame(Frame.resize, JSON.stringify(size))));
        const settle = (act: () => void) => {
          ignoreSize?.();
          stdin?.off('data', onInput).off('end', onInputEnd).pause();
          socket.destroy();
          act();
        };
        const take = (chunk: Buffer) => {
          for (const { kind, payload } of reader.push(chunk)) {
            if (kind === Frame.stdout) stdout.write(payload);
            else if (kind === Frame.stderr) stderr.write(payload);
            else if (kind === Frame.exit) settle(() => resolve(Number(payload.toString())));
            else if (kind === Frame.problem) settle(() => reject(errorOf(JSON.parse(payload.toString()) as Problem)));
          }
        };
        socket.on('data', take);
        socket.on('error', (error) => settle(() => reject(unreachable(error))));
        socket.on('close', () => settle(() => reject(unreachable(new Error('the connection ended before the program did')))));
        socket.write(encodeFrame(Frame.start, JSON.stringify({ argv, terminal })));
        if (head.length > 0) take(head);
        if (stdin === null) onInputEnd();
        else stdin.on('data', onInput).on('end', onInputEnd).resume();
      });
      request.end();
    });
  }

  async #json<T>(method: string, path: string, body: unknown, signal: AbortSignal | undefined): Promise<T> {
    return JSON.parse(await collect(await this.#send(method, path, body, { accept: 'application/json', ...(this.#reason !== undefined && { 'stratoswarm-reason': encodeURIComponent(this.#reason) }) }, signal))) as T;
  }

  #send(method: string, path: string, body: unknown, headers: Record<string, string>, signal?: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const options = {
        socketPath: this.#socket, method, path, signal, agent: false as const,
        // Without one, Node works a name for TLS out of the host, and for that compiles its large pattern of IPv6 addresses.
        servername: '',
        headers: { host: 'localhost', ...headers, ...(payload !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }) },
      };
      const request = http.request(options);
      request.on('error', (error) => reject(unreachable(error)));
      request.on('response', (response) => {
        if (response.statusCode! < 300) resolve(response);
        else failure(response).then(reject, reject);
      });
      if (method === 'GET' && headers['accept'] === 'application/json') request.on('socket', (socket) => {
        socket.setTimeout(this.#times.answer);
        socket.on('timeout', () => void this.#answersOthers().then((there) => (there ? socket.setTimeout(this.#times.answer) : request.destroy(new Error('it is silent for a minute')))));
      });
      request.end(payload);
    });
  }

  /** Whether the daemon is there, and only has much to look at for a question: it answers another one. */
  #answersOthers(): Promise<boolean> {
    return new Promise((resolve) => {
      const options = { socketPath: this.#socket, path: '/v1/status', agent: false as const, servername: '', headers: { host: 'localhost' }, timeout: this.#times.other };
      const request = http.request(options);
      request.on('response', (response) => {
        response.resume();
        resolve(true);
      });
      request.on('timeout', () => request.destroy());
      request.on('error', () => resolve(false));
      request.end();
    });
  }
}

function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined);
  return given.length === 0 ? path : `${path}?${given.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
}

async function collect(response: IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const chunk of response.setEncoding('utf8')) text += chunk as string;
  } catch (error) {
    throw unreachable(error as Error);
  }
  return text;
}

async function failure(response: IncomingMessage): Promise<StratoError> {
  const text = await collect(response);
  try {
    return errorOf(JSON.parse(text) as Problem);
  } catch {
    return new StratoError('daemon.answer', `The daemon answered with status ${response.statusCode}`, { why: text.slice(0, 200) || undefined });
  }
}

/** Problem details as the error that they were made of. */
function errorOf({ code, title, detail, next, retryable, details }: Problem): StratoError {
  return new StratoError(code, title, { why: detail, next, retryable, details });
}

function checkLine<T>(line: string): T {
  const value = JSON.parse(line) as T | { problem: Problem };
  if (typeof value === 'object' && value !== null && 'problem' in value) throw errorOf(value.problem);
  return value as T;
}

/** The text of an answer. One that is cut off, because who gave it died, is `daemon.unreachable` like one that never came. */
async function* whole(response: NodeJS.ReadableStream): AsyncGenerator<string> {
  try {
    for await (const chunk of response.setEncoding('utf8')) yield chunk as string;
  } catch (error) {
    throw unreachable(error as Error);
  }
}

function unreachable(cause: Error): StratoError {
  if (cause instanceof StratoError) return cause;
  return new StratoError('daemon.unreachable', 'The daemon does not answer', { why: cause.message, next: 'see `stratoswarm daemon logs`', retryable: true, cause });
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}
