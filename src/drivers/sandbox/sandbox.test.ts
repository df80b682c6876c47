import { chmodSync, existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pathsOf, type Paths } from '../../host/paths.ts';
import { requires } from '../../host/testing.ts';
import { Bench } from '../contract/bench.ts';
import { sandboxDriver } from '../sandbox.ts';
import { groupWithApp, hostnameOf, hostsFile, passwdWithApp } from './identity.ts';
import { fstab, readOnly } from './mounts.ts';

describe.skipIf(!requires('linux', 'root', 'unprivileged-namespaces', 'program:unshare', 'program:setpriv'))('a sandbox', () => {
  let home: string;
  let paths: Paths;
  let bench: Bench;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'stratoswarm sandbox, odd:name '));
    paths = pathsOf({ STRATOSWARM_HOME: home });
    bench = new Bench({ driver: sandboxDriver({ paths }), again: () => sandboxDriver({ paths }), cleanup: async () => rmSync(home, { recursive: true, force: true }) });
  });
  afterEach(() => bench.cleanup());

  /** A tree in the store, as builds leave them. */
  function stored(files: Record<string, string>): string {
    const root = join(paths.artefacts, 'sha256-test');
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    return root;
  }

  it('has layers over an artefact in the store, which stays as it was', async () => {
    const artefact = stored({ 'a.txt': 'original', 'sub/b.txt': 'b' });
    const kept = join(home, 'shared');
    writeFileSync(kept, 'shared');
    chmodSync(kept, 0o444);
    linkSync(kept, join(artefact, 'sub/linked'));
    const { handle } = await bench.start(['sh', '-c', 'echo mine > a.txt; rm sub/b.txt; cat a.txt sub/linked; ls sub; mount | grep "on /app type"'], { artefact });
    await bench.ended(handle);
    expect(await bench.log(handle)).toMatch(/^mine\nsharedlinked\noverlay on \/app type overlay/);
    expect(readFileSync(join(artefact, 'a.txt'), 'utf8')).toBe('original');
    expect(existsSync(join(artefact, 'sub/b.txt'))).toBe(true);
    expect(statSync(kept).uid).toBe(0);
  });

  it('runs as the unprivileged user app, with a name and host names of its own', async () => {
    const script = 'id -un; id -u; hostname; cat /etc/hosts; awk "/uid_map|Uid/" /proc/self/status; unshare -U true 2>/dev/null && echo nested; test -r /etc/shadow && cat /etc/shadow; echo $HOME; ls -A /root /home/app; echo end';
    const { handle, report } = await bench.start(['sh', '-c', script], { hosts: { database: '192.0.2.7', upstairs: 'gateway' } });
    await bench.ended(handle);
    const log = await bench.log(handle);
    expect(log).toMatch(new RegExp(`^app\n1000\n${handle.agent}\n127.0.0.1 localhost\n${report.address} ${handle.agent}\n`));
    expect(log).toContain('192.0.2.7 database\n');
    expect(log).toMatch(/10\.\d+\.0\.1 upstairs\n/);
    expect(log).not.toContain('nested');
    expect(log).toMatch(/\/home\/app\n\/home\/app:\n\n\/root:\nend\n$/);
  });

  it('tells a runtime its limits', async () => {
    const { handle } = await bench.start(bench.node('console.log(process.constrainedMemory())'), { resources: { memory: 100 * 2 ** 20 } });
    await bench.ended(handle);
    expect(await bench.log(handle)).toBe(`${100 * 2 ** 20}\n`);
  });

  it('limits processes also when nobody said so', async () => {
    const { handle } = await bench.start(['sh', '-c', 'cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null; :']);
    await bench.ended(handle);
    expect(await bench.log(handle)).toBe('1026\n');
  });

  it('puts volumes within the app and deeper ones over others', async () => {
    const artefact = stored({ 'data/from-app.txt': 'x' });
    const [outer, inner] = [bench.directory('outer'), bench.directory('inner')];
    const { handle } = await bench.start(['sh', '-c', 'echo 1 > data/one; echo 2 > /data/in/two; ls data'], { artefact, volumes: [{ source: inner, path: '/data/in' }, { source: outer, path: '/app/data' }] });
    await bench.ended(handle);
    expect(await bench.log(handle)).toBe('one\n');
    expect(readFileSync(join(outer, 'one'), 'utf8')).toBe('1\n');
    expect(readFileSync(join(inner, 'two'), 'utf8')).toBe('2\n');
  });

  it('puts a volume where a link of its own system leads', async () => {
    const source = bench.directory('run');
    const { handle } = await bench.start(['sh', '-c', 'echo x > /run/stratoswarm-test/file; ls /var/run/stratoswarm-test'], { volumes: [{ source, path: '/var/run/stratoswarm-test' }] });
    await bench.ended(handle);
    expect(await bench.log(handle)).toBe('file\n');
    expect(existsSync(join(source, 'file'))).toBe(true);
    expect(existsSync('/run/stratoswarm-test')).toBe(false);
  });

  it('refuses a volume that a symbolic link of the app would lead elsewhere, or in a read-only place', async () => {
    const artefact = stored({ 'a.txt': 'x' });
    symlinkSync('/usr', join(artefact, 'data'));
    for (const path of ['/app/data/bin', '/app/data', '/app/a.txt/x', '/usr/nowhere', '/bin/nowhere', '/dev/stdin/x', '/proc/x', '/']) {
      await expect(bench.start(['true'], { artefact, volumes: [{ source: bench.directory('v'), path }] })).rejects.toMatchObject({ name: 'StratoError', code: 'task.volume' });
    }
  });

  it.each(['/root', '/tmp', '/var/tmp'])('shows a toolchain that is in %s, read-only and executable', async (place) => {
    const tools = mkdtempSync(`${place}/stratoswarm-tools-`);
    try {
      mkdirSync(join(tools, 'bin'));
      writeFileSync(join(tools, 'bin/hello'), '#!/bin/sh\necho hello from tools\n', { mode: 0o755 });
      chmodSync(tools, 0o755);
      const { handle } = await bench.start(['sh', '-c', 'hello; echo x 2>/dev/null > "$1/x"; ls "${1%/*}"', 'sh', tools], { toolchain: [tools], env: { PATH: `${tools}/bin:/usr/bin:/bin` } });
      await bench.ended(handle);
      expect(await bench.log(handle)).toBe(`hello from tools\n${basename(tools)}\n`);
      expect(existsSync(join(tools, 'x'))).toBe(false);
    } finally {
      rmSync(tools, { recursive: true });
    }
  });

  it('says of a failed setup what failed', async () => {
    const handle = bench.handle();
    await bench.driver.prepare(handle, bench.task(['true']));
    writeFileSync(join(handle.directory, 'fstab'), '/nowhere/at/all /nowhere/else none bind 0 0\n');
    const report = await bench.driver.start(handle);
    expect(report).toMatchObject({ status: 'exited', exit: { code: 125, detail: expect.stringContaining('a mount failed') } });
  });

  it.skipIf(!requires('program:../lib/postgresql/15/bin/postgres'))('holds a PostgreSQL whose volume serves the next agent too', async () => {
    const bin = '/usr/lib/postgresql/15/bin';
    const volumes = [{ source: bench.directory('pg'), path: '/var/lib/postgresql/data' }];
    const script = `set -e; d=/var/lib/postgresql/data; test -e $d/PG_VERSION || ${bin}/initdb -D $d -A trust >/dev/null; exec ${bin}/postgres -D $d -k /tmp -c listen_addresses=127.0.0.1 -p 5432`;
    for (const [sql, answer] of [['create table t as select 41 as n', 'SELECT 1'], ['update t set n = n + 1 returning n', '42']] as const) {
      const { handle } = await bench.start(['sh', '-c', script], { volumes });
      await bench.logged(handle, 'ready to accept connections');
      const execution = await bench.driver.exec(handle, [`${bin}/psql`, '-h', '/tmp', '-U', 'app', '-tA', 'postgres', '-c', sql]);
      execution.stdin.end();
      let out = '';
      for await (const text of execution.stdout) out += String(text);
      expect(out).toContain(answer);
      await bench.driver.signal(handle, 'SIGINT');
      expect(await bench.ended(handle)).toMatchObject({ exit: { code: 0 } });
    }
  });
});

describe('files of a sandbox', () => {
  it('name the user app in place of whoever has its number', () => {
    expect(passwdWithApp('root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n', 1000)).toBe('root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n');
    expect(groupWithApp('root:x:0:\napp:x:7:\n', 1000)).toBe('root:x:0:\napp:x:1000:\n');
  });

  it('keep the unique end of a name that is too long for a host', () => {
    const name = hostnameOf(`${'a'.repeat(40)}-${'b'.repeat(40)}-0-abcdefgh`);
    expect(name.length).toBeLessThanOrEqual(63);
    expect(name).toMatch(/^[a-z].*-0-abcdefgh$/);
    expect(hostsFile('me', '10.1.0.2', '10.1.0.1', {})).toContain('10.1.0.2 me\n');
  });

  it('escape what mount tables separate by', () => {
    expect(fstab('/new root', [readOnly('/a b\tc\\#', '/x')])).toBe('/a\\040b\\011c\\134\\043 /new\\040root/x none rbind,ro,nosuid,nodev 0 0\n');
  });
});
