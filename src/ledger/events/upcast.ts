import type { EventBody, EventType } from '../../model/index.ts';

/** Turns the body of one version into that of the next. Pure. */
export type Upcaster = (body: never) => unknown;

/** For each type, the step from version 1 to 2, from 2 to 3 and so on; the last one yields today's body. */
export type Upcasters = { readonly [T in EventType]?: readonly [...Upcaster[], (body: never) => EventBody<T>] };

/** What a proposal of version 1 did not say. Without an effect nothing is measured. */
const unmeasured = { readings: [], alternatives: [], effect: null };

/** Every change that a body's schema ever had. A new version here goes with its number in `eventVersions` of the model. */
export const upcasters: Upcasters = {
  DecisionAdmitted: [({ decision }: { decision: object }) => ({ decision: { ...unmeasured, judgedOn: null, window: null, policies: [], approvedBy: [], ...decision } }) as unknown as EventBody<'DecisionAdmitted'>],
  ProposalRejected: [(body: { proposal: object }) => ({ ...body, proposal: { ...unmeasured, ...body.proposal } }) as unknown as EventBody<'ProposalRejected'>],
};

/** Brings a body from `version` to that of today, one step after the other. */
export function upcast(steps: readonly Upcaster[], version: number, body: unknown): unknown {
  return steps.slice(version - 1).reduce((value, step) => step(value as never), body);
}
