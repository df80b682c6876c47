import { StratoError } from '../../model/index.ts';
import type { Query } from './postgres-session.ts';

/** Forward only: each is applied once, in order, with the number of those that were. */
export const migrations: readonly string[] = [
  `CREATE TABLE ledger_events (position bigint PRIMARY KEY, remaining integer NOT NULL, hash bytea NOT NULL, app text, type text NOT NULL, actor text NOT NULL, event text NOT NULL);
   CREATE INDEX ledger_events_of_app ON ledger_events (app, position) WHERE app IS NOT NULL;
   CREATE INDEX ledger_events_of_type ON ledger_events (type, position);
   CREATE INDEX ledger_events_of_actor ON ledger_events (actor, position);
   CREATE TABLE ledger_tiles (level integer, index bigint, hashes bytea NOT NULL, PRIMARY KEY (level, index));
   CREATE TABLE ledger_checkpoints (size bigint PRIMARY KEY, note text NOT NULL);`,
  'CREATE TABLE ledger_home (id text NOT NULL, host text NOT NULL, directory text NOT NULL, pid integer NOT NULL)',
  'CREATE TABLE ledger_retention (minimum bigint PRIMARY KEY, hash bytea NOT NULL, archive text NOT NULL, base text NOT NULL)',
  // Nobody takes them out by mistake. Whoever owns the table can take these away, too: an audit tells then.
  `CREATE FUNCTION ledger_events_stay() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF TG_OP = 'DELETE' THEN
       IF old.position <= (SELECT coalesce(max(minimum), 0) FROM ledger_retention) THEN RETURN old; END IF;
     END IF;
     RAISE EXCEPTION 'events are never changed, and never removed unless they were archived';
   END $$;
   CREATE TRIGGER ledger_events_stay BEFORE UPDATE OR DELETE ON ledger_events FOR EACH ROW EXECUTE FUNCTION ledger_events_stay();
   CREATE TRIGGER ledger_events_never_emptied BEFORE TRUNCATE ON ledger_events FOR EACH STATEMENT EXECUTE FUNCTION ledger_events_stay()`,
];

/** Brings the tables to today's shape, each step in a transaction of its own: a daemon that is killed in one begins it again. Throws `ledger.newer`. */
export async function migrate(query: Query): Promise<void> {
  await query('CREATE TABLE IF NOT EXISTS ledger_format (applied integer NOT NULL)');
  for (let step = await applied(query); step < migrations.length; step++) {
    // One text is one transaction.
    await query(`BEGIN; ${migrations[step]!}; DELETE FROM ledger_format; INSERT INTO ledger_format (applied) VALUES (${step + 1}); COMMIT`);
  }
}

/** For those who only read: throws `ledger.missing` or `ledger.earlier` where there is nothing that they could, `ledger.newer`. */
export async function checkFormat(query: Query, place: string): Promise<void> {
  const [there] = await query<{ there: boolean }>("SELECT to_regclass('ledger_format') IS NOT NULL AS there");
  if (!there!.there) throw new StratoError('ledger.missing', `there is no ledger in ${place}`, { next: 'start a daemon with it, or name another database' });
  if ((await applied(query)) < migrations.length) throw new StratoError('ledger.earlier', `the ledger in ${place} was written by an earlier version`, { next: 'start its daemon with this version once: it brings the ledger to the new form' });
}

async function applied(query: Query): Promise<number> {
  const [row] = await query<{ applied: number }>('SELECT applied FROM ledger_format');
  if ((row?.applied ?? 0) > migrations.length) throw new StratoError('ledger.newer', 'the ledger was written by a later version', { next: 'install that version or a later one' });
  return row?.applied ?? 0;
}
