import type { AuditQuery } from '../api/memory.ts';
import type { AuditRecord } from '../api/memory-views.ts';
import type { EventView } from '../api/views.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { Change, eventBodies, Outcome, StratoError, whyOf, type Clock, type Event } from '../model/index.ts';
import { periodOf } from './period.ts';

/** Events that one question looks through; whoever needs more asks for the next page. */
const mostLooked = 20_000;
const page = 500;
/** Events behind a decision among which what came of it is looked for first. */
const soon = 10_000;

const ofDecisions = ['DecisionAdmitted', 'ProposalRejected', 'DecisionMeasured'];

/** What only decisions and proposals come to: other events are not looked through for it. */
const comesOfDecisions = new Set<string>([...Outcome.options, 'open', 'refused']);

export interface AuditTrailParts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly tell: (event: Event) => EventView;
}

/** Entries of the audit trail that match, newest first; `next` leads on and is null at the end. */
export async function auditTrail(query: AuditQuery, { ledger, clock, tell }: AuditTrailParts): Promise<{ records: AuditRecord[]; next: number | null }> {
  const { first, last } = await periodOf(ledger, query, clock.now());
  const types = typesOf(query);
  const records: AuditRecord[] = [];
  if (types?.length === 0) return { records, next: null };
  let before = Math.min(query.before ?? Number.MAX_SAFE_INTEGER, last + 1);
  for (let looked = 0; looked < mostLooked;) {
    const events = await ledger.history({ before, limit: page, app: query.app, types, actor: query.actor });
    const outcomes = await outcomesOf(events, ledger, query);
    for (const event of events) {
      if (event.position < first) return { records, next: null };
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

/**
 * What came of the decisions among `events`, which are newest first, by the position of each. Soon after the decision it is known, with few exceptions: for those the newest
 * measurements of all are looked through.
 */
async function outcomesOf(events: readonly Event[], ledger: Ledger, { app }: AuditQuery): Promise<ReadonlyMap<number, Outcome>> {
  const wanted = new Set(events.flatMap((event) => (event.type === 'DecisionAdmitted' ? [event.position] : [])));
  const found = new Map<number, Outcome>();
  const oldest = Math.min(...wanted);
  for (const start of [Math.max(...wanted) + soon, Number.MAX_SAFE_INTEGER]) {
    for (let before = start, looked = 0; wanted.size > 0 && before > oldest && looked < mostLooked;) {
      const measured = await ledger.history({ types: ['DecisionMeasured'], before, limit: page, app });
      for (const event of measured) {
        if (event.type === 'DecisionMeasured' && wanted.delete(event.body.decided)) found.set(event.body.decided, event.body.outcome);
      }
      looked += page;
      before = measured.at(-1)?.position ?? 0;
    }
  }
  return found;
}

/** Only events of these types can match; undefined for any. Throws `request.invalid` for a kind that nothing is of. */
function typesOf({ kind, outcome }: AuditQuery): string[] | undefined {
  const ofKind = kind === undefined ? undefined : typesOfKind(kind);
  if (outcome === undefined || !comesOfDecisions.has(outcome)) return ofKind;
  return ofDecisions.filter((type) => ofKind === undefined || ofKind.includes(type));
}

/** `agent-exited` or `AgentExited` is one type, the kind of a change is three. */
function typesOfKind(kind: string): string[] {
  const type = Object.keys(eventBodies).find((name) => name === kind || kebab(name) === kind);
  if (type !== undefined) return [type];
  if (!Change.options.some(({ shape }) => shape.kind.value === kind)) throw new StratoError('request.invalid', `Nothing is of the kind ${kind}`, { next: 'ask for a change (deploy, scale, remove …) or a type of event (agent-exited); docs/reference/events.md has them all' });
  return ofDecisions;
}

function recordOf(event: Event, view: EventView, outcomes: ReadonlyMap<number, Outcome>): AuditRecord {
  const { position, time, actor, app, text, correlation, cause } = view;
  const base = { position, time, actor, app, text, correlation, cause };
  if (event.type === 'DecisionAdmitted') {
    const { decision } = event.body;
    return { ...base, kind: decision.change.kind, outcome: outcomes.get(position) ?? 'open', reason: whyOf(decision), confidence: decision.confidence };
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
