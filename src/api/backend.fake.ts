import { PassThrough } from 'node:stream';
import { StratoError, type AgentId, type Decision, type Plan, type Proposal } from '../model/index.ts';
import type { Execution } from '../drivers/driver.ts';
import { fakeCompliance } from './compliance.fake.ts';
import { fakeMemory } from './memory.fake.ts';
import { deployScript, eventOf, shopAgent, shopApp, shopPlan } from './shop.fake.ts';
import { fakeSnapshots } from './snapshots.fake.ts';
import type { Backend, EventQuery, LogQuery, SnapshotBackend } from './backend.ts';
import type { DeploymentRequest, SourceRequest } from './requests.ts';
import type { AgentView, AppView, DeploymentStep, DeploymentView, DiffView, EventView, LogLine, RevisionView } from './views.ts';

/**
 * A backend for tests of what stands before the daemon: one app `shop` with two web agents, which does at once what is proposed.
 * Everything that it was asked for is kept in `asked`.
 */
export class FakeBackend implements Backend {
  readonly asked: { what: string; with: unknown }[] = [];
  readonly proposals: Proposal[] = [];
  readonly memory = fakeMemory(this);
  readonly compliance = fakeCompliance(this);
  shop: AppView | undefined = shopApp();
  shopAgents: AgentView[] = [shopAgent(0), shopAgent(1)];
  log: EventView[] = [eventOf(1, 'DaemonStarted', null), eventOf(2, 'DecisionAdmitted', 'shop'), eventOf(3, 'AgentReady', 'shop')];
  /** Steps that a deployment goes through; a `failed` one makes it fail. */
  script: Omit<DeploymentStep, 'deployment' | 'index'>[] = deployScript();
  thePlan: Plan = shopPlan();
  refusal: StratoError | undefined;
  readonly #listeners = new Set<(batch: readonly EventView[]) => void>();
  readonly #steps = new Map<string, DeploymentStep[]>();

  status() {
    return {
      version: '0.1.0', pid: process.pid, startedAt: 1000, uptime: 90_000, head: this.head(), ingress: { url: 'http://localhost:8080', pid: 42 }, console: null,
      nodes: [...this.nodes()], apps: this.apps().length, agents: this.agents().length, standbys: [], warnings: [],
    };
  }

  async doctor() {
    return [
      { area: 'isolation', name: 'namespace', works: true, detail: 'own network', remedy: null },
      { area: 'isolation', name: 'vm', works: false, detail: 'no /dev/kvm', remedy: 'load the kvm module' },
    ];
  }

  apps() {
    return this.shop === undefined ? [] : [this.shop];
  }

  app(name: string) {
    return this.apps().find((app) => app.name === name);
  }

  revisions(name: string): RevisionView[] | undefined {
    const source = { kind: 'path', location: '/srv/shop', version: null };
    return name === this.shop?.name
      ? [2, 1].map((number) => ({ number, admittedAt: number * 1000, actor: 'user:ada', source, current: number === this.shop!.revision, stable: number === this.shop!.stable, services: ['web'] }))
      : undefined;
  }

  readonly snapshots: SnapshotBackend = fakeSnapshots((what, given) => this.asked.push({ what, with: given }));

  agents() {
    return this.shopAgents;
  }

  agent(id: string) {
    return this.shopAgents.find((agent) => agent.id === id);
  }

  samples() {
    return [{ time: 1000, cpu: 12, memory: 1024, pids: 3 }];
  }

  nodes() {
    return [{ name: 'here', cpu: 2000, memory: 2 ** 31, availability: 'active', usage: null }];
  }

  readonly signedLog: Backend['signedLog'] = {
    key: 'example.com/log+00000000+AQ==',
    source: {
      extent: async () => ({ head: this.head(), minimum: 0, hash: new Uint8Array(32), archives: [] }),
      rows: async (after) => (after === 0 ? [{ position: 1, remaining: 0, hash: new Uint8Array(32), event: '{}' }] : []),
      tile: async (level) => (level === 0 ? new Uint8Array(32) : undefined),
      checkpoints: async () => [],
      postings: async (first) => [{ term: 'type:AppDeployed', block: first, offsets: new Uint8Array([0]) }],
    },
    sign: async () => 'example.com/log\n0\n',
    erase: async (subject) => ({ [subject]: 'user:erased-0' }),
    archive: async (archived) => void this.asked.push({ what: 'archive', with: archived }),
  };

  head() {
    return this.log.at(-1)?.position ?? 0;
  }

  async events({ before = Infinity, limit, app, types }: EventQuery) {
    return this.log.filter((event) => event.position < before && (app === undefined || event.app === app) && (types === undefined || types.includes(event.type))).toReversed().slice(0, limit);
  }

