import type { Evidence } from '../../model/index.ts';
import type { Resolver } from '../calls/resolve.ts';
import type { Setting } from '../calls/settings.ts';
import type { Draft } from '../draft.ts';
import { differing, seen } from '../draft.ts';
import type { EnvRead } from '../facts/env-read.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { parseUrl } from '../facts/urls.ts';
import type { Tree } from '../tree/tree.ts';
import type { ConfiguredStore } from './configured.ts';
import { configuredStores } from './configured.ts';
import { isOnlyInMemory } from './data-files.ts';
import type { Engine } from './engine.ts';
import { alternativesIn, chosenEngine, engineBeside, engineOfAlternatives, relationalKinds, unaskedEngine } from './engine.ts';
import type { Sign } from './in-code.ts';
import { codeSigns, packageSigns } from './in-code.ts';
import { isAddressOf, isSample, settingSigns } from './in-settings.ts';
import { isServer, signsOf, storeKinds } from './kinds.ts';
import { migrationSigns } from './migrations.ts';

export interface FoundStore {
  kind: string;
  envVars: string[];
  confidence: number;
  evidence: Evidence[];
  /** The code asks whether it is there, and goes on without it. */
  optional: boolean;
}

/** A database inside the program: with it, drivers that only stand among the dependencies are for others' settings. */
const embedded = ['com.h2database:h2', 'org.hsqldb:hsqldb', 'org.apache.derby:derby'];

/** Kinds of which an app uses one: what the variables of "the database" are about. */
const databases = new Set(['postgresql', 'mysql', 'mariadb', 'sqlite', 'mssql', 'mongodb']);
const genericName = /^(DATABASE|DB|SQL|SPRING_DATASOURCE|DSN|JDBC|DIRECT|QUARKUS|CACHE|BROKER|KV)(_|$)|^\w+_DATABASE_URL$|_DB_UR[LI]$/;
const addressPart = /(URL|URI|DSN|HOST|HOSTS|HOSTNAME|PORT|USER|USERNAME|PASS|PASSWORD|PWD|NAME|DB|DATABASE|ADDR|ADDRESS|SERVER|SERVERS|CONNECTION|CONNECTION_STRING|CONNSTR|CONN|STRING|CONNECT|ENDPOINT|BROKER|BROKERS|BACKEND|NODE|PATH|FILE|BUCKET\w*|NODES|AUTH_TOKEN|DATASOURCE_JDBC_URL)$|^MEMCACHED?$/;

/** What a service is made of, as far as stores can be seen in it. */
export interface StoreSources {
  code: readonly FileFacts[];
  files: readonly string[];
  settings: readonly Setting[];
  resolver: Resolver;
}

/**
 * The stores that a service uses, the surest first: by its dependencies and imports, connection strings, configuration of
 * data layers, variables with a telling name, and what stands beside it in a Compose file.
 */
