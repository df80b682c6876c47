import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requires } from '../../host/testing.ts';
import { mariadb } from './mariadb.ts';
import { storeBench } from './testing.ts';

const { provide, user, volume, environment, start, stop } = storeBench();
type Env = Record<string, string>;

/** What the client says to a statement, or what the server says against it. */
function sql(env: Env, statement: string, { password = env['STORE_PASSWORD']!, as = env['STORE_USER']! } = {}): string {
  const { stdout, stderr } = spawnSync('mariadb', ['--no-defaults', '--default-character-set=utf8mb4', '-h', '127.0.0.1', '-P', env['PORT']!, '-u', as, '-D', env['STORE_DATABASE']!, '-Ne', statement], { env: { PATH: process.env['PATH']!, MYSQL_PWD: password }, timeout: 30_000 });
  return (stdout.toString() + stderr.toString()).trim();
}
const started = async (env: Env, client: Parameters<typeof sql>[2] = {}) => await start(await mariadb.provide(provide), env, () => sql(env, 'select 1', client) === '1');

describe.skipIf(!requires('linux', 'program:mariadbd', 'program:mariadb'))('MariaDB of the machine', () => {
  it('makes user and database, lets in with the password only, and keeps what was written', async () => {
    const env = await environment(volume());
    const first = await started(env);
    expect(sql(env, "create table t (x text); insert into t values ('ä😀'); select database(), current_user()")).toBe('my_shop\tapp@%');
    expect(sql(env, 'select 1', { password: 'wrong' })).toContain('Access denied');
    expect(sql(env, 'select current_user()', { as: 'root' })).toBe('root@%');
    expect(sql(env, 'select 1', { as: 'root', password: '' })).toContain('Access denied');
    expect(sql(env, "select concat_ws(' ', @@socket, @@bind_address, @@log_bin, @@innodb_use_native_aio)")).toBe('127.0.0.1 OFF OFF');
    expect(readFileSync(`/proc/${first.pid}/environ`, 'latin1').split('\0').filter((entry) => entry.startsWith('STORE_PASSWORD='))).toEqual([]);
    expect(await stop(first, mariadb.stopSignal)).toBe(0);
    await started(env);
    expect(sql(env, 'select x, char_length(x) from t')).toBe('ä😀\t2');
  }, 120_000);

  it('starts again after being killed, and with a password that has changed', async () => {
    const env = await environment(volume());
    const first = await started(env);
    sql(env, 'create table t (x int primary key); insert into t values (42)');
    await stop(first, 'SIGKILL');
    await started({ ...env, STORE_PASSWORD: 'changed' });
    expect(sql(env, 'select x from t', { password: 'changed' })).toBe('42');
    expect(sql(env, 'select 1')).toContain('Access denied');
  }, 120_000);

  it('makes its databases anew when that was cut off', async () => {
    const env = await environment(volume());
    const { argv } = await mariadb.provide(provide);
    const cut = spawn(argv[0]!, argv.slice(1), { env, ...user, cwd: '/', detached: true, stdio: 'ignore' });
    await expect.poll(() => existsSync(join(env['DATA_DIRECTORY']!, 'cluster.new')), { timeout: 30_000, interval: 5 }).toBe(true);
    process.kill(-cut.pid!, 'SIGKILL');
    await new Promise((resolve) => cut.once('exit', resolve));
    expect(existsSync(join(env['DATA_DIRECTORY']!, 'cluster'))).toBe(false);
    await started(env);
    expect(readdirSync(env['DATA_DIRECTORY']!)).toEqual(['cluster']);
  }, 120_000);

  it('asks for no password when it is told to be open', async () => {
    const env = await environment(volume());
    await started({ ...env, STORE_OPEN: 'yes' }, { as: 'root', password: '' });
    expect(sql(env, 'create table t (x int); select 1', { as: 'anybody', password: 'any' })).toBe('1');
  }, 120_000);

  it('goes on with the data of an earlier release, and refuses those of a later one', async () => {
    const env = await environment(volume());
    const made = join(env['DATA_DIRECTORY']!, 'cluster/stratoswarm-version');
    const first = await started(env);
    sql(env, 'create table t (x int); insert into t values (42)');
    await stop(first, mariadb.stopSignal);
    const version = readFileSync(made, 'utf8');
    writeFileSync(made, '10.3\n');
    const second = await started(env);
    expect(sql(env, 'select x from t')).toBe('42');
    expect(readFileSync(made, 'utf8')).toBe(version);
    await stop(second, mariadb.stopSignal);
    writeFileSync(made, '99.1\n');
    const { argv } = await mariadb.provide(provide);
    const refused = spawnSync(argv[0]!, argv.slice(1), { env, ...user, cwd: '/', encoding: 'utf8' });
    expect(refused).toMatchObject({ status: 78, stderr: expect.stringMatching(/made by MariaDB 99\.1, and this is [\d.]+, which cannot read it/) });
  }, 120_000);
});
