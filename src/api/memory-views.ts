import { z } from 'zod';
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
  milliseconds: z.number(),
  /** SHA-256 of the state folded from the first event, and of the one that the daemon acts on, at the same position. */
  replayed: z.string(),
  live: z.string(),
  /** Snapshots that were met on the way. */
  snapshots: z.array(z.object({ position: z.int(), agrees: z.boolean() })),
  /** Positions of events that neither begin something nor follow from another; the first hundred. */
  uncaused: z.array(z.int()),
  agrees: z.boolean(),
}).meta({ id: 'Replay' });
export type ReplayView = z.infer<typeof ReplayView>;
