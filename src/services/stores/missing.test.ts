import { expect, it, vi } from 'vitest';
import { rejection } from '../../build/testing.ts';
import { systemTime } from '../../host/testing.ts';
import { storeDefinitions } from './index.ts';

vi.mock('../../host/programs.ts', () => ({ findProgram: () => undefined }));
const provide = { paths: { cache: '/nowhere', programs: '/nowhere' }, clock: systemTime };

it.each([
  ['mysql', 'MySQL is needed, and this machine has no MariaDB', 'mariadb-server-core mariadb-client-core', 'DATABASE_URL=mysql://'],
  ['mariadb', 'MariaDB is needed, and this machine has none', 'mariadb-server-core mariadb-client-core', 'DATABASE_URL=mysql://'],
  ['memcached', 'memcached is needed, and this machine has none', 'memcached', 'MEMCACHED_SERVERS=host:port'],
  ['redis', 'Redis is needed, and this machine has none', 'redis-server', 'REDIS_URL=redis://'],
])('%s that the machine lacks is told with the package that has it and the variable that names another', async (kind, message, packages, variable) => {
  const error = await rejection(storeDefinitions[kind]!.provide(provide));
  expect(error).toMatchObject({ code: 'store.unavailable', message, details: { kind } });
  expect((error as { next?: string }).next).toContain(`apt install ${packages}, `);
  expect((error as { next?: string }).next).toContain(`--env ${variable}`);
});
