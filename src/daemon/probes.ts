import { connect } from 'node:net';
import type { ProbeResult } from '../control/health.ts';
import type { ProbeSubject } from '../control/parts.ts';
import type { Driver } from '../drivers/driver.ts';
import type { Handle, ProbeAction } from '../model/index.ts';
import { greetings, type Greeting } from './greetings.ts';

/** What was seen at one address. `refused`: nothing of the agent's takes connections there. */
interface Attempt {
  readonly ok: boolean;
  readonly detail: string;
  readonly refused: boolean;
}

/** Carries out one probe of a real agent. Never rejects, and answers within twice `timeout` milliseconds. */
export async function probe({ agent, address6 }: ProbeSubject, action: ProbeAction, timeout: number, driver: Driver | undefined): Promise<ProbeResult> {
  if (action.kind === 'exec') return driver ? probeExec(driver, agent.handle, action.argv, timeout) : { ok: false, detail: 'its driver is gone' };
  const { address, port, handle } = agent;
  if (address === null || port === null) return { ok: false, detail: 'it has no address yet' };
  const attempt = async (host: string): Promise<Attempt> => {
    const seen = await look(host, port, action, timeout);
    if (!seen.ok || !sharesPorts(host) || !driver || (await listens(driver, handle, port))) return seen;
    return { ok: false, detail: `port ${port} is answered by another program`, refused: true };
  };
  const first = await attempt(address);
  if (!first.refused || address6 === null) return resultOf(first);
  const second = await attempt(address6);
  // What began to listen in between may do so at both.
  const again = second.refused ? first : await attempt(address);
  return again.refused && !second.refused ? { ...resultOf(second), at: address6 } : resultOf(again);
}

function look(host: string, port: number, action: Exclude<ProbeAction, { kind: 'exec' }>, timeout: number): Promise<Attempt> {
  if (action.kind === 'http') return probeHttp(host, port, action.path, action.accept, timeout);
  return action.kind === 'tcp' ? probeTcp(host, port, timeout) : probeGreeting(host, port, greetings[action.protocol], timeout);
}

const resultOf = ({ ok, detail }: Attempt): ProbeResult => ({ ok, detail });

/** On the machine's own loopback somebody else may be the one who answers. Only Linux tells whose a socket is. */
function sharesPorts(address: string): boolean {
  return (address === '127.0.0.1' || address === '::1') && process.platform === 'linux';
}

async function listens(driver: Driver, handle: Handle, port: number): Promise<boolean> {
  const report = await driver.recover(handle).catch(() => undefined);
  return report === undefined || report.listeners.some((listener) => listener.port === port);
}

function probeTcp(host: string, port: number, timeout: number): Promise<Attempt> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (ok: boolean, detail: string, refused = false) => {
      socket.destroy();
      resolve({ ok, detail, refused });
    };
    socket.setTimeout(timeout, () => end(false, `port ${port} did not answer within ${timeout} ms`));
    socket.once('connect', () => end(true, `port ${port} accepts connections`));
    socket.once('error', (error: NodeJS.ErrnoException) => end(false, refusal(error, port), error.code === 'ECONNREFUSED'));
  });
}

/** Interim responses (RFC 9110 §15.2) come before the one that counts. */
const interim = /^(?:HTTP\/1\.1 1\d\d[^]*?\r\n\r\n)+/;
const longestHead = 16_384;

/** Reads no more than the status line: agents that are well are asked some times a second for as long as they live. */
function probeHttp(host: string, port: number, path: string, accept: 'success' | 'any', timeout: number): Promise<Attempt> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let received = '';
    const end = (ok: boolean, detail: string, refused = false) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ ok, detail, refused });
    };
    const timer = setTimeout(() => end(false, `GET ${path} did not answer within ${timeout} ms`), timeout);
    socket.once('connect', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: stratoswarm-health\r\nConnection: close\r\n\r\n`));
    socket.on('data', (data) => {
      received = (received + data.toString('latin1')).replace(interim, '');
      const status = Number(/^HTTP\/1\.[01] ([2-5]\d\d)[ \r]/.exec(received)?.[1] ?? 0);
      if (status > 0) end(status < (accept === 'any' ? 500 : 400), `GET ${path} answered ${status}`);
      else if (received.length > longestHead || /^(?!HTTP\/1\.1 1)[^\n]*\n/.test(received)) end(false, `GET ${path} was not answered in HTTP/1`);
    });
    socket.once('end', () => end(false, `GET ${path} was not answered`));
    socket.once('error', (error: NodeJS.ErrnoException) => end(false, refusal(error, port), error.code === 'ECONNREFUSED'));
  });
}

function probeGreeting(host: string, port: number, { name, hello, judge }: Greeting, timeout: number): Promise<Attempt> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let received = Buffer.alloc(0);
    const end = (ok: boolean, detail: string, refused = false) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ ok, detail, refused });
    };
    const timer = setTimeout(() => end(false, `${name} did not answer within ${timeout} ms`), timeout);
    socket.once('connect', () => socket.write(hello));
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      const seen = judge(received);
      if (seen) end(seen.ok, seen.detail);
      else if (received.length > longestHead) end(false, `${name} was not understood`);
    });
    socket.once('end', () => end(false, `${name} did not answer`));
    socket.once('error', (error: NodeJS.ErrnoException) => end(false, refusal(error, port), error.code === 'ECONNREFUSED'));
  });
}

async function probeExec(driver: Driver, handle: Parameters<Driver['exec']>[0], argv: readonly string[], timeout: number): Promise<ProbeResult> {
  const signal = AbortSignal.timeout(timeout);
  try {
    const execution = await driver.exec(handle, argv, { signal });
    execution.stdin.end();
    execution.stdout.resume();
    execution.stderr.resume();
    const late = new Promise<'late'>((resolve) => signal.addEventListener('abort', () => resolve('late'), { once: true }));
    const code = await Promise.race([execution.exit, late]);
    if (code === 'late') return { ok: false, detail: `${argv[0]} did not end within ${timeout} ms` };
    return { ok: code === 0, detail: `${argv[0]} ended with ${code}` };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

function refusal(error: NodeJS.ErrnoException, port: number): string {
  return error.code === 'ECONNREFUSED' ? `nothing listens on port ${port}` : `port ${port}: ${error.code ?? error.message}`;
}
