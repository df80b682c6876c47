import { spawnSync } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StratoError } from '../model/index.ts';
import { planOf, withFiles } from './fixture.ts';
import { analyse } from './index.ts';
import { openTree } from './tree/tree.ts';

const server = { 'package.json': { scripts: { start: 'node a.js' } }, 'a.js': "require('http').createServer(f).listen(process.env.PORT || 3000)" };
const isUp = (plan: { services: { start: string | null }[] }) => expect(plan.services).toMatchObject([{ start: 'npm start', ports: [{ port: 3000 }] }]);
const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

describe('what is no file', () => {
  it('is listed and not opened: pipes, sockets, and links to them or in circles', async () => {
    await withFiles(server, async (directory) => {
      expect(spawnSync('mkfifo', [join(directory, 'pipe.js')]).status).toBe(0);
      symlinkSync('pipe.js', join(directory, 'b.js'));
      symlinkSync('one.js', join(directory, 'two.js'));
      symlinkSync('two.js', join(directory, 'one.js'));
      symlinkSync('/dev/zero', join(directory, 'Dockerfile'));
      const socket = createServer().listen(join(directory, 'socket.js'));
      try {
        const plan = await analyse(directory);
        isUp(plan);
        expect(plan.skipped.map(({ file }) => file)).toEqual(['Dockerfile', 'b.js', 'one.js', 'pipe.js', 'socket.js', 'two.js']);
      } finally {
        socket.close();
      }
    });
  });

  it('is not waited for when a file became a pipe after it was listed', async () => {
    await withFiles({ 'a.js': 'x' }, (directory) => {
      const tree = openTree(directory);
      rmSync(join(directory, 'a.js'));
      expect(spawnSync('mkfifo', [join(directory, 'a.js')]).status).toBe(0);
      expect(tree.text('a.js')).toBeUndefined();
      expect(tree.skipped).toEqual([{ file: 'a.js', why: 'neither a file nor a directory' }]);
    });
  });
});

describe('text of any sort', () => {
  it('is read in UTF-16, and left out where it holds zero bytes', async () => {
    const plan = await planOf({ 'package.json': utf16('{"scripts": {"start": "node a.js"}}'), 'a.js': utf16("require('http').createServer(f).listen(3000)"), 'b.js': new Uint8Array(Buffer.from('process.env.A', 'utf16le')), 'c.py': 'x = 1\0' });
    isUp(plan);
    expect(plan.skipped).toEqual([{ file: 'b.js', why: 'binary' }, { file: 'c.py', why: 'binary' }]);
  });

  it('may have names without end', async () => {
    const long = 'A'.repeat(100_000);
    const plan = await planOf({ ...server, 'b.js': `process.env.${long}; process.env["${long}_B"]; fetch("http://${long}:80/${long}"); app.get("/${long}", f)`, '.env.example': `${long}=1\n`, 'compose.yaml': `services:\n  app:\n    build: .\n    environment: {${long}: ${long}}\n` });
    isUp(plan);
    expect(plan.services[0]!.env.every(({ name }) => name.length <= 256)).toBe(true);
    expect(JSON.stringify(plan).length).toBeLessThan(200_000);
  });

  it.each<[string, string]>([
    ['pyproject.toml', `a = ${'['.repeat(100_000)}`], ['pyproject.toml', `${'a.'.repeat(50_000)}a = 1`], ['pyproject.toml', `a = ${'{b = '.repeat(50_000)}`], ['Cargo.toml', `[${'a.'.repeat(50_000)}a]`], ['Cargo.toml', '[[a]]\n'.repeat(50_000)],
    ['compose.yaml', '{a: '.repeat(20_000)], ['compose.yaml', '}'.repeat(50_000)], ['k8s.yaml', '"'.repeat(50_000)], ['pom.xml', '<a>'.repeat(50_000)], ['tsconfig.json', '\\"'.repeat(50_000)], ['project.clj', 'a'.repeat(100_000)], ['build.gradle', 'subprojects {'.repeat(10_000)],
    ['setup.py', '\t \n'.repeat(30_000)], ['Dockerfile', '#'.repeat(100_000)], ['Procfile', 'a: b\n'.repeat(20_000)], ['.gitignore', `${'a'.repeat(200_000)}\n${'*a'.repeat(1000)}b`], ['Gemfile', 'gem "a"\n'.repeat(20_000)], ['.env', `A=${'$A'.repeat(50_000)}`],
  ])('of %s does not keep the rest from being read: %#', async (name, text) => {
    const plan = await planOf({ 'app/package.json': server['package.json'], 'app/a.js': server['a.js'], [`other/${name}`]: text });
    expect(plan.services).toContainEqual(expect.objectContaining({ path: 'app', start: 'npm start' }));
  });
});

