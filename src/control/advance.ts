import type { Report } from '../drivers/driver.ts';
import { because, type Agent, type Exit, type ExitCause, type NewEvent, type Service } from '../model/index.ts';
import type { Health } from './health.ts';
import { record, stopping, type Step } from './step.ts';

/** What is known of one agent beyond the ledger. */
export interface Sight {
  /** Undefined until the driver was asked. */
  readonly report: Report | undefined;
  readonly health: Health | undefined;
  /** Ledger time. */
  readonly now: number;
  /** Ledger time at which this daemon sent the stop signal; null before that. */
  readonly terminatedAt: number | null;
}

/** Milliseconds for which an agent without a startup probe has to stay up before it counts as ready. */
export const settle = 500;

/** Milliseconds granted before the stop signal for requests in flight to end. */
export const drainTimeout = 10_000;

/**
 * The one step that brings an agent nearer to where it should be, or undefined when there is nothing to do now. Pure.
 * States only move forward, except readiness; every state is left by what the driver or the probes report.
 */
export function advance(agent: Agent, service: Service | undefined, sight: Sight): Step | undefined {
  const { report } = sight;
  switch (agent.state) {
    case 'pending':
      return { kind: 'prepare', agent, service };
    case 'prepared':
      return { kind: 'start', agent, service };
    case 'starting':
      if (report?.status === 'running') return record(agent.id, running(agent, report, service));
      if (report?.status === 'prepared') return { kind: 'start', agent, service };
      return ended(agent, report);
    case 'running':
      return ended(agent, report) ?? started(agent, service, sight);
    case 'ready':
    case 'unready':
      return ended(agent, report) ?? health(agent, sight);
    case 'stopping':
      return stop(agent, service, sight);
    case 'exited':
      return { kind: 'remove', agent, service };
  }
}

/** The event that says that an agent runs, as its driver reports it. */
export function running(agent: Agent, report: Report, service: Service | undefined): NewEvent {
  const port = service?.port == null ? null : (service.portAssignable ? (agent.handle.port ?? service.port) : service.port);
  const { pid, pidStart, address } = report;
  return { type: 'AgentRunning', actor: `driver:${agent.handle.driver}`, ...because(agent.last), body: { agent: agent.id, pid, pidStart, address, port } };
}

function started(agent: Agent, service: Service | undefined, { health, now }: Sight): Step | undefined {
  const age = now - (agent.startedAt ?? now);
  const probed = service?.health.startup ?? null;
  if (probed === null ? age >= (service?.restart.policy === 'never' ? 0 : settle) : health?.started) {
    return record(agent.id, { type: 'AgentReady', actor: 'control:health', ...because(agent.last), body: { agent: agent.id, ...(health?.at !== undefined && { address: health.at }) } });
  }
  if (probed !== null && service && age >= service.health.deadline) {
    return stopping(agent, 'never-ready', `not ready after ${Math.round(age / 1000)} s: ${health?.detail ?? 'no probe was answered'}`);
  }
  return undefined;
}

function health(agent: Agent, { health: seen }: Sight): Step | undefined {
  if (!seen?.started) return undefined;
  if (!seen.live) return stopping(agent, 'unhealthy', seen.detail ?? 'liveness probe failed');
  if (agent.state === 'ready' && !seen.ready) {
    return record(agent.id, { type: 'AgentUnready', actor: 'control:health', ...because(agent.last), body: { agent: agent.id, reason: seen.detail ?? 'readiness probe failed' } });
  }
  if (agent.state === 'unready' && seen.ready) {
    return record(agent.id, { type: 'AgentReady', actor: 'control:health', ...because(agent.last), body: { agent: agent.id } });
  }
  return undefined;
}

function stop(agent: Agent, service: Service | undefined, { report, now, terminatedAt }: Sight): Step | undefined {
  if (report && isOver(agent, report)) return exit(agent, report.exit, agent.stopCause ?? 'stopped');
  if (now >= patience(agent, service, terminatedAt)) return { kind: 'kill', agent };
  return terminatedAt === null ? { kind: 'terminate', agent, service } : undefined;
}

/** Ledger time at which an agent that is being stopped is ended by force: the grace period after its signal. */
export function patience(agent: Agent, service: Service | undefined, terminatedAt: number | null): number {
  return (terminatedAt ?? (agent.stoppingAt ?? 0) + drainTimeout) + (service?.grace ?? defaultGrace);
}

const defaultGrace = 10_000;

/** The end of an agent that nobody asked to stop. */
export function ended(agent: Agent, report: Report | undefined): Step | undefined {
  return report && isOver(agent, report) ? exit(agent, report.exit, causeOf(report)) : undefined;
}

/** What once ran is never only prepared again: a report that says so is older than what is known. */
function isOver(agent: Agent, { status }: Report): boolean {
  return status !== 'running' && (status !== 'prepared' || agent.startedAt === null);
}

function exit(agent: Agent, seen: Exit | null, cause: ExitCause): Step {
  const known = seen ?? { code: null, signal: null, outOfMemory: false, at: null, detail: null };
  const detail = known.detail ?? agent.reason;
  return record(agent.id, { type: 'AgentExited', actor: `driver:${agent.handle.driver}`, ...because(agent.last), body: { agent: agent.id, exit: { ...known, detail }, cause, from: agent.state } });
}

/** One symptom never decides alone: 137 is out of memory only when the kernel counted such a kill. */
function causeOf(report: Report): ExitCause {
  const { exit: seen } = report;
  if (!seen) return 'lost';
  if (seen.outOfMemory) return 'out-of-memory';
  if (seen.signal === 'SIGKILL' || seen.signal === 'SIGTERM' || seen.signal === 'SIGINT') return 'killed';
  return seen.code === 0 ? 'completed' : 'crashed';
}