export function storesOf(tree: Tree, draft: Draft, { code, files, settings, resolver }: StoreSources): FoundStore[] {
  const reads = code.flatMap((facts) => facts.env.map((read) => ({ ...read, file: facts.path })));
  const written = [...packageSigns(draft, code).filter(({ kind }) => !draft.frameworks.has('laravel') || !offered.has(kind)), ...codeSigns(draft, code, resolver)];
  const named = configuredStores(tree, draft, files);
  const spoken = new Set(written.filter(({ kind, chosen }) => chosen && relationalKinds.has(kind)).map(({ kind }) => kind));
  const told = chosenEngine(draft, reads) ?? unaskedEngine(tree, new Set(written.filter(({ kind }) => relationalKinds.has(kind)).map(({ evidence }) => evidence.file))) ?? engineBeside(draft, reads, spoken);
  const engine = told ?? engineOfAlternatives(draft, named);
  // What the code is written for besides the one that is chosen nobody chose.
  const inCode = written.map((sign) => (told !== undefined && relationalKinds.has(sign.kind) && sign.kind !== told.kind && written.some(({ kind }) => kind === told.kind) ? { ...sign, chosen: false } : sign));
  const alternatives = new Set(alternativesIn(named));
  const configured = named.filter((sign) => !isOfSkeleton(draft, sign, named)).map((sign): Sign => ({ ...sign, chosen: !alternatives.has(sign) }));
  const clients = new Set([...inCode, ...configured].filter(({ kind, confidence }) => databases.has(kind) && confidence >= 0.6).map(({ kind }) => kind));
  // Beside a program of Go that links nothing for databases, migrations are for another program of the module.
  const migrates = draft.language !== 'go' || clients.size > 0 || code.length === 0 || code.some(({ imports }) => imports.some(({ name }) => /sql|gorm|\borm\b|\bbun\b|\bent\b|pgx|\bpq\b|database/.test(name)));
  const signs = [
    ...inCode, ...[...settingSigns(draft, settings, resolver), ...givenSigns(draft)].filter((sign) => !isLeftOver(sign, reads, clients) && !isOfSkeleton(draft, sign, named)), ...variableSigns(draft, reads),
    ...configured, ...(engine ? [{ kind: engine.kind, confidence: 0.9, chosen: true, evidence: engine.evidence }] : []), ...besideSigns(draft), ...(migrates ? migrationSigns(tree, files) : []),
  ];
  const found = [...Map.groupBy(signs, ({ kind }) => kind)].map(([kind, seenIn]): Weighed => {
    const sorted = seenIn.toSorted((a, b) => b.confidence - a.confidence);
    const several = new Set(sorted.map(({ evidence }) => `${evidence.file}:${evidence.line}`)).size > 1 && sorted[0]!.confidence >= 0.6;
    const evidence = differing(sorted.map((sign) => sign.evidence));
    return {
      kind, envVars: [...new Set(sorted.flatMap(({ envVars }) => envVars ?? []))], confidence: Math.min(0.99, sorted[0]!.confidence + (several ? 0.03 : 0)),
      chosen: Math.max(0, ...sorted.filter((sign) => sign.chosen).map((sign) => sign.confidence)), evidence: evidence.slice(0, 6), optional: false,
    };
  });
  const kept = withBroker(draft, withoutRivals(withoutOptional(draft, withoutOffered(draft, withoutUnconfigured(draft, withoutTargets(found, signs), signs, reads)), engine), embedded.some((name) => draft.dependencies.has(name)))).filter(({ confidence }) => confidence >= 0.6).sort((a, b) => b.confidence - a.confidence || (a.kind < b.kind ? -1 : 1));
  for (const store of kept) nameVariables(store, kept, draft, reads);
  const asked = new Set(code.flatMap((facts) => facts.askedSettings));
  const held = kept.filter(({ kind, envVars }) => !(kind === 'sqlite' && envVars.length === 0 && isOnlyInMemory(tree, draft, code)));
  return held.map(({ kind, envVars, confidence, evidence }) => ({ kind, envVars, confidence, evidence, optional: !draft.stores.has(kind) && (isOptional(envVars, reads, asked) || goesWithout({ kind, envVars }, kept, signs)) }));
}

/**
 * Whether an app can do without a server: models, which only some of its requests ask, and a server that the code could speak to besides its database, without a variable, a setting or an address that says where one is.
 */
function goesWithout({ kind, envVars }: Pick<FoundStore, 'kind' | 'envVars'>, all: readonly FoundStore[], signs: readonly Sign[]): boolean {
  if (envVars.length > 0 || !isServer(kind)) return false;
  if (kind === 'ollama') return true;
  const isPlaced = (one: string) => signs.some((sign) => sign.kind === one && !/^(?:imports|depends on|calls|PDO of) (?!https?:)/.test(sign.evidence.why));
  return !isPlaced(kind) && all.some((other) => other.kind !== kind && databases.has(other.kind) && (other.envVars.length > 0 || !isServer(other.kind) || isPlaced(other.kind)));
}

