import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan, ServiceName } from '../model/index.ts';
import { requires, systemTime } from '../host/testing.ts';
import { Artefacts } from './artefacts.ts';
import { buildApp, type Built } from './build.ts';
import { probeIsolation } from './isolate.ts';
import { snapshot } from './snapshot.ts';
import { pathsIn, planned, planOf, rejection, temporary, write } from './testing.ts';

const home = temporary();
const paths = pathsIn(home);
const artefacts = new Artefacts(paths);
let count = 0;
const source = (files: Record<string, string>) => write(join(home, `app-${count++}`), files);

async function build(directory: string, plan: Plan, options: { signal?: AbortSignal; env?: Record<string, string> } = {}) {
  const lines: string[] = [];
  const tree = await snapshot(directory, { paths });
  const built = await buildApp({ plan, tree, paths, artefacts, clock: systemTime, onOutput: (service, line) => lines.push(`${service}: ${line}`), ...options });
  const of = (name: string): Built => built.get(name as ServiceName)!;
  return { lines, of, read: (name: string, path: string) => readFileSync(join(artefacts.path(of(name).artefact), path), 'utf8') };
}

/** Resolves once no process of a build is left that names `word` among its arguments. */
async function gone(word: string): Promise<void> {
  await expect.poll(() => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandLine(pid).includes(word)), { timeout: 20_000 }).toEqual([]);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

describe.skipIf(!requires('program:npm'))('a Node app', () => {
  const dependency = { 'lib/greet/package.json': '{"name":"greet","version":"1.0.0","bin":{"greet":"cli.js"}}', 'lib/greet/index.js': 'module.exports = "hello";', 'lib/greet/cli.js': '#!/usr/bin/env node\nconsole.log("hi")\n' };
  const manifest = (more = {}) => JSON.stringify({ name: 'app', version: '1.0.0', scripts: { start: 'node server.js', ...more }, dependencies: { greet: 'file:lib/greet' } });
  const plan = planOf([planned('web', { install: 'npm install --install-links', start: 'npm start' }), planned('worker', { install: 'npm install --install-links', start: 'npx greet', kind: 'worker' })]);

  it('gets its dependencies, and is not built again while nothing changes', async () => {
    const directory = source({ ...dependency, 'package.json': manifest(), 'server.js': 'console.log(require("greet"))' });
    const first = await build(directory, plan);
    expect(first.of('web')).toMatchObject({ cached: false, start: ['node', 'server.js'] });
    expect(first.of('worker').start).toEqual(['node_modules/.bin/greet']);
    expect(first.of('worker').artefact).toBe(first.of('web').artefact);
    expect(execFileSync(process.execPath, ['server.js'], { cwd: artefacts.path(first.of('web').artefact) }).toString()).toBe('hello\n');
    const second = await build(directory, plan);
    expect(second.of('web')).toMatchObject({ cached: true, artefact: first.of('web').artefact, start: ['node', 'server.js'] });
    expect(second.lines).toEqual([]);
    writeFileSync(join(directory, 'server.js'), 'console.log("changed")');
    const back = await build(source({ ...dependency, 'package.json': manifest(), 'server.js': 'console.log(require("greet"))' }), plan);
    expect(back.of('web')).toMatchObject({ cached: true, artefact: first.of('web').artefact });
  }, 180_000);

  it('finds the package manager that it was installed with also while it runs', async () => {
    const programs = join(paths.programs, 'pnpm_9', 'node_modules', '.bin');
    chmodSync(join(write(programs, { pnpm: '#!/bin/sh\n' }), 'pnpm'), 0o755);
    const { of } = await build(source({ 'package.json': '{"name":"app"}', 'server.js': '' }), planOf([planned('web', { install: 'pnpm install', start: 'node server.js' })]));
    expect(of('web').toolchain).toContain(programs);
  }, 60_000);

  it('keeps its dependencies while only its code changes', async () => {
    const files = { 'package.json': '{"name":"app","version":"1.0.0","dependencies":{}}', 'package-lock.json': '{"name":"app","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"app","version":"1.0.0"}}}', 'server.js': '1' };
    const one = planOf([planned('web', { install: 'npm ci' })]);
    const directory = source(files);
    expect((await build(directory, one)).lines).toContain('web: $ npm ci');
    writeFileSync(join(directory, 'server.js'), '2');
    const second = await build(directory, one);
    expect(second.lines).toEqual([]);
    expect(second.of('web').cached).toBe(false);
    expect(second.read('web', 'server.js')).toBe('2');
    writeFileSync(join(directory, 'package.json'), '{"name":"app","version":"1.0.0","description":"x","dependencies":{}}');
    expect((await build(directory, one)).lines).toContain('web: $ npm ci');
  }, 180_000);
});

