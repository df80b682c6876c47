import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StratoError } from '../../model/index.ts';
import { findProgram } from '../../host/programs.ts';
import type { StoreDefinition } from './store.ts';

const launcher = fileURLToPath(new URL('memcached.sh', import.meta.url));

/** memcached as this machine has it: 64 MB for what may be forgotten at any time. */
export const memcached: StoreDefinition = {
  kind: 'memcached',
  port: 11_211,
  protocol: 'memcached',
  user: null,
  stopSignal: 'SIGTERM',
  mayBeOpen: false,
  keeps: false,
  grace: 10_000,
  database: () => '',
  async provide() {
    const server = findProgram('memcached');
    if (!server) throw new StratoError('store.unavailable', 'memcached is needed, and this machine has none', { next: 'apt install memcached, or name one of your own with --env MEMCACHED_SERVERS=host:port', details: { kind: 'memcached' } });
    return { argv: ['/bin/sh', launcher, 'run', server], ready: null, toolchain: [...new Set([dirname(server), dirname(launcher)])], description: `memcached of this machine, ${server}` };
  },
  url: ({ host, port }) => `${host}:${port}`,
};
