import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A PostgreSQL server for one test file. */
export interface Server {
  /** Address of a new, empty database. */
  database(): string;
  /** Ends all connections to all databases, as an administrator may. */
  disconnect(): void;
  /** Answers of `psql`, as text. */
  sql(url: string, statement: string): string;
  /** `kill -9`, as a crash; {@link restart} brings it back at the same place with all that it had acknowledged. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Lets it hang: connections are taken by the kernel, and nothing is answered. Returns the end of that. */
  hang(): () => void;
  stop(): Promise<void>;
}

/** Programs of the machine's newest PostgreSQL; undefined when it has none. */
export function serverPrograms(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).toSorted((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(root, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')) && existsSync(join(bin, 'postgres')));
}

/** Starts a server on a free port of loopback, as a user that is not root. */
export async function startServer(): Promise<Server> {
  const bin = serverPrograms()!;
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const directory = mkdtempSync(join(tmpdir(), 'stratoswarm-postgresql-'));
  if (user.uid !== undefined) chownSync(directory, user.uid, user.gid);
  const options = { ...user, cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } };
  execFileSync(join(bin, 'initdb'), ['-D', join(directory, 'data'), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '-N'], { ...options, stdio: 'ignore' });
  const port = await freePort();
  const ask = (url: string, statement: string) => execFileSync(join(bin, 'psql'), [url, '-qAt', '-v', 'ON_ERROR_STOP=1'], { ...options, input: statement, stdio: ['pipe', 'pipe', 'ignore'], encoding: 'utf8' });
  const sql = (statement: string) => ask(`postgres://postgres@127.0.0.1:${port}/postgres`, statement);
  const start = async (): Promise<ChildProcess> => {
    const started = spawn(join(bin, 'postgres'), ['-D', join(directory, 'data'), '-p', String(port), '-k', directory, '-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off'], { ...options, stdio: 'ignore' });
    for (let tries = 0; ; tries++) {
      try {
        sql('SELECT 1');
        return started;
      } catch (error) {
        if (tries > 300 || started.exitCode !== null) throw error;
        await delay(100);
      }
    }
  };
  const end = async (signal: NodeJS.Signals) => {
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  };
  let server = await start();
  let count = 0;
  return {
    database() {
      const name = `ledger${++count}`;
      sql(`CREATE DATABASE ${name}`);
      return `postgres://postgres@127.0.0.1:${port}/${name}`;
    },
    disconnect: () => void sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'stratoswarm'"),
    sql: ask,
    kill: () => end('SIGKILL'),
    hang() {
      const pids = [server.pid!, ...sql("SELECT pid FROM pg_stat_activity WHERE application_name = 'stratoswarm'").trim().split('\n').filter(Boolean).map(Number)];
      for (const pid of pids) process.kill(pid, 'SIGSTOP');
      return () => { for (const pid of pids) process.kill(pid, 'SIGCONT'); };
    },
    async restart() {
      rmSync(join(directory, 'data', 'postmaster.pid'), { force: true });
      server = await start();
    },
    async stop() {
      if (server.exitCode === null && server.signalCode === null) await end('SIGQUIT');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
