import type { DeploymentRequest } from '../api/requests.ts';
import type { DeploymentResult, DeploymentStep, DeploymentView } from '../api/views.ts';
import type { Governor } from '../control/governor.ts';
import { builtWith, Recorder, versionOf } from '../control/outside.ts';
import type { StateSource } from '../control/parts.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { AppName, StratoError, because, isSecretIn, originOf, replicaWarning, reportOf, whyAlone, type App, type Clock, type NewEvent, type Origin, type Plan, type Random, type Service, type Source } from '../model/index.ts';
import { masked } from '../services/index.ts';
import { afterFailure, takenOver } from './advice.ts';
import type { Workshop, WorkResult } from './workshop.ts';

/** Milliseconds between two looks at what a rollout waits for. */
const patienceReport = 5000;

export interface DeploymentParts {
  readonly ledger: Ledger;
  readonly state: StateSource;
  readonly governor: Governor;
  readonly clock: Clock;
  readonly random: Random;
  readonly workshop: Workshop;
  /** Throws what a person has to supply, as far as that is known before anything is built. */
  check(plan: Plan, request: DeploymentRequest): Promise<void>;
  /** What is built, made runnable: stores added, variables wired, defaults filled in. Throws what a person has to supply. */
  specify(plan: Plan, built: WorkResult['built'], request: DeploymentRequest): Promise<Service[]>;
  /** The variables that the builds of a plan are given. */
  buildVariables(plan: Plan, request: DeploymentRequest): Readonly<Record<string, string>>;
  /** The plan with what services like its own showed here. */
  advise(plan: Plan): Plan;
  url(app: App): string | null;
}

/** Takes a source through the house once: fetch, analyse, build, propose; then tells how the rollout goes. */
export class Deployment {
  readonly view: DeploymentView;
  readonly #request: DeploymentRequest;
  readonly #reason: string | undefined;
  readonly #parts: DeploymentParts;
  readonly #inTurn: <T>(app: AppName, act: () => Promise<T>) => Promise<T>;
  readonly #abort = new AbortController();
  readonly #steps: DeploymentStep[] = [];
  readonly #readers = new Set<() => void>();
  #began = new Map<DeploymentStep['step'], number>();
  #admitted = false;
  /** What builds were given. */
  #variables: Readonly<Record<string, string>> = {};
  #plan: Plan | undefined;
  /** The last event of this deployment; what comes next follows from it. */
  #last: Promise<Origin | undefined> = Promise.resolve(undefined);

  constructor(id: string, request: DeploymentRequest, actor: string, reason: string | undefined, parts: DeploymentParts, inTurn: <T>(app: AppName, act: () => Promise<T>) => Promise<T>) {
    this.#reason = reason;
    this.#inTurn = inTurn;
    const { kind, location } = request.source;
    this.view = { id, app: null, source: { kind, location }, actor, state: 'running', startedAt: parts.clock.now(), finishedAt: null };
    this.#request = request;
    this.#parts = parts;
  }

  async run(): Promise<void> {
    try {
      const { app, revision, warnings } = await this.#prepare();
      await this.#watch(app, revision, warnings);
    } catch (error) {
      await this.#fail(error);
    }
    this.view.finishedAt = this.#parts.clock.now();
    this.#tellReaders();
    this.#parts.workshop.started();
  }