describe('manifests of another shape than they should have', () => {
  const nonsense = [null, 0, true, '', [], {}, [[]], [null], { a: null }, { a: { a: [1] } }, 'a'];
  const manifests: Record<string, object> = {
    'package.json': { name: 'a', scripts: { start: 'node a.js' }, dependencies: { express: '4' }, workspaces: { packages: ['a'] }, engines: { node: '20' }, bin: { a: 'a.js' }, volta: { node: '20' }, prisma: { schema: 'a' }, packageManager: 'npm@10' },
    'composer.json': { require: { php: '8', 'laravel/framework': '1' }, autoload: {}, config: { platform: { php: '8' } } },
    'compose.yaml': { services: { app: { build: { context: '.', dockerfile: 'D', target: 'a' }, image: 'redis', ports: ['80:80', { target: 1, published: 2 }], environment: { A: 'b' }, depends_on: { a: { condition: 'x' } }, command: ['a'], healthcheck: { test: ['CMD', 'a'] }, volumes: ['a:b'], extends: { service: 'app' }, deploy: { resources: { reservations: { devices: [{ capabilities: ['gpu'] }] } } }, env_file: ['a'], expose: [1] } } },
    'k8s.yaml': { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a', labels: { a: 'b' } }, spec: { replicas: 2, selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'b', ports: [{ containerPort: 80 }], env: [{ name: 'A', value: 'b' }], livenessProbe: { httpGet: { path: '/', port: 80 } } }] } } } },
    'appsettings.json': { ConnectionStrings: { A: 'Host=a' }, Kestrel: { Endpoints: { Http: { Url: 'http://*:80' } } } }, 'angular.json': { projects: { a: { architect: { build: { builder: 'a', options: { outputPath: 'b' } } } } } },
    'deno.json': { tasks: { start: 'deno run a.ts' }, imports: { a: 'b' } }, 'tsconfig.json': { extends: './tsconfig.json', compilerOptions: { outDir: 'a' } }, 'nx.json': { a: 1 }, 'project.json': { name: 'a', projectType: 'application', targets: { build: { executor: 'a', options: { outputPath: 'b' } } } },
    'pnpm-workspace.yaml': { packages: ['a'] }, 'environment.yml': { dependencies: ['flask', { pip: ['a'] }] }, 'pubspec.yaml': { name: 'a', dependencies: { shelf: 'any' }, environment: { sdk: '3' } }, 'dapr.yaml': { apps: [{ appID: 'a', appPort: 80, appDirPath: '.', command: ['node', 'a.js'] }] }, 'app.json': { scripts: { a: 'b' } },
    'global.json': { sdk: { version: '8' } }, 'vercel.json': { builds: [] }, 'a.ipynb': { cells: [{ cell_type: 'code', source: ['import torch'] }] }, 'skaffold.yaml': { build: { artifacts: [{ image: 'a', context: 'b' }] } },
  };

  /** All objects that differ from one in the value of one place. */
  function* twisted(value: unknown, other: unknown): Generator<unknown> {
    yield other;
    if (typeof value !== 'object' || value === null) return;
    for (const [key, part] of Object.entries(value)) for (const one of twisted(part, other)) yield Array.isArray(value) ? value.map((own, i) => (String(i) === key ? one : own)) : { ...value, [key]: one };
  }

  it.each(Object.entries(manifests))('are read as far as they make sense: %s', async (name, manifest) => {
    const all = nonsense.flatMap((other) => [...twisted(manifest, other)].slice(0, 40));
    const some = fc.sample(fc.constantFrom(...all), { numRuns: 20, seed: 7 });
    for (const value of some) {
      await withFiles({ 'zz/package.json': server['package.json'], 'zz/a.js': server['a.js'], 'a.js': '', 'index.php': '<?php', 'Program.cs': '', 'app.py': 'import flask', [name]: JSON.stringify(value) ?? '' }, async (directory) => {
        await analyse(directory).catch((error: unknown) => expect(error, JSON.stringify(value)).toBeInstanceOf(StratoError));
      });
    }
  });
});
