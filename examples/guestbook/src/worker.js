import { setTimeout as sleep } from 'node:timers/promises';
import { connect, createTables } from './database.js';
import { moderateEntries } from './entries.js';

const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => stopping.abort());

const pool = connect();
try {
  await createTables(pool, stopping.signal);
  console.log('looking for new entries every second');
  for (;;) {
    try {
      const count = await moderateEntries(pool);
      if (count > 0) console.log(`moderated ${count} ${count === 1 ? 'entry' : 'entries'}`);
    } catch (error) {
      console.error(`could not moderate: ${error.message}`);
    }
    await sleep(1_000, undefined, { signal: stopping.signal });
  }
} catch (error) {
  if (error.name !== 'AbortError') throw error;
} finally {
  await pool.end();
}