describe('a build', () => {
  it('that hashes as webpack 4 does is done again with the hashes of then, and says so', async () => {
    const files = { 'make.js': "require('fs').writeFileSync('out.txt', require('crypto').createHash('md4').update('a').digest('hex'))" };
    const { of, read, lines } = await build(source(files), planOf([planned('web', { build: 'node make.js' })]));
    expect([read('web', 'out.txt'), of('web').notes]).toEqual(['bde52cb31de33e46245e05fbdbd6fb24', [expect.stringContaining('--openssl-legacy-provider')]]);
    expect(lines.filter((line) => line === 'web: $ node make.js')).toHaveLength(2);
  }, 60_000);

  it.skipIf(!requires('program:git'))('that asks git for its history is built with one commit, of which nothing is left', async () => {
    const directory = source({ 'make.sh': 'set -e\ngit log --format=%s -- page.txt >out.txt', 'page.txt': '' });
    const { of, lines, read } = await build(directory, planOf([planned('web', { runtime: null, build: 'sh make.sh', start: './server' })]));
    expect(read('web', 'out.txt')).toBe('What is deployed\n');
    expect(of('web').notes).toEqual([expect.stringContaining('asks git for its history')]);
    expect(existsSync(join(artefacts.path(of('web').artefact), '.git'))).toBe(false);
    expect(lines.filter((line) => line === 'web: $ sh make.sh')).toHaveLength(2);
  }, 60_000);

  const shell = (script: string, over = {}) => planOf([planned('web', { runtime: null, build: `sh -c '${script}'`, start: './server', ...over })]);

  it('that fails for want of the network says whom it could not reach', async () => {
    const error = await rejection(build(source({ a: '' }), shell('echo getaddrinfo ENOTFOUND packages.example.org; exit 1')));
    expect(error).toMatchObject({ code: 'build.failed', why: expect.stringContaining('it could not reach packages.example.org'), next: expect.stringContaining('HTTPS_PROXY') });
  }, 60_000);

  it('that fails says how, with its last lines, and leaves nothing', async () => {
    const error = await rejection(build(source({ a: '' }), shell('for i in $(seq 40); do echo line $i; done; echo broken >&2; exit 3')));
    expect(error).toMatchObject({ code: 'build.failed', next: expect.any(String) as string, details: { service: 'web', exitCode: 3 } });
    const { tail } = (error as { details: { tail: string[] } }).details;
    expect(tail).toHaveLength(30);
    expect(tail).toContain('broken');
    expect(readdirSync(join(paths.cache, 'workshops'))).toEqual([]);
  }, 120_000);

  it('of a program that is not there says how to get it', async () => {
    expect(await rejection(build(source({ a: '' }), planOf([planned('web', { runtime: null, build: 'gradle-of-nobody build' })])))).toMatchObject({ code: 'toolchain.missing', message: expect.stringContaining('gradle-of-nobody') as string });
    expect(await rejection(build(source({ a: '' }), planOf([planned('web', { runtime: { name: 'node', version: '99' } })])))).toMatchObject({ code: 'toolchain.missing', next: expect.stringContaining('Node 99') as string });
  }, 120_000);

  it('keeps what it made, programs and links as they are', async () => {
    const { of } = await build(source({ 'bin/x': '' }), shell('printf "#!/bin/sh\\necho made" >server && chmod +x server && ln -s "$PWD/server" absolute && mkdir -p target/release/deps && echo big >target/release/deps/x && echo app >target/release/app'));
    const root = artefacts.path(of('web').artefact);
    expect(execFileSync('./absolute', { cwd: root }).toString()).toBe('made\n');
    expect(readdirSync(join(root, 'target/release'))).toEqual(['app']);
  }, 120_000);

  it('reads the variables that the person set, none of ours, and that no browser for tests is wanted', async () => {
    process.env['OUR_SECRET'] = 'leaked';
    try {
      const { read } = await build(source({ a: '' }), shell('env >environment; echo "$NEXT_PUBLIC_API" >api'), { env: { NEXT_PUBLIC_API: 'https://api.example' } });
      expect(read('web', 'api')).toBe('https://api.example\n');
      expect(read('web', 'environment')).not.toContain('leaked');
      expect(read('web', 'environment')).toContain('CYPRESS_INSTALL_BINARY=0');
      expect(read('web', 'environment')).toContain('PUPPETEER_SKIP_DOWNLOAD=1');
    } finally {
      delete process.env['OUR_SECRET'];
    }
  }, 120_000);

  it('ends with all its processes when it is cancelled', async () => {
    const stop = new AbortController();
    const word = `sleeper-${process.pid}`;
    const directory = source({ 'sleep.sh': 'echo started; (exec -a x sleep 1000) & sleep 1000' });
    const tree = await snapshot(directory, { paths });
    const building = buildApp({ plan: planOf([planned('web', { runtime: null, build: `sh sleep.sh ${word}` })]), tree, paths, artefacts, clock: systemTime, signal: stop.signal, onOutput: (_, line) => { if (line === 'started') stop.abort(new Error('enough')); } });
    expect(await rejection(building)).toMatchObject({ message: 'enough' });
    await gone(word);
    expect(readdirSync(join(paths.cache, 'workshops'))).toEqual([]);
  }, 120_000);

  it('leaves no process behind when it succeeds', async () => {
    const word = `lingerer-${process.pid}`;
    await build(source({ 'linger.sh': 'sleep 1000' }), shell(`setsid sh linger.sh ${word} </dev/null >/dev/null 2>&1 & echo made >server`));
    await gone(word);
  }, 120_000);

  it.skipIf(!requires('linux', 'program:unshare', 'program:setpriv'))('sees its own tree and the system, and of the host nothing else', async () => {
    expect(await probeIsolation(paths, systemTime)).toMatchObject({ kind: 'namespaces' });
    write(home, { 'private/secret': 'secret' });
    const { read } = await build(source({ a: '' }), shell(`cat ${home}/private/secret >stolen 2>&1; ls -d /root/* /home/* /work /var/lib 2>/dev/null >places; ls /proc | grep -c "^[0-9]*$" >processes; pwd >where; touch /usr/x /etc/x 2>/dev/null && echo yes >wrote; grep CapEff /proc/self/status >caps; touch /dev/shm/x /tmp/x "$HOME/x" && echo fine >scratch; exit 0`));
    expect(read('web', 'stolen')).toContain('No such file');
    expect(read('web', 'places')).toBe('/home/build\n');
    expect(Number(read('web', 'processes'))).toBeLessThan(10);
    expect(read('web', 'where')).toBe('/app\n');
    expect(read('web', 'caps')).toMatch(/0000000000000000/);
    expect(read('web', 'scratch')).toBe('fine\n');
    expect(existsSync('/usr/x') || existsSync('/etc/x')).toBe(false);
  }, 120_000);
});

