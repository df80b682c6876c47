import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StratoError } from '../../model/index.ts';
import { findProgram } from '../../host/programs.ts';
import type { StoreDefinition } from './store.ts';

const launcher = fileURLToPath(new URL('mariadb.sh', import.meta.url));

/** MariaDB as this machine has it. It speaks MySQL's protocol, and is what apps get that are written for either. */
function mariadbFor(kind: 'mysql' | 'mariadb'): StoreDefinition {
  return {
    kind,
    port: 3306,
    protocol: 'mysql',
    user: 'app',
    stopSignal: 'SIGTERM',
    mayBeOpen: true,
    keeps: true,
    grace: 30_000,
    database: (app) => app.replaceAll('-', '_'),
    async provide() {
      const server = findProgram('mariadbd');
      const install = findProgram('mariadb-install-db');
      if (!server || !install) {
        throw new StratoError('store.unavailable', kind === 'mysql' ? 'MySQL is needed, and this machine has no MariaDB' : 'MariaDB is needed, and this machine has none', { next: `apt install mariadb-server-core mariadb-client-core, or name a database of your own with --env DATABASE_URL=mysql://...`, details: { kind } });
      }
      return { argv: ['/bin/sh', launcher, 'run', server, install], ready: null, toolchain: [...new Set([dirname(server), dirname(install), dirname(launcher)])], description: `MariaDB of this machine, ${server}` };
    },
    // Few clients know `mariadb:`, and all of them `mysql:`.
    url: ({ user, password, host, port, database }) => `mysql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/${encodeURIComponent(database)}`,
  };
}

export const mysql = mariadbFor('mysql');
export const mariadb = mariadbFor('mariadb');
