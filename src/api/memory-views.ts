import * as z from 'zod';
import { Outcome } from '../model/index.ts';
import { AgentView, AppView, EventView, NodeView } from './views.ts';

/** Why something is as it is: the events that led to it, the first one first. */
export const WhyView = z.object({
  /** What was asked about, in words. */
  about: z.string(),
  chain: z.array(EventView),
  /** False when the chain is longer than what is read, or begins before causes were written down. */
  complete: z.boolean(),
}).meta({ id: 'Why' });
export type WhyView = z.infer<typeof WhyView>;

/** How a kind of decision turned out, compared with how sure its makers were. Overtaken and open ones do not count. */
export const CalibrationRow = z.object({
  kind: z.string(),
  measured: z.int(),
  held: z.int(),
  failed: z.int(),
  overtaken: z.int(),
  /** Mean confidence, and share that held; null without any. */
  confidence: z.number().nullable(),
  rate: z.number().nullable(),
  /** Mean squared distance of confidence and outcome (Brier 1950): 0 is perfect, 0.25 what a coin deserves. */
  brier: z.number().nullable(),
  /** Mean distance of confidence and rate over the bins, weighted by their size (Naeini et al. 2015). */
  calibrationError: z.number().nullable(),
  /** Median milliseconds until it held. */
  milliseconds: z.number().nullable(),
  bins: z.array(z.object({ from: z.number(), to: z.number(), decisions: z.int(), confidence: z.number(), rate: z.number() })),
}).meta({ id: 'CalibrationRow' });
export type CalibrationRow = z.infer<typeof CalibrationRow>;

export const CalibrationView = z.object({ kinds: z.array(CalibrationRow), open: z.int() }).meta({ id: 'Calibration' });
export type CalibrationView = z.infer<typeof CalibrationView>;

export const StateChange = z.object({ kind: z.enum(['added', 'removed', 'changed']), path: z.string(), before: z.unknown(), after: z.unknown() }).meta({ id: 'StateChange' });
export type StateChange = z.infer<typeof StateChange>;

/** The state at a moment. */
export const MomentView = z.object({
  position: z.int(),
  /** Of the event at that position; null before the first. */
  time: z.number().nullable(),
  head: z.int(),
  apps: z.array(AppView),
  agents: z.array(AgentView),
  nodes: z.array(NodeView),
}).meta({ id: 'Moment' });
export type MomentView = z.infer<typeof MomentView>;

/** One event, and what it changed. */
export const StepView = z.object({
  position: z.int(),
  head: z.int(),
  event: EventView.nullable(),
  changes: z.array(StateChange),
  /** What led to the event, itself included. */
  why: z.array(EventView),
}).meta({ id: 'Step' });
export type StepView = z.infer<typeof StepView>;

const end = z.object({ position: z.int(), time: z.number().nullable() });
export const TimeDiffView = z.object({ from: end, to: end, changes: z.array(StateChange) }).meta({ id: 'TimeDiff' });
export type TimeDiffView = z.infer<typeof TimeDiffView>;

/** The proof that the state is nothing but what follows from the ledger. */
export const ReplayView = z.object({
  events: z.int(),
  /** Position up to which events are archived: the state there is taken as it was recorded. 0 when none are. */
  from: z.int(),
  milliseconds: z.number(),
  /** SHA-256 of the state folded from the first event, and of the one that the daemon acts on, at the same position. */
  replayed: z.string(),
  live: z.string(),
  /** Snapshots that were met on the way. */
  snapshots: z.array(z.object({ position: z.int(), agrees: z.boolean() })),
  /** Positions of events that neither begin something nor follow from another; the first hundred. */
  uncaused: z.array(z.int()),
  /** Decisions and refusals that were judged again, on the state, the readings and by the compliance rules on which they were; and those of which something else came. */
  judged: z.int(),
  differing: z.array(z.object({ position: z.int(), why: z.string() })),
  agrees: z.boolean(),
}).meta({ id: 'Replay' });
export type ReplayView = z.infer<typeof ReplayView>;

const Part = z.object({ label: z.string(), score: z.number(), counterfactual: z.enum(['vanishes', 'persists', 'unknown']), explanation: z.string() });

/** What contributed to a failure. */
export const DebugView = z.object({
  app: z.string(),
  /** Its first sign. */
  failure: EventView,
  symptoms: z.array(EventView),
  /** The last event after which the app was well, and until when it was; null when none is in reach. */
  lastGood: z.object({ position: z.int(), time: z.number().nullable() }).nullable(),
  /** The app just before the first sign. */
  before: AppView.nullable(),
  /** What may have contributed, the likeliest first. `counterfactual` is what became of the failure when it was left out, or that part put back as it was. */
  factors: z.array(z.object({ ...Part.shape, position: z.int(), event: EventView, inSlice: z.boolean(), parts: z.array(Part) })),
  reproducible: z.boolean(),
  notes: z.array(z.string()),
  timeline: z.array(EventView),
}).meta({ id: 'Debug' });
export type DebugView = z.infer<typeof DebugView>;

/** Of decisions `open`, `held`, `failed` or `overtaken`; `refused` for proposals; else `good`, `info`, `warning` or `bad`. */
export const AuditOutcome = z.enum([...Outcome.options, 'open', 'refused', 'good', 'info', 'warning', 'bad']);
export type AuditOutcome = z.infer<typeof AuditOutcome>;

/** One entry of the audit trail. */
export const AuditRecord = z.object({
  position: z.int(),
  time: z.number(),
  actor: z.string(),
  app: z.string().nullable(),
  /** Of a decision or proposal the change: `deploy`, `scale`; of others the type of the event. */
  kind: z.string(),
  outcome: AuditOutcome,
  text: z.string(),
  reason: z.string().nullable(),
  confidence: z.number().nullable(),
  correlation: z.string().nullable(),
  cause: z.int().nullable(),
}).meta({ id: 'AuditRecord' });
export type AuditRecord = z.infer<typeof AuditRecord>;
