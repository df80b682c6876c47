import { StratoError, reportOf, type ErrorReport } from '../model/index.ts';
import type { Problem } from './views.ts';

/** Error codes and their statuses; the first that matches counts. `*` stands for any part. */
export const statuses: readonly (readonly [pattern: string, status: number])[] = [
  ['request.too-large', 413],
  ['request.media-type', 415],
  ['request.*', 400],
  ['route.method', 405],
  ['access.unauthenticated', 401],
  ['access.host', 421],
  ['access.*', 403],
  ['console.unavailable', 409],
  ['*.unknown', 404],
  ['*.not-found', 404],
  ['source.missing', 404],
  ['agent.missing', 404],
  ['governor.unknown-*', 404],
  ['governor.schema', 400],
  ['governor.*', 409],
  ['*.conflict', 409],
  ['*.exists', 409],
  ['*.finished', 409],
  ['*.cancelled', 409],
  ['*.not-running', 409],
  ['*.overtaken', 409],
  ['time.beyond', 404],
  ['debug.no-failure', 404],
  ['ledger.archived', 410],
  ['ledger.archive', 422],
  ['ledger.*', 503],
  ['*.invalid', 422],
  ['source.*', 422],
  ['archive.*', 422],
  ['git.*', 422],
  ['analysis.timeout', 504],
  ['analysis.*', 422],
  ['plan.*', 422],
  ['hint.*', 422],
  ['snapshot.not-*', 422],
  ['fork.not-*', 422],
  ['build.*', 422],
  ['env.*', 422],
  ['toolchain.*', 422],
  ['store.*', 422],
  ['isolation.*', 422],
  ['deployment.nothing-to-run', 422],
  ['exec.no-terminal', 422],
  ['*.timeout', 504],
  ['*.unavailable', 503],
  ['*', 500],
];

/** The status that answers an error with this code. */
export function statusOf(report: Pick<ErrorReport, 'code' | 'retryable'>): number {
  const [, status] = statuses.find(([pattern]) => matches(pattern, report.code))!;
  return status === 500 && report.retryable ? 503 : status;
}

function matches(pattern: string, code: string): boolean {
  const [before, after] = pattern.split('*', 2);
  return after === undefined ? code === before : code.startsWith(before!) && code.endsWith(after);
}

/** Anything thrown, as RFC 9457 problem details. */
export function problemOf(error: unknown): Problem {
  const report = reportOf(error);
  const internal = !(error instanceof StratoError);
  return {
    type: `urn:stratoswarm:problem:${report.code}`,
    title: internal ? 'Something failed inside the daemon' : report.message,
    status: statusOf(report),
    detail: internal ? report.message : report.why,
    code: report.code,
    next: internal ? 'see `stratoswarm daemon logs`' : report.next,
    retryable: report.retryable,
    details: report.details,
  };
}
