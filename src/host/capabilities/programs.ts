import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Probe } from './probe.ts';
import { findProgram } from '../programs.ts';
import { run } from '../run.ts';

function versionOf(area: string, name: string, find: () => string | undefined, remedy: string): Probe {
  return {
    area, name,
    async look() {
      const program = find();
      if (!program) return { detail: 'not there', remedy };
      const { code, stdout, stderr } = await run(program, ['--version']);
      const line = (stdout || stderr).trim().split('\n')[0] ?? '';
      return code === 0 ? `${line} (${program})` : { detail: line || `${program} --version failed`, remedy };
    },
  };
}

export const containerPrograms: readonly Probe[] = (['runc', 'crun', 'conmon'] as const).map((name) => versionOf('isolation', name, () => findProgram(name), `apt install ${name}`));

export const serverPrograms: readonly Probe[] = [
  versionOf('services', 'PostgreSQL', findPostgres, 'apt install postgresql, or let Stratoswarm bring one from npm when an app needs it'),
  versionOf('services', 'MariaDB', () => findProgram('mariadbd'), 'apt install mariadb-server-core mariadb-client-core'),
  versionOf('services', 'memcached', () => findProgram('memcached'), 'apt install memcached'),
  versionOf('services', 'Redis', () => findProgram('redis-server') ?? findProgram('valkey-server'), 'apt install redis-server'),
];

/** Distributions keep servers of several versions side by side, off the PATH; the newest is taken. */
function findPostgres(): string | undefined {
  const parents = ['/usr/lib/postgresql', '/usr/local/lib/postgresql'];
  const versions = parents.filter((path) => existsSync(path)).flatMap((path) => readdirSync(path).toSorted((a, b) => Number(b) - Number(a)).map((version) => join(path, version, 'bin/postgres')));
  return findProgram('postgres') ?? versions.find((path) => existsSync(path));
}
