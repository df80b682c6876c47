import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventView } from '../src/api/views.ts';
import { drainTimeout } from '../src/control/advance.ts';
import { findProgram } from '../src/host/programs.ts';
import { uncaused } from '../src/ledger/events/causality.ts';
import { serverApp } from './apps.ts';
import { root, Swarm, until } from './harness.ts';
import { Load } from './load.ts';

let swarm: Swarm;
beforeAll(async () => {
  swarm = await Swarm.open();
});
afterAll(async () => {
  expect(await swarm.close()).toEqual([]);
});

/** A copy of an example, to be changed. */
function example(name: string): string {
  const copy = swarm.directory(name);
  cpSync(join(root, 'examples', name), copy, { recursive: true, filter: (path) => basename(path) !== 'node_modules' });
  return copy;
}

function replace(file: string, before: string, after: string): void {
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(before);
  writeFileSync(file, text.replaceAll(before, after));
}

function git(directory: string, ...argv: string[]): void {
  const { status, stderr } = spawnSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...argv], { cwd: directory, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
}

describe('the life of a guestbook', { timeout: 400_000 }, () => {
  let directory: string;
  const sign = async (text: string) => {
    const answer = await swarm.ask('guestbook', '/api/entries', { method: 'POST', body: JSON.stringify({ name: 'Ada', message: text }), headers: { 'content-type': 'application/json' } });
    expect(answer.status, answer.body).toBe(201);
  };
  const entries = () => swarm.answers('guestbook', '/api/entries');

  test('is deployed with its worker and its database, and keeps an entry', async () => {
    directory = example('guestbook');
    const deployed = await swarm.ok('deploy', directory);
    expect(deployed).toMatchObject({ app: 'guestbook', revision: 1, url: `http://guestbook.localhost:${swarm.port}` });
    expect(await swarm.answers('guestbook')).toContain('<h1>Guestbook</h1>');
    await sign('first of all');
    expect(await entries()).toContain('first of all');
  });

  test('shows itself in ps, status, logs and events', async () => {
    const { agents } = await swarm.ok('ps');
    expect(agents.map((agent: { service: string; state: string }) => `${agent.service} ${agent.state}`).sort()).toEqual(['postgresql ready', 'web ready', 'worker ready']);
    expect(await swarm.ok('status', 'guestbook')).toMatchObject({ name: 'guestbook', status: 'running', revision: 1 });
    expect((await swarm.cli(['status'])).stdout).toContain('guestbook');
    expect((await swarm.cli(['logs', 'guestbook/web'])).stdout).toContain('guestbook listens');
    expect((await swarm.cli(['events', '--app', 'guestbook'])).stdout).toContain('Revision 1 of guestbook admitted');
    expect((await swarm.cli(['history', 'guestbook'])).code).toBe(0);
  });

  test('lets a person look around beside an agent, and gives the exit code of what was run', async () => {
    const looked = await swarm.cli(['exec', 'guestbook/web', '--', 'node', '-p', 'process.env.PORT + " " + require("fs").existsSync("package.json")']);
    expect(looked).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+ true\n$/) });
    expect((await swarm.cli(['exec', 'guestbook/web', '--', 'sh', '-c', 'exit 7'])).code).toBe(7);
  });

  test('is scaled, redeployed with a changed page and rolled back without a failed request', async () => {
    await swarm.ok('scale', 'guestbook', 'web=3');
    expect(await swarm.agents('guestbook', 'web')).toHaveLength(3);
    const database = await swarm.agents('guestbook', 'postgresql');
    const load = new Load(swarm.port, 'guestbook', ['keep-alive', 'fresh']);
    replace(join(directory, 'src/page.js'), '<h1>Guestbook</h1>', '<h1>Visitors</h1>');
    expect(await swarm.ok('deploy', directory)).toMatchObject({ revision: 2 });
    expect((await swarm.ask('guestbook')).body).toContain('<h1>Visitors</h1>');
    expect(await entries()).toContain('first of all');
    expect((await swarm.ok('history', 'guestbook')).revisions.map(({ number, current }: { number: number; current: boolean }) => [number, current])).toEqual([[2, true], [1, false]]);
    expect(await swarm.ok('rollback', 'guestbook')).toMatchObject({ revision: 1 });
    expect((await swarm.ask('guestbook')).body).toContain('<h1>Guestbook</h1>');
    expect((await load.stop()).failures).toEqual([]);
    expect(load.total).toBeGreaterThan(20);
    expect(await swarm.agents('guestbook', 'web')).toHaveLength(3);
    expect((await swarm.agents('guestbook', 'postgresql')).map(({ id, pid }) => [id, pid])).toEqual(database.map(({ id, pid }) => [id, pid]));
  });

  test('is stopped, says so, and comes back with what it kept', async () => {
    await swarm.ok('stop', 'guestbook');
    expect(await swarm.agents('guestbook')).toEqual([]);
    const answer = await swarm.ask('guestbook');
    expect(answer.status).toBe(503);
    expect(answer.body).toMatch(/stopped/);
    await swarm.ok('start', 'guestbook');
    expect(await entries()).toContain('first of all');
  });

  test('is removed and finds its data when it is deployed again, and finds none after its volumes went', async () => {
    await swarm.ok('rm', 'guestbook', '--yes');
    expect((await swarm.cli(['status', 'guestbook'])).code).toBe(4);
    await swarm.ok('deploy', directory);
    expect(await entries()).toContain('first of all');
    await swarm.ok('rm', 'guestbook', '--volumes', '--yes');
    await swarm.ok('deploy', directory);
    expect(await entries()).not.toContain('first of all');
    await swarm.ok('rm', 'guestbook', '--volumes', '--yes');
  });
});