describe('services', () => {
  it('of one directory share an artefact, and a directory complete in itself has its own', async () => {
    const plan = planOf([planned('front', { path: 'front' }), planned('back', { path: 'back' })]);
    const directory = source({ 'front/server.js': '1', 'back/server.js': 'require("./x/y")', 'back/x/y.js': 'require("../server")' });
    const before = await build(directory, plan);
    expect(readdirSync(artefacts.path(before.of('front').artefact))).toEqual(['front']);
    writeFileSync(join(directory, 'front/server.js'), '2');
    const after = await build(directory, plan);
    expect(after.of('back')).toMatchObject({ cached: true, artefact: before.of('back').artefact });
    expect(after.of('front').artefact).not.toBe(before.of('front').artefact);
  });

  it('that read each other\'s files, or form a workspace, get the whole app', async () => {
    const plan = planOf([planned('front', { path: 'front' })]);
    expect(readdirSync(artefacts.path((await build(source({ 'front/a/b.js': 'import "../../shared/x.js"', 'shared/x.js': '' }), plan)).of('front').artefact))).toEqual(['front', 'shared']);
    expect(readdirSync(artefacts.path((await build(source({ 'front/b.js': '', 'other/x.js': '', 'package.json': '{"workspaces":["*"]}' }), plan)).of('front').artefact))).toEqual(['front', 'other', 'package.json']);
    const linked = source({ 'front/b.js': '', 'shared/x.js': '' });
    symlinkSync('../shared', join(linked, 'front/shared'));
    expect(readdirSync(artefacts.path((await build(linked, plan)).of('front').artefact))).toEqual(['front', 'shared']);
  });

  it('find the pages that their server shows where it looks for them, also when its build cleans that place', async () => {
    const directory = source({ 'client/build.sh': 'mkdir -p dist && echo "$GREETING" > dist/index.html', 'server/server.js': '', 'server/build.sh': 'ls public && rm -rf public' });
    const shown = (at: string) => planOf([
      planned('server', { path: 'server', build: 'sh build.sh' }),
      planned('client', { path: 'client', kind: 'static', build: 'sh build.sh', start: null, staticDir: 'dist', servedBy: { service: 'server' as ServiceName, at } }),
    ]);
    const first = await build(directory, shown('server/public'), { env: { GREETING: 'hello' } });
    expect(first.read('server', 'server/public/index.html')).toBe('hello\n');
    expect(first.lines).toContain('server: index.html');
    const second = await build(directory, shown('server/public'), { env: { GREETING: 'hello' } });
    expect([second.of('server').cached, second.of('server').artefact]).toEqual([true, first.of('server').artefact]);
    expect((await build(directory, shown('server/public'), { env: { GREETING: 'again' } })).read('server', 'server/public/index.html')).toBe('again\n');
  });

  it('that are pages consist of their pages, once built', async () => {
    const pages = planned('site', { kind: 'static', runtime: null, start: null, staticDir: 'dist', build: 'sh make.sh' });
    const { of } = await build(source({ 'make.sh': 'mkdir -p dist node_modules && echo page >dist/index.html' }), planOf([pages]));
    expect(readdirSync(artefacts.path(of('site').artefact))).toEqual(['dist']);
    const outside = planned('admin', { path: 'admin', kind: 'static', runtime: null, start: null, staticDir: '../server/admin', build: 'sh make.sh' });
    const other = await build(source({ 'admin/make.sh': 'mkdir -p ../server/admin && echo page >../server/admin/index.html', 'server/main.sh': '' }), planOf([outside]));
    expect(readdirSync(artefacts.path(other.of('admin').artefact), { recursive: true }).sort()).toEqual(['admin', 'server', 'server/admin', 'server/admin/index.html']);
    expect(await rejection(build(source({ 'make.sh': 'true' }), planOf([pages])))).toMatchObject({ code: 'build.failed', message: expect.stringContaining('dist') as string });
  }, 120_000);
});

