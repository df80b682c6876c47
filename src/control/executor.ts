import { StratoError, because, newAgentId, reportOf, type Agent, type App, type Event, type Exit, type NewEvent, type Origin, type Service } from '../model/index.ts';
import { drainTimeout, running } from './advance.ts';
import type { Task } from '../drivers/driver.ts';
import type { Parts } from './parts.ts';
import { describePortClash } from './port-clash.ts';
import { sharesPorts } from './shared-ports.ts';
import { unstarted, type Step } from './step.ts';
import type { Observations } from './world.ts';

/** How many lines of an agent's output explain its failure. */
const tailLines = 30;

/**
 * Carries out one step: the thinnest shell around the verbs of the drivers. Each act is preceded by the event that lets a
 * successor find it, and followed by the event that says how it went.
 */
export class Executor {
  readonly #parts: Parts;
  readonly #seen: Observations;

  constructor(parts: Parts, seen: Observations) {
    this.#parts = parts;
    this.#seen = seen;
  }

  async perform(step: Step): Promise<void> {
    switch (step.kind) {
      case 'create':
        return this.#create(step);
      case 'prepare':
        return this.#attempt(step.agent, () => this.#prepare(step.agent, step.service));
      case 'start':
        return this.#attempt(step.agent, () => this.#start(step.agent, step.service, this.#last(step.agent)));
      case 'promote':
        return this.#attempt(step.agent, () => this.#promote(step));
      case 'terminate':
        return this.#terminate(step.agent, step.service);
      case 'kill':
        await this.#driver(step.agent).stop(step.agent.handle);
        return this.#seen.look(step.agent);
      case 'remove':
        return this.#remove(step.agent);
      case 'record':
        return this.#record(step.event);
      case 'propose':
        await this.#parts.propose(step.proposal, step.origin);
        return;
      case 'erase':
        return this.#erase(step.app);
    }
  }

