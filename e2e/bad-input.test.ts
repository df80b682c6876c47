import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requires } from '../src/host/testing.ts';
import { serverApp } from './apps.ts';
import { Swarm, until, type CliResult } from './harness.ts';

let swarm: Swarm;
let steady: string[];
const who = async () => (await swarm.agents('steady')).map(({ id, pid }) => `${id} ${pid}`);

beforeAll(async () => {
  swarm = await Swarm.open();
  await swarm.ok('deploy', swarm.directory('steady', serverApp('steady', 'steady')));
  steady = await who();
});
afterAll(async () => {
  expect(await who()).toEqual(steady);
  expect(await swarm.close()).toEqual([]);
});

/** A Node app whose server is `code`. */
const app = (name: string, code: string) => ({ 'package.json': JSON.stringify({ name, type: 'module', scripts: { start: 'node server.js' } }), 'server.js': `import { createServer } from 'node:http';\n${code}\n` });

/** What is wrong: one clear error that says what to do next, and what runs is left as it was. */
async function refuses(argv: readonly string[], code: number, ...words: (string | RegExp)[]): Promise<CliResult> {
  const result = await swarm.cli(argv);
  expect(result.code, result.stderr).toBe(code);
  expect(result.stderr.match(/^Error /gm), result.stderr).toHaveLength(1);
  expect(result.stderr).toMatch(/^ {2}next {2}\S/m);
  expect(result.stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
  expect(result.stderr).not.toContain('STRATOSWARM_DEBUG');
  for (const word of words) expect(result.stderr).toMatch(word);
  expect((await swarm.ask('steady')).body).toBe('steady');
  expect(await who()).toEqual(steady);
  return result;
}

describe('sources that cannot be deployed', () => {
  test('a path where nothing is', () => refuses(['deploy', '/nowhere/at/all'], 4, 'nothing at "/nowhere/at/all"'));
  test('an empty directory', () => refuses(['deploy', swarm.directory('empty')], 1, 'is an empty directory'));
  test('no code that can be run', () => refuses(['deploy', swarm.directory('text', { 'notes.txt': 'hello' })], 1, 'no code was found', 'Procfile'));
  test('a file that is no tarball', () => refuses(['deploy', join(swarm.directory('text', { 'notes.txt': 'hello' }), 'notes.txt')], 1, 'neither a directory nor a tarball'));
  test('a repository that is not there', () => refuses(['deploy', 'file:///nowhere/none.git'], 1, 'cannot be cloned'));
  test('a path above all others', () => refuses(['deploy', '../../../../../../../../proc/self/fdinfo'], 1));
  test('an option that is none', () => refuses(['deploy', '-rf'], 2, 'no option "-rf"'));
  test('a path with a line break', () => refuses(['deploy', 'new\nline'], 4));

  test('a tarball that is damaged', async () => {
    const archive = join(swarm.directory('archives', { 'broken.tar.gz': 'this is no tarball' }), 'broken.tar.gz');
    await refuses(['deploy', archive, '--name', 'broken'], 1, 'no tarball that can be read');
  });

  test('a tarball that reaches out of itself with ..', async () => {
    const directory = swarm.directory('archives/inner', { '../outside.txt': 'x' });
    const archive = join(directory, 'evil.tar');
    expect(spawnSync('tar', ['-cPf', archive, '../outside.txt'], { cwd: directory }).status).toBe(0);
    await refuses(['deploy', archive, '--name', 'evil'], 1, '../outside.txt', 'leads out');
  });

  test('a link out of the tree', async () => {
    const directory = swarm.directory('link', app('link', 'createServer((q, r) => r.end()).listen(process.env.PORT);'));
    symlinkSync('/etc/passwd', join(directory, 'secret'));
    await refuses(['deploy', directory], 1, 'secret is a link that leads out');
  });

  test('a YAML bomb', async () => {
    const lines = ['a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]'];
    for (const [name, before] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg', 'ih'] as unknown as [string, string][]) lines.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`);
    await refuses(['deploy', swarm.directory('bomb', { 'compose.yaml': `${lines.join('\n')}\nservices: *i\n` })], 1, 'compose.yaml is a YAML bomb');
  });
});

test('a manifest with a mistake is told with its line, and nothing is built', async () => {
  await refuses(['deploy', swarm.directory('mistaken', { ...app('mistaken', ''), 'package.json': '{\n  "name": "mistaken",\n  "scripts": { "start": "node server.js" },\n}' })], 1, 'package.json:4');
});

describe('names', () => {
  const directory = () => swarm.directory('named', app('named', 'createServer((q, r) => r.end()).listen(process.env.PORT);'));
  test.each([['with ../', '../x'], ['with blanks', 'my shop'], ['with shell metacharacters', '$(touch x);`touch x`|touch x'], ['of 300 characters', 'a'.repeat(300)], ['with a line break', 'new\nline'], ['that is empty', '']])('a name %s', async (_, name) => {
    await refuses(['deploy', directory(), `--name=${name}`], 2, 'cannot be a name', 'give another --name');
    expect(existsSync(join(swarm.home, '..', 'x'))).toBe(false);
  });

  test('a hostile name in the code becomes a harmless one', async () => {
    const place = swarm.directory('$(touch x) `touch x` ..', app('../../$(touch x) evil\n', 'createServer((q, r) => r.end("tame")).listen(process.env.PORT);'));
    const { app: name } = await swarm.ok('deploy', place);
    expect(name).toMatch(/^[a-z][a-z0-9-]{0,39}$/);
    expect((await swarm.ask(name)).body).toBe('tame');
    await swarm.ok('rm', name, '--yes');
    expect(readdirSync(place).sort()).toEqual(['package.json', 'server.js']);
  });
});

describe('code that fails', { timeout: 300_000 }, () => {
  const nothingLeft = (name: string) => until(`nothing is left of ${name}`, async () => (await swarm.agents(name)).length === 0 || undefined);

  test('a build that fails shows its last lines', async () => {
    const directory = swarm.directory('unbuilt', { 'package.json': '{"name":"unbuilt","scripts":{"build":"node build.js","start":"node server.js"}}', 'server.js': 'require("http").createServer(() => {}).listen(process.env.PORT)', 'build.js': 'console.log("step one");console.error("tool xyz is missing");process.exit(2)' });
    await refuses(['deploy', directory], 1, 'tool xyz is missing', 'npm run build ended with code 2');
  });

  test('an app that never listens', async () => {
    await refuses(['deploy', swarm.directory('silent', app('silent', 'const server = createServer(); setInterval(() => {}, 1000); if (process.env.NEVER) server.listen(process.env.PORT);'))], 1, 'nothing listens on port');
    await nothingLeft('silent');
  });

  test('an app that exits at once', async () => {
    await refuses(['deploy', swarm.directory('exits', app('exits', 'console.error("Error: no configuration"); process.exit(3); createServer().listen(process.env.PORT);'))], 1, 'exit code 3', 'no configuration', 'logs exits');
    await nothingLeft('exits');
  });

  test('an app that needs a variable is told which, and where it reads it', async () => {
    const directory = swarm.directory('needy', app('needy', 'const key = process.env.PAYMENT_API_KEY;\nif (!key) throw new Error("PAYMENT_API_KEY is needed");\ncreateServer((q, r) => r.end(key)).listen(process.env.PORT);'));
    await refuses(['deploy', directory], 1, 'PAYMENT_API_KEY is needed', 'server.js:2', '--env PAYMENT_API_KEY=');
    await swarm.ok('deploy', directory, '--env', 'PAYMENT_API_KEY=a$(b) c');
    expect((await swarm.ask('needy')).body).toBe('a$(b) c');
    await swarm.ok('rm', 'needy', '--yes');
  });

  test('an app that listens on 127.0.0.1 only just runs', async () => {
    await swarm.ok('deploy', swarm.directory('local', app('local', 'createServer((q, r) => r.end("local")).listen(process.env.PORT || 3000, "127.0.0.1");')));
    expect((await swarm.ask('local')).body).toBe('local');
    await swarm.ok('rm', 'local', '--yes');
  });

  test.skipIf(!requires('ipv6')).each(['process', 'namespace', 'container'])('so does one that listens on ::1 only, as a %s, and it is told', async (isolation) => {
    await swarm.ok('deploy', swarm.directory('local6', app('local6', 'createServer((q, r) => r.end("local")).listen(process.env.PORT || 3000, "::1");')), '--isolation', isolation);
    expect((await swarm.ask('local6')).body).toBe('local');
    expect((await swarm.cli(['events', '--app', 'local6'])).stdout).toContain('listens by IPv6 only');
    await swarm.ok('rm', 'local6', '--yes');
  });

  test('a next revision that fails leaves the one before it serving', async () => {
    const directory = swarm.directory('changing', serverApp('good', 'changing'));
    await swarm.ok('deploy', directory);
    await swarm.settled('changing', (view) => view.stable === 1);
    writeFileSync(join(directory, 'server.js'), 'import { createServer } from "node:http"; process.exit(1); createServer().listen(process.env.PORT);');
    await refuses(['deploy', directory], 1, 'revision 2 of changing failed', 'revision 1 serves');
    expect(await swarm.answers('changing')).toBe('good');
    expect((await swarm.settled('changing')).revision).toBe(1);
    await swarm.ok('rm', 'changing', '--yes');
  });
});

describe('commands about what is not there', () => {
  test.each([
    [['scale', 'nowhere', 'web=2'], 4], [['rollback', 'nowhere'], 4], [['logs', 'nowhere'], 4], [['exec', 'nowhere', '--', 'ls'], 4], [['rm', 'nowhere', '--yes'], 4], [['stop', 'nowhere'], 4],
    [['scale', 'steady', 'nothing=2'], 4], [['scale', 'steady', 'web=many'], 2], [['rollback', 'steady', '99'], 4], [['rollback', 'steady', 'x'], 2], [['logs', 'a/b/c/d'], 2], [['deplyo'], 2], [['rm', 'steady'], 2],
    [['deploy', '.', '--isolation', 'magic'], 2], [['deploy', '.', '--isolation', 'enclave'], 1], [['deploy', '.', '--env', 'no-value'], 2],
  ] as [string[], number][])('%j', async (argv, code) => {
    await refuses(argv, code);
  });
});