  subscribe(after: number, listener: (batch: readonly EventView[]) => void) {
    this.#listeners.add(listener);
    queueMicrotask(() => this.#listeners.has(listener) && listener(this.log.filter(({ position }) => position > after)));
    return () => void this.#listeners.delete(listener);
  }

  get subscribers(): number {
    return this.#listeners.size;
  }

  happen(type: string, app: string | null): void {
    const event = eventOf(this.head() + 1, type, app);
    this.log.push(event);
    for (const listener of this.#listeners) listener([event]);
  }

  async propose(proposal: Proposal): Promise<Decision> {
    if (this.refusal !== undefined) throw this.refusal;
    this.proposals.push(proposal);
    this.#apply(proposal.change);
    this.happen('DecisionAdmitted', proposal.app);
    return { basedOn: null, evidence: [], expected: '', ...proposal, id: `d${this.proposals.length}`, revision: null, admittedBy: ['schema', 'quota'] } as Decision;
  }

  #apply(change: Proposal['change']): void {
    const { shop } = this;
    if (shop === undefined) return;
    if (change.kind === 'remove') {
      this.shop = undefined;
      this.shopAgents = [];
    } else if (change.kind === 'scale') {
      this.shopAgents = Array.from({ length: change.replicas }, (_, slot) => shopAgent(slot));
      this.shop = { ...shop, services: shop.services.map((service) => ({ ...service, replicas: change.replicas, ready: change.replicas })) };
    } else if (change.kind === 'rollback') {
      this.shop = { ...shop, revision: change.revision, rollout: { revision: change.revision, from: shop.revision, kind: 'rollback', state: 'succeeded', startedAt: 1, readyAt: 2, reason: null, tail: [] } };
    } else if (change.kind === 'stop') {
      this.shop = { ...shop, desired: 'stopped', status: 'stopped' };
      this.shopAgents = [];
    } else if (change.kind === 'start') {
      this.shop = { ...shop, desired: 'running', status: 'running' };
      this.shopAgents = [shopAgent(0), shopAgent(1)];
    } else if (change.kind === 'replace') {
      this.shopAgents = this.shopAgents.map((agent) => ({ ...agent, id: agent.id.replace(/.$/, 'z') }));
    }
  }

  async plan(request: SourceRequest) {
    this.asked.push({ what: 'plan', with: request });
    this.#refuseMissing(request);
    return this.thePlan;
  }

  async diff(request: SourceRequest): Promise<DiffView> {
    this.asked.push({ what: 'diff', with: request });
    this.#refuseMissing(request);
    return { app: 'shop', revision: 2, changes: [{ kind: 'changed', path: 'services.web.start', before: 'node a.js', after: 'node b.js' }, { kind: 'changed', path: 'services.web.resources.memory', before: 117_440_512, after: 25_294_848 }] };
  }

  #refuseMissing({ source }: SourceRequest): void {
    if (source.location.includes('nowhere')) throw new StratoError('source.missing', `There is nothing at ${source.location}`, { next: 'check the path' });
  }

  async deploy(request: DeploymentRequest, actor: string) {
    this.asked.push({ what: 'deploy', with: { ...request, actor } });
    const id = `dep${this.#steps.size + 1}`;
    this.#steps.set(id, this.script.map((step, i) => ({ ...step, deployment: id, index: i + 1 })));
    return id;
  }

  deployments(): DeploymentView[] {
    return [...this.#steps.keys()].map((id) => ({ id, app: 'shop', source: { kind: 'path', location: '/srv/shop' }, actor: 'user:ada', state: 'ready', startedAt: 1, finishedAt: 2 }));
  }

  async *steps(deployment: string, after: number, _signal: AbortSignal): AsyncGenerator<DeploymentStep> {
    const steps = this.#steps.get(deployment);
    if (steps === undefined) throw new StratoError('deployment.unknown', `There is no deployment ${deployment}`);
    yield* steps.slice(after);
  }

  async cancel(deployment: string) {
    this.asked.push({ what: 'cancel', with: deployment });
    if (!this.#steps.has(deployment)) throw new StratoError('deployment.unknown', `There is no deployment ${deployment}`);
  }

  async *logs({ service, slot, tail, follow, previous, from }: LogQuery, signal: AbortSignal): AsyncGenerator<LogLine> {
    this.asked.push({ what: 'logs', with: { service, slot, tail, follow, ...(previous && { previous }), from } });
    for (const agent of this.shopAgents.filter((candidate) => (service === undefined || candidate.service === service) && (slot === undefined || candidate.slot === slot))) {
      let offset = 0;
      const lines: LogLine[] = [];
      for (const line of ['listening', 'GET /', 'GET /cart']) {
        lines.push({ agent: agent.id, service: agent.service, slot: agent.slot, offset, next: offset + line.length + 1, line });
        offset += line.length + 1;
      }
      const resumed = from[agent.id];
      yield* resumed === undefined ? lines.slice(-(tail ?? lines.length)) : lines.filter((line) => line.offset >= resumed);
    }
    if (follow) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  }

  /** `cat` gives its input back, `fail` ends with 7, anything else prints its arguments; a terminal is announced. */
  async exec(agent: AgentId, argv: readonly string[], options: { terminal?: { columns: number; rows: number }; signal: AbortSignal }): Promise<Execution> {
    this.asked.push({ what: 'exec', with: { agent, argv, terminal: options.terminal ?? null } });
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const exit = new Promise<number>((resolve) => {
      options.signal.addEventListener('abort', () => {
        this.asked.push({ what: 'exec-aborted', with: agent });
        stdout.end();
        resolve(143);
      });
      stdout.on('end', () => resolve(argv[0] === 'fail' ? 7 : 0));
    });
    stderr.end(argv[0] === 'fail' ? 'it failed\n' : '');
    if (argv[0] === 'cat') stdin.pipe(stdout);
    else {
      stdin.resume();
      stdout.end(`${argv.join(' ')}\n${options.terminal === undefined ? '' : `${options.terminal.columns}x${options.terminal.rows}\n`}`);
    }
    return { stdin, stdout, stderr, exit, resize: (size) => void this.asked.push({ what: 'resize', with: size }) };
  }

  traffic() {
    return [{ app: 'shop', service: 'web', status: '2xx', requests: 12 }];
  }

  async upgradeIngress() {
    return { pid: 43 };
  }

  console(path: string) {
    return path === '/' ? { body: '<!doctype html><title>Stratoswarm</title>', type: 'text/html; charset=utf-8', etag: '"1"' } : undefined;
  }
}
