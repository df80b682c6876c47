import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { roles, type Route } from './route.ts';
import { routes } from './routes/index.ts';
import { ask, serveFake, type Served } from './server.fake.ts';

let served: Served;
let admin: string;
let viewer: string;
beforeEach(async () => {
  served = await serveFake();
  admin = readFileSync(join(served.paths.secrets, 'api-token'), 'utf8').trim();
  viewer = readFileSync(join(served.paths.secrets, 'api-viewer-token'), 'utf8').trim();
});
afterEach(() => served.close());

const tcp = (path: string, headers: Record<string, string> = {}, method = 'GET') => ask({ port: served.port, path, method, headers });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const filled = (route: Route) => route.path.replace('{app}', 'shop').replace('{id}', 'shop-web-0-aaaaaaaa').replace('{name}', 'here').replace('{file*}', '');
/** Refused before anything was looked at. */
const isRefused = (status: number, code: string) => status === 401 || (status === 403 && code.startsWith('access.'));

describe('who may call what', () => {
  it('answers everything in v1 to somebody only', () => {
    for (const route of routes) if (route.path.startsWith('/v1/')) expect(route.role, route.path).not.toBe('public');
  });

  it('follows the role of every route, for nobody, a viewer, an admin, and the unix socket', async () => {
    const streams = /stream|steps|logs/;
    for (const route of routes.filter(({ path }) => !streams.test(path))) {
      const callers = [
        { name: 'nobody', role: 'public', local: false, headers: {} },
        { name: 'viewer', role: 'viewer', local: false, headers: bearer(viewer) },
        { name: 'admin', role: 'admin', local: false, headers: bearer(admin) },
        { name: 'socket', role: 'admin', local: true, headers: {} },
      ] as const;
      for (const caller of callers) {
        const where = caller.local ? { socketPath: served.paths.apiSocket } : { port: served.port };
        // A body that no route takes: who is let in is told that, and nothing is done.
        const answered = await ask({ ...where, method: route.method, path: filled(route), headers: { ...caller.headers, ...(route.method === 'POST' && { 'content-type': 'application/json' }) } }, route.method === 'POST' ? '{"unknown":1}' : undefined);
        const allowed = roles.indexOf(caller.role) >= roles.indexOf(route.role) && (!route.localOnly || caller.local);
        expect(isRefused(answered.status, answered.json?.code ?? ''), `${caller.name} ${route.method} ${route.path} → ${answered.status} ${answered.text}`).toBe(!allowed);
      }
    }
  });

  it('refuses nobody at streams, too', async () => {
    for (const path of ['/v1/events/stream', '/v1/apps/shop/logs', '/v1/deployments/d/steps']) expect((await tcp(path)).status).toBe(401);
  });

  it('lets only an admin remove data, and read this machine for a deployment from elsewhere', async () => {
    const remove = routes.find(({ method }) => method === 'DELETE')!;
    const input = { params: {}, body: undefined, identity: { role: 'operator', actor: 'x', local: false } } as const;
    expect(remove.elevate!({ ...input, query: { volumes: true } })).toBe('admin');
    expect(remove.elevate!({ ...input, query: { volumes: false } })).toBeUndefined();
    const deploy = routes.find(({ path, method }) => path === '/v1/deployments' && method === 'POST')!;
    const needed = (kind: string, location: string, local = false) => deploy.elevate!({ ...input, query: {}, body: { source: { kind, location } }, identity: { ...input.identity, local } });
    expect(needed('path', '/srv')).toBe('admin');
    expect(needed('git', 'file:///srv/x.git')).toBe('admin');
    expect(needed('git', '/srv/x.git')).toBe('admin');
    expect(needed('archive', '/srv/x.tar')).toBe('admin');
    expect(needed('git', 'https://example.org/x.git')).toBeUndefined();
    expect(needed('git', 'git@example.org:x/y.git')).toBeUndefined();
    expect(needed('path', '/srv', true)).toBeUndefined();
  });

  it('refuses a wrong token even when a cookie would do, and does not say what is where', async () => {
    expect((await tcp('/v1/status', bearer('x'.repeat(43)))).status).toBe(401);
    const hidden = await tcp('/v1/there-is-no-such-thing');
    expect(hidden.status).toBe(401);
    expect(hidden.headers['www-authenticate']).toBe('Bearer');
  });
});

