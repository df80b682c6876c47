import { parseCpu, parseMemory, ServiceKind, StoreKind, StratoError, type Confidences, type Hint, type PlannedService } from '../../model/index.ts';
import { recordedRuntimes, recordingOf } from '../security/policy/policy.ts';

/** How far a person goes: wishes, settings, or a part of the plan written by hand. */
export type Level = Hint['level'];

/** One thing that a person may say. Adding one is an entry here. */
export interface HintDefinition {
  /** As it is written: `budget-conscious`; with a value, `memory`. A wish may end in a part that varies, as a time. */
  readonly name: string;
  readonly level: Level;
  /** What stands for its value, for help; absent for a wish. */
  readonly value?: string;
  /** For a wish whose end varies: what the end looks like. */
  readonly end?: RegExp;
  readonly summary: string;
  /** What it settles. */
  readonly field?: keyof Confidences;
  /**
   * Changes the service and says what it did, in a few words; undefined where it has no meaning for this service. Throws what makes the value
   * impossible.
   */
  apply(service: PlannedService, value: string): string | undefined;
}

const serves = (service: PlannedService) => ['web', 'api', 'ml-inference'].includes(service.kind);

function atLeast(service: PlannedService, replicas: number, why: string): string | undefined {
  if (!serves(service) || !service.scaling.stateless || service.scaling.singleton) return undefined;
  const count = Math.max(service.scaling.replicas, replicas);
  service.scaling = { ...service.scaling, replicas: count, reason: why };
  return `${count} replicas`;
}

/** The end of the range that memory was estimated in; no change where nothing was. */
function memoryAt(service: PlannedService, end: 0 | 1): string | undefined {
  const { memoryRange } = service.resources;
  if (memoryRange === null) return undefined;
  service.resources = { ...service.resources, memory: memoryRange[end] };
  return `the ${end === 0 ? 'least' : 'most'} memory that is expected to do`;
}

const both = (...effects: (string | undefined)[]) => effects.filter((effect) => effect !== undefined).join(', ') || undefined;

/** The command that is `none` means that there is no such step. */
const command = (field: 'install' | 'build' | 'start' | 'release') => (service: PlannedService, value: string) => {
  service[field] = value === 'none' ? null : value;
  return value === 'none' ? `no ${field}` : `${field} is ${value}`;
};

