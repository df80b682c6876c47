import { replicasOf, type Agent, type App, type Service, type SlotHistory } from '../model/index.ts';

/** Milliseconds for which an agent has been ready before its successor is prepared: what was just started has the machine to itself. */
const settled = 1000;

/** Milliseconds from the making of a standby that failed to that of another one. */
const pause = 30_000;

/** Shares of the machine's memory that are available: to prepare a standby, and to keep one. */
const ample = 0.25;
const enough = 0.1;

/** Services that stand still while their only agent is replaced. Others have replicas that serve on, end by themselves, or own a volume. */
export function mayHaveStandby(app: App, service: Service): boolean {
  const staysUp = service.restart.policy === 'always' && service.kind !== 'store' && service.kind !== 'job' && service.kind !== 'cron';
  return staysUp && service.update.strategy === 'rolling' && replicasOf(app, service) === 1;
}

/** Ledger time from which on a slot may have a standby beside its agent: not while a rollout goes on, and not after failures until it stayed well. */
export function standbyFrom(app: App, service: Service, agent: Agent, history: SlotHistory | undefined): number | 'not now' {
  if (agent.state !== 'ready' || agent.readyAt === null || app.rollout?.state === 'progressing') return 'not now';
  const hasFailed = history !== undefined && history.hash === agent.hash && history.failures > 0;
  return agent.readyAt + (hasFailed ? Math.max(settled, service.restart.stableAfter) : settled);
}

/** Whether there is memory for one more. `available` is a share of the machine's. */
export function hasRoom(available: number): boolean {
  return available >= ample;
}

/** Whether memory is so short that what is not needed now has to go. */
export function isShort(available: number): boolean {
  return available < enough;
}

/** Ledger time at which a standby that has ended is cleared up. Until then it stands for the failure: no other one is made. */
export function removableFrom(standby: Agent): number {
  return standby.exit?.cause === 'stopped' ? 0 : standby.createdAt + pause;
}
