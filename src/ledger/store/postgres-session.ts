import { Socket } from 'node:net';
import type { Client } from 'pg';
import { StratoError, type Clock } from '../../model/index.ts';

/** Milliseconds after which an answer is no longer waited for: the server, or the way to it, is then taken for gone. */
const patience = 20_000;

/** Asks the database; `values` are never part of the text. */
export type Query = <R extends object>(text: string, values?: unknown[]) => Promise<R[]>;

/** One connection to a database. */
export interface Session {
  readonly query: Query;
  /** Calls `then` once when the connection is gone for whatever reason, at once when it is already. */
  onEnd(then: (error: Error | undefined) => void): void;
  /** Calls `then` for each notification on the channels that were listened to. */
  onNotice(then: () => void): void;
  end(): Promise<void>;
}

/** What the server does for us whatever its defaults are: it keeps what it acknowledged, and drops us soon when we are gone, so that another one can lead. */
const settings = [
  "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
  'SET tcp_keepalives_idle = 10', 'SET tcp_keepalives_interval = 5', 'SET tcp_keepalives_count = 3',
  'SET idle_in_transaction_session_timeout = 60000', 'SET idle_session_timeout = 0', 'SET statement_timeout = 0',
];

/** Connects. Throws `ledger.unreachable`. */
export async function connect(url: string, clock: Clock): Promise<Session> {
  const { default: pg } = await import('pg');
  const place = placeOf(url);
  const socket = new Socket();
  const client: Client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, keepAlive: true, keepAliveInitialDelayMillis: 10_000, application_name: 'stratoswarm', stream: () => socket });
  const ended: ((error: Error | undefined) => void)[] = [];
  let end: { error: Error | undefined } | undefined;
  const finish = (error?: Error) => {
    if (end !== undefined) return;
    end = { error };
    for (const then of ended.splice(0)) then(error);
  };
  client.on('error', finish);
  client.on('end', () => finish());
  const query = async <R extends object>(text: string, values?: unknown[]): Promise<R[]> => {
    // What hangs on a way that was cut is ended from here: nobody else would tell for many minutes.
    const cancel = clock.after(patience, () => socket.destroy(new Error(`no answer within ${patience / 1_000} s`)));
    try {
      return (await client.query<R>(text, values)).rows;
    } catch (error) {
      // Class 57P0 of SQLSTATE: the server says that it ends the connection.
      if (end === undefined && !(error as { code?: string }).code?.startsWith('57P0')) throw error;
      finish(error as Error);
      throw lostError(place, (error as Error).message);
    } finally {
      cancel();
    }
  };
  try {
    await client.connect();
    for (const setting of settings) await query(setting);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw new StratoError('ledger.unreachable', `the database ${place} cannot be used`, { why: (error as Error).message || (error as { code?: string }).code, next: 'check STRATOSWARM_LEDGER and that the server runs', retryable: true, cause: error });
  }
  return {
    query,
    onEnd: (then) => void (end === undefined ? ended.push(then) : then(end.error)),
    onNotice: (then) => void client.on('notification', then),
    end: () => client.end().catch(() => undefined),
  };
}

/** The address without the password. */
export function placeOf(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `postgres://${host}${pathname}`;
  } catch {
    throw new StratoError('ledger.unreachable', 'the address of the database cannot be read', { next: 'write it as postgres://user:password@host:port/database' });
  }
}

export function lostError(place: string, why?: string): StratoError {
  return new StratoError('ledger.lost', `the connection to ${place} is lost`, { why, next: 'agents run on, and nothing can be changed; it goes on by itself once the database answers', retryable: true });
}
