import type { AppName, ArtefactId, Plan, Proposal, Service, ServiceName } from '../model/index.ts';
import type { SeededRandom } from './random.ts';

/** A service as small as one can be; `change` says what matters. */
export function sampleService(name: string, change: Partial<Service> = {}): Service {
  const probe = { action: { kind: 'tcp' as const }, interval: 50, timeout: 500, failures: 3, successes: 1 };
  return {
    name: name as ServiceName, kind: 'web', store: null, replicas: 1, argv: ['run'], cwd: '.', artefact: null, toolchain: [], env: [{ name: 'BEHAVIOUR', value: 'good' }], port: 3000, protocol: 'http', portAssignable: true,
    health: { startup: probe, readiness: { ...probe, interval: 1000 }, liveness: null, deadline: 8000 },
    resources: {}, volumes: [], isolation: null, stopSignal: 'SIGTERM', grace: 1000,
    update: { strategy: 'rolling', parallelism: 1, monitor: 3000, maxFailureRatio: 0 },
    restart: { policy: 'always', base: 100, cap: 5000, stableAfter: 5000, attempts: 3 },
    after: [], routes: ['/'], ...change,
  };
}

/** The change that deploys `services`. */
export function deployChange(app: string, services: Service[]): Extract<Proposal['change'], { kind: 'deploy' }> {
  const plan: Plan = { schemaVersion: 1, app: { name: app as AppName, kind: 'web', confidence: 1 }, services: [], edges: [], stores: [], external: [], findings: [], questions: [], hints: [], skipped: [] };
  return { kind: 'deploy', plan, services, source: { kind: 'path', location: '/app', version: null } };
}

const apps = ['shop', 'blog'];

/** What a restless person does next: deploys good, bad and hanging revisions, scales, rolls back, stops, starts, removes. */
export function nextProposal(random: SeededRandom): Proposal {
  const app = random.pick(apps) as AppName;
  const base = { app, actor: 'user:test', reasoning: 'because', confidence: 1 };
  const kind = random.pick(['deploy', 'deploy', 'deploy', 'scale', 'scale', 'rollback', 'stop', 'start', 'replace', 'remove'] as const);
  switch (kind) {
    case 'deploy':
      return { ...base, change: deployChange(app, randomServices(random)) };
    case 'scale':
      return { ...base, change: { kind, service: 'web' as ServiceName, replicas: random.between(0, 4) } };
    case 'rollback':
      return { ...base, change: { kind, revision: random.between(1, 4) } };
    case 'replace':
      return { ...base, change: { kind, service: 'web' as ServiceName, slot: random.chance(0.5) ? 0 : null } };
    case 'remove':
      return { ...base, change: { kind, volumes: random.chance(0.5) } };
    default:
      return { ...base, change: { kind } };
  }
}

/** An artefact for each version. */
export function artefactOf(version: number): ArtefactId {
  return `sha256-${String(version).repeat(64)}` as ArtefactId;
}

function randomServices(random: SeededRandom): Service[] {
  const behaviour = random.pick(['good', 'good', 'good', 'crashes', 'hangs']);
  const env = [{ name: 'BEHAVIOUR', value: behaviour }, { name: 'SETTING', value: String(random.between(1, 2)) }];
  const db = sampleService('db', { kind: 'store', store: 'postgresql', routes: [], update: { strategy: 'recreate', parallelism: 1, monitor: 3000, maxFailureRatio: 0 } });
  const web = sampleService('web', { env, artefact: artefactOf(random.between(1, 3)), replicas: random.between(1, 3), after: random.chance(0.5) ? ['db' as ServiceName] : [] });
  web.update = { ...web.update, parallelism: random.between(1, 2) };
  const worker = sampleService('worker', { kind: 'worker', port: null, routes: [], health: { startup: null, readiness: null, liveness: null, deadline: 8000 } });
  return [web, ...(web.after.length > 0 || random.chance(0.3) ? [db] : []), ...(random.chance(0.4) ? [worker] : [])];
}
