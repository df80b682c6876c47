import type { Evidence } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { EnvRead } from '../facts/env.ts';
import type { FileFacts } from '../facts/file.ts';
import { parseUrl } from '../facts/urls.ts';
import type { Tree } from '../tree/tree.ts';
import { configuredStores } from './configured.ts';
import type { StoreSigns } from './kinds.ts';
import { storeKinds } from './kinds.ts';

export interface FoundStore {
  kind: string;
  envVars: string[];
  confidence: number;
  evidence: Evidence[];
}

/** A database inside the program: with it, drivers that only stand among the dependencies are for others' settings. */
const embedded = ['com.h2database:h2', 'org.hsqldb:hsqldb', 'org.apache.derby:derby'];

/** Kinds of which an app uses one: what the variables of "the database" are about. */
const databases = new Set(['postgresql', 'mysql', 'mariadb', 'sqlite', 'mssql', 'mongodb']);
const genericName = /^(DATABASE|DB|SQL|SPRING_DATASOURCE|DSN|JDBC|DIRECT|QUARKUS|CACHE|BROKER|KV)(_|$)|^\w+_DATABASE_URL$|_DB_UR[LI]$/;
const addressPart = /(URL|URI|DSN|HOST|HOSTS|HOSTNAME|PORT|USER|USERNAME|PASS|PASSWORD|PWD|NAME|DB|DATABASE|ADDR|ADDRESS|SERVER|SERVERS|CONNECTION|CONNECTION_STRING|CONNSTR|CONN|STRING|CONNECT|ENDPOINT|BROKER|BROKERS|BACKEND|NODE|PATH|FILE|BUCKET\w*|NODES|AUTH_TOKEN|DATASOURCE_JDBC_URL)$/;

/**
 * The stores that a service uses, the surest first: by its dependencies and imports, connection strings, configuration of
 * data layers, variables with a telling name, and what stands beside it in a Compose file.
 */
export function storesOf(tree: Tree, draft: Draft, code: readonly FileFacts[]): FoundStore[] {
  const reads = code.flatMap((facts) => facts.env.map((read) => ({ ...read, file: facts.path })));
  const configured = configuredStores(tree, draft);
  const found = storeKinds.flatMap((signs) => {
    const seenIn = [...signsIn(signs, draft, code, reads), ...configured.filter(({ kind }) => kind === signs.kind)];
    if (seenIn.length === 0) return [];
    const confidence = Math.min(0.99, Math.max(...seenIn.map((sign) => sign.confidence)) + (seenIn.length > 1 ? 0.03 : 0));
    const told = configured.filter(({ kind }) => kind === signs.kind).flatMap(({ envVars }) => envVars);
    return [{ kind: signs.kind, envVars: told, confidence, evidence: seenIn.map(({ evidence }) => evidence).slice(0, 6) }];
  });
  const kept = withoutRivals(found, embedded.some((name) => draft.dependencies.has(name)));
  for (const store of kept) nameVariables(store, kept, draft, reads);
  return kept.filter(({ confidence }) => confidence >= 0.6).sort((a, b) => b.confidence - a.confidence);
}

interface Sign {
  confidence: number;
  evidence: Evidence;
}

function signsIn(signs: StoreSigns, draft: Draft, code: readonly FileFacts[], reads: readonly (EnvRead & { file: string })[]): Sign[] {
  const result: Sign[] = [];
  for (const [name, evidence] of draft.dependencies) {
    if (signs.packages.some((known) => name === known || (known.includes('/') && name.startsWith(`${known}/`)))) result.push({ confidence: 0.82, evidence });
  }
  for (const facts of code) {
    const used = facts.imports.find(({ name }) => isImportOf(name, facts.language, signs));
    if (used) result.push({ confidence: 0.93, evidence: seen(facts.path, used.line, `imports ${used.name}`) });
    const url = facts.urls.find(({ scheme }) => signs.schemes.includes(scheme));
    if (url) result.push({ confidence: 0.85, evidence: seen(facts.path, url.line, `connects to ${url.scheme}://`) });
  }
  const named = reads.find((read) => !isCatalogue(draft, read.file) && signs.envVars.test(read.name) && !genericName.test(read.name) && addressPart.test(read.name));
  if (named) result.push({ confidence: 0.7, evidence: seen(named.file, named.line, `reads ${named.name}`) });
  for (const [name, { value, evidence }] of draft.given) {
    const scheme = value && parseUrl(value, evidence.line)?.scheme;
    if (scheme && signs.schemes.includes(scheme)) result.push({ confidence: 0.85, evidence: { ...evidence, why: `${name} is an address of ${signs.kind}` } });
  }
  const beside = draft.stores.get(signs.kind);
  if (beside) result.push({ confidence: 0.9, evidence: beside });
  const near = draft.nearby.get(signs.kind);
  if (near) result.push({ confidence: 0.75, evidence: near });
  return result;
}

