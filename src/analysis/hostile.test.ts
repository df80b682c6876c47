import { describe, expect, it } from 'vitest';
import { planOf } from './fixture.ts';
import { languagesByExtension } from './syntax/languages.ts';
import { tokenize } from './syntax/lexer.ts';
import { readXml } from './syntax/xml.ts';

/** Names that objects have by themselves, that mean something in patterns and paths, or that are no names. */
const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'a(', '(a+)+$', '[', '\\', '*', 'a\nb', 'x'.repeat(900), '', '..', '../../etc', '/etc/passwd', '\u0001', '$&', '${PATH}'];
const object = (value: (name: string) => string) => `{${names.map((name) => `${JSON.stringify(name)}: ${JSON.stringify(value(name))}`).join(', ')}}`;
const server = { 'a.js': 'require("http").createServer().listen(process.env.PORT || 3000)' };

describe('names that are no names', () => {
  it('of packages, scripts and variables are names like others', async () => {
    const plan = await planOf({
      'package.json': `{"scripts": {"start": "node a.js", "__proto__": "x", "build": "tsc", "a(": "node b"}, "dependencies": ${object(() => '1')}, "devDependencies": ${object(() => '1')}, "engines": ${object(() => '1')}, "workspaces": ${JSON.stringify(names)}}`,
      'a.js': `${server['a.js']}; ${names.map((name) => `process.env[${JSON.stringify(name)}]; require(${JSON.stringify(name)})`).join(';\n')}`,
    });
    expect(plan.services).toMatchObject([{ start: 'npm start', ports: [{ port: 3000 }] }]);
  });

  it('of services in Compose files are names like others', async () => {
    const plan = await planOf({
      ...server, 'package.json': { scripts: { start: 'node a.js' } },
      'compose.yaml': `services:\n  app: {build: ., environment: {A: "http://a(:80", B: "x@(a+)+$:1"}}\n${names.filter((name) => name !== '').map((name) => `  ? ${JSON.stringify(name)}\n  : {image: redis, build: ${JSON.stringify(name)}, extends: {file: compose.yaml, service: app}, environment: {${JSON.stringify(name)}: ${JSON.stringify(name)}}}`).join('\n')}\n`,
    });
    expect(plan.services.length).toBeGreaterThan(0);
  });

  it('of directories lead to services of their own', async () => {
    const files = Object.fromEntries(['constructor', 'hasownproperty', 'tostring'].flatMap((name) => [[`${name}/package.json`, { name, scripts: { start: 'node a.js' }, dependencies: { constructor: '*' } }], [`${name}/a.js`, server['a.js']]]));
    expect((await planOf(files)).services.map(({ name }) => name)).toEqual(['constructor', 'hasownproperty', 'tostring']);
  });
});

describe('manifests that refer to themselves or to what is outside', () => {
  it.each<[string, Record<string, string | object>]>([
    ['requirements', { 'requirements.txt': '-r requirements.txt\n-r ../../etc/passwd\n-r /etc/passwd\n-c b.txt\nflask', 'b.txt': '-r requirements.txt\n-r b.txt', 'app.py': 'from flask import Flask\napp = Flask(__name__)' }],
    ['Cargo', { 'Cargo.toml': '[package]\nname="x"\n[workspace]\nmembers=["../..", "/etc", ".", "a"]\n[dependencies]\naxum="1"\na={path="a"}', 'src/main.rs': 'fn main() {}', 'a/Cargo.toml': '[package]\nname="a"\nworkspace=".."\n[dependencies]\nx={path="../"}', 'a/src/main.rs': 'fn main() {}' }],
    ['Maven', { 'pom.xml': '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]><project><parent><relativePath>../pom.xml</relativePath></parent><artifactId>x</artifactId><modules><module>.</module><module>..</module><module>/etc</module></modules><properties><a>${a}</a><b>${c}</b><c>${b}</c></properties><dependencies><dependency><artifactId>spring-boot-starter-web</artifactId><version>${b}&x;</version></dependency></dependencies></project>', 'src/main/java/A.java': 'class A { public static void main(String[] a) {} }' }],
    ['Gradle', { 'settings.gradle': "include ':', ':a', '..', ':a:..:..:b'\nproject(':a').projectDir = file('../../etc')\n", 'build.gradle': "plugins { id 'application' }\ndependencies { implementation project(':') }", 'a/build.gradle': "plugins { id 'application' }\ndependencies { implementation project(':a') }", 'src/main/java/A.java': 'class A { public static void main(String[] a) {} }' }],
    ['go.work', { 'go.work': 'go 1.22\nuse (\n .\n ..\n /etc\n ./a/../a\n)', 'go.mod': 'module m\ngo 1.22\nreplace a => ../../etc\n', 'main.go': 'package main\nfunc main() { http.ListenAndServe(":8080", nil) }', 'a/go.mod': 'module a\nreplace b => ../\n', 'a/main.go': 'package main\nfunc main() {}' }],
    ['.NET', { 'a.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><ProjectReference Include="a.csproj" /><ProjectReference Include="..\\..\\etc\\a.csproj" /></ItemGroup></Project>', 'Program.cs': 'var app = WebApplication.CreateBuilder(args).Build(); app.Run();' }],
    ['a Dockerfile', { ...server, 'package.json': { scripts: { start: 'node a.js' } }, Dockerfile: `FROM b AS a\nFROM a AS b\nFROM b AS a\n${'ENV A=$A$A$A B=${B:-${A}}\n'.repeat(40)}WORKDIR ../../..\nCMD ["node", "../../etc/a.js"]\n` }],
  ])('%s', async (_, files) => {
    expect((await planOf(files)).services.length).toBeGreaterThan(0);
  });
});

