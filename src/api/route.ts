import type * as z from 'zod';
import type { Backend } from './backend.ts';
import type { ConsoleSessions } from './sessions.ts';

/** From least to most. `public` needs no identity: only the web page's files, which hold nothing of this swarm. */
export const roles = ['public', 'viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Who calls. */
export interface Identity {
  readonly role: Role;
  /** As it is written into decisions: `user:ada`, `token:viewer`. */
  readonly actor: string;
  /** Through the unix socket: somebody on this machine who may read the daemon's home. */
  readonly local: boolean;
}

/** One admitted and parsed request. */
export interface Call<Params = unknown, Query = unknown, Body = unknown> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly identity: Identity;
  readonly backend: Backend;
  readonly sessions: ConsoleSessions;
  /** Path as it was asked for, decoded. */
  readonly path: string;
  /** Aborts when the caller is gone. */
  readonly signal: AbortSignal;
  /** `Last-Event-ID` of a reader that resumes. */
  readonly lastEventId: string | undefined;
  readonly accept: string;
  readonly ifNoneMatch: string | undefined;
  /** Why the caller wants it: `Stratoswarm-Reason`, percent-encoded. */
  readonly reason: string | undefined;
}

export interface StreamItem {
  readonly event?: string;
  readonly id?: string;
  readonly data: unknown;
  /** What a `text/plain` reader sees. */
  readonly text: string;
}

export type Reply =
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'content'; readonly status: number; readonly body: Uint8Array | string; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'stream'; readonly format: StreamFormat; readonly items: AsyncIterable<StreamItem> };

export type StreamFormat = 'events' | 'ndjson' | 'text';

type Method = 'GET' | 'POST' | 'DELETE';

interface Definition<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  readonly method: Method;
  /** `{name}` takes one segment, `{name*}` at the end all that is left. */
  readonly path: string;
  readonly summary: string;
  /** Who may call it at least. */
  readonly role: Role;
  /** Only through the unix socket. */
  readonly localOnly?: boolean;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** A higher role that this very request needs. */
  readonly elevate?: (call: Pick<Call<z.output<P>, z.output<Q>, z.output<B>>, 'params' | 'query' | 'body' | 'identity'>) => Role | undefined;
  /** What comes back; for streams, one item. */
  readonly answer?: z.ZodType;
  /** Media types other than JSON that it answers with. */
  readonly media?: readonly string[];
  readonly handle: (call: Call<z.output<P>, z.output<Q>, z.output<B>>) => Promise<Reply> | Reply;
  /** The protocol that `Upgrade` switches to. */
  readonly upgrade?: string;
}

export type Route = Definition<z.ZodType, z.ZodType, z.ZodType>;

/** Declares a route; what `handle` gets has the types of its schemas. A route without a role cannot be written. */
export function route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(definition: Definition<P, Q, B>): Route {
  return definition as unknown as Route;
}

export function json(body: unknown, status = 200): Reply {
  return { kind: 'json', status, body };
}
