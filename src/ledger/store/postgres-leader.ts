import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { StratoError } from '../../model/index.ts';
import { homeId, writeDurably } from '../files.ts';
import type { Query } from './postgres-session.ts';

/**
 * The session lock that makes one daemon the leader of a database. It is held by the connection that writes: whoever loses the connection has lost the
 * lock and can write no more, so that no two can write, whatever either of them believes.
 */
const lockKey = 0x53_57_4c_44;

interface HomeRow {
  readonly id: string;
  readonly host: string;
  readonly directory: string;
  readonly pid: number;
}

/** Takes the lead. Throws `ledger.locked`, which names who leads. */
export async function takeLead(query: Query, place: string): Promise<void> {
  const [row] = await query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [lockKey]);
  if (row!.taken) return;
  const [leader] = await query<HomeRow>('SELECT id, host, directory, pid FROM ledger_home').catch(() => []);
  throw new StratoError('ledger.locked', `${place} is in use by ${leader === undefined ? 'another daemon' : `the daemon of ${leader.directory} on ${leader.host} (pid ${leader.pid})`}`, {
    why: 'only one daemon may write a ledger at a time', next: 'stop that one first, or read along with `stratoswarm daemon start --read-only`', retryable: true,
  });
}

/**
 * A ledger tells of agents, volumes, secrets and artefacts that are in one home. A daemon of another home would take all of them for lost, and start empty stores in
 * their place: so it is refused with `ledger.other-home`. A home that was moved, or is on a disk that another machine has taken over, is the same one.
 */
export async function claimHome(query: Query, place: string, directory: string): Promise<void> {
  const id = idIn(directory);
  const [owner] = await query<HomeRow>('SELECT id, host, directory, pid FROM ledger_home');
  if (owner !== undefined && owner.id !== id) {
    throw new StratoError('ledger.other-home', `the ledger in ${place} is that of ${owner.directory} on ${owner.host}, and not of ${directory}`, {
      why: 'the volumes, secrets and artefacts that it speaks of are there', next: 'start the daemon there, or bring that whole directory here; to begin elsewhere, take an empty database and restore a system snapshot; to read it, `stratoswarm daemon start --read-only`',
    });
  }
  // One text: nobody finds the table empty.
  await query('WITH gone AS (DELETE FROM ledger_home) INSERT INTO ledger_home (id, host, directory, pid) VALUES ($1, $2, $3, $4)', [id, hostname(), directory, process.pid]);
}

/** A name that moves along with the directory. */
function idIn(directory: string): string {
  const file = homeId(directory);
  if (!existsSync(file)) writeDurably(file, `${randomUUID()}\n`);
  return readFileSync(file, 'utf8').trim();
}
