/** A client that asks over and over, each time on a connection of its own. */
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds between two questions. */
const pause = 3;

/** Milliseconds after which a question is asked again: a connection may have been given to a process that is going. */
const patience = 2000;

/** The body of an answer with status 200; undefined for anything else. */
export function ask(port: number, host: string, path = '/'): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asking = request({ host: '127.0.0.1', port, path, agent: false, headers: { host }, timeout: patience }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => { body += chunk; }).on('error', () => resolve(undefined));
      response.on('end', () => resolve(response.statusCode === 200 ? body : undefined));
    });
    asking.on('timeout', () => asking.destroy());
    asking.on('error', () => resolve(undefined));
    asking.end();
  });
}

/** Asks until the answer is as wanted; when that was, as `performance.now()` says. */
export async function answered(port: number, host: string, isWanted: (body: string) => boolean): Promise<number> {
  for (const deadline = performance.now() + 60_000; performance.now() < deadline; await delay(pause)) {
    const body = await ask(port, host);
    if (body !== undefined && isWanted(body)) return performance.now();
  }
  throw new Error(`${host} on port ${port} did not answer as wanted within a minute`);
}
