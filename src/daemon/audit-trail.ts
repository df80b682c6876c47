import type { AuditQuery } from '../api/memory.ts';
import type { AuditRecord } from '../api/memory-views.ts';
import type { EventView } from '../api/views.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { parseMoment } from '../ledger/state/moment.ts';
import { positionAt } from '../ledger/state/past.ts';
import { Change, eventBodies, StratoError, type Clock, type Event, type Outcome } from '../model/index.ts';

/** Events that one question looks through; whoever needs more asks for the next page. */
const mostLooked = 20_000;
const page = 500;

const ofDecisions = ['DecisionAdmitted', 'ProposalRejected', 'DecisionMeasured'];

export interface AuditTrailParts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly tell: (event: Event) => EventView;
}

/** Entries of the audit trail that match, newest first; `next` leads on and is null at the end. */
export async function auditTrail(query: AuditQuery, { ledger, clock, tell }: AuditTrailParts): Promise<{ records: AuditRecord[]; next: number | null }> {
  const now = clock.now();
  const at = async (text: string, beyond: boolean) => {
    const moment = parseMoment(text, now);
    return 'position' in moment ? moment.position : positionAt(moment.time - (beyond ? 0 : 1), ledger.head, async (position) => (await ledger.read(position - 1, 1))[0], ledger.beginning);
  };
  const first = query.from === undefined ? 0 : await at(query.from, false);
  const end = query.to === undefined ? Number.MAX_SAFE_INTEGER : (await at(query.to, true)) + 1;
  const outcomes = await measuredSince(ledger, query);
  const records: AuditRecord[] = [];
  let before = Math.min(query.before ?? Number.MAX_SAFE_INTEGER, end);
  for (let looked = 0; looked < mostLooked;) {
    const events = await ledger.history({ before, limit: page, app: query.app, types: typesOf(query.kind), actor: query.actor });
    for (const event of events) {
      if (event.position <= first) return { records, next: null };
      const record = recordOf(event, tell(event), outcomes);
      if (matches(record, query)) records.push(record);
      if (records.length === query.limit) return { records, next: event.position };
    }
    if (events.length === 0) return { records, next: null };
    looked += events.length;
    before = events.at(-1)!.position;
  }
  return { records, next: before };
}

/** What came of decisions, by the position of each. */
async function measuredSince(ledger: Ledger, { app }: AuditQuery): Promise<ReadonlyMap<number, Outcome>> {
  const events = await ledger.history({ types: ['DecisionMeasured'], limit: 10_000, app });
  return new Map(events.flatMap((event) => (event.type === 'DecisionMeasured' ? [[event.body.decided, event.body.outcome] as const] : [])));
}

/** Only these types can be of that kind: `agent-exited` or `AgentExited` is one, the kind of a change is three. Throws `request.invalid` for what is neither. */
function typesOf(kind: string | undefined): string[] | undefined {
  if (kind === undefined) return undefined;
  const type = Object.keys(eventBodies).find((name) => name === kind || kebab(name) === kind);
  if (type !== undefined) return [type];
  if (!Change.options.some(({ shape }) => shape.kind.value === kind)) throw new StratoError('request.invalid', `Nothing is of the kind ${kind}`, { next: 'ask for a change (deploy, scale, remove …) or a type of event (agent-exited); docs/reference/events.md has them all' });
  return ofDecisions;
}

function recordOf(event: Event, view: EventView, outcomes: ReadonlyMap<number, Outcome>): AuditRecord {
  const { position, time, actor, app, text, correlation, cause } = view;
  const base = { position, time, actor, app, text, correlation, cause };
  if (event.type === 'DecisionAdmitted') {
    const { change, reasoning, confidence } = event.body.decision;
    return { ...base, kind: change.kind, outcome: outcomes.get(position) ?? 'open', reason: reasoning, confidence };
  }
  if (event.type === 'ProposalRejected') return { ...base, actor: event.body.proposal.actor, kind: event.body.proposal.change.kind, outcome: 'refused', reason: event.body.reason, confidence: event.body.proposal.confidence };
  if (event.type === 'DecisionMeasured') return { ...base, kind: event.body.kind, outcome: event.body.outcome, reason: event.body.detail, confidence: event.body.confidence };
  const reason = 'reason' in event.body ? event.body.reason : null;
  return { ...base, kind: kebab(event.type), outcome: view.tone, reason, confidence: null };
}

function matches(record: AuditRecord, { kind, outcome }: AuditQuery): boolean {
  if (outcome !== undefined && record.outcome !== outcome) return false;
  return kind === undefined || record.kind === kind || record.kind === kebab(kind) || kebab(kind).startsWith('decision-') || kebab(kind).startsWith('proposal-');
}

/** `AgentExited` → `agent-exited`. */
function kebab(text: string): string {
  return text.replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}
