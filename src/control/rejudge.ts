import { isPseudonym } from '../ledger/events/subjects.ts';
import { Proposal, StratoError, reportOf, type Decision, type EventBody, type Reading, type Service, type State } from '../model/index.ts';
import { checks, defaultQuotas, type Parsed } from './checks.ts';
import { checkCompliance, worldThrough } from './compliance.ts';
import { builtWith, openedPort, Recorded, versionOf, type BuiltWith } from './outside.ts';

/**
 * Judges a decision once more, on the state on which it was judged and with what had been read outside of the ledger as it was written down. Nothing is asked, nothing is written. Null
 * when the same comes out; otherwise what does not. The compliance rules are those of its time; of somebody who was erased it is not known any more whether they kept them.
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
  if (decision.admittedBy.includes('compliance') && !isPseudonym(decision.actor)) {
    const ids = state.rules?.rules?.map(({ id }) => id) ?? [];
    if (ids.join() !== decision.policies.join()) return `the rules ${ids.join(', ')} were in force, and ${decision.policies.join(', ')} were asked`;
    const against = compliance(decision, decision.approvedBy, state);
    if (against !== null) return `the compliance rules would refuse it: ${against}`;
  }
  const revision = decision.change.kind === 'deploy' ? Math.max(0, ...(state.apps.get(decision.app!)?.revisions.keys() ?? [])) + 1 : null;
  if (revision !== decision.revision) return `it would be revision ${revision}, and not ${decision.revision}`;
  return derivedOtherwise(decision);
}

/**
 * Judges a refusal once more. Null when it comes again for the same reason, otherwise what comes instead; undefined where that cannot be told: a deployment that is refused is written down without its services when they
 * are more than any app may have, or by earlier versions, and of somebody who was erased the place of the code and the reason are gone.
 */
export function rejudgeRefusal({ proposal: written, code }: EventBody<'ProposalRejected'>, state: State): string | null | undefined {
  const proposal = Proposal.parse(written);
  const again = refusal(proposal, state);
  if (again === code) return null;
  if (isPseudonym(proposal.actor) || (proposal.change.kind === 'deploy' && proposal.change.services.length === 0 && aboutServices.has(code))) return undefined;
  return again === null ? `it would be let through, and was refused with ${code}` : `it would be refused with ${again}, and not ${code}`;
}

/** Refusals that look at the services of a deployment. */
const aboutServices: ReadonlySet<string> = new Set(['governor.quota', 'governor.no-place', 'governor.not-contained', 'governor.compliance']);

/** The code with which a proposal is refused; null when it is not. */
function refusal(proposal: Parsed, state: State): string | null {
  for (const check of Object.values(checks)) {
    try {
      check(proposal, state, defaultQuotas);
    } catch (error) {
      return reportOf(error).code;
    }
  }
  if (state.rules?.rules === null) return 'governor.compliance-file';
  return compliance(proposal, [], state) === null ? null : 'governor.compliance';
}

/** What the rules of that time have against a change that they can block; null when nothing. */
function compliance(proposal: Parsed, approvedBy: readonly string[], state: State): string | null {
  if (state.rules?.rules === null) return 'they could not be read';
  const world = worldThrough(new Recorded(proposal.readings), { now: asksNobody, oldestSecret: asksNobody });
  try {
    const blocking = checkCompliance(state.rules?.rules ?? [], proposal, { state, approvedBy, ...world }).filter(({ rule }) => rule.mode === 'block');
    return blocking.length === 0 ? null : blocking.map(({ detail }) => detail).join('; ');
  } catch (error) {
    return reportOf(error).message;
  }
}

/** What follows from readings, made from them anew. */
function derivedOtherwise({ change, readings }: Decision): string | null {
  const outside = new Recorded(readings);
  try {
    if (change.kind === 'deploy' && isRead(readings, change.source.kind)) {
      const version = versionOf(outside, change.source);
      if (version !== change.source.version) return `${version} was read of its source, and ${change.source.version} is deployed`;
    }
    if (change.kind === 'deploy' && isRead(readings, 'build')) return builtOtherwise(change.services, builtWith(outside, asksNobody));
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

function builtOtherwise(services: readonly Service[], built: Readonly<Record<string, BuiltWith>>): string | null {
  for (const { name, artefact, toolchain } of services) {
    const read = built[name];
    // What starts a service may need more than what built it: who keeps single files in a volume has a launcher.
    if (read && (read.artefact !== artefact || read.toolchain.some((directory) => !toolchain.includes(directory)))) return `${name} was built as ${read.artefact} with ${read.programs.join(', ')}, and ${artefact} is deployed`;
  }
  return null;
}

function asksNobody(): never {
  throw new StratoError('replay.asked', 'a replay asks nobody');
}

const isRead = (readings: readonly Reading[], kind: string) => readings.some(({ source }) => source === kind);