interface Weighed extends FoundStore {
  /** How sure it is that somebody chose it. */
  chosen: number;
}

/** Variables that only one kind of store has. */
function variableSigns(draft: Draft, reads: readonly (EnvRead & { file: string })[]): Sign[] {
  const signs: Sign[] = [];
  for (const { name, file, line } of reads) {
    if (isCatalogue(draft, file)) continue;
    // A cloud sets its own name before those by which it connects a database that it runs.
    const plain = name.replace(/^AZURE_(?=(?:MYSQL|POSTGRESQL|REDIS)_)/, '');
    for (const { kind, envVars } of storeKinds) if (envVars.test(plain) && !genericName.test(plain) && isAddressOf(kind, plain)) signs.push({ kind, confidence: 0.7, chosen: false, evidence: seen(file, line, `reads ${name}`) });
  }
  return signs;
}

/** Addresses among the variables that are given. */
function givenSigns(draft: Draft): Sign[] {
  return [...draft.given].flatMap(([name, { value, evidence }]) => {
    const scheme = value === null ? undefined : parseUrl(value, evidence.line)?.scheme;
    const spoken = scheme === undefined ? [] : storeKinds.filter(({ schemes }) => schemes.includes(scheme));
    return spoken.map(({ kind }): Sign => ({ kind, variable: name, confidence: 0.85, chosen: true, evidence: { ...evidence, why: `${name} is an address of ${kind}` } }));
  });
}

/**
 * Whether a variable that only a sample gives speaks of a database for nothing: no code reads it, and code and configuration choose others. Templates
 * leave such lines behind.
 */
function isLeftOver({ kind, variable, evidence }: Sign, reads: readonly EnvRead[], clients: ReadonlySet<string>): boolean {
  return variable !== undefined && isSample(evidence.file) && clients.size > 0 && databases.has(kind) && !clients.has(kind) && !reads.some(({ name }) => name === variable);
}

/**
 * Whether a setting stands where a framework's generator put it, and the app says otherwise: the address of Redis for Action Cable in an app of Rails without the gem for Redis, the engine in a sample of Laravel
 * whose configuration was changed to another than any skeleton has.
 */
function isOfSkeleton(draft: Draft, { kind, evidence: { file } }: Pick<Sign, 'kind' | 'evidence'>, configured: readonly ConfiguredStore[]): boolean {
  if (kind === 'redis' && /(^|\/)config\/cable\.ya?ml$/.test(file)) return draft.frameworks.has('rails') && !draft.dependencies.has('redis');
  const isChanged = configured.some((sign) => /(^|\/)config\/database\.php$/.test(sign.evidence.file) && ['postgresql', 'mssql', 'mariadb'].includes(sign.kind) && sign.kind !== kind);
  return draft.frameworks.has('laravel') && ['mysql', 'sqlite'].includes(kind) && isSample(file) && isChanged;
}

function besideSigns(draft: Draft): Sign[] {
  return [
    ...[...draft.stores].map(([kind, evidence]): Sign => ({ kind, confidence: 0.9, chosen: true, evidence })),
    ...[...draft.nearby].map(([kind, evidence]): Sign => ({ kind, confidence: 0.75, chosen: false, evidence })),
  ];
}

/** Packages that Celery brings along, whatever its broker is: a list of all that is installed names them, too. */
const brought = ['amqp', 'kombu', 'vine', 'librabbitmq'];

/** Celery without a word about its broker speaks AMQP (Celery's configuration, `broker_url`). */
function withBroker(draft: Draft, found: Weighed[]): Weighed[] {
  const celery = draft.dependencies.get('celery');
  const has = (...kinds: string[]) => found.some(({ kind, confidence }) => kinds.includes(kind) && confidence >= 0.6);
  if (celery && has('redis', 'sqs', 'kafka')) return found.filter(({ kind, chosen, evidence }) => kind !== 'rabbitmq' || chosen > 0 || !evidence.every((one) => brought.some((name) => draft.dependencies.get(name) === one)));
  if (!celery || has('redis', 'rabbitmq', 'sqs', 'kafka') || draft.dependencies.has('django-celery-results')) return found;
  return [...found.filter(({ kind }) => kind !== 'rabbitmq'), { kind: 'rabbitmq', envVars: [], confidence: 0.65, chosen: 0, evidence: [celery], optional: false }];
}