describe('manifests that lead on and on', () => {
  const count = 1000;
  const files = (name: (i: number) => string, text: (i: number) => string, many = count) => Object.fromEntries(Array.from({ length: many }, (_, i) => [name(i), text(i)]));
  const app = { ...server, 'package.json': { scripts: { start: 'node a.js' } } };

  it.each<[string, Record<string, string | object>, string[]]>([
    ['services that extend each other', { 'compose.yaml': `services:\n${Array.from({ length: count }, (_, i) => `  a${i}:\n    extends: a${i + 1}\n    build: .\n`).join('')}` }, ['is extended through 32 others: what it extends was left out']],
    ['Compose files that include each other', { 'compose.yaml': 'include: [c0.yaml]\n', ...files((i) => `c${i}.yaml`, (i) => `include: [c${i + 1}.yaml]\nservices: {a${i}: {image: redis}}\n`, 100) }, ['is included through more than 32 others: was left out']],
    ['parents of Maven', files((i) => `m${i}/pom.xml`, (i) => `<project><parent><artifactId>m${i + 1}</artifactId><relativePath>../m${i + 1}/pom.xml</relativePath></parent><artifactId>m${i}</artifactId></project>`, 200), []],
    ['scripts of npm', { 'package.json': { scripts: { start: 'node a.js', ...Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`s${i}`, `npm run s${i + 1}`])) } } }, []],
    ['stages of a Dockerfile', { Dockerfile: `FROM a AS b\n${Array.from({ length: count }, (_, i) => `ENV A${i}=b\n`).join('')}${'FROM b AS b\n'.repeat(10_000)}CMD node a.js\n` }, []],
    ['variables of a Dockerfile', { Dockerfile: `FROM a\nENV A=aa\n${'ENV A=$A$A\n'.repeat(20_000)}CMD node a.js\n` }, []],
    ['what a Dockerfile copies', { Dockerfile: `FROM a\nCOPY ${'a '.repeat(150_000)}b\nCMD node a.js\n` }, []],
  ])('are followed so far: %s', async (_, more, whys) => {
    const plan = await planOf({ ...app, ...more });
    expect(plan.services).toContainEqual(expect.objectContaining({ path: '.', start: expect.stringMatching(/^(npm start|node a\.js)$/) as unknown }));
    for (const why of whys) expect(plan.skipped).toContainEqual(expect.objectContaining({ why: expect.stringContaining(why) as unknown }));
  });
});

describe('text that was made to take long', () => {
  const long = 60_000;

  it.each(['<project>', '<!DOCTYPE [', '<a b="', '<!--', '</a>', '<b></c>', '<![CDATA[', "<a x='", '<?', '<a"\'', '&'])('XML of %s is read to its end', (unit) => {
    readXml(`<r>${unit.repeat(long)}`);
    readXml(`<r ${'a'.repeat(long * 10)}>`);
  });

  it('code of every language is cut into as many tokens as it has', () => {
    for (const { lexis } of Object.values(languagesByExtension)) for (const unit of ['= /[', '"${', '<<A\n', "'a' ", '`', '/*', '"a"+']) expect(tokenize(unit.repeat(2000), lexis).length).toBeLessThanOrEqual(2000 * unit.length);
  });

  it('many heredocs without an end are not looked for again and again', () => {
    const text = Array.from({ length: 20_000 }, (_, i) => `<<A${i}\n`).join('');
    expect(tokenize(text, languagesByExtension['rb']!.lexis).length).toBeGreaterThan(20_000);
  });

  it('blanks before a key are no work for whoever looks for its line', async () => {
    const plan = await planOf({ 'requirements.txt': `flask\n${'\n'.repeat(400_000)}gunicorn`, 'app.py': 'from flask import Flask\napp = Flask(__name__)' });
    expect(plan.services).toMatchObject([{ framework: 'flask' }]);
  });
});