test('plain processes of Python run whoever the daemon is, and beside each other although their command names a port', { timeout: 120_000 }, async () => {
  const files = { Procfile: 'web: python3 -m http.server 8123 --bind 0.0.0.0\n', 'app.py': 'print(1)\n', 'index.html': 'hello' };
  await swarm.ok('deploy', swarm.directory('python', files), '--isolation', 'process');
  await swarm.ok('scale', 'python', 'web=2');
  const { services } = await swarm.settled('python', (view) => view.services[0]!.ready === 2);
  expect(services[0]).toMatchObject({ command: expect.arrayContaining(['http.server', '8123']) });
  const ports = (await swarm.agents('python')).map(({ port }) => port);
  expect(new Set(ports).size).toBe(2);
  expect(await swarm.answers('python', '/index.html')).toBe('hello');
  await swarm.ok('rm', 'python', '--yes');
});

test('the guestbook runs as plain processes, too, and not with the rights of the daemon', { timeout: 300_000 }, async () => {
  await swarm.ok('deploy', example('guestbook'), '--name', 'plainbook', '--isolation', 'process');
  expect(JSON.parse(await swarm.answers('plainbook', '/api/entries'))).toEqual({ entries: [] });
  const agents = await swarm.agents('plainbook');
  expect(agents.map(({ isolation }) => isolation)).toEqual(['process', 'process', 'process']);
  for (const { pid } of agents) if (process.getuid?.() === 0) expect(statSync(`/proc/${pid}`).uid).not.toBe(0);
  await swarm.ok('scale', 'plainbook', 'web=2');
  await swarm.ok('rm', 'plainbook', '--volumes', '--yes');
});

describe('the other examples', { timeout: 300_000 }, () => {
  test('a static site is served, and its changed page after the next deployment', async () => {
    const directory = example('static-site');
    await swarm.ok('deploy', directory);
    const page = await swarm.ask('static-site');
    expect(page).toMatchObject({ status: 200, headers: { 'content-type': expect.stringContaining('text/html') }, body: expect.stringContaining('Trees of the village green') });
    expect(await swarm.ask('static-site', '/nowhere')).toMatchObject({ status: 404, body: expect.stringContaining('No tree here') });
    replace(join(directory, 'index.html'), 'village green', 'old churchyard');
    await swarm.ok('deploy', directory);
    expect((await swarm.ask('static-site')).body).toContain('old churchyard');
    await swarm.ok('rm', 'static-site', '--yes');
  });

  test('a Python API takes a note and gives it back', async () => {
    await swarm.ok('deploy', example('python-api'));
    const made = await swarm.ask('python-api', '/notes', { method: 'POST', body: '{"text":"buy milk"}', headers: { 'content-type': 'application/json' } });
    expect(made.status, made.body).toBe(201);
    expect((await swarm.ask('python-api', '/notes')).body).toContain('buy milk');
    await swarm.ok('rm', 'python-api', '--yes');
  });

  test('of a pair, the one finds the other', async () => {
    await swarm.ok('deploy', example('pair'));
    expect(await swarm.answers('pair', '/?name=Grace', (body) => body.includes('Hello, Grace!'))).toContain('Said by');
    expect(JSON.parse((await swarm.ask('greeter.pair', '/greet?name=Ada')).body)).toMatchObject({ greeting: 'Hello, Ada!' });
    await swarm.ok('rm', 'pair', '--yes');
  });

  test('one that crashes is replaced, with the reason told, and one that turns ill gets no requests until it is well', async () => {
    await swarm.ok('deploy', example('crashy'));
    await swarm.ok('scale', 'crashy', 'web=2');
    const before = (await swarm.agents('crashy')).map(({ id }) => id);
    await swarm.ask('crashy', '/crash').catch(() => undefined);
    await until('a crashed agent was replaced', async () => {
      const agents = await swarm.agents('crashy');
      return (agents.length === 2 && agents.every(({ state }) => state === 'ready') && agents.some(({ id }) => !before.includes(id))) || undefined;
    });
    expect((await swarm.ok('status', 'crashy')).services[0].lastFailure).toContain('crashed as asked');
    await swarm.answers('crashy', '/health');
    await swarm.ok('rm', 'crashy', '--yes');
  });
});

