import * as z from 'zod';
import { StratoError } from '../../model/index.ts';
import { json, route, type Route } from '../route.ts';

const policy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'", "connect-src 'self'", "manifest-src 'self'",
  "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join('; ');

export const consoleRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/v1/session', role: 'viewer', summary: 'Who the caller is', answer: z.object({ actor: z.string(), role: z.string() }),
    handle: ({ identity: { actor, role } }) => json({ actor, role }),
  }),
  route({
    method: 'POST', path: '/v1/console-sessions', role: 'admin', localOnly: true, summary: 'A URL that logs one browser in, once', body: z.strictObject({}),
    answer: z.object({ url: z.string(), expiresAt: z.number() }),
    handle: ({ sessions }) => json(sessions.invite(), 201),
  }),
  route({
    method: 'GET', path: '/login', role: 'public', summary: 'Exchanges a one-time code for a session', query: z.strictObject({ code: z.string().max(100), to: z.enum(['/time', '/audit']).optional() }),
    handle: ({ sessions, query: { code, to = '/' } }) => ({ kind: 'content', status: 303, body: '', headers: { location: to, 'set-cookie': sessions.enter(code) } }),
  }),
  route({
    method: 'GET', path: '/{file*}', role: 'public', summary: 'The console', media: ['text/html'],
    handle: ({ backend, path, ifNoneMatch }) => {
      const file = backend.console(path);
      if (file === undefined) throw new StratoError('route.unknown', `There is nothing at ${path.slice(0, 200)}`);
      const headers = { etag: file.etag, 'cache-control': 'no-cache', 'content-security-policy': policy };
      if (ifNoneMatch === file.etag) return { kind: 'content', status: 304, body: '', headers };
      return { kind: 'content', status: 200, body: file.body, headers: { ...headers, 'content-type': file.type } };
    },
  }),
];