/** Where a variable or a schema chooses the engine, without the other databases that the code could speak to. SQLite as what is taken without a word yields to the only server that it could. */
function withoutOptional(draft: Draft, found: Weighed[], engine: Engine | undefined): Weighed[] {
  const servers = found.filter(({ kind, confidence }) => relationalKinds.has(kind) && kind !== 'sqlite' && confidence >= 0.6);
  if (!engine || (engine.kind === 'sqlite' && !engine.unasked && servers.length === 1)) return found;
  return found.filter(({ kind, chosen }) => !relationalKinds.has(kind) || kind === engine.kind || draft.stores.has(kind) || chosen >= 0.9);
}

/**
 * Without the servers that an app only has clients for: it speaks to several, and neither a variable nor a setting, an address or a neighbour says where one of them is, so it is
 * told by those who use it, as what watches or shows the servers of others is.
 */
function withoutTargets(found: readonly Weighed[], signs: readonly Sign[]): Weighed[] {
  const unplaced = new Set(found.filter(({ kind, chosen, envVars, confidence }) => confidence >= 0.6 && chosen === 0 && envVars.length === 0 && isServer(kind) && signs.every((sign) => sign.kind !== kind || /^(?:imports|depends on) /.test(sign.evidence.why))).map(({ kind }) => kind));
  return unplaced.size < mostUnplaced ? [...found] : found.filter(({ kind }) => !unplaced.has(kind));
}

/** Without the databases that code of several could speak to as well, where one stands beside the app and nothing but that code tells of the others. */
function withoutOffered(draft: Draft, found: Weighed[]): Weighed[] {
  const all = found.filter(({ kind, confidence }) => databases.has(kind) && kind !== 'sqlite' && confidence >= 0.6);
  const beside = all.filter(({ kind }) => draft.stores.has(kind));
  const others = all.filter(({ kind, envVars }) => !draft.stores.has(kind) && !draft.nearby.has(kind) && envVars.length === 0);
  return beside.length === 1 && others.length >= 2 && others.length === all.length - 1 ? found.filter((store) => !others.includes(store)) : found;
}

/** Packages by which settings of Django may name another database than is written there. */
const readsDatabase = /^(dj-database-url|django-environ|environs|django-configurations|django-heroku|django-on-heroku)$/;

/** Django speaks to what its settings name: a driver that only stands among the packages is none of them. */
function withoutUnconfigured(draft: Draft, found: Weighed[], signs: readonly Sign[], reads: readonly EnvRead[]): Weighed[] {
  const isWritten = found.some(({ kind, chosen }) => kind === 'sqlite' && chosen >= 0.9) && !reads.some(({ name }) => /(^|_)(DB|DATABASE|SQL)(_|$)/.test(name));
  if (!draft.frameworks.has('django') || !isWritten || [...draft.dependencies.keys()].some((name) => readsDatabase.test(name))) return found;
  return found.filter(({ kind, envVars }) => !relationalKinds.has(kind) || kind === 'sqlite' || envVars.length > 0 || signs.some((sign) => sign.kind === kind && !sign.evidence.why.startsWith('depends on ')));
}

/** So many servers nobody runs beside one app without a word of where they are. */
const mostUnplaced = 4;

/** What Laravel's skeleton offers through packages, whether it is used or not. */
const offered = new Set(['redis', 'memcached', 's3', 'sqs', 'dynamodb']);

/** Configuration in which a framework lists every store that it could use. */
function isCatalogue(draft: Draft, file: string): boolean {
  return draft.frameworks.has('laravel') && /(^|\/)config\/\w+\.php$/i.test(file);
}

