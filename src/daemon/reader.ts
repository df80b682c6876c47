import { mkdirSync } from 'node:fs';
import type { Backend } from '../api/backend.ts';
import type { ApiServer } from '../api/server.ts';
import type { Paths } from '../host/paths.ts';
import { fold } from '../ledger/state/fold.ts';
import { Live } from '../ledger/state/live.ts';
import { StratoError, emptyState, reportOf, type Event, type State } from '../model/index.ts';
import { complianceOf } from './compliance.ts';
import { ComplianceRules } from './compliance-file.ts';
import { Console } from './console.ts';
import type { Daemon } from './daemon.ts';
import { viewEvent } from './describe-event.ts';
import { subjectKeys } from './log-key.ts';
import { memoryOf } from './memory.ts';
import { Names } from './names.ts';
import { PastWorker } from './past-worker.ts';
import { serveAt, type Serving } from './serving.ts';
import { stateSnapshots } from './state-snapshots.ts';
import { systemClock as clock } from './system.ts';
import { viewAgent, viewAgents, viewApp, viewApps, viewNodes, viewRevisions, type ViewContext } from './views.ts';

export interface ReaderOptions {
  readonly paths: Paths;
  readonly version: string;
  readonly log: (line: string) => void;
  readonly serving: Serving;
  /** Of the database. */
  readonly url: string | undefined;
}

/**
 * A daemon that reads along in a ledger in PostgreSQL which another one leads, or nobody at the moment: it shows state, events, the past and the console, and changes
 * nothing. What only the leader's machine knows (output, measurements, doctor) it has not.
 */
export async function startReader({ paths, version, log, serving, url }: ReaderOptions): Promise<Daemon> {
  if (!url) throw new StratoError('ledger.read-only', 'reading along needs a ledger that can be reached from here', { next: 'set STRATOSWARM_LEDGER to its PostgreSQL database' });
  const [startedAt, startedMonotonic] = [clock.now(), clock.monotonic()];
  const report = (error: unknown, what: string) => {
    const { code, message, why } = reportOf(error);
    log(`${what}: ${message}${why ? ` (${why})` : ''} [${code}]`);
  };
  mkdirSync(paths.ledger, { recursive: true, mode: 0o700 });
  const { openPostgresReader } = await import('../ledger/store/postgres-reader.ts');
  const ledger = await openPostgresReader(url, { clock, directory: paths.ledger, subjects: subjectKeys(paths), report: (error) => report(error, 'ledger') });
  const live = await Live.open<State>({ ledger, fold, empty: emptyState, snapshots: stateSnapshots(paths.ledger, ledger.sealing!), report: (error) => report(error, 'state') });
  const past = new PastWorker(ledger, paths.ledger, clock);
  const names = new Names(ledger);
  const page = new Console(paths);
  const context: ViewContext = { origin: null, usage: () => undefined };
  const tell = (event: Event) => viewEvent(event, names.with(event, live.current.agents));
  const refuse = (): never => {
    throw new StratoError('ledger.read-only', 'this daemon only reads along, and changes nothing', { next: 'give the command to the daemon that leads the ledger' });
  };
  const refused = () => Promise.reject(new StratoError('ledger.read-only', 'this daemon only reads along', { next: 'ask the daemon that leads the ledger' }));
  let api: ApiServer | undefined;

  const backend: Backend = {
    status: () => ({
      version, pid: process.pid, startedAt, uptime: Math.floor(clock.monotonic() - startedMonotonic), head: ledger.head, ingress: { url: null, pid: null }, console: api?.url ?? null, nodes: viewNodes(live.current, context), apps: live.current.apps.size,
      agents: live.current.agents.filter((agent) => agent.state !== 'exited').size, standbys: [...live.current.standbys.keys()], warnings: ['This daemon only reads along; what it shows is led elsewhere'],
    }),
    doctor: refused,
    apps: () => viewApps(live.current, context),
    app(name) {
      const app = live.current.apps.get(name);
      return app && viewApp(app, live.current, context);
    },
    revisions(name) {
      const app = live.current.apps.get(name);
      return app && viewRevisions(app);
    },
    agents: () => viewAgents(live.current, context),
    agent(id) {
      const agent = live.current.agents.get(id);
      return agent && viewAgent(agent, context);
    },
    samples: () => [],
    nodes: () => viewNodes(live.current, context),
    head: () => ledger.head,
    async events({ before, limit, app, types }) {
      await names.learn();
      return (await ledger.history({ before, limit, app, types })).map(tell);
    },
    subscribe: (after, listener) => ledger.subscribe(after, (batch) => listener(batch.map(tell))),
    signedLog: { source: { extent: refused, rows: refused, tile: refused, checkpoints: refused }, key: '', sign: refused, archive: refused, erase: refused },
    propose: refused, plan: refused, diff: refused, deploy: refused, cancel: refused, exec: refused, upgradeIngress: refused,
    deployments: () => [],
    steps: refuse,
    logs: refuse,
    memory: memoryOf({ ledger, state: live, past, clock, context, tell, learn: () => names.learn() }),
    compliance: complianceOf({ lost: () => [], ledger, state: live, governor: { approve: refused, reject: refused }, clock, rules: new ComplianceRules(paths) }),
    snapshots: { list: () => [], view: refuse, take: refused, verify: refused, diff: refused, restore: refused, fork: refused, export: refused, import: refused, remove: refused },
    traffic: () => [],
    console: (path) => page.file(path),
  };
  api = await serveAt(serving, { backend, paths, clock, onFault: (error) => report(error, 'api') });
  void page.prepare();
  log(`reading along on ${paths.apiSocket}${api.url ? ` and ${api.url}` : ''}`);
  return {
    consoleUrl: api.url,
    async close() {
      past.close();
      await api!.close();
      await live.close();
      await ledger.close();
    },
  };
}
