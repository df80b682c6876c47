import { StratoError, reportOf, type Decision, type Reading, type State } from '../model/index.ts';
import { checks, defaultQuotas } from './governor.ts';
import { openedPort, Recorded, versionOf } from './outside.ts';

/**
 * Judges a decision once more, on the state on which it was judged and with what had been read outside of the ledger as it was written down. Nothing is asked, nothing is written. Null
 * when the same comes out; otherwise what does not. The rules of the compliance file are not judged again: they are not in the ledger.
 */
export function rejudge(decision: Decision, state: State): string | null {
  for (const [name, check] of Object.entries(checks)) {
    // A check that came with a later version had no part in it.
    if (!decision.admittedBy.includes(name)) continue;
    try {
      check(decision, state, defaultQuotas);
    } catch (error) {
      return `${name} would refuse it: ${reportOf(error).message}`;
    }
  }
  const revision = decision.change.kind === 'deploy' ? Math.max(0, ...(state.apps.get(decision.app!)?.revisions.keys() ?? [])) + 1 : null;
  if (revision !== decision.revision) return `it would be revision ${revision}, and not ${decision.revision}`;
  return derivedOtherwise(decision);
}

/** What follows from readings, made from them anew. */
function derivedOtherwise({ change, readings }: Decision): string | null {
  const outside = new Recorded(readings);
  try {
    if (change.kind === 'deploy' && isRead(readings, change.source.kind)) {
      const version = versionOf(outside, change.source);
      return version === change.source.version ? null : `${version} was read of its source, and ${change.source.version} is deployed`;
    }
    const listened = change.kind === 'correct' ? /^ports on which (.+) listens$/.exec(readings[0]?.question ?? '')?.[1] : undefined;
    if (change.kind === 'correct' && listened !== undefined) {
      const port = openedPort(outside, readings[0]!.source.replace(/^driver:/, ''), listened, []);
      return port === change.port ? null : `port ${port} was read, and ${change.port} was decided`;
    }
    return null;
  } catch (error) {
    if (error instanceof StratoError) return error.message;
    throw error;
  }
}

const isRead = (readings: readonly Reading[], kind: string) => readings.some(({ source }) => source === kind);
