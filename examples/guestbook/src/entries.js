import { inTransaction } from './database.js';

const unwelcome = /\b(casino|viagra|crypto giveaway)\b/i;

export const limits = { name: 60, message: 500 };

/** A problem for the person who wrote the entry, or null. */
export function problemWith({ name, message }) {
  if (typeof name !== 'string' || name.trim() === '') return 'Please tell us your name.';
  if (typeof message !== 'string' || message.trim() === '') return 'Please write a message.';
  if (name.length > limits.name) return `A name has at most ${limits.name} characters.`;
  if (message.length > limits.message) return `A message has at most ${limits.message} characters.`;
  return null;
}

export async function addEntry(pool, { name, message }) {
  const { rows } = await pool.query('INSERT INTO entries (name, message) VALUES ($1, $2) RETURNING id, name, message, written_at', [
    name.trim(),
    message.trim(),
  ]);
  return rows[0];
}

/** The newest entries that nobody needs to be protected from. */
export async function listEntries(pool, count = 50) {
  const { rows } = await pool.query(
    'SELECT id, name, message, written_at, words FROM entries WHERE NOT hidden ORDER BY id DESC LIMIT $1',
    [count],
  );
  return rows;
}

/** Looks at entries that nobody has looked at. Several workers may do so at once: each row is locked by one. */
export function moderateEntries(pool, count = 20) {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query(
      'SELECT id, message FROM entries WHERE moderated_at IS NULL ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED',
      [count],
    );
    for (const { id, message } of rows) {
      const words = message.split(/\s+/).filter(Boolean).length;
      await client.query('UPDATE entries SET words = $2, hidden = $3, moderated_at = now() WHERE id = $1', [id, words, unwelcome.test(message)]);
    }
    return rows.length;
  });
}
