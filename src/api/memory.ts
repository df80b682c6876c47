import type { AgentId, AppName } from '../model/index.ts';
import type { AuditOutcome, AuditRecord, CalibrationView, DebugView, MomentView, ReplayView, StepView, TimeDiffView, WhyView } from './memory-views.ts';

/** What is asked about: an event, an agent, or the agent of a slot. */
export type WhyTarget = { readonly event: number } | { readonly agent: AgentId } | { readonly app: string; readonly service: string | undefined; readonly slot: number | undefined };

/** Which entries of the audit trail are wanted; times as people write them. */
export interface AuditQuery {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly actor: string | undefined;
  readonly app: AppName | undefined;
  readonly kind: string | undefined;
  readonly outcome: AuditOutcome | undefined;
  readonly before: number | undefined;
  readonly limit: number;
}

/** What the ledger remembers, and what follows from it. Moments are texts as people write them; throws `time.invalid`, `time.beyond`. */
export interface Memory {
  /** Throws `event.unknown`, `agent.unknown`, `app.unknown`. */
  why(target: WhyTarget): Promise<WhyView>;
  calibration(): Promise<CalibrationView>;
  at(moment: string): Promise<MomentView>;
  /** The event `by` events after (or, negative, before) the one at `from`, of one app when given, and what it changed. */
  step(from: string, by: number, app: string | undefined): Promise<StepView>;
  diff(from: string, to: string): Promise<TimeDiffView>;
  /** Throws `debug.no-failure`. */
  debug(app: AppName, at: string | undefined): Promise<DebugView>;
  audit(query: AuditQuery): Promise<{ records: AuditRecord[]; next: number | null }>;
  /** Folds everything anew. */
  replay(): Promise<ReplayView>;
}
