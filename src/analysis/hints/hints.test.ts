import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';
import { suggestionsFor } from './suggest.ts';
import { hintDefinitions, hintNames } from './vocabulary.ts';

const web = { 'package.json': { name: 'shop', scripts: { start: 'node server.js' }, dependencies: { express: '5' } }, 'server.js': "require('express')().listen(process.env.PORT || 3000);\n" };

describe('hints in comments', () => {
  it.each([
    ['server.js', '// @stratoswarm: replicas=3'], ['server.js', '/* @stratoswarm: replicas=3 */'], ['server.js', '  * @stratoswarm: replicas=3'], ['server.js', 'start(); // @stratoswarm: replicas=3'],
    ['tool.py', '# @stratoswarm: replicas=3'], ['tool.py', '"""@stratoswarm: replicas=3"""'], ['schema.sql', '-- @stratoswarm: replicas=3'], ['page.html', '<!-- @stratoswarm: replicas=3 -->'],
    ['conf.ini', '; @stratoswarm: replicas=3'], ['style.css', '/* @stratoswarm: replicas=3 */'], ['deploy.yml', '# @stratoswarm: replicas=3'], ['README.md', '<!-- @stratoswarm: replicas=3 -->'], ['mod.ml', '(* @stratoswarm: replicas=3 *)'],
    ['Main.hs', '{- @stratoswarm: replicas=3 -}'], ['paper.tex', '% @stratoswarm: replicas=3'], ['a.lua', '-- @stratoswarm: replicas=3'], ['Makefile', '# @stratoswarm: replicas=3'], ['Dockerfile.dev', '# @stratoswarm: replicas=3'],
  ])('are found in %s: %s', async (file, line) => {
    const base = { ...web, 'server.js': `${web['server.js']}` };
    const plan = await planOf({ ...base, [file]: file === 'server.js' ? `${web['server.js']}${line}\n` : `${line}\n` });
    expect(plan.services[0]!.scaling).toMatchObject({ replicas: 3 });
    expect(plan.hints).toEqual([{ hint: 'replicas=3', level: 'preference', service: plan.services[0]!.name, from: { file, line: file === 'server.js' ? 2 : 1 }, effect: '3 replicas' }]);
  });

  it('are none in strings, in prose that explains them, and in tests', async () => {
    const plan = await planOf({
      ...web, 'server.js': `${web['server.js']}const text = "@stratoswarm: replicas=3";\nconst other = 'say @stratoswarm: replicas=3 there';\nconst third = '@stratoswarm: replicas=3';\n`, 'notes.yml': 'text: write @stratoswarm: replicas=3 above it\n', 'README.md': 'Write `// @stratoswarm: replicas=3` above it.\n\n    // @stratoswarm: replicas=3\n', 'test/server.test.js': '// @stratoswarm: replicas=3\n',
    });
    expect(plan.hints).toEqual([]);
    expect(plan.findings.filter(({ rule }) => rule === 'unknown-hint')).toEqual([]);
  });

  it('hold for the service in whose code they stand, several on a line', async () => {
    const plan = await planOf({
      'package.json': { private: true, workspaces: ['apps/*'] },
      'apps/web/package.json': web['package.json'], 'apps/web/server.js': `// @stratoswarm: memory=512Mi, cpu=500m, health=/up\n${web['server.js']}`,
      'apps/api/package.json': { ...web['package.json'], name: 'api' }, 'apps/api/server.js': web['server.js'],
    });
    const [one, other] = ['web', 'api'].map((name) => plan.services.find(({ path }) => path === `apps/${name}`)!);
    expect(one!.resources).toMatchObject({ memory: 512 * 2 ** 20, cpu: 500 });
    expect(one!.health.path).toBe('/up');
    expect(other!.resources.memory).not.toBe(512 * 2 ** 20);
    expect(plan.hints.map(({ hint }) => hint)).toEqual(['memory=512Mi', 'cpu=500m', 'health=/up']);
  });

  it('that nobody understands are told with what was most likely meant, and the rest goes on', async () => {
    const plan = await planOf({ ...web, 'server.js': `// @stratoswarm: optimise-for-latency\n// @stratoswarm: memory=lots\n${web['server.js']}` });
    expect(plan.findings.filter(({ rule }) => rule === 'unknown-hint')).toEqual([
      { rule: 'unknown-hint', severity: 'info', file: 'server.js', line: 1, message: 'nobody knows the hint "optimise-for-latency"', fix: 'did you mean optimize-for-latency?' },
      { rule: 'unknown-hint', severity: 'info', file: 'server.js', line: 2, message: '"lots" is no value for memory', fix: 'write bytes, or a number with Ki, Mi, Gi, k, M or G' },
    ]);
  });
});

