import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { posix } from 'node:path';
import { type AppName, commandArgv, type EnvVar, type Isolation, type Plan, type PlannedService, Service, ServiceName, StratoError, VolumeName } from '../model/index.ts';
import type { Built } from '../build/build.ts';
import { frontOf, serves } from './front.ts';
import { dataDirectory, keeping, refuseSharedSqlite } from './keep/keep.ts';
import { refuseMissing } from './missing-env.ts';
import { movable } from './movable.ts';
import { grace, healthOf, pidsLimit, recreate, restartAlways, restartNever, rolling } from './policies.ts';
import { portPlaceholder } from './resolve.ts';
import type { ProvidedStore } from './stores/index.ts';
import { wire, type Wiring } from './wiring.ts';

export interface SpecifyOptions {
  /** Asked for by name; null takes the best that works. */
  readonly isolation: Isolation | null;
  /** Variables that are set for the app: name → key in its secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** Numbers of replicas asked for by name of the service. */
  readonly scale?: Readonly<Record<string, number>>;
  /** Ports that running showed, by name of the service. */
  readonly ports?: Readonly<Record<string, number>>;
  /** The stores that the app gets, by kind. */
  readonly stores: ReadonlyMap<string, ProvidedStore>;
  /** Each agent has an address of its own; otherwise stores listen on loopback, at a port that follows from app and kind. */
  readonly ownNetwork: boolean;
}

const staticServer = fileURLToPath(new URL('../network/static-server.ts', import.meta.url));
const notRun = new Set(['cli', 'library', 'store']);
const jobs = new Set(['job', 'ml-training', 'data-pipeline']);

/**
 * The services of a revision: what the plan says, with what was built, made complete. Pure: equal arguments give equal services. Throws
 * `env.missing` when a service needs a variable that nobody has set, `isolation.*` where an isolation cannot do what a service needs.
 */
export function specify(plan: Plan, built: ReadonlyMap<ServiceName, Built>, options: SpecifyOptions): Service[] {
  const runnable = plan.services.filter((service) => built.has(service.name) && !notRun.has(service.kind));
  if (!runnable.some((service) => service.start !== null || service.staticDir !== null || service.release !== null)) return [];
  const names = storeNames(plan, options);
  const starting = runnable.filter((service) => (service.start !== null || service.staticDir !== null) && !isShownBy(runnable, service));
  const wiring: Wiring = { given: options.env, stores: names, reachable: new Set(starting.filter(serves).map(({ name }) => name)) };
  const front = frontOf(plan, starting);
  const frontPlanned = starting.find(({ name }) => name === front);
  const environment = (service: PlannedService) => wire(plan, service, built.get(service.name)!.env, wiring);
  const releases = releaseJobs(runnable, built, [...names.values()], environment, options);
  const after = [...names.values(), ...releases.map(({ name }) => name)];
  const services = starting.map((service) => keeping(service, plannedService(service, built.get(service.name)!, { after, env: environment(service), routes: service.name === front ? ['/'] : passedFrom(frontPlanned, service.name), options })));
  const stores = [...names].map(([kind, name]) => storeService(plan.app.name, name, options.stores.get(kind)!, { ...options, isOpen: knowsNoPassword(name, [...releases, ...services]) }));
  const all = [...stores, ...releases, ...services].map((service) => Service.parse(service));
  refuseSharedSqlite(runnable, all);
  refuseMissing(plan, all);
  return all;
}

/** The paths under which pages ask for a service at their own address. */
function passedFrom(pages: PlannedService | undefined, name: ServiceName): string[] {
  return (pages?.passes ?? []).filter(({ service }) => service === name).map(({ path }) => path);
}

/** Whether the server of another service shows these pages. */
function isShownBy(services: readonly PlannedService[], { servedBy }: PlannedService): boolean {
  return servedBy !== undefined && services.some(({ name, start }) => name === servedBy.service && start !== null);
}