describe.skipIf(!requires('program:python3'))('a Python app', () => {
  const python = (over = {}) => planned('api', { language: 'python', runtime: { name: 'python', version: null }, install: 'pip install -r requirements.txt', start: 'python app.py', ...over });

  it('without requirements installs nothing', async () => {
    const { of, lines } = await build(source({ 'requirements.txt': '# nothing\n', 'app.py': '' }), planOf([python()]));
    expect(lines).toEqual([]);
    expect(of('api')).toMatchObject({ start: ['python', 'app.py'], env: {}, notes: [] });
    expect(existsSync(join(of('api').toolchain[0]!, 'python'))).toBe(true);
  });

  it.skipIf(!requires('program:pip3'))('takes packages of the machine that satisfy its requirements, and says so', async () => {
    const { of } = await build(source({ 'requirements.txt': 'pip>=1  # there\nnowhere==9; python_version < "3"\n', 'app.py': '' }), planOf([python()]));
    expect(of('api').notes.join()).toMatch(/packages of this machine: pip \d/);
  });

  it.skipIf(!requires('program:pip3'))('has its dependencies beside it, where they work after a move', async () => {
    const directory = source({
      'package/setup.py': 'from setuptools import setup\nsetup(name="greet", version="1.0", py_modules=["greet"], entry_points={"console_scripts": ["greet=greet:main"]})\n', 'package/greet.py': 'def main():\n    print("hello")\n',
      'app.py': 'import greet; greet.main()',
    });
    chmodSync(directory, 0o755);
    const { of } = await build(directory, planOf([python({ install: 'pip install --no-build-isolation --no-index ./package', start: 'greet' })]));
    const built = of('api');
    expect(built).toMatchObject({ start: ['python3', '.deps/bin/greet'], env: { PYTHONPATH: '.deps' } });
    const env = { PATH: `${built.toolchain.join(':')}:/usr/bin:/bin`, ...built.env };
    expect(execFileSync(built.start![0]!, built.start!.slice(1), { cwd: artefacts.path(built.artefact), env }).toString()).toBe('hello\n');
  }, 180_000);
});
