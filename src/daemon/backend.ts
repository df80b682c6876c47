import type { Backend, ConsoleFile, EventQuery, LogQuery, SignedLog, SnapshotBackend, TrafficCounter } from '../api/backend.ts';
import { diffPlans } from '../api/diff.ts';
import type { DeploymentRequest, SourceRequest } from '../api/requests.ts';
import type { DoctorRow, EventView, StatusView } from '../api/views.ts';
import type { Governor } from '../control/governor.ts';
import type { StateSource } from '../control/parts.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { StratoError, targetRevision, type AgentId, type Clock, type Event, type Proposal } from '../model/index.ts';
import type { IngressStatus } from '../network/ingress/status.ts';
import type { IngressRouter } from '../network/router.ts';
import type { Secrets } from '../services/index.ts';
import type { Sampler } from '../telemetry/sampler.ts';
import type { Console } from './console.ts';
import type { Deployments } from './deployments.ts';
import { viewEvent } from './describe-event.ts';
import { complianceOf } from './compliance.ts';
import type { ComplianceRules } from './compliance-file.ts';
import { memoryOf } from './memory.ts';
import { Names } from './names.ts';
import type { Output } from './output.ts';
import type { Learning } from './learning.ts';
import type { PastWorker } from './past-worker.ts';
import type { Rungs } from './rungs.ts';
import { viewAgent, viewAgents, viewApp, viewApps, viewNodes, viewRevisions, type ViewContext } from './views.ts';

export interface BackendParts {
  readonly ledger: Ledger;
  readonly signedLog: SignedLog;
  readonly state: StateSource;
  readonly past: PastWorker;
  readonly rules: ComplianceRules;
  readonly secrets: Pick<Secrets, 'lost'>;
  readonly clock: Clock;
  readonly governor: Governor;
  readonly deployments: Deployments;
  readonly rungs: Rungs;
  readonly ingress: IngressRouter;
  readonly learning: Pick<Learning, 'mostMemory'>;
  readonly sampler: Sampler;
  readonly output: Output;
  readonly console: Console;
  readonly snapshots: SnapshotBackend;
  readonly doctor: () => Promise<DoctorRow[]>;
  readonly version: string;
  readonly startedAt: number;
  /** The same by the clock that never steps. */
  readonly startedMonotonic: number;
  readonly consoleUrl: () => string | null;
  readonly warnings: () => string[];
  readonly ingressStatus: () => IngressStatus | null;
}

/** The daemon as the API sees it. */
export function backendOf(parts: BackendParts): Backend {
  const { ledger, state, governor, deployments, rungs, sampler, output } = parts;
  const names = new Names(ledger);
  const context: ViewContext = {
    get origin() {
      const { port } = parts.ingress;
      return port === null ? null : (host: string) => urlOf(host, port);
    },
    usage: (agent) => sampler.samples.latest(agent),
    mostMemory: (app, service) => parts.learning.mostMemory(app, service),
  };
  const tell = (event: Event): EventView => viewEvent(event, names.with(event, state.current.agents));

  return {
    status: () => statusOf(parts, context),
    doctor: parts.doctor,
    apps: () => viewApps(state.current, context),
    app(name) {
      sampler.attend();
      const app = state.current.apps.get(name);
      return app && viewApp(app, state.current, context);
    },
    revisions(name) {
      const app = state.current.apps.get(name);
      return app && viewRevisions(app);
    },
    agents() {
      sampler.attend();
      return viewAgents(state.current, context);
    },
    agent(id) {
      const agent = state.current.agents.get(id);
      return agent && viewAgent(agent, context);
    },
    samples(id) {
      sampler.attend();
      return sampler.samples.of(id);
    },
    nodes: () => viewNodes(state.current, context),
    head: () => ledger.head,
    signedLog: parts.signedLog,
    async events({ before, limit, app, types }: EventQuery) {
      await names.learn();
      return (await ledger.history({ before, limit, app, types })).map(tell);
    },
    subscribe: (after, listener) => ledger.subscribe(after, (batch) => listener(batch.map(tell))),
    snapshots: parts.snapshots,
    propose: (proposal: Proposal) => governor.propose(proposal),
    plan: (request: SourceRequest, signal) => deployments.plan(request, signal),
    async diff(request: SourceRequest, signal) {
      const plan = await deployments.plan(request, signal);
      const app = state.current.apps.get(plan.app.name);
      const before = app ? targetRevision(app) : undefined;
      return { app: plan.app.name, revision: before?.number ?? null, changes: diffPlans(before?.plan ?? null, plan) };
    },
    async deploy(request: DeploymentRequest, actor: string, reason?: string) {
      if (request.isolation !== undefined) await rungs.tryOut(request.isolation);
      if (request.isolation !== undefined && !rungs.isolations.includes(request.isolation)) throw rungs.unavailable(request.isolation);
      return deployments.start(request, actor, reason);
    },
    deployments: () => deployments.views(),
    steps: (deployment, after, signal) => deployments.steps(deployment, after, signal),
    cancel: (deployment) => deployments.cancel(deployment),
    logs: (query: LogQuery, signal) => output.lines(query, signal),
    async exec(id: AgentId, argv, options) {
      const agent = state.current.agents.get(id);
      if (!agent) throw new StratoError('agent.unknown', `there is no agent ${id}`, { next: 'stratoswarm ps lists them' });
      if (!['running', 'ready', 'unready'].includes(agent.state)) throw new StratoError('agent.not-running', `${id} is ${agent.state}`, { next: 'wait until it is ready' });
      return rungs.drivers.get(agent.handle.driver)!.exec(agent.handle, argv, options);
    },
    compliance: complianceOf({ ledger, state, governor, clock: parts.clock, rules: parts.rules, lost: (app, services) => parts.secrets.lost(app, services) }),
    memory: memoryOf({ ledger, state, past: parts.past, clock: parts.clock, context, tell, learn: () => names.learn() }),
    traffic: () => trafficOf(parts.ingressStatus()),
    async upgradeIngress() {
      const { pid } = await parts.ingress.upgrade();
      return { pid };
    },
    console: (path): ConsoleFile | undefined => parts.console.file(path),
  };
}

function statusOf(parts: BackendParts, context: ViewContext): StatusView {
  const { current } = parts.state;
  const ingress = parts.ingressStatus();
  return {
    version: parts.version,
    pid: process.pid,
    startedAt: parts.startedAt,
    uptime: Math.floor(parts.clock.monotonic() - parts.startedMonotonic),
    head: parts.ledger.head,
    ingress: { url: parts.ingress.url, pid: ingress?.pid ?? null },
    console: parts.consoleUrl(),
    nodes: viewNodes(current, context),
    apps: current.apps.size,
    agents: current.agents.filter((agent) => agent.state !== 'exited').size,
    standbys: [...current.standbys.keys()],
    warnings: parts.warnings(),
  };
}

function trafficOf(status: IngressStatus | null): TrafficCounter[] {
  return (status?.services ?? []).flatMap(({ app, service, responses }) =>
    responses.map((requests, digit) => ({ app, service, status: `${digit}xx`, requests })).filter(({ status: code, requests }) => code !== '0xx' && requests > 0));
}

/** `shop.localhost/api` on port 8080 → `http://shop.localhost:8080/api`. */
export function urlOf(host: string, port: number): string {
  const slash = host.indexOf('/');
  const [name, path] = slash < 0 ? [host, ''] : [host.slice(0, slash), host.slice(slash)];
  return `http://${name}${port === 80 ? '' : `:${port}`}${path}`;
}
