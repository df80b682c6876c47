import { connect } from 'node:net';
import type { ProbeResult } from '../control/health.ts';
import type { ProbeSubject } from '../control/parts.ts';
import type { Driver } from '../drivers/driver.ts';
import { http } from '../host/http.ts';
import type { Handle, ProbeAction } from '../model/index.ts';

/** Carries out one probe of a real agent. Never rejects, and answers within `timeout` milliseconds. */
export async function probe({ agent }: ProbeSubject, action: ProbeAction, timeout: number, driver: Driver | undefined): Promise<ProbeResult> {
  if (action.kind === 'exec') return driver ? probeExec(driver, agent.handle, action.argv, timeout) : { ok: false, detail: 'its driver is gone' };
  const { address, port } = agent;
  if (address === null || port === null) return { ok: false, detail: 'it has no address yet' };
  const result = await (action.kind === 'tcp' ? probeTcp(address, port, timeout) : probeHttp(address, port, action.path, action.accept, timeout));
  if (!result.ok || !sharesPorts(address) || !driver || (await listens(driver, agent.handle, port))) return result;
  return { ok: false, detail: `port ${port} is answered by another program` };
}

/** On the machine's own loopback somebody else may be the one who answers. Only Linux tells whose a socket is. */
function sharesPorts(address: string): boolean {
  return address === '127.0.0.1' && process.platform === 'linux';
}

async function listens(driver: Driver, handle: Handle, port: number): Promise<boolean> {
  const report = await driver.recover(handle).catch(() => undefined);
  return report === undefined || report.listeners.some((listener) => listener.port === port);
}

function probeTcp(host: string, port: number, timeout: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (ok: boolean, detail: string) => {
      socket.destroy();
      resolve({ ok, detail });
    };
    socket.setTimeout(timeout, () => end(false, `port ${port} did not answer within ${timeout} ms`));
    socket.once('connect', () => end(true, `port ${port} accepts connections`));
    socket.once('error', (error: NodeJS.ErrnoException) => end(false, refusal(error, port)));
  });
}

function probeHttp(host: string, port: number, path: string, accept: 'success' | 'any', timeout: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const asked = http.request({ host, port, path, method: 'GET', agent: false, headers: { 'host': 'localhost', 'user-agent': 'stratoswarm-health', 'connection': 'close' } });
    const timer = setTimeout(() => asked.destroy(new Error(`GET ${path} did not answer within ${timeout} ms`)), timeout);
    const end = (ok: boolean, detail: string) => {
      clearTimeout(timer);
      resolve({ ok, detail });
    };
    asked.once('response', (response) => {
      const status = response.statusCode ?? 0;
      end(status >= 200 && status < (accept === 'any' ? 500 : 400), `GET ${path} answered ${status}`);
      response.destroy();
    });
    asked.once('error', (error: NodeJS.ErrnoException) => end(false, error.code ? refusal(error, port) : error.message));
    asked.end();
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