describe('requests that a foreign web page causes', () => {
  it('refuses a Host that is not ours, also with the right token', async () => {
    for (const host of ['evil.example', `evil.example:${served.port}`, 'shop.localhost']) {
      const answered = await tcp('/v1/status', { ...bearer(admin), host });
      expect(answered.status, host).toBe(421);
    }
    for (const host of ['localhost', `localhost:${served.port}`, '127.0.0.1', `[::1]:${served.port}`, 'LOCALHOST']) {
      expect((await tcp('/v1/status', { ...bearer(admin), host })).status, host).toBe(200);
    }
  });

  it('refuses a foreign Origin and takes its own', async () => {
    const host = `127.0.0.1:${served.port}`;
    for (const origin of ['http://evil.example', 'null', `http://127.0.0.1:${served.port + 1}`, `https://${host}`]) {
      expect((await tcp('/v1/status', { ...bearer(admin), host, origin })).json.code, origin).toBe('access.origin');
    }
    expect((await tcp('/v1/status', { ...bearer(admin), host, origin: `http://${host}` })).status).toBe(200);
  });

  it('refuses what the browser calls cross-site, but lets a link lead to the console', async () => {
    expect((await tcp('/v1/status', { ...bearer(admin), 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await tcp('/v1/status', { ...bearer(admin), 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await tcp('/', { 'sec-fetch-site': 'cross-site' })).status).toBe(200);
  });

  it('takes no Origin at all on the unix socket', async () => {
    expect((await ask({ socketPath: served.paths.apiSocket, path: '/v1/status', headers: { origin: 'http://localhost' } })).status).toBe(403);
  });
});

describe('the console', () => {
  const invite = async () => new URL((await ask({ socketPath: served.paths.apiSocket, method: 'POST', path: '/v1/console-sessions' })).json.url);

  it('gives a one-time link on the socket and a strict cookie for it', async () => {
    const url = await invite();
    expect(Number(url.port)).toBe(served.port);
    const login = await tcp(url.pathname + url.search);
    expect([login.status, login.headers.location]).toEqual([303, '/']);
    const cookie = login.headers['set-cookie']![0]!;
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Strict');
    const session = await tcp('/v1/session', { cookie: `other=1; ${cookie.split(';')[0]}` });
    expect(session.json.role).toBe('admin');
    expect((await tcp(url.pathname + url.search)).json.code).toBe('access.code');
  });

  it('tells a person in words that a link is spent', async () => {
    const spent = await tcp('/login?code=never', { accept: 'text/html,*/*' });
    expect([spent.status, spent.headers['content-type'], spent.text]).toEqual([403, 'text/plain; charset=utf-8', expect.stringContaining('stratoswarm open')]);
  });

  it('gives no link over TCP, and none that lasts', async () => {
    expect((await tcp('/v1/console-sessions', bearer(admin), 'POST')).json.code).toBe('access.local-only');
    const url = await invite();
    served.pass(120_001);
    expect((await tcp(url.pathname + url.search)).status).toBe(403);
  });

  it('believes no cookie that was made up, altered or is over', async () => {
    const url = await invite();
    const cookie = (await tcp(url.pathname + url.search)).headers['set-cookie']![0]!.split(';')[0]!;
    const until = /=(\d+)\./.exec(cookie)![1]!;
    for (const wrong of [cookie.replace(until, String(Number(until) + 1)), cookie.slice(0, -1), 'stratoswarm-session=', `stratoswarm-session=${until}.`]) {
      expect((await tcp('/v1/session', { cookie: wrong })).status, wrong).toBe(401);
    }
    served.pass(8 * 24 * 3_600_000);
    expect((await tcp('/v1/session', { cookie })).status).toBe(401);
  });

  it('serves its files to everybody, with a policy that allows only itself', async () => {
    const page = await tcp('/');
    expect(page.status).toBe(200);
    expect(page.text).toContain('<title>');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    expect((await tcp('/', { 'if-none-match': '"1"' })).status).toBe(304);
    expect((await tcp('/none.js')).status).toBe(404);
    expect((await tcp('/%2e%2e/%2e%2e/etc/passwd')).status).toBe(404);
  });
});
