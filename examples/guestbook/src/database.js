import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const schema = `
  CREATE TABLE IF NOT EXISTS entries (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name         text NOT NULL,
    message      text NOT NULL,
    written_at   timestamptz NOT NULL DEFAULT now(),
    words        integer,
    hidden       boolean NOT NULL DEFAULT false,
    moderated_at timestamptz
  );
  CREATE INDEX IF NOT EXISTS entries_unmoderated ON entries (id) WHERE moderated_at IS NULL;
`;

/** Any number will do, as long as everybody who creates the tables takes the same. */
const schemaLock = 20_240_917;

export function connect() {
  const connectionString = process.env.DATABASE_URL;
  if (!connectionString) {
    console.error('DATABASE_URL is not set; it should look like postgres://user:password@localhost:5432/guestbook');
    process.exit(1);
  }
  const pool = new pg.Pool({ connectionString, max: 10, connectionTimeoutMillis: 5_000 });
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', (error) => console.error(`lost a database connection: ${error.message}`));
  return pool;
}

/** Resolves once the tables exist. Keeps trying while the database does not answer, for as long as `stopping` is not aborted. */
export async function createTables(pool, stopping) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await inTransaction(pool, async (client) => {
        await client.query('SELECT pg_advisory_xact_lock($1)', [schemaLock]);
        await client.query(schema);
      });
    } catch (error) {
      const pause = Math.min(5_000, 100 * 2 ** attempt);
      console.error(`database not ready (${error.message || error.code}), trying again in ${pause} ms`);
      await sleep(pause, undefined, { signal: stopping });
    }
  }
}

/** Runs `work` with one connection; all of it happens, or nothing. */
export async function inTransaction(pool, work) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    // Closing the connection rolls back, even when it is the connection that broke.
    client.release(true);
    throw error;
  }
}
