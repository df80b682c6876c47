import { StratoError, type Clock, type Event } from '../../model/index.ts';
import { warn } from '../errors.ts';
import { EventCodec, modelSchemas } from '../events/schemas.ts';
import type { Sealing } from '../events/sealing.ts';
import { Subjects } from '../events/subjects.ts';
import type { HistoryQuery, Ledger } from '../ledger.ts';
import { checkFormat } from './postgres-schema.ts';
import { connect, placeOf, type Session } from './postgres-session.ts';
import { bringBase } from './postgres-retention.ts';
import { PostgresRows } from './postgres-rows.ts';
import { Subscriptions } from './subscriptions.ts';

/** Milliseconds between looks for news, beside being told of it; and between tries to connect again. */
const glance = 2_000;
const everything = 2 ** 40;
const mostHistory = 10_000;
const pageOfPast = 1_000;

export interface ReaderOptions {
  readonly clock: Clock;
  /** Where states are kept from which the ledger is folded on, also behind what was archived. */
  readonly directory: string;
  /** Directory with the keys of people, where this machine has them; without it names stay sealed. */
  readonly subjects?: string;
  readonly report?: (error: unknown) => void;
}

/**
 * Reads along in a ledger that another daemon writes. The writer assigns positions one after the other and commits them in that order, so that whoever sees one
 * has all before it. Appending rejects with `ledger.read-only`.
 *
 * @throws StratoError `ledger.unreachable`, `ledger.missing`, `ledger.earlier`, `ledger.newer`.
 */
export async function openPostgresReader(url: string, { clock, directory, subjects, report = warn }: ReaderOptions): Promise<Ledger & { readonly sealing: Sealing | undefined }> {
  const place = placeOf(url);
  const codec = new EventCodec(modelSchemas, subjects === undefined ? undefined : new Subjects(subjects));
  let closed = false;
  let head = 0;
  let session: Session;
  let rows: PostgresRows;
  let cancel = () => {};
  let looking: Promise<void> | undefined;

  const use = async () => {
    const next = await connect(url, clock);
    try {
      await checkFormat(next.query, place);
      await next.query('SET default_transaction_read_only = on');
      await next.query('LISTEN stratoswarm_ledger');
    } catch (error) {
      await next.end();
      throw error;
    }
    session = next;
    rows = await PostgresRows.open(next.query, place).catch(async (error: unknown) => {
      await next.end();
      throw error;
    });
    let ended = false;
    next.onEnd(() => (ended = true));
    next.onNotice(() => void look());
    return () => ended;
  };
  let isEnded = await use();
  await bringBase(directory, rows!);
  head = (await rows!.last())?.position ?? 0;

  const events = (text: string): Event[] => codec.read(text, place);
  const read = async (after: number, limit: number): Promise<Event[]> => {
    const found: Event[] = [];
    while (found.length < limit && after + found.length < head) found.push(...events(await rows.events(after + found.length, limit - found.length, head)));
    return found;
  };
  const subscriptions = new Subscriptions({ head: () => head, read: (after) => read(after, pageOfPast) }, report);
  const look = (): Promise<void> => looking ??= takeNews().catch((error: unknown) => (closed ? undefined : report(error))).finally(() => {
    looking = undefined;
  });
  const takeNews = async () => {
    if (isEnded()) isEnded = await use();
    for (;;) {
      const last = (await rows.last())?.position ?? 0;
      if (last < head) throw new StratoError('ledger.overtaken', `the ledger in ${place} ends at ${last}, and went on to ${head} before`, { next: 'start this reader again' });
      if (last === head) return;
      const batch = events(await rows.events(head, pageOfPast, last));
      head += batch.length;
      subscriptions.publish(batch);
    }
  };
  const again = () => void look().then(() => closed || (cancel = clock.after(glance, again)));
  cancel = clock.after(glance, again);

  return {
    sealing: codec.sealing,
    get head() {
      return head;
    },
    get beginning() {
      return rows.beginning.minimum;
    },
    append: () => Promise.reject(new StratoError('ledger.read-only', 'this daemon only reads along, and changes nothing', { why: `another one leads the ledger in ${place}`, next: 'give the command to that one' })),
    read: (after, limit = everything) => read(after, limit),
    readText: (after, limit) => rows.events(after, limit, head),
    async history(query: HistoryQuery) {
      const limit = Math.min(query.limit ?? 100, mostHistory);
      const found: Event[] = [];
      while (found.length < limit) {
        const page = events(await rows.history({ before: found.at(-1)?.position ?? query.before ?? head + 1, limit: limit - found.length, app: query.app ?? null, types: query.types ?? null, actors: query.actor === undefined ? null : codec.actors(query.actor) }));
        if (page.length === 0) break;
        found.push(...page);
      }
      return found;
    },
    subscribe: (after, listener) => subscriptions.add(after, listener),
    async close() {
      closed = true;
      cancel();
      subscriptions.close();
      await session.end();
    },
  };
}