/** Everything that can be said, in the order of the help. */
export const hintDefinitions: readonly HintDefinition[] = [
  { name: 'optimize-for-latency', level: 'hint', summary: 'answers quickly: two replicas at least, and memory to spare', apply: (service) => both(atLeast(service, 2, 'asked to answer quickly'), memoryAt(service, 1)) },
  { name: 'optimize-for-throughput', level: 'hint', summary: 'answers many: three replicas at least', apply: (service) => atLeast(service, 3, 'asked to answer many') },
  { name: 'high-availability', level: 'hint', summary: 'one agent may fail unnoticed: two replicas at least', apply: (service) => atLeast(service, 2, 'asked to stay up when one agent fails') },
  { name: 'budget-conscious', level: 'hint', summary: 'costs little: one replica, and the least memory that is expected to do', apply: (service) => both(oneReplica(service), memoryAt(service, 0)) },
  { name: 'optimize-for-cost', level: 'hint', summary: 'the same as budget-conscious', apply: (service) => both(oneReplica(service), memoryAt(service, 0)) },
  {
    name: 'expect-traffic-spike', level: 'hint', end: /^-?(([01]?\d|2[0-3])(:[0-5]\d)?(am|pm)?)?$/i, summary: 'with a time, as expect-traffic-spike-9am: one replica more than otherwise',
    apply: (service, when) => atLeast(service, service.scaling.replicas + 1, `a rush is expected${when === '' ? '' : ` at ${when}`}`),
  },
  { name: 'stateless', level: 'hint', summary: 'keeps nothing between requests: may have replicas', apply: (service) => stateful(service, true) },
  { name: 'stateful', level: 'hint', summary: 'keeps something between requests: one replica', apply: (service) => stateful(service, false) },
  { name: 'confine', level: 'hint', summary: 'system calls beyond those that its runtime and its code are known to need are refused to it: containers only', apply: confine },
  { name: 'replicas', value: 'N', level: 'preference', summary: 'how many agents', apply: (service, value) => {
    if (!/^\d{1,3}$/.test(value)) throw new RangeError('a number from 0 to 999');
    service.scaling = { ...service.scaling, replicas: Number(value), reason: 'asked for' };
    return `${value} replicas`;
  } },
  { name: 'memory', value: 'SIZE', level: 'preference', summary: 'most memory of each agent, as 512Mi', apply: (service, value) => {
    service.resources = { ...limited(service, 'memory'), memory: amount(() => parseMemory(value)) };
    return `memory ${value}`;
  } },
  { name: 'cpu', value: 'CORES', level: 'preference', summary: 'most CPU of each agent, as 0.5 or 500m', apply: (service, value) => {
    service.resources = { ...limited(service, 'cpu'), cpu: amount(() => parseCpu(value)) };
    return `CPU ${value}`;
  } },
  { name: 'runtime', value: 'VERSION', level: 'preference', field: 'runtime', summary: 'version of the language, as 22 or 3.12', apply: (service, value) => {
    if (!/^[\w.+*^~<>=| -]{1,40}$/.test(value)) throw new RangeError('a version, as 22 or 3.12');
    if (service.runtime === null) return undefined;
    service.runtime = { name: service.runtime.name, version: /\d+(\.\d+)*/.exec(value)?.[0] ?? null, range: value };
    return `${service.runtime.name} ${value}`;
  } },
  { name: 'elsewhere', value: 'STORE', level: 'preference', summary: 'a store, as mongodb, that is run elsewhere or not needed: none is run for it here', apply: (service, value) => {
    if (!StoreKind.safeParse(value).success) throw new RangeError('a kind of store, as mongodb');
    if (!service.stores.some(({ kind }) => kind === value)) return undefined;
    service.stores = service.stores.filter(({ kind }) => kind !== value);
    return `${value} is elsewhere`;
  } },
  { name: 'start', value: 'COMMAND', level: 'detailed', field: 'start', summary: 'the command that starts it', apply: command('start') },
  { name: 'build', value: 'COMMAND', level: 'detailed', field: 'build', summary: 'the command that builds it; none for no build', apply: command('build') },
  { name: 'install', value: 'COMMAND', level: 'detailed', field: 'install', summary: 'the command that brings its dependencies; none for none', apply: command('install') },
  { name: 'release', value: 'COMMAND', level: 'detailed', field: 'release', summary: 'what runs once before a new revision starts, as migrations; none for nothing', apply: command('release') },
  { name: 'port', value: 'N', level: 'detailed', field: 'ports', summary: 'the port that it listens on', apply: (service, value) => {
    const port = Number(value);
    if (!/^\d{1,5}$/.test(value) || port < 1 || port > 65_535) throw new RangeError('a port from 1 to 65535');
    service.ports = [{ port, protocol: service.ports[0]?.protocol ?? 'http' }];
    return `port ${value}`;
  } },
  { name: 'health', value: 'PATH', level: 'detailed', field: 'health', summary: 'the path that says whether it is well, as /healthz', apply: (service, value) => {
    if (!/^\/[^\s]*$/.test(value)) throw new RangeError('a path, as /healthz');
    service.health = { path: value };
    return `health ${value}`;
  } },
  { name: 'kind', value: 'KIND', level: 'detailed', field: 'kind', summary: 'what it is: web, api, worker, cron, job, static …', apply: (service, value) => {
    const kind = ServiceKind.safeParse(value);
    if (!kind.success) throw new RangeError(`one of ${ServiceKind.options.join(', ')}`);
    service.kind = kind.data;
    return `a ${value}`;
  } },
  { name: 'static-dir', value: 'DIR', level: 'detailed', field: 'staticDir', summary: 'the directory whose files are served', apply: (service, value) => {
    if (value.startsWith('/') || value.split('/').includes('..')) throw new RangeError('a directory within the code');
    service.staticDir = value;
    return `files of ${value}`;
  } },
];

/** Every word that begins a hint, for suggestions. */
export const hintNames: readonly string[] = hintDefinitions.map(({ name }) => name);

/** The definition that a written name means, with what varies at its end. */
export function definitionOf(name: string): { definition: HintDefinition; end: string } | undefined {
  for (const definition of hintDefinitions) {
    if (definition.name === name) return { definition, end: '' };
    const end = name.startsWith(definition.name) ? name.slice(definition.name.length) : undefined;
    if (end !== undefined && definition.end?.test(end)) return { definition, end: end.replace(/^-/, '') };
  }
  return undefined;
}

/** What is asked for becomes a limit; what is estimated does not. */
function limited({ resources }: PlannedService, what: 'cpu' | 'memory'): PlannedService['resources'] {
  return { ...resources, limits: [...new Set([...resources.limits, what])] };
}

function oneReplica(service: PlannedService): string | undefined {
  if (service.scaling.replicas <= 1) return undefined;
  service.scaling = { ...service.scaling, replicas: 1, reason: 'asked to cost little' };
  return 'one replica';
}

function confine(service: PlannedService): string | undefined {
  if (service.kind === 'static') return undefined;
  if (!recordingOf(service.language)) {
    throw new StratoError('hint.impossible', `${service.name} cannot be confined`, { why: `what ${service.language ?? 'its language'} needs of the system is not recorded for ${process.arch}`, next: `there are recordings of ${recordedRuntimes().join(', ') || 'no runtime'} here: confine those services by name, as confine:web` });
  }
  service.security = { ...service.security, confined: true };
  return 'system calls that it is not known to need are refused';
}

function stateful(service: PlannedService, stateless: boolean): string {
  const reason = stateless ? 'said to keep nothing between requests' : 'said to keep something between requests';
  service.scaling = { ...service.scaling, stateless, sticky: false, singleton: false, replicas: stateless ? service.scaling.replicas : 1, reason };
  return stateless ? 'may have replicas' : 'one replica';
}

function amount(parse: () => number): number {
  try {
    return parse();
  } catch (error) {
    throw new RangeError((error as StratoError).next?.replace(/^write /, '') ?? 'an amount', { cause: error });
  }
}