function plannedService(service: PlannedService, built: Built, given: { after: ServiceName[]; env: EnvVar[]; routes: string[]; options: SpecifyOptions }): Service {
  const { options } = given;
  // Whether somebody listens for datagrams cannot be asked, and nothing is led there: its port is as it is.
  const listens = service.ports[0]?.protocol !== 'udp' && (serves(service) || service.ports.length > 0 || service.readsPort);
  const port = listens ? (options.ports?.[service.name] ?? service.ports[0]?.port ?? 3000) : null;
  const isStatic = service.start === null;
  const argv = isStatic ? [process.execPath, staticServer, service.staticDir!] : movable(built.start ?? commandArgv(service.start!), port === null ? null : (service.ports[0]?.port ?? null));
  const limit = (what: 'cpu' | 'memory') => (service.resources.limits.includes(what) ? service.resources[what] : null);
  const [memory, cpu] = [limit('memory'), limit('cpu')];
  return {
    name: service.name, kind: service.kind, store: null,
    replicas: options.scale?.[service.name] ?? Math.max(service.scaling.replicas, 1),
    argv,
    cwd: posix.normalize(service.path), artefact: built.artefact, toolchain: built.toolchain, env: given.env,
    port, protocol: service.ports[0]?.protocol === 'tcp' || service.ports[0]?.protocol === 'grpc' ? 'tcp' : 'http',
    portAssignable: isStatic || service.readsPort || argv.some((argument) => argument.includes(portPlaceholder)) || given.env.some((variable) => 'value' in variable && variable.value === '{port}') || /\$\{?PORT\b|\bgunicorn\b/.test(service.start ?? ''),
    health: healthOf(service, port),
    resources: { pids: pidsLimit, ...(memory === null ? {} : { memory }), ...(cpu === null ? {} : { cpu }) },
    volumes: [], ...confinement(service, options.isolation), stopSignal: service.stop.signal ?? 'SIGTERM', grace: service.stop.grace ?? grace, update: rolling,
    restart: jobs.has(service.kind) ? restartNever : restartAlways,
    after: given.after, routes: given.routes,
  };
}

/** What somebody asked to have confined gets the rung that can, or none. */
function confinement({ name, security: { confined, policy } }: PlannedService, isolation: Isolation | null): Pick<Service, 'isolation' | 'syscalls'> {
  if (!confined || !policy?.seccomp) return { isolation };
  if (isolation === null || isolation === 'container') return { isolation: 'container', syscalls: policy.seccomp.calls };
  throw new StratoError('isolation.cannot-confine', `${name} cannot be confined with isolation ${isolation}`, { why: 'only containers refuse system calls', next: 'leave --isolation away, or the hint confine' });
}

/** Migrations and the like: once for each revision, before what needs them. Equal commands of one directory run once. */
function releaseJobs(services: readonly PlannedService[], built: ReadonlyMap<ServiceName, Built>, after: ServiceName[], environment: (service: PlannedService) => EnvVar[], options: SpecifyOptions): Service[] {
  const jobs = new Map<string, PlannedService>();
  for (const service of services) if (service.release !== null && !jobs.has(`${service.path}\0${service.release}`)) jobs.set(`${service.path}\0${service.release}`, service);
  const taken = new Set<string>(services.map(({ name }) => name));
  return [...jobs.values()].map((service, index) => {
    const { artefact, toolchain, release } = built.get(service.name)!;
    const name = ServiceName.parse(index === 0 && !taken.has('release') ? 'release' : `release-${service.name}`.slice(0, 40).replace(/-+$/, ''));
    return keeping(service, {
      name, kind: 'job', store: null, replicas: 1, argv: release ?? commandArgv(service.release!), cwd: posix.normalize(service.path), artefact, toolchain, env: environment(service),
      port: null, protocol: 'http', portAssignable: false, health: healthOf(service, null), resources: { pids: pidsLimit }, volumes: [], isolation: options.isolation,
      stopSignal: 'SIGTERM', grace, update: rolling, restart: restartNever, after, routes: [],
    });
  });
}

/** Whether services are told where a store is, and none of them how to get in: a password would keep all of them out. */
function knowsNoPassword(store: ServiceName, services: readonly Pick<Service, 'env'>[]): boolean {
  const told = services.flatMap(({ env }) => env.flatMap((variable) => ('store' in variable && variable.store === store ? [variable] : [])));
  return told.length > 0 && !told.some(({ fact, form }) => fact === 'password' || (fact === 'url' && (form?.includes('{password}') ?? true)));
}

const storeLogin = [['STORE_DATABASE', 'database'], ['STORE_PASSWORD', 'password'], ['STORE_USER', 'user']] as const;

function storeService(app: AppName, name: ServiceName, { definition, program }: ProvidedStore, options: SpecifyOptions & { isOpen: boolean }): Service {
  const port = options.ownNetwork ? definition.port : sharedPort(app, definition.kind);
  const readiness = { action: { kind: 'greeting' as const, protocol: definition.protocol }, interval: 2000, timeout: 5000, failures: 3, successes: 1 };
  return {
    name, kind: 'store', store: definition.kind, replicas: 1, argv: [...program.argv], cwd: '.', artefact: null, toolchain: [...program.toolchain],
    env: [
      ...(definition.keeps ? [{ name: 'DATA_DIRECTORY', value: dataDirectory }] : []), { name: 'LISTEN', value: options.ownNetwork ? '0.0.0.0' : '127.0.0.1' },
      ...(definition.user === null ? [] : storeLogin.map(([variable, fact]) => ({ name: variable, store: name, fact }))),
      // Only the app's own agents reach it then, not other apps, nor who else uses this machine's ports.
      ...(options.isOpen && options.ownNetwork && definition.mayBeOpen ? [{ name: 'STORE_OPEN', value: 'yes' }] : []),
    ],
    port, protocol: 'tcp', portAssignable: false,
    health: { startup: { action: program.ready === null ? readiness.action : { kind: 'exec', argv: [...program.ready] }, interval: 100, timeout: 10_000, failures: 1, successes: 1 }, readiness, liveness: null, deadline: 120_000 },
    resources: { pids: pidsLimit }, volumes: definition.keeps ? [{ volume: VolumeName.parse(`${name.slice(0, 35)}-data`), path: dataDirectory }] : [], isolation: options.isolation,
    stopSignal: definition.stopSignal, grace: definition.grace, update: recreate, restart: { ...restartAlways, attempts: 5 }, after: [], routes: [],
  };
}

/** A store is called by its kind, unless a service of the app has that name. */
function storeNames(plan: Plan, options: SpecifyOptions): Map<string, ServiceName> {
  const taken = new Set<string>(plan.services.map(({ name }) => name));
  return new Map([...options.stores.keys()].sort().map((kind) => [kind, ServiceName.parse(taken.has(kind) ? `${kind}-store` : kind)]));
}

/** Between 20000 and 29999, the same each time: below the range from which the kernel takes ports for connections (ip_local_port_range). */
export function sharedPort(app: AppName, kind: string): number {
  return 20_000 + (createHash('sha256').update(`${app}/${kind}`).digest().readUInt32BE(0) % 10_000);
}