  async #create({ app, service, slot, hash, node, origin, standby }: Extract<Step, { kind: 'create' }>): Promise<void> {
    const { random } = this.#parts;
    const driver = this.#parts.driverFor(service);
    const agent = newAgentId(app.name, service.name, slot, () => random.next());
    const port = service.port === null ? null : await this.#port(service, agent);
    const handle = driver.handle(agent, port);
    const body = { agent, app: app.name, service: service.name, slot, revision: app.revision, hash, node, isolation: driver.isolation, handle, ...(standby && { standby }) };
    await this.#append({ type: 'AgentCreated', actor: 'control:reconciler', ...because(origin), body });
  }

  /** Without a network of its own, an agent gets a port that is free; one that cannot be moved keeps what its code says. */
  async #port(service: Service, agent: Agent['id']): Promise<number | null> {
    const shared = [...this.#parts.state.current.nodes.values()].some((node) => sharesPorts(service, node));
    return shared && service.portAssignable && service.kind !== 'store' ? this.#parts.allocatePort(agent) : service.port;
  }

  async #prepare(agent: Agent, service: Service | undefined): Promise<void> {
    const task = await this.#task(agent, service);
    const driver = this.#driver(agent);
    await (this.#parts.state.current.standbys.has(agent.id) ? driver.hold(agent.handle, task) : driver.prepare(agent.handle, task));
    await this.#append({ type: 'AgentPrepared', actor: `driver:${agent.handle.driver}`, ...because(this.#last(agent)), body: { agent: agent.id } });
  }

  async #task(agent: Agent, service: Service | undefined): Promise<Task> {
    const app = this.#parts.state.current.apps.get(agent.app);
    if (!app || !service) throw new StratoError('control.revision-gone', `revision ${agent.revision} of ${agent.app} is gone`);
    const { app: name, service: serviceName, slot, revision, hash, node } = agent;
    return { ...(await this.#parts.task(agent, service, app)), label: { app: name, service: serviceName, slot, revision, hash, node } };
  }

  /**
   * A standby waits with what was right when it was made. Whatever it is started as, it gets the code of that; when anything else is different
   * by now, such as the value of a secret, it is given up, and its slot gets an agent that is made anew.
   */
  async #promote({ agent: standby, app, service, hash, origin }: Extract<Step, { kind: 'promote' }>): Promise<void> {
    const agent: Agent = { ...standby, revision: app.revision, hash };
    if (await this.#driver(agent).retask(agent.handle, await this.#task(agent, service))) return this.#start(agent, service, origin);
    await this.#append(unstarted(standby, 'it was prepared for other circumstances', origin ?? standby.last));
  }

  async #start(agent: Agent, service: Service | undefined, origin: Origin | undefined): Promise<void> {
    const { id, revision, hash } = agent;
    const standby = this.#parts.state.current.standbys.get(id);
    const becomes = standby && (standby.hash !== hash || standby.revision !== revision) ? { revision, hash } : {};
    if (agent.state !== 'starting') await this.#append({ type: 'AgentStarting', actor: 'control:reconciler', ...because(origin), body: { agent: id, ...becomes } });
    const report = await this.#driver(agent).start(agent.handle);
    this.#seen.take(report);
    if (report.status === 'running') await this.#append(running({ ...agent, last: this.#last(agent) }, report, service));
  }

  /** A verb that fails for good ends the agent; its slot tries again with another one. */
  async #attempt(agent: Agent, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const { code, message, why } = reportOf(error);
      if (code.startsWith('ledger.') || isOfTheMachine(error)) throw error;
      await this.#driver(agent).stop(agent.handle).catch(() => undefined);
      const { agents, standbys } = this.#parts.state.current;
      const current = agents.get(agent.id) ?? standbys.get(agent.id);
      const exit: Exit = { code: null, signal: null, outOfMemory: false, at: this.#parts.clock.now(), detail: why ? `${message}: ${why}` : message };
      await this.#append({ type: 'AgentExited', actor: `driver:${agent.handle.driver}`, ...because(this.#last(agent)), body: { agent: agent.id, exit, cause: 'start-failed', from: current?.state ?? agent.state } });
    }
  }

  async #terminate(agent: Agent, service: Service | undefined): Promise<void> {
    await this.#parts.router.drained(agent.id, drainTimeout);
    this.#seen.terminated(agent.id);
    await this.#driver(agent).signal(agent.handle, service?.stopSignal ?? 'SIGTERM');
    await this.#seen.look(agent);
  }

  async #remove(agent: Agent): Promise<void> {
    await this.#parts.archive(agent).catch(() => undefined);
    await this.#driver(agent).stop(agent.handle);
    await this.#driver(agent).remove(agent.handle);
    await this.#append({ type: 'AgentRemoved', actor: `driver:${agent.handle.driver}`, ...because(this.#last(agent)), body: { agent: agent.id } });
    this.#seen.forget(agent.id);
  }

  /** Adds what only a look at the output can tell, then writes the event down. */
  async #record(event: NewEvent): Promise<void> {
    if (event.type === 'AgentExited' && event.body.cause === 'crashed') {
      const tail = await this.#parts.tail(event.body.agent, tailLines).catch(() => []);
      const agent = this.#parts.state.current.agents.get(event.body.agent);
      const detail = event.body.exit.detail ?? describePortClash(tail, agent?.port ?? null) ?? lastLine(tail);
      await this.#append({ ...event, body: { ...event.body, exit: { ...event.body.exit, detail } } });
    } else if (event.type === 'RolloutFailed') {
      await this.#append({ ...event, body: { ...event.body, tail: await this.#failureTail(event.body.app, event.body.service) } });
    } else await this.#append(event);
  }

  async #failureTail(app: App['name'], service: Service['name'] | null): Promise<string[]> {
    const { slots } = this.#parts.state.current;
    const failed = [...slots].find(([key, slot]) => key.startsWith(`${app}/${service ?? ''}`) && slot.lastExit !== null && slot.failures > 0);
    return failed ? this.#parts.tail(failed[1].lastExit!.agent, tailLines).catch(() => []) : [];
  }

  async #erase(app: App): Promise<void> {
    await this.#parts.erase(app);
    await this.#append({ type: 'AppRemoved', actor: 'control:reconciler', ...because(app.decided['target']), body: { app: app.name, volumes: app.removeVolumes } });
  }

  /** What last happened to the agent: more may have than when the step was planned. */
  #last(agent: Agent): Origin {
    const { agents, standbys } = this.#parts.state.current;
    return (agents.get(agent.id) ?? standbys.get(agent.id) ?? agent).last;
  }

  #append(event: NewEvent): Promise<Event[]> {
    return this.#parts.ledger.append([event]);
  }

  #driver(agent: Agent) {
    const driver = this.#parts.drivers.get(agent.handle.driver);
    if (!driver) throw new StratoError('control.driver-gone', `the driver ${agent.handle.driver} of ${agent.id} does not work here any more`, { next: 'stratoswarm doctor says why' });
    return driver;
  }
}

function lastLine(tail: readonly string[]): string | null {
  const line = tail.findLast((candidate) => /error|exception|fatal|panic|not found|cannot/i.test(candidate) && candidate.trim() !== '') ?? tail.findLast((candidate) => candidate.trim() !== '');
  return line === undefined ? null : line.trim().slice(0, 300);
}

/** Errors of a machine that is full (errno(3)): they say nothing of the app, so no agent has failed by them, and no rollout; the step is tried again. */
const full = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'host.no-descriptors']);

function isOfTheMachine(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  return (typeof code === 'string' && full.has(code)) || (cause !== undefined && isOfTheMachine(cause));
}
