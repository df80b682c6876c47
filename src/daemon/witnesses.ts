import type { DoctorRow } from '../api/views.ts';
import type { WitnessStatus } from '../ledger/proof/witness-feed.ts';
import { StratoError } from '../model/index.ts';

/** How it stands with a witness, for `doctor`. */
export function witnessRow({ name, url, size, at, problem }: WitnessStatus): DoctorRow {
  const seen = size === null ? 'has not cosigned yet' : `cosigned ${size} events at ${new Date(at!).toISOString()}`;
  return { area: 'witnesses', name, works: problem === null ? (size === null ? null : true) : false, detail: problem === null ? `${seen} (${url})` : `${problem.message}; ${seen}`, remedy: problem?.next ?? null };
}

/** What people have to know of it at once: that it does not agree, or cannot be asked. */
export function witnessWarning({ name, size, problem }: WitnessStatus): string[] {
  if (problem === null) return [];
  const said = `${problem.message}${problem.why === undefined ? '' : `: ${problem.why}`}`;
  if (problem.code === 'witness.unreachable') return [`The witness ${name} cannot be asked (${said}); ${size === null ? 'it has not cosigned yet' : `it has seen ${size} events`}`];
  return [`The witness ${name} DISAGREES about this ledger: ${said}. Run \`swarmctl audit verify\``];
}

/** Throws `ledger.archive` while a witness has not cosigned so many events: without them it could not be shown that the ledger follows from what it saw. */
export function requireWitnessed(statuses: readonly WitnessStatus[], events: number): void {
  const behind = statuses.find(({ size }) => size === null || size < events);
  if (behind === undefined) return;
  throw new StratoError('ledger.archive', `the witness ${behind.name} has not cosigned ${events} events yet`, { why: 'without them it could not be shown that the ledger follows from what it saw', next: 'see `swarmctl doctor`; wait for it, or take it out with `swarmctl audit witness remove`', retryable: true });
}