  cancel(): void {
    if (this.view.state !== 'running' || this.#admitted) throw new StratoError('deployment.finished', 'it was admitted already', { next: 'stratoswarm rollback goes back' });
    this.#abort.abort(new StratoError('deployment.cancelled', 'the deployment was cancelled'));
  }

  async *follow(after: number, signal: AbortSignal): AsyncGenerator<DeploymentStep> {
    let next = after;
    let wake: () => void = () => undefined;
    const reader = () => wake();
    this.#readers.add(reader);
    signal.addEventListener('abort', reader, { once: true });
    try {
      while (!signal.aborted) {
        while (next < this.#steps.length) yield this.#steps[next++]!;
        if (this.view.finishedAt !== null) return;
        await new Promise<void>((resolve) => { wake = resolve; });
      }
    } finally {
      this.#readers.delete(reader);
    }
  }

  async #prepare(): Promise<{ app: AppName; revision: number; warnings: string[] }> {
    const { workshop, governor, clock } = this.#parts;
    const began = clock.monotonic();
    let checked: Promise<void> = Promise.resolve();
    const { plan: read, source, built } = await workshop.build(this.#request, this.#abort.signal, {
      begin: (step, text) => this.#step(step, 'begin', text),
      line: (step, text) => this.#step(step, 'line', text),
      end: (step, text) => this.#step(step, 'end', text),
      planned: (plan) => {
        const app = plan.app.name;
        this.#plan = plan;
        this.view.app = app;
        checked = this.#parts.check(plan, this.#request);
        checked.catch((error: unknown) => this.#abort.abort(error));
        const body = { app, deployment: this.view.id, location: this.#request.source.location };
        void this.#append({ type: 'DeploymentRequested', actor: this.view.actor, body }).catch(() => undefined);
        return this.#variablesFor(plan);
      },
    });
    await Promise.all([this.#last, checked]);
    const plan = this.#parts.advise(read);
    const app = plan.app.name;
    const results = Object.values(built);
    const body = { app, deployment: this.view.id, artefacts: [...new Set(results.map((result) => result.artefact))], cached: results.every((result) => result.cached), milliseconds: clock.monotonic() - began };
    const origin = await this.#append({ type: 'BuildFinished', actor: this.view.actor, body });
    const { services, replaced, decision } = await this.#inTurn(app, async () => {
      const specified = await this.#parts.specify(plan, built, this.#request);
      this.#step('admit', 'begin', 'Asking the governor');
      const proposal = { ...proposalOf(app, plan, specified, source, built, this.view.actor), ...(this.#reason !== undefined && { reason: this.#reason }) };
      governor.check(proposal);
      const taken = takenOver(this.#parts.state.current.apps.get(app), source);
      this.#abort.signal.throwIfAborted();
      this.#admitted = true;
      return { services: specified, replaced: taken, decision: await governor.propose(proposal, origin) };
    });
    this.#step('admit', 'end', `Revision ${decision.revision} admitted`);
    const dangers = plan.findings.filter(({ severity }) => !['info', 'low'].includes(severity)).map(({ message, fix }) => `${message}: ${fix}`);
    const crowds = services.flatMap(({ name, replicas }) => {
      const planned = plan.services.find((service) => service.name === name);
      return planned === undefined ? [] : replicaWarning(name, replicas, whyAlone(planned)) ?? [];
    });
    return { app, revision: decision.revision!, warnings: [...replaced, ...crowds, ...dangers] };
  }

  /** What builds are given; nothing, and the deployment fails, when it cannot be read. */
  #variablesFor(plan: Plan): Readonly<Record<string, string>> {
    try {
      this.#variables = this.#parts.buildVariables(plan, this.#request);
    } catch (error) {
      this.#abort.abort(error);
    }
    return this.#variables;
  }

  /** Tells how the rollout goes until it is ready, has failed or was overtaken. */
  async #watch(app: AppName, revision: number, warnings: string[]): Promise<void> {
    const { state, clock } = this.#parts;
    this.#step('start', 'begin', `Starting revision ${revision}`);
    let told = '';
    await new Promise<void>((resolve, reject) => {
      let cancelTimer: () => void = () => undefined;
      const end = (settle: () => void) => {
        cancel();
        cancelTimer();
        settle();
      };
      const look = () => {
        const verdict = verdictOn(state.current.apps.get(app), revision);
        if (verdict === 'ready') return end(resolve);
        if (verdict !== 'going') return end(() => {
          for (const line of tailOf(verdict)) this.#step('start', 'line', line);
          reject(verdict);
        });
      };
      const report = () => {
        const text = waitingFor(state.current.agents.values(), app);
        if (text !== '' && text !== told) this.#step('start', 'line', text);
        told = text;
        cancelTimer = clock.after(patienceReport, report);
      };
      const cancel = state.onChange(look);
      cancelTimer = clock.after(patienceReport, report);
      look();
    });
    const known = state.current.apps.get(app)!;
    const url = this.#parts.url(known);
    this.#step('start', 'end', `Revision ${revision} is ready`);
    const result: DeploymentResult = { app, url, revision, ...(warnings.length > 0 && { warnings }) };
    this.view.state = 'ready';
    this.#step('ready', 'end', url ? `${app} answers at ${url}` : `${app} runs`, result);
  }

  async #fail(error: unknown): Promise<void> {
    const report = reportOf(error);
    const cancelled = report.code === 'deployment.cancelled';
    this.view.state = cancelled ? 'cancelled' : 'failed';
    if (this.view.app !== null && !this.#admitted) {
      const secrets = Object.entries({ ...this.#variables, ...this.#request.env }).filter(([name]) => this.#plan === undefined || isSecretIn(this.#plan, name));
      const tail = (error instanceof StratoError ? tailOf(error) : []).map((line) => masked(line, secrets));
      const told = { ...report, message: masked(report.message, secrets), ...(report.why !== undefined && { why: masked(report.why, secrets) }), details: undefined };
      const body = { app: this.view.app as AppName, deployment: this.view.id, error: told, tail };
      await this.#append({ type: 'DeploymentFailed', actor: this.view.actor, body }).catch(() => undefined);
    }
    this.#step('failed', 'end', report.message, report);
  }

  /** Appends one event of this deployment, after the one before it and because of it. */
  #append(event: NewEvent): Promise<Origin> {
    const appended = this.#last.catch(() => undefined).then(async (last) => {
      const [written] = await this.#parts.ledger.append([{ ...event, correlation: this.view.id, ...(last && because(last)) }]);
      return originOf(written!);
    });
    this.#last = appended;
    return appended;
  }

  #step(step: DeploymentStep['step'], kind: DeploymentStep['kind'], text: string, result?: unknown): void {
    const now = this.#parts.clock.monotonic();
    if (kind === 'begin') this.#began.set(step, now);
    const began = this.#began.get(step);
    const milliseconds = kind === 'end' && began !== undefined ? Math.round(now - began) : null;
    this.#steps.push({ deployment: this.view.id, index: this.#steps.length + 1, step, text, kind, milliseconds, result });
    this.#tellReaders();
  }

