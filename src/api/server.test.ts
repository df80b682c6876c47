import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, watch, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { requires } from '../host/testing.ts';
import { ask, serveFake, type Served } from './server.fake.ts';

let served: Served | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});
const mode = (path: string) => statSync(path).mode & 0o777;

describe('where the API listens', () => {
  it('keeps socket, home and tokens to their owner', async () => {
    served = await serveFake();
    const { paths } = served;
    expect(mode(paths.home)).toBe(process.getuid?.() === 0 ? 0o711 : 0o700);
    expect(mode(paths.apiSocket)).toBe(0o600);
    expect(mode(paths.secrets)).toBe(0o700);
    expect(mode(join(paths.secrets, 'api-token'))).toBe(0o600);
    expect(mode(join(paths.secrets, 'api-viewer-token'))).toBe(0o600);
    expect(served.server.url).toBe(`http://127.0.0.1:${served.port}`);
  });

  it('keeps its tokens when it is started again, and takes over the socket of a dead daemon', async () => {
    const home = mkdtempSync(join(tmpdir(), 'stratoswarm-api-'));
    const first = await serveFake({}, home);
    const token = readFileSync(join(first.paths.secrets, 'api-token'), 'utf8');
    await first.server.close();
    writeFileSync(first.paths.apiSocket, '');
    served = await serveFake({}, home);
    expect(readFileSync(join(served.paths.secrets, 'api-token'), 'utf8')).toBe(token);
    expect((await ask({ socketPath: served.paths.apiSocket, path: '/v1/status' })).status).toBe(200);
  });

  it('does not push a living daemon from its socket', async () => {
    served = await serveFake();
    await expect(serveFake({}, served.paths.home)).rejects.toMatchObject({ code: 'daemon.running' });
    expect((await ask({ socketPath: served.paths.apiSocket, path: '/v1/status' })).status).toBe(200);
  });

  it('listens beyond loopback with TLS only', async () => {
    await expect(serveFake({ tcp: { host: '0.0.0.0', port: 0 } })).rejects.toMatchObject({ code: 'api.insecure-bind' });
  });

  it('says so when its port is taken, without a socket that would have promised a daemon meanwhile', async () => {
    served = await serveFake();
    const home = mkdtempSync(join(tmpdir(), 'stratoswarm-api-'));
    const seen: (string | null)[] = [];
    const watcher = watch(home, (_, name) => seen.push(name));
    await expect(serveFake({ tcp: { port: served.port } }, home)).rejects.toMatchObject({ code: 'api.port-taken' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    watcher.close();
    expect(seen).not.toContain('api.sock');
    await expect(ask({ socketPath: join(home, 'api.sock'), path: '/v1/status' })).rejects.toThrow();
    rmSync(home, { recursive: true });
  });

  it.skipIf(!requires('program:openssl'))('serves other interfaces with TLS, under the names that were configured', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'stratoswarm-tls-'));
    const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
    spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=swarm.example']);
    served = await serveFake({ tcp: { host: '0.0.0.0', port: 0, tls: { cert, key }, hosts: ['swarm.example'] } });
    rmSync(directory, { recursive: true });
    const token = readFileSync(join(served.paths.secrets, 'api-token'), 'utf8').trim();
    const secure = (headers: Record<string, string>) => ask({ tls: true, rejectUnauthorized: false, port: served!.port, path: '/v1/status', headers });
    expect((await secure({ host: 'swarm.example', authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await secure({ host: 'other.example', authorization: `Bearer ${token}` })).status).toBe(421);
    expect((await secure({ host: 'swarm.example', origin: 'https://swarm.example', authorization: `Bearer ${token}` })).status).toBe(200);
    await expect(ask({ port: served.port, path: '/v1/status' })).rejects.toThrow();
  });

  it('closes although clients hold connections and streams', async () => {
    served = await serveFake();
    const idle = connect(served.paths.apiSocket);
    await new Promise((resolve) => idle.once('connect', resolve));
    const stream = ask({ socketPath: served.paths.apiSocket, path: '/v1/events/stream' });
    stream.catch(() => undefined);
    while (served.backend.subscribers === 0) await new Promise(setImmediate);
    await served.server.close();
    await expect(stream).rejects.toThrow();
    idle.destroy();
  });
});

describe('input', () => {
  const post = (path: string, body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) => ask({ socketPath: served!.paths.apiSocket, method: 'POST', path, headers }, body);

  it('names unknown and wrong fields', async () => {
    served = await serveFake();
    const unknown = await post('/v1/apps/shop/scale', '{"service":"web","replicas":2,"color":"red"}');
    expect(unknown.status).toBe(400);
    expect(unknown.headers['content-type']).toBe('application/problem+json');
    expect(unknown.json).toMatchObject({ type: 'urn:stratoswarm:problem:request.invalid', status: 400, code: 'request.invalid' });
    expect(unknown.json.detail).toContain('color: unknown');
    const wrong = await post('/v1/apps/shop/scale', '{"service":"../x","replicas":-1}');
    expect(wrong.json.detail).toMatch(/service: .*; replicas: /);
    expect(served.backend.proposals).toEqual([]);
  });

  it('refuses bodies that are too large, no JSON, or of another type', async () => {
    served = await serveFake();
    expect((await post('/v1/plans', 'x'.repeat(1024 * 1024 + 1))).status).toBe(413);
    expect((await post('/v1/plans', '{')).json.code).toBe('request.json');
    expect((await post('/v1/plans', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
  });

  it('bounds a body that does not say how long it is', async () => {
    served = await serveFake();
    const answered = await post('/v1/plans', 'x'.repeat(1024 * 1024 + 1), { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
    expect(answered.status).toBe(413);
  });

  it('tells a path that is nowhere from a method that it does not take', async () => {
    served = await serveFake();
    expect((await post('/v1/nothing', '{}')).status).toBe(404);
    const method = await ask({ socketPath: served.paths.apiSocket, method: 'DELETE', path: '/v1/status' });
    expect([method.status, method.headers.allow]).toEqual([405, 'GET']);
    expect((await ask({ socketPath: served.paths.apiSocket, method: 'HEAD', path: '/v1/status' })).text).toBe('');
    expect((await ask({ socketPath: served.paths.apiSocket, path: '/v1/apps/%E0%A4%A' })).status).toBe(400);
  });

  it('is never a fault of ours, whatever comes', async () => {
    served = await serveFake({ tcp: undefined });
    const segment = fc.oneof(fc.constantFrom('v1', 'apps', 'shop', 'agents', 'scale', 'events', 'plans', 'login', '..', '%00', '%2e%2e', '{app}'), fc.string({ maxLength: 20 }).map(encodeURIComponent));
    const asked = fc.record({
      method: fc.constantFrom('GET', 'POST', 'DELETE', 'HEAD'),
      path: fc.tuple(fc.array(segment, { maxLength: 5 }), fc.constantFrom('', '?limit=-1', '?a=1&a=2', '?before=x', '?%')).map(([segments, query]) => `/${segments.join('/')}${query}`),
      body: fc.option(fc.oneof(fc.json(), fc.string()), { nil: undefined }),
    });
    await fc.assert(fc.asyncProperty(asked, async ({ method, path, body }) => {
      const answered = await ask({ socketPath: served!.paths.apiSocket, method, path, headers: { 'content-type': 'application/json' } }, method === 'POST' ? body : undefined);
      expect(answered.status, `${method} ${path} ${body}`).toBeLessThan(500);
    }), { numRuns: 300 });
    expect(served.faults).toEqual([]);
  });

  it('hides the stack of a fault of ours, and reports it inside', async () => {
    served = await serveFake();
    served.backend.status = () => {
      throw new Error('oops');
    };
    const answered = await ask({ socketPath: served.paths.apiSocket, path: '/v1/status' });
    expect(answered.json).toMatchObject({ status: 500, code: 'internal', detail: 'oops' });
    expect(answered.text).not.toContain('server.test.ts');
    expect(served.faults).toHaveLength(1);
  });
});
