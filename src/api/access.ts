import type { IncomingHttpHeaders } from 'node:http';
import { StratoError } from '../model/index.ts';
import { roles, type Identity, type Role, type Route } from './route.ts';
import type { ConsoleSessions } from './sessions.ts';
import { sameSecret, type Tokens } from './tokens.ts';

/** By which way a request came in. */
export interface Channel {
  readonly local: boolean;
  readonly secure: boolean;
}

export interface Gate {
  readonly tokens: Tokens;
  readonly sessions: ConsoleSessions;
  /** Names under which the API may be addressed, lower case, without port. */
  readonly hosts: ReadonlySet<string>;
  /** Who runs the daemon. */
  readonly user: string;
}

export const loopbackHosts: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Refuses requests that a web page of somebody else may have caused: a foreign `Host` means that its name was pointed here
 * (DNS rebinding), a foreign `Origin` or `Sec-Fetch-Site` that its script or form sent it (CSRF).
 */
export function checkProvenance(headers: IncomingHttpHeaders, channel: Channel, gate: Gate, path: string): void {
  const host = headers.host?.toLowerCase() ?? '';
  const name = host.replace(/:\d+$/, '');
  if (!channel.local && !gate.hosts.has(name)) {
    throw new StratoError('access.host', `This API is not called ${JSON.stringify(name.slice(0, 100))}`, { why: 'the Host header names none of its own names', next: `use one of ${[...gate.hosts].join(', ')}` });
  }
  const { origin } = headers;
  if (origin !== undefined && (channel.local || origin !== `${channel.secure ? 'https' : 'http'}://${host}`)) {
    throw new StratoError('access.origin', 'Requests from other web pages are refused', { why: `the Origin header is ${origin.slice(0, 100)}` });
  }
  const site = headers['sec-fetch-site'];
  if (path.startsWith('/v1/') && (site === 'cross-site' || site === 'same-site')) {
    throw new StratoError('access.origin', 'Requests from other web pages are refused', { why: `Sec-Fetch-Site is ${site}` });
  }
}

/** Who calls; `public` is nobody in particular. A token that is wrong is refused even where none is needed. */
export function identify(headers: IncomingHttpHeaders, channel: Channel, gate: Gate): Identity {
  if (channel.local) return { role: 'admin', actor: `user:${gate.user}`, local: true };
  const { authorization } = headers;
  if (authorization !== undefined) {
    const token = /^Bearer ([\w-]+)$/i.exec(authorization)?.[1] ?? '';
    if (sameSecret(token, gate.tokens.admin)) return { role: 'admin', actor: 'token:admin', local: false };
    if (sameSecret(token, gate.tokens.viewer)) return { role: 'viewer', actor: 'token:viewer', local: false };
    throw unauthenticated('the bearer token is not one of this daemon');
  }
  if (gate.sessions.holds(headers.cookie)) return { role: 'admin', actor: `console:${gate.user}`, local: false };
  return { role: 'public', actor: 'nobody', local: false };
}

/** The one place where it is decided whether somebody may call something. */
export function authorise(identity: Identity, route: Pick<Route, 'role' | 'localOnly'>, needed: Role = route.role): void {
  if (route.localOnly && !identity.local) {
    throw new StratoError('access.local-only', 'This is answered on the unix socket only', { next: 'run the command on the machine of the daemon' });
  }
  if (roles.indexOf(identity.role) >= roles.indexOf(needed)) return;
  if (identity.role === 'public') throw unauthenticated('the request carries no bearer token and no session');
  throw new StratoError('access.forbidden', `This needs the role ${needed}`, { why: `${identity.actor} has the role ${identity.role}` });
}

function unauthenticated(why: string): StratoError {
  return new StratoError('access.unauthenticated', 'Who are you?', { why, next: 'send `Authorization: Bearer …` with the token in secrets/api-token, or open the link that `stratoswarm open` prints' });
}