  #tellReaders(): void {
    for (const reader of this.#readers) reader();
  }
}

function proposalOf(app: AppName, plan: Plan, services: Service[], source: Source, built: WorkResult['built'], actor: string) {
  const confidence = plan.app.confidence;
  const outside = new Recorder();
  const version = versionOf(outside, source);
  builtWith(outside, () => built);
  for (const { name, similar } of plan.services.slice(0, 30)) if (similar) outside.read('experience', `services like ${name}`, () => similar);
  return {
    app, actor, confidence, change: { kind: 'deploy' as const, plan, services, source: { ...source, version } },
    reasoning: `${services.map((service) => service.name).join(', ')} as the code says`,
    evidence: plan.services.flatMap((service) => service.evidence.slice(0, 1)),
    expected: `${app} answers with the new revision`,
    readings: outside.readings,
  };
}

/** How the rollout of a revision stands: an error says how it failed. */
export function verdictOn(app: App | undefined, revision: number): 'ready' | 'going' | StratoError {
  if (!app) return new StratoError('deployment.overtaken', 'the app was removed meanwhile');
  const { rollout } = app;
  if (rollout?.revision === revision) {
    if (rollout.state === 'monitoring' || rollout.state === 'succeeded') return 'ready';
    if (rollout.state !== 'failed') return 'going';
    const back = rollout.from === null ? 'nothing was left running' : `revision ${rollout.from} serves on`;
    return new StratoError('deployment.failed', `revision ${revision} of ${app.name} failed: ${rollout.reason}`, { why: back, next: afterFailure(app, rollout), details: { tail: [...rollout.tail], revision } });
  }
  if (app.stable === revision) return 'ready';
  if (rollout?.kind === 'rollback') return new StratoError('deployment.failed', `revision ${revision} of ${app.name} failed, and revision ${rollout.revision} serves again`, { next: `stratoswarm events --app ${app.name} says why` });
  return new StratoError('deployment.overtaken', `another change of ${app.name} came before revision ${revision} was ready`, { next: `stratoswarm status ${app.name}` });
}

/** The last output of what failed. */
function tailOf({ details }: StratoError): readonly string[] {
  return (details as { tail?: readonly string[] } | undefined)?.tail ?? [];
}

function waitingFor(agents: Iterable<{ app: string; service: string; state: string; port: number | null }>, app: string): string {
  const waiting = [...agents].filter((agent) => agent.app === app && !['ready', 'stopping', 'exited'].includes(agent.state));
  return [...new Set(waiting.map((agent) => (agent.state === 'running' && agent.port !== null ? `${agent.service} runs, but does not answer on port ${agent.port} yet` : `${agent.service} is ${agent.state}`)))].join('; ');
}
