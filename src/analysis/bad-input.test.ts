import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StratoError } from '../model/index.ts';
import type { Files } from './fixture.ts';
import { planOf, withFiles } from './fixture.ts';
import { analyse } from './index.ts';
import { openTree } from './tree/tree.ts';

const server = { 'package.json': { scripts: { start: 'node a.js' } }, 'a.js': "require('http').createServer(f).listen(process.env.PORT || 3000)" };
const isUp = (plan: { services: { start: string | null }[] }) => expect(plan.services).toMatchObject([{ start: 'npm start', ports: [{ port: 3000 }] }]);
const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

describe('what is no file', () => {
  it('is read as far as its name can be: not in UTF-8, with blanks and ends of lines, deeper than people nest', async () => {
    await withFiles(server, async (directory) => {
      writeFileSync(Buffer.concat([Buffer.from(`${directory}/`), Buffer.from([0xff, 0xfe]), Buffer.from('.js')]), 'app.listen(4000)');
      writeFileSync(join(directory, 'a\nb.py'), 'import os\nos.environ["FOUND"]');
      let deep = directory;
      for (let n = 0; n < 60; n++) mkdirSync((deep = join(deep, 'd')));
      writeFileSync(join(deep, 'unseen.js'), 'process.env.UNSEEN');
      const plan = await analyse(directory);
      isUp(plan);
      expect(plan.services[0]!.env.map(({ name }) => name)).toEqual(['FOUND', 'PORT']);
      expect(plan.skipped).toEqual([{ file: Array(41).fill('d').join('/'), why: 'deeper than 40 directories' }, { file: '\ufffd\ufffd.js', why: 'cannot be read: its name is not UTF-8' }]);
    });
  });

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

describe('what may not be read', () => {
  /** Does something as a user without rights. Root reads whatever the rights are. */
  async function asNobody<T>(work: () => Promise<T>): Promise<T> {
    if (process.geteuid!() !== 0) return await work();
    process.seteuid!(65_534);
    try {
      return await work();
    } finally {
      process.seteuid!(0);
    }
  }

  it('is listed, and the rest is analysed: files, directories, lists of what to ignore', async () => {
    await planOf({ ...server, 'x.yaml': 'a: 1', 'k8s.yaml': 'kind: Deployment\nmetadata: {name: a}' });
    await withFiles({ ...server, 'secret.js': 'process.env.S', 'sub/package.json': '{', 'deploy/compose.yaml': 'services: {}', 'closed/b.js': '', 'listed/c.js': '', 'ignores/.gitignore': 'd.js\n', 'ignores/d.js': '' }, async (directory) => {
      chmodSync(directory, 0o755);
      const closed: [string, number][] = [['secret.js', 0], ['sub/package.json', 0], ['deploy/compose.yaml', 0], ['ignores/.gitignore', 0], ['closed', 0], ['listed', 0o444]];
      for (const [path, mode] of closed) chmodSync(join(directory, path), mode);
      try {
        const plan = await asNobody(() => analyse(directory));
        isUp(plan);
        expect(plan.skipped.map(({ file }) => file).toSorted()).toEqual(['closed', 'deploy/compose.yaml', 'ignores/.gitignore', 'listed/c.js', 'secret.js', 'sub/package.json']);
        for (const { why } of plan.skipped) expect(why).toBe('cannot be read: EACCES');
      } finally {
        for (const [path] of closed) chmodSync(join(directory, path), 0o700);
      }
    });
  });

  it('is an error when it is all', async () => {
    await withFiles(server, async (directory) => {
      chmodSync(directory, 0);
      try {
        await expect(asNobody(() => analyse(directory))).rejects.toMatchObject({ code: 'analysis.unreadable', why: expect.stringContaining('EACCES') as unknown });
      } finally {
        chmodSync(directory, 0o700);
      }
    });
  });
});

describe('what leads back to itself', () => {
  const project = (name: string, other: string) => `<project><modelVersion>4.0.0</modelVersion><groupId>g</groupId><parent><groupId>g</groupId><artifactId>${other}</artifactId><version>1</version><relativePath>../${other}/pom.xml</relativePath></parent><artifactId>${name}</artifactId><modules><module>../${other}</module></modules><properties><v>\${w}</v><w>\${v}</w></properties><dependencies><dependency><groupId>g</groupId><artifactId>${other}</artifactId><version>\${v}</version></dependency></dependencies></project>`;
  const csproj = (other: string) => `<Project Sdk="Microsoft.NET.Sdk.Web"><Import Project="..\\${other}\\${other}.csproj" /><ItemGroup><ProjectReference Include="..\\${other}\\${other}.csproj" /></ItemGroup></Project>`;
  const java = 'class A { public static void main(String[] a) {} }';
  it.each<[string, Files]>([
    ['settings of TypeScript', { 'tsconfig.json': { extends: './b.json', compilerOptions: { paths: { '@a/*': ['@a/*'] } } }, 'b.json': { extends: './tsconfig.json' } }],
    ['workspaces of npm', { 'x/package.json': { name: 'x', workspaces: ['../y', '..'], dependencies: { y: 'workspace:*' }, scripts: { start: 'npm start -w y' } }, 'y/package.json': { name: 'y', workspaces: ['../x'], dependencies: { x: 'workspace:*' }, scripts: { start: 'npm start -w x', prestart: 'npm start' } } }],
    ['modules of Maven', { 'x/pom.xml': project('x', 'y'), 'y/pom.xml': project('y', 'x'), 'x/src/main/java/A.java': java }],
    ['projects of Gradle', { 'settings.gradle': "include ':x', ':y'\nincludeBuild '.'", 'x/build.gradle': "plugins { id 'application' }\ndependencies { implementation project(':y') }", 'y/build.gradle': "dependencies { implementation project(':x') }", 'x/src/main/java/A.java': java }],
    ['members of Cargo', { 'Cargo.toml': '[workspace]\nmembers = ["x", "y", "."]\n', 'x/Cargo.toml': '[package]\nname = "x"\nversion = "1.0.0"\n[dependencies]\ny = { path = "../y" }\n', 'y/Cargo.toml': '[package]\nname = "y"\nversion = "1.0.0"\n[dependencies]\nx = { path = "../x" }\n', 'x/src/main.rs': 'fn main() {}' }],
    ['modules of Go', { 'go.work': 'go 1.22\nuse (\n ./x\n ./y\n)\n', 'x/go.mod': 'module e/x\nreplace e/y => ../y\n', 'y/go.mod': 'module e/y\nreplace e/x => ../x\n', 'x/main.go': 'package main\nimport "e/y"\nfunc main() { y.F() }', 'y/y.go': 'package y\nimport "e/x"\nfunc F() { x.G() }' }],
    ['projects of .NET', { 'x/x.csproj': csproj('y'), 'y/y.csproj': csproj('x'), 'x/Program.cs': 'var app = WebApplication.Create(); app.Run();' }],
    ['lists of requirements', { 'x/requirements.txt': '-r other.txt\nflask\n', 'x/other.txt': '-r requirements.txt\n-c other.txt\n', 'x/app.py': 'from b import app', 'x/b.py': 'from app import app' }],
    ['stages of a Dockerfile', { 'x/Dockerfile': 'FROM b AS a\nFROM a AS b\nARG X=$Y\nARG Y=$X\nENV X=$Y Y=$X\nCMD node a.js $X\n' }],
  ])('does not keep the rest from being read: %s', async (_, files) => {
    const plan = await planOf({ 'zz/package.json': server['package.json'], 'zz/a.js': server['a.js'], ...files });
    expect(plan.services).toContainEqual(expect.objectContaining({ path: 'zz', start: 'npm start' }));
  });
});

describe('templates', () => {
  it('that are no YAML once they are filled in, or of no chart, are listed', async () => {
    const plan = await planOf({
      ...server, 'chart/Chart.yaml': 'name: c\n', 'chart/values.yaml': 'l: [1]\n', 'chart/templates/d.yaml': '{{- if .Values.x }}\nkind: Deployment\nmetadata: {name: {{ .Values.n }}}\nspec:\n  {{- range .Values.l }}\n  - a: {{ . }\n  {{- end }}\n',
      'k8s/t.yaml': 'kind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\n',
    });
    isUp(plan);
    expect(plan.skipped).toEqual([{ file: 'chart/templates/d.yaml', why: 'what begins at line 1 is not valid YAML' }, { file: 'k8s/t.yaml', why: 'a template of no chart that is here' }]);
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
