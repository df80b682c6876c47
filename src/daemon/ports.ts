import { createServer } from 'node:net';
import { StratoError, type Random } from '../model/index.ts';

/** Where ports for agents that share this machine's network are looked for: below the ephemeral range of Linux (32768). */
const lowest = 20_000;
const highest = 32_000;
const attempts = 200;

/** A port that nobody listens on and that `taken` does not hold. Throws `ports.exhausted`. */
export async function freePort(random: Random, taken: ReadonlySet<number>): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = lowest + Math.floor(random.next() * (highest - lowest));
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new StratoError('ports.exhausted', `no free port was found between ${lowest} and ${highest}`, { next: 'stop something that listens there', retryable: true });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '0.0.0.0', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