describe('where code comes from', { timeout: 300_000 }, () => {
  test.skipIf(!findProgram('git'))('a git repository is deployed at its newest commit', async () => {
    const directory = swarm.directory('from-git', serverApp('committed', 'from-git'));
    git(directory, 'init', '-q', '-b', 'main');
    git(directory, 'add', '.');
    git(directory, 'commit', '-q', '-m', 'Serve');
    writeFileSync(join(directory, 'server.js'), 'not committed');
    await swarm.ok('deploy', `file://${directory}`, '--name', 'from-git');
    expect((await swarm.ask('from-git')).body).toBe('committed');
    expect((await swarm.ok('status', 'from-git')).source).toMatchObject({ kind: 'git', version: expect.stringMatching(/^[0-9a-f]{40}$/) });
    await swarm.ok('rm', 'from-git', '--yes');
  });

  test('a tarball is deployed', async () => {
    const directory = swarm.directory('packed', serverApp('packed', 'packed'));
    const archive = join(swarm.directory('archives'), 'packed.tar.gz');
    expect(spawnSync('tar', ['-czf', archive, '-C', directory, '.']).status).toBe(0);
    await swarm.ok('deploy', archive, '--name', 'packed');
    expect((await swarm.ask('packed')).body).toBe('packed');
    await swarm.ok('rm', 'packed', '--yes');
  });
});

describe('zero downtime', { timeout: 600_000 }, () => {
  test('redeployments fail no request of clients that keep connections, open new ones, wait, talk over WebSockets or read event streams', async () => {
    const files = (version: string) => swarm.directory('tiny', serverApp(version));
    await swarm.ok('deploy', files('v0'));
    await swarm.ok('scale', 'tiny', 'web=2');
    const load = new Load(swarm.port, 'tiny');
    const rounds = Number(process.env['STRATOSWARM_REDEPLOYS'] ?? 2);
    for (let round = 1; round <= rounds; round++) {
      await swarm.ok('deploy', files(`v${round}`));
      expect((await swarm.ask('tiny')).body).toBe(`v${round}`);
    }
    const { failures, requests } = await load.stop();
    expect(failures).toEqual([]);
    expect(Object.keys(requests).sort()).toEqual(['events', 'fresh', 'keep-alive', 'slow', 'websocket']);
    // Who leaves because of open streams leaves in about a second; ten are granted to requests that do end by themselves.
    for (const leave of await leaves('tiny')) expect(leave).toBeLessThan(drainTimeout);
    await swarm.ok('rm', 'tiny', '--yes');
  });
});

describe('the ledger of all that', () => {
  test('leads every event back to what somebody wanted or what was seen', async () => {
    const { events } = await swarm.api.get<{ events: EventView[] }>('/v1/events', { limit: 1000 });
    expect(events.length).toBeGreaterThan(100);
    const missing = new Set(uncaused(events));
    expect(events.filter(({ position }) => missing.has(position)).map(({ position, type, text }) => `${position} ${type} ${text}`)).toEqual([]);
  });
});

/** Milliseconds from the decision to stop an agent to its end, for all that were, by the ledger's own times. */
async function leaves(app: string): Promise<number[]> {
  const events = (await swarm.events({ app, types: 'AgentStopping,AgentExited' })).map(({ time, type, body }) => ({ time, type, agent: (body as { agent: string }).agent }));
  const ends = new Map(events.filter(({ type }) => type === 'AgentExited').map(({ agent, time }) => [agent, time]));
  return events.filter(({ type }) => type === 'AgentStopping').map(({ agent, time }) => (ends.get(agent) ?? Infinity) - time);
}
