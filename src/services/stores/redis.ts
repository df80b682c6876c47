import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StratoError } from '../../model/index.ts';
import { findProgram } from '../../host/programs.ts';
import type { StoreDefinition } from './store.ts';

const launcher = fileURLToPath(new URL('redis.sh', import.meta.url));

/** Redis, or Valkey, as this machine has it. */
export const redis: StoreDefinition = {
  kind: 'redis',
  port: 6379,
  protocol: 'redis',
  user: 'default',
  stopSignal: 'SIGTERM',
  mayBeOpen: true,
  keeps: true,
  grace: 20_000,
  database: () => '0',
  async provide() {
    const server = findProgram('redis-server') ?? findProgram('valkey-server');
    const client = findProgram('redis-cli') ?? findProgram('valkey-cli');
    if (!server || !client) {
      throw new StratoError('store.unavailable', 'Redis is needed, and this machine has none', { next: 'apt install redis-server, or name one of your own with --env REDIS_URL=redis://...', details: { kind: 'redis' } });
    }
    return { argv: ['/bin/sh', launcher, 'run', server], ready: ['/bin/sh', launcher, 'ready', client], toolchain: [...new Set([dirname(server), dirname(client), dirname(launcher)])], description: `Redis of this machine, ${server}` };
  },
  url: ({ user, password, host, port, database }) => `redis://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/${database}`,
};