/** Configuration in which a framework lists every store that it could use. */
function isCatalogue(draft: Draft, file: string): boolean {
  return draft.frameworks.has('laravel') && /(^|\/)config\/\w+\.php$/.test(file);
}

function isImportOf(name: string, language: string, signs: StoreSigns): boolean {
  if (signs.imports?.some((known) => name === known || name.startsWith(`${known}.`) || name.startsWith(`${known}/`) || name.startsWith(`${known}::`))) return language === 'python' || !['redis', 'motor', 'pika', 'paho', 'cassandra', 'sqlite3'].includes(name) || name === 'redis';
  return (language === 'javascript' || language === 'typescript') && signs.packages.some((known) => name === known || name.startsWith(`${known}/`));
}

/** SQLite beside a server's database is what developers use; a database told only by dependency yields to one that is used. */
function withoutRivals(found: FoundStore[], inside: boolean): FoundStore[] {
  const sql = found.filter(({ kind }) => databases.has(kind));
  const best = Math.max(0, ...sql.filter(({ kind }) => kind !== 'sqlite').map(({ confidence }) => confidence));
  return found.filter(({ kind, confidence }) => {
    if (databases.has(kind) && confidence < 0.9 && inside) return false;
    if (kind === 'sqlite') return best < 0.8 || confidence > best + 0.05;
    if (kind === 'mariadb' && sql.some((other) => other.kind === 'mysql')) return false;
    return !databases.has(kind) || confidence >= best - 0.12;
  });
}

function nameVariables(store: FoundStore, all: readonly FoundStore[], draft: Draft, reads: readonly (EnvRead & { file: string })[]): void {
  const signs = storeKinds.find(({ kind }) => kind === store.kind)!;
  const main = all.filter(({ kind }) => databases.has(kind)).sort((a, b) => b.confidence - a.confidence)[0];
  const names = new Set<string>(store.envVars);
  const elsewhereUrl = new Set(reads.filter((read) => /^https?:/.test(read.default ?? '') && !['elasticsearch', 'opensearch', 'clickhouse', 's3', 'qdrant', 'chroma', 'dynamodb'].includes(store.kind)).map((read) => read.name));
  for (const name of [...reads.map((read) => read.name).filter((known) => !elsewhereUrl.has(known)), ...draft.given.keys(), ...draft.placeholders.map(({ name }) => name)]) {
    if (!signs.envVars.test(name) || !addressPart.test(name) || (draft.frameworks.has('laravel') && name.endsWith('_CONNECTION'))) continue;
    if (databases.has(store.kind) && genericName.test(name) && main !== store) continue;
    const elsewhere = all.some((other) => other !== store && storeKinds.find(({ kind }) => kind === other.kind)!.envVars.test(name) && name.startsWith(other.kind.toUpperCase().slice(0, 5)));
    if (!elsewhere) names.add(name);
  }
  const ownClient = [...draft.dependencies.keys()].some((name) => name === 'pg' || name.startsWith('psycopg') || name.includes('lib/pq') || name.includes('pgx') || name === 'postgres' || name === 'asyncpg');
  if (names.size === 0 && signs.ambient && ownClient) for (const name of signs.ambient) names.add(name);
  store.envVars = [...names].sort();
}
