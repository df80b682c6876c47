import type { EventType } from '../../model/index.ts';

/** What begins something: what somebody wanted, and what was seen of the world without anybody's doing. */
const beginnings: ReadonlySet<string> = new Set<EventType>([
  'DecisionAdmitted', 'ProposalRejected', 'ProposalHeld', 'ProposalReleased', 'ComplianceViolated', 'ComplianceRulesChanged', 'ApproverChanged', 'DeploymentRequested', 'DeploymentFailed', 'NodeSeen', 'DaemonStarted', 'LedgerRecovered', 'LedgerArchived', 'OrphanCollected', 'SnapshotTaken', 'SnapshotRestored',
]);

interface Caused {
  readonly position: number;
  readonly type: string;
  readonly cause?: number | null | undefined;
}

/** It may stand without a cause. */
export function isBeginning(event: Caused): boolean {
  return beginnings.has(event.type);
}

/**
 * Positions of the events that neither begin something nor follow from an earlier event. Where there are none, the causes of every event lead
 * back to a beginning, because each is earlier than what follows from it.
 */
export function uncaused(events: Iterable<Caused>): number[] {
  const found: number[] = [];
  for (const event of events) {
    const { cause } = event;
    if (cause === undefined || cause === null ? !isBeginning(event) : cause >= event.position) found.push(event.position);
  }
  return found;
}

/** Events of a chain beyond which nobody reads on. */
export const longestChain = 400;

/**
 * The chain of causes that leads to the event at `position`, its beginning first. Cut off after {@link longestChain} links: then the first one
 * still has a cause. `read` gives the event at a position.
 */
export async function chainTo<E extends Caused>(position: number, read: (position: number) => Promise<E | undefined>): Promise<E[]> {
  const chain: E[] = [];
  for (let next: number | null | undefined = position; next !== null && next !== undefined && chain.length < longestChain;) {
    const event: E | undefined = await read(next);
    if (event === undefined) break;
    chain.push(event);
    next = event.cause;
  }
  return chain.reverse();
}
