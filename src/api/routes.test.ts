import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StratoError } from '../model/index.ts';
import { ApiClient } from './client.ts';
import { ask, serveFake, type Served } from './server.fake.ts';
import type { Message } from './messages.ts';

let served: Served;
let client: ApiClient;
beforeEach(async () => {
  served = await serveFake({ tcp: undefined });
  client = new ApiClient(served.paths.apiSocket);
});
afterEach(() => served.close());

const take = async <T>(items: AsyncIterable<T>, count: number): Promise<T[]> => {
  const taken: T[] = [];
  for await (const item of items) if (taken.push(item) === count) break;
  return taken;
};
const change = () => served.backend.proposals.at(-1)?.change;

describe('apps', () => {
  it('shows apps, agents, nodes, measurements and revisions', async () => {
    expect(await client.get('/v1/apps')).toMatchObject({ apps: [{ name: 'shop' }] });
    expect(await client.get('/v1/apps/shop')).toMatchObject({ url: 'http://shop.localhost:8080' });
    expect(await client.get('/v1/agents')).toMatchObject({ agents: [{ slot: 0 }, { slot: 1 }] });
    expect(await client.get('/v1/agents/shop-web-0-aaaaaaaa/stats')).toMatchObject({ samples: [{ cpu: 12 }] });
    expect(await client.get('/v1/apps/shop/revisions')).toMatchObject({ revisions: [{ number: 2 }, { number: 1 }] });
    expect(await client.get('/v1/nodes')).toMatchObject({ nodes: [{ name: 'here' }] });
    expect(await client.get('/v1/doctor')).toMatchObject({ rows: [{ works: true }, { works: false }] });
  });

  it('turns each wish into a proposal in the name of the caller', async () => {
    await client.post('/v1/apps/shop/scale', { service: 'web', replicas: 3 });
    expect(served.backend.proposals[0]).toMatchObject({ app: 'shop', change: { kind: 'scale', service: 'web', replicas: 3 }, confidence: 1 });
    expect(served.backend.proposals[0]!.actor).toMatch(/^user:/);
    await client.post('/v1/apps/shop/rollback');
    expect(change()).toEqual({ kind: 'rollback', revision: 1 });
    await client.post('/v1/apps/shop/restart', { service: 'web', slot: 1 });
    expect(change()).toEqual({ kind: 'replace', service: 'web', slot: 1 });
    await client.post('/v1/apps/shop/stop');
    expect(change()).toEqual({ kind: 'stop' });
    await client.post('/v1/apps/shop/start');
    expect(change()).toEqual({ kind: 'start' });
    await client.post('/v1/nodes/here/availability', { availability: 'drained' });
    expect(change()).toEqual({ kind: 'node', node: 'here', availability: 'drained' });
    expect(await client.delete('/v1/apps/shop', { volumes: true })).toMatchObject({ kind: 'remove', admittedBy: ['schema', 'quota'] });
    expect(change()).toEqual({ kind: 'remove', volumes: true });
  });

  it('rolls back to the stable revision from one that did not work', async () => {
    served.backend.shop = { ...served.backend.shop!, revision: 5, stable: 2 };
    await client.post('/v1/apps/shop/rollback');
    expect(change()).toEqual({ kind: 'rollback', revision: 2 });
  });

  it('passes on why the governor refused', async () => {
    served.backend.refusal = new StratoError('governor.quota', 'Too many agents', { why: '1000 at most', next: 'remove some' });
    await expect(client.post('/v1/apps/shop/stop')).rejects.toMatchObject({ code: 'governor.quota', message: 'Too many agents', why: '1000 at most', next: 'remove some' });
  });

  it('knows what it does not know', async () => {
    await expect(client.get('/v1/apps/none')).rejects.toMatchObject({ code: 'app.unknown' });
    await expect(client.post('/v1/apps/none/stop')).rejects.toMatchObject({ code: 'app.unknown' });
    await expect(client.post('/v1/apps/shop/restart', { service: 'none' })).rejects.toMatchObject({ code: 'service.unknown' });
    await expect(client.get('/v1/agents/shop-web-9-aaaaaaaa')).rejects.toMatchObject({ code: 'agent.unknown' });
    await expect(client.get('/v1/apps/..%2Fx')).rejects.toMatchObject({ code: 'route.unknown' });
    expect(served.backend.proposals).toEqual([]);
  });
});

