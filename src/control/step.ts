import { because, slotKey, type Agent, type AgentId, type App, type ExitCause, type NewEvent, type Origin, type Proposal, type Service } from '../model/index.ts';

/** One thing to do next. Pure data: the reconciler carries it out. */
export type Step =
  /** Gives a slot a new agent, or the one that it has a standby. */
  | { readonly kind: 'create'; readonly app: App; readonly service: Service; readonly slot: number; readonly hash: string; readonly node: string; readonly origin: Origin | undefined; readonly standby: boolean }
  /** Advances an agent by one state. */
  | { readonly kind: 'prepare' | 'start' | 'remove'; readonly agent: Agent; readonly service: Service | undefined }
  /** Starts the standby of a slot as an agent of the wanted revision, whose code it gets. */
  | { readonly kind: 'promote'; readonly agent: Agent; readonly app: App; readonly service: Service; readonly hash: string; readonly origin: Origin | undefined }
  /** Takes traffic away, waits until none is left, asks it to stop. */
  | { readonly kind: 'terminate'; readonly agent: Agent; readonly service: Service | undefined }
  /** Ends it by force. */
  | { readonly kind: 'kill'; readonly agent: Agent }
  /** Writes down what was seen or is now the case. */
  | { readonly kind: 'record'; readonly key: string; readonly event: NewEvent }
  /** Asks the governor for a change that control itself wants. */
  | { readonly kind: 'propose'; readonly key: string; readonly proposal: Proposal; readonly origin: Origin }
  /** Deletes the data of an app that is being removed, then says that it is gone. */
  | { readonly kind: 'erase'; readonly app: App };

/** What a step is about: at most one step per key is in flight. */
export function stepKeys(step: Step): readonly string[] {
  switch (step.kind) {
    case 'create':
      return [`slot:${slotKey(step.app.name, step.service.name, step.slot)}`];
    case 'promote':
      return [`slot:${slotKey(step.agent.app, step.agent.service, step.agent.slot)}`, agentKey(step.agent.id)];
    case 'record':
    case 'propose':
      return [step.key];
    case 'erase':
      return [`app:${step.app.name}`];
    default:
      return [agentKey(step.agent.id)];
  }
}

export function agentKey(id: AgentId): string {
  return `agent:${id}`;
}

/** The step by which control writes down that it stops an agent, and why; `origin` is what that follows from, the agent's own life when absent. */
export function stopping(agent: Agent, cause: ExitCause, reason: string, origin: Origin = agent.last): Step {
  return record(agent.id, { type: 'AgentStopping', actor: 'control:reconciler', ...because(origin), body: { agent: agent.id, reason, cause } });
}

/** That an agent which was never started is given up. */
export function unstarted(agent: Agent, reason: string, origin: Origin): NewEvent {
  const exit = { code: null, signal: null, outOfMemory: false, at: null, detail: reason };
  return { type: 'AgentExited', actor: 'control:reconciler', ...because(origin), body: { agent: agent.id, exit, cause: 'stopped', from: agent.state } };
}

export function record(id: AgentId, event: NewEvent): Step {
  return { kind: 'record', key: agentKey(id), event };
}