/**
 * Of several databases that the code could speak to, the ones that are used: SQLite beside a server's database is what developers use, a
 * database told only by a dependency yields to one that somebody chose.
 */
function withoutRivals(found: Weighed[], inside: boolean): Weighed[] {
  const sql = found.filter(({ kind }) => relationalKinds.has(kind));
  const servers = sql.filter(({ kind }) => kind !== 'sqlite');
  // Clients of several servers, of which nobody chose one, are there for hosts that choose; what the configuration says is what it is otherwise.
  if (servers.length > 1 && servers.every((store) => store.chosen === 0) && sql.some((store) => store.kind === 'sqlite' && store.chosen >= 0.9)) return found.filter((store) => !servers.includes(store));
  const best = Math.max(0, ...servers.map(({ confidence }) => confidence));
  const chosen = Math.max(0, ...servers.map((store) => store.chosen));
  return found.filter((store) => {
    if (!relationalKinds.has(store.kind)) return true;
    if (store.confidence < 0.9 && inside && store.chosen < 0.8) return false;
    if (store.kind === 'sqlite') return best < 0.8 || store.confidence > best + 0.05;
    if (store.kind === 'mariadb' && sql.some((other) => other.kind === 'mysql' && other.chosen >= store.chosen)) return false;
    if (store.kind === 'mysql' && sql.some((other) => other.kind === 'mariadb' && other.chosen > store.chosen)) return false;
    if (chosen >= 0.85 && store.chosen < 0.8 && !store.evidence.some(({ why }) => why.startsWith('imports '))) return false;
    return store.confidence >= best - 0.12;
  });
}

/** Whether the variables that say where a store is, or the `settings` that hold them, are asked for, all that are read and have no value otherwise. */
function isOptional(envVars: readonly string[], reads: readonly EnvRead[], settings: ReadonlySet<string>): boolean {
  const addresses = envVars.filter((name) => /UR[IL]|DSN|HOST|SERVER|ADDR|CONN|NODES?$|BROKERS?$|ENDPOINT/.test(name));
  const own = reads.filter(({ name }) => addresses.includes(name));
  return own.length > 0 && own.every((read) => !read.required && read.default === null) && addresses.some((name) => own.some((read) => read.name === name && (read.asked || read.holder === name && settings.has(name))));
}

function nameVariables(store: FoundStore, all: readonly FoundStore[], draft: Draft, reads: readonly (EnvRead & { file: string })[]): void {
  const signs = signsOf(store.kind)!;
  const main = all.filter(({ kind }) => databases.has(kind)).sort((a, b) => b.confidence - a.confidence)[0];
  const names = new Set<string>(store.envVars);
  const elsewhereUrl = new Set(reads.filter((read) => /^https?:/.test(read.default ?? '') && !['elasticsearch', 'opensearch', 'clickhouse', 's3', 'qdrant', 'chroma', 'dynamodb'].includes(store.kind)).map((read) => read.name));
  for (const name of [...reads.map((read) => read.name).filter((known) => !elsewhereUrl.has(known)), ...draft.given.keys(), ...draft.placeholders.map(({ name }) => name)]) {
    if (!signs.envVars.test(name) || !addressPart.test(name) || (draft.frameworks.has('laravel') && name.endsWith('_CONNECTION'))) continue;
    if (databases.has(store.kind) && genericName.test(name) && main !== store) continue;
    const elsewhere = all.some((other) => other !== store && signsOf(other.kind)!.envVars.test(name) && name.startsWith(other.kind.toUpperCase().slice(0, 5)));
    if (!elsewhere) names.add(name);
  }
  // A program in Go tells its driver what it is to open.
  const ownClient = draft.language !== 'go' && [...draft.dependencies.keys()].some((name) => name === 'pg' || name.startsWith('psycopg') || name.includes('lib/pq') || name.includes('pgx') || name === 'postgres' || name === 'asyncpg');
  if (names.size === 0 && signs.ambient && ownClient) for (const name of signs.ambient) names.add(name);
  store.envVars = [...names].sort();
}