describe('deployments', () => {
  const source = { kind: 'path', location: '/srv/shop' };

  it('streams all steps to the end, and resumes after one that was seen', async () => {
    const { deployment } = await client.post<{ deployment: string }>('/v1/deployments', { source, env: { KEY: 'v' }, replicas: { web: 2 } });
    const last = (message: Message) => message.event === 'ready';
    const all = await take(client.stream(`/v1/deployments/${deployment}/steps`, {}, { last }), 99);
    expect(all.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(all.at(-1)!.data).toMatchObject({ result: { url: 'http://shop.localhost:8080' } });
    const rest = await take(client.stream(`/v1/deployments/${deployment}/steps`, {}, { last, after: '4' }), 99);
    expect(rest.map(({ id }) => id)).toEqual(['5', '6']);
    await expect(take(client.stream('/v1/deployments/none/steps', {}), 1)).rejects.toMatchObject({ code: 'deployment.unknown' });
  });

  it('plans and compares, and refuses what has no absolute path', async () => {
    expect(await client.post('/v1/plans', { source })).toMatchObject({ schemaVersion: 1, app: { name: 'shop' } });
    expect(await client.post('/v1/diffs', { source })).toMatchObject({ changes: [{ path: 'services.web.start' }, { path: 'services.web.resources.memory' }] });
    await expect(client.post('/v1/plans', { source: { kind: 'path', location: 'shop' } })).rejects.toMatchObject({ code: 'request.invalid' });
    await expect(client.post('/v1/plans', { source: { kind: 'path', location: '/srv/a\nb' } })).rejects.toMatchObject({ code: 'request.invalid' });
    await expect(client.post('/v1/deployments', { source, name: 'x'.repeat(300) })).rejects.toMatchObject({ code: 'request.invalid' });
    await expect(client.post('/v1/plans', { source: { kind: 'path', location: '/nowhere' } })).rejects.toMatchObject({ code: 'source.missing' });
  });

  it('cancels', async () => {
    const { deployment } = await client.post<{ deployment: string }>('/v1/deployments', { source });
    await client.delete(`/v1/deployments/${deployment}`);
    expect(served.backend.asked.at(-1)).toEqual({ what: 'cancel', with: deployment });
    expect(await client.get('/v1/deployments')).toMatchObject({ deployments: [{ id: deployment }] });
  });
});

describe('events', () => {
  it('pages through history', async () => {
    const first = await client.get<{ events: { position: number }[]; next: number }>('/v1/events', { limit: 2 });
    expect(first.events.map(({ position }) => position)).toEqual([3, 2]);
    const second = await client.get<{ events: { position: number }[]; next: null }>('/v1/events', { limit: 2, before: first.next });
    expect([second.events.map(({ position }) => position), second.next]).toEqual([[1], null]);
    expect(await client.get('/v1/events', { app: 'shop', types: 'AgentReady' })).toMatchObject({ events: [{ position: 3 }] });
  });

  it('streams from a position on, and only of one app when asked', async () => {
    const seen = take(client.stream('/v1/events/stream', { app: 'shop' }, { after: '1' }), 3);
    while (served.backend.subscribers === 0) await new Promise(setImmediate);
    served.backend.happen('AgentReady', 'other');
    served.backend.happen('AgentExited', 'shop');
    expect((await seen).map(({ id }) => id)).toEqual(['2', '3', '5']);
    while (served.backend.subscribers > 0) await new Promise(setImmediate);
  });

  it('misses nothing and repeats nothing across a restart of the daemon', async () => {
    const seen: string[] = [];
    const reading = (async () => {
      for await (const message of client.stream('/v1/events/stream', {}, { after: '0', last: ({ id }) => id === '5' })) seen.push(message.id!);
    })();
    while (seen.length < 3) await new Promise(setImmediate);
    const { log } = served.backend;
    await served.server.close();
    const again = await serveFake({ tcp: undefined }, served.paths.home);
    again.backend.log = [...log];
    again.backend.happen('AgentExited', 'shop');
    again.backend.happen('AgentReady', 'shop');
    await reading;
    expect(seen).toEqual(['1', '2', '3', '4', '5']);
    served = again;
  });

  it('does not keep more than it can for a reader that is too slow: it ends, and the reader resumes', async () => {
    const seen: number[] = [];
    const many = Array.from({ length: 25_000 }, (_, i) => ({ ...served.backend.log[0]!, position: i + 1 }));
    served.backend.log = many;
    for await (const { id } of client.stream('/v1/events/stream', {}, { after: '0', last: (message) => message.id === '25000' })) seen.push(Number(id));
    expect(seen).toEqual(many.map(({ position }) => position));
  });
});

describe('logs', () => {
  it('come as lines of JSON, as text, or as events', async () => {
    const lines = [];
    for await (const line of client.lines<{ slot: number; line: string }>('/v1/apps/shop/logs', { service: 'web', slot: 1, tail: 2 })) lines.push(line);
    expect(lines.map(({ line }) => line)).toEqual(['GET /', 'GET /cart']);
    expect(await client.text('/v1/apps/shop/logs?slot=0&tail=1')).toBe('web/0 | GET /cart\n');
    const events = await take(client.stream('/v1/apps/shop/logs', { follow: true, tail: 1 }), 2);
    expect(events.map(({ id }) => id)).toEqual(['shop-web-0-aaaaaaaa:26', 'shop-web-0-aaaaaaaa:26,shop-web-1-aaaaaaab:26']);
  });

  it('resume where every agent was read to', async () => {
    const events = await take(client.stream('/v1/apps/shop/logs', { follow: true, tail: 0 }, { after: 'shop-web-0-aaaaaaaa:16,shop-web-1-aaaaaaab:10' }), 3);
    expect(events.map(({ data }) => (data as { line: string }).line)).toEqual(['GET /cart', 'GET /', 'GET /cart']);
  });

  it('of an app that is not there are a problem', async () => {
    await expect(client.text('/v1/apps/none/logs')).rejects.toMatchObject({ code: 'app.unknown' });
  });

  it('end with the problem when they break off', async () => {
    served.backend.logs = async function* () {
      yield { agent: 'shop-web-0-aaaaaaaa', service: 'web', slot: 0, offset: 0, next: 2, line: 'a' };
      throw new StratoError('driver.logs', 'The file is gone');
    };
    await expect(take(client.lines('/v1/apps/shop/logs', {}), 9)).rejects.toMatchObject({ code: 'driver.logs' });
    await expect(take(client.stream('/v1/apps/shop/logs', { follow: true }), 9)).rejects.toMatchObject({ code: 'driver.logs' });
  });
});

describe('the document and the measurements', () => {
  it('is OpenAPI 3.1 with every route, its role and only references that lead somewhere', async () => {
    const document = await client.get<{ openapi: string; paths: Record<string, Record<string, { 'x-role': string; operationId: string }>>; components: { schemas: Record<string, unknown> } }>('/v1/openapi.json');
    expect(document.openapi).toBe('3.1.0');
    expect(document.paths['/v1/apps/{app}/scale']!['post']).toMatchObject({ 'x-role': 'operator' });
    const text = JSON.stringify(document);
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) expect(document.components.schemas).toHaveProperty(name!);
    expect(text).not.toContain('$defs');
    const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('writes Prometheus text, and leaves out what is unknown', async () => {
    served.backend.shopAgents[1] = { ...served.backend.shopAgents[1]!, usage: null };
    const text = (await ask({ socketPath: served.paths.apiSocket, path: '/v1/metrics' })).text;
    expect(text).toContain('stratoswarm_agents{app="shop",service="web",state="ready"} 2\n');
    expect(text).toContain('stratoswarm_agent_cpu_cores{app="shop",service="web",slot="0",agent="shop-web-0-aaaaaaaa"} 0.015\n');
    expect(text).toContain('stratoswarm_requests_total{app="shop",service="web",status="2xx"} 12\n');
    expect(text).toContain('# TYPE stratoswarm_service_restarts_total counter\n');
    expect(text).not.toMatch(/null|undefined|NaN/);
    for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? -?[\d.]+)$/);
  });
});