describe('hints with the command', () => {
  it.skipIf(process.arch !== 'x64')('confine what is known, and refuse what is not', async () => {
    expect((await planOf(web, { hints: { confine: '' } })).services[0]!.security).toMatchObject({ confined: true, policy: { seccomp: { base: expect.stringMatching(/^node/) as unknown } } });
    expect((await planOf(web)).services[0]!.security.confined).toBeUndefined();
    await expect(planOf({ 'mix.exs': 'defmodule A.MixProject do\n  use Mix.Project\n  def project, do: [app: :a, deps: [{:phoenix, "~> 1.7"}]]\nend\n', 'lib/a.ex': 'defmodule A do\nend\n' }, { hints: { confine: '' } })).rejects.toMatchObject({ code: 'hint.impossible' });
  });

  it('win over comments', async () => {
    const plan = await planOf({ ...web, 'server.js': `// @stratoswarm: replicas=3\n${web['server.js']}` }, { hints: { replicas: '5' } });
    expect(plan.services[0]!.scaling.replicas).toBe(5);
  });

  it('are wishes, settings and parts of the plan', async () => {
    const hinted = async (hints: Record<string, string>) => (await planOf(web, { hints })).services[0]!;
    expect((await hinted({ 'optimize-for-latency': '' })).scaling).toMatchObject({ replicas: 2 });
    expect((await hinted({ 'expect-traffic-spike-9am': '' })).scaling).toMatchObject({ replicas: 2, reason: 'a rush is expected at 9am' });
    expect((await hinted({ 'expect-traffic-spike-18:30': '' })).scaling.reason).toContain('18:30');
    expect((await hinted({ 'high-availability': '', 'budget-conscious': '' })).scaling).toMatchObject({ replicas: 1 });
    expect(await hinted({ start: 'node other.js', build: 'none', port: '4000', kind: 'worker', runtime: '22' })).toMatchObject({ start: 'node other.js', build: null, ports: [{ port: 4000 }], kind: 'worker', runtime: { name: 'node', version: '22' } });
  });

  it('take a store for one that is elsewhere', async () => {
    const app = { 'package.json': { scripts: { start: 'node a.js' }, dependencies: { express: '5', mongoose: '8', pg: '8' } }, 'a.js': "require('mongoose').connect('mongodb://10.0.0.7/shop'); new (require('pg').Pool)(); require('express')().listen(3000)" };
    const stores = async (hints: Record<string, string>) => (await planOf(app, { hints })).stores.map(({ kind }) => kind).toSorted();
    expect([await stores({}), await stores({ elsewhere: 'mongodb' }), await stores({ elsewhere: 'redis' })]).toEqual([['mongodb', 'postgresql'], ['postgresql'], ['mongodb', 'postgresql']]);
    await expect(stores({ elsewhere: 'the cloud' })).rejects.toMatchObject({ code: 'hint.invalid', next: 'write a kind of store, as mongodb' });
  });

  it('are refused when they mean nothing, with what was meant', async () => {
    await expect(planOf(web, { hints: { 'budget-concious': '' } })).rejects.toMatchObject({ code: 'hint.unknown', next: 'did you mean budget-conscious?' });
    await expect(planOf(web, { hints: { latency: '' } })).rejects.toMatchObject({ code: 'hint.unknown', next: 'did you mean optimize-for-latency?' });
    await expect(planOf(web, { hints: { xyzzy: '' } })).rejects.toMatchObject({ code: 'hint.unknown', next: expect.stringContaining('budget-conscious') });
    await expect(planOf(web, { hints: { port: '99999' } })).rejects.toMatchObject({ code: 'hint.invalid', next: 'write a port from 1 to 65535' });
    await expect(planOf(web, { hints: { 'budget-conscious': 'very' } })).rejects.toMatchObject({ code: 'hint.invalid' });
    await expect(planOf(web, { hints: { 'port:other': '4000' } })).rejects.toMatchObject({ code: 'hint.invalid', next: expect.stringContaining('the services are') });
    await expect(planOf(web, { hints: { 'static-dir': '../../etc' } })).rejects.toMatchObject({ code: 'hint.invalid' });
  });
});

describe('the vocabulary', () => {
  it('has every name once, and finds each from a slip of the pen', () => {
    expect(new Set(hintNames).size).toBe(hintDefinitions.length);
    for (const name of hintNames.filter((word) => word.length > 6)) expect(suggestionsFor(`${name.slice(0, 4)}${name.slice(5)}`, hintNames)).toContain(name);
  });
});