describe('manifests with very many entries', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => `pack-age${i}`);
  const each = (line: (name: string) => string) => many.map(line).join('\n');
  const pairs = (value: string) => Object.fromEntries(many.map((name) => [name, value]));
  const flask = 'from flask import Flask\napp = Flask(__name__)';

  it.each<[string, Record<string, string | object>]>([
    ['package.json', { ...server, 'package.json': JSON.stringify({ scripts: { start: 'node a.js' }, dependencies: pairs('1') }, null, 1) }],
    ['pyproject.toml', { 'pyproject.toml': `[project]\nname = "x"\ndependencies = ["flask",\n${each((name) => `"${name}",`)}\n]`, 'app.py': flask }],
    ['Pipfile', { Pipfile: `[packages]\nflask = "*"\n${each((name) => `${name} = "*"`)}`, 'app.py': flask }],
    ['Cargo.toml', { 'Cargo.toml': `[package]\nname = "x"\n[dependencies]\naxum = "0.7"\n${each((name) => `${name} = "1"`)}`, 'src/main.rs': 'fn main() {}' }],
    ['Gemfile', { Gemfile: `gem "sinatra"\n${each((name) => `gem "${name}"`)}`, 'app.rb': 'require "sinatra"\nget("/") { "x" }' }],
    ['composer.json', { 'composer.json': { require: pairs('1') }, 'index.php': '<?php echo 1;' }],
    ['build.gradle', { 'build.gradle': `plugins { id 'application' }\ndependencies {\n${each((name) => `implementation 'a:${name}:1'`)}\n}`, 'src/main/java/A.java': 'class A { public static void main(String[] a) {} }' }],
    ['mix.exs', { 'mix.exs': `defmodule X.MixProject do\ndefp deps do\n[\n${each((name) => `{:${name.replace('-', '_')}, "~> 1"},`)}\n]\nend\nend`, 'lib/a.ex': 'defmodule A do\nend' }],
  ])('are read in time that follows their length: %s', async (_, files) => {
    expect((await planOf(files)).services.length).toBeGreaterThan(0);
  });

  it('are read in such time when they are workspaces of each other', async () => {
    const members = Object.fromEntries(many.slice(0, 300).flatMap((name) => [[`packages/${name}/package.json`, { name, main: 'a.js' }], [`packages/${name}/a.js`, 'module.exports = 1']]));
    const plan = await planOf({ ...members, 'package.json': { workspaces: [...many.map((name) => `packages/${name}`), '**/**/**/a*a*a*', 'app'] }, 'app/package.json': { scripts: { start: 'node a.js' }, dependencies: pairs('*') }, 'app/a.js': server['a.js'] });
    expect(plan.services).toMatchObject([{ path: 'app', start: 'npm start' }]);
  });
});

describe('comments that never end', () => {
  it('are looked for once, however many there are', async () => {
    const plan = await planOf({ 'app/package.json': { scripts: { start: 'node a.js' } }, 'app/a.js': server['a.js'], 'other/composer.json': '__/*\n'.repeat(150_000) });
    expect(plan.services).toMatchObject([{ path: 'app' }]);
  });
});

describe('packages that all contain each other', () => {
  it('are each read once: Cargo', async () => {
    const all = Array.from({ length: 150 }, (_, i) => `c${i}`);
    const files = Object.fromEntries(all.flatMap((name) => [[`${name}/Cargo.toml`, `[package]\nname = "${name}"\n[dependencies]\n${all.map((other) => `${other} = { path = "../${other}" }`).join('\n')}\n`], [`${name}/src/main.rs`, 'fn main() {}']]));
    expect((await planOf({ ...files, 'app/package.json': { scripts: { start: 'node a.js' } }, 'app/a.js': server['a.js'] })).services).toContainEqual(expect.objectContaining({ path: 'app' }));
  });
});