describe('malformed questions about what was', () => {
  const id = 'x'.repeat(32);
  it.each([
    '/v1/events?before=x', '/v1/events?limit=-1', '/v1/events?limit=1e9', '/v1/events?unknown=1', '/v1/events/stream?after=-1', '/v1/log/rows', '/v1/log/rows?after=-1', '/v1/log/rows?after=1e300', '/v1/log/rows?after=9007199254740993', '/v1/log/postings', '/v1/log/postings?first=1&last=0', '/v1/log/postings?first=0&last=100',
    '/v1/log/tiles/64/0', '/v1/log/tiles/0/-1', '/v1/log/tiles/0/9007199254740993', '/v1/log/tiles/0/1.5', '/v1/time/at', '/v1/time/diff?from=1', '/v1/time/step?from=now&by=1e9', '/v1/audit?limit=0', '/v1/audit?outcome=%00',
    '/v1/audit?before=1.5', '/v1/why?event=0', '/v1/why?event=1e99', '/v1/why?event=1&agent=x', '/v1/why', '/v1/why?app=..%2Fx', '/v1/debug', '/v1/debug?app=..%2Fx', '/v1/debug?app=shop&at=', '/v1/compliance/report?from=1&from=2&to=now',
  ])('are refused with the reason: %s', async (path) => {
    const { status, json } = await ask({ socketPath: served.paths.apiSocket, path });
    expect({ status, code: json.code }).toEqual({ status: 400, code: 'request.invalid' });
    expect(json.title).toBeTypeOf('string');
  });

  it.each([
    ['/v1/log/archives', {}], ['/v1/log/archives', { from: 0, upTo: 100, name: 'x', sha256: id + id, bytes: 1, state: id + id }], ['/v1/log/archives', { from: 0, upTo: 256, name: '../x', sha256: id, bytes: 1, state: id }],
  ])('change nothing: %s %j', async (path, body) => {
    await expect(client.post(path, body)).rejects.toMatchObject({ code: 'request.invalid' });
    expect(served.backend.asked).toEqual([]);
  });
});

describe('the reason of a change', () => {
  it('comes with the request and into the proposal', async () => {
    await new ApiClient(served.paths.apiSocket, 'Umzug – Schränke').post('/v1/apps/shop/stop');
    expect(served.backend.proposals.at(-1)).toMatchObject({ reason: 'Umzug – Schränke' });
    await client.post('/v1/apps/shop/stop');
    expect(served.backend.proposals.at(-1)).not.toHaveProperty('reason');
    const { status } = await ask({ socketPath: served.paths.apiSocket, path: '/v1/apps/shop/stop', method: 'POST', headers: { 'stratoswarm-reason': '%ff', 'content-type': 'application/json' } });
    expect(status).toBe(400);
  });
});
