import type { Evidence } from '../../model/index.ts';
import type { Resolver } from '../calls/resolve.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { storeKinds } from './kinds.ts';
import type { StoreSigns } from './signs.ts';

/** A place that speaks for the use of a kind of store. */
export interface Sign {
  kind: string;
  confidence: number;
  /** A person chose it there, among others that the code could speak to. */
  chosen: boolean;
  envVars?: readonly string[];
  /** The variable or key that gave an address. */
  variable?: string;
  evidence: Evidence;
}

const byPackage = new Map<string, StoreSigns[]>();
const byImport = new Map<string, StoreSigns[]>();
for (const signs of storeKinds) {
  for (const name of signs.packages) byPackage.set(name, [...(byPackage.get(name) ?? []), signs]);
  for (const name of signs.imports ?? []) byImport.set(name, [...(byImport.get(name) ?? []), signs]);
}

/** The entry of a name or of the longest part of it that ends at a separator. */
function lookUp<T>(index: ReadonlyMap<string, T>, name: string, separator: RegExp): T | undefined {
  for (let part = name; part !== '';) {
    const found = index.get(part);
    if (found !== undefined) return found;
    const cut = Math.max(...[...part.matchAll(separator)].map(({ index: at }) => at), -1);
    if (cut <= 0) return undefined;
    part = part.slice(0, cut);
  }
  return undefined;
}

/** What the packages say that a service depends on. One that its code never imports may be a leftover, or be meant for another program of the same module. */
export function packageSigns(draft: Draft, code: readonly FileFacts[]): Sign[] {
  const used = importsOf(draft, code);
  return [...draft.dependencies].flatMap(([name, evidence]) => (lookUp(byPackage, name, draft.language === 'php' ? /$^/g : /\//g) ?? []).map((signs): Sign => {
    return { kind: signs.kind, confidence: used === undefined || used(name, signs.kind) ? 0.82 : 0.5, chosen: false, evidence };
  }));
}

/** Whether code imports a package that stands for a kind of store; undefined where imports do not tell. */
function importsOf(draft: Draft, code: readonly FileFacts[]): ((name: string, kind: string) => boolean) | undefined {
  if (code.length === 0) return undefined;
  const names = new Set(code.flatMap(({ imports }) => imports.map(({ name }) => name)));
  if (draft.language === 'javascript' || draft.language === 'typescript') {
    const packages = new Set([...names].map(packageOf));
    const layers = [...draft.dependencies.keys()].filter((name) => loading.test(name));
    const isLoaded = (kind: string) => implicit.has(kind) && layers.some((name) => kind !== 'mongodb' || !relationalOnly.test(name));
    return (name, kind) => isLoaded(kind) || packages.has(name);
  }
  // Go links what is imported, and nothing else.
  if (draft.language === 'go') {
    const used = new Set<string>();
    for (const name of names) for (let end = name.length; end > 0; end = name.lastIndexOf('/', end - 1)) used.add(name.slice(0, end));
    return (name) => used.has(name);
  }
  if (draft.language === 'python') return (_, kind) => namedModules[kind] === undefined || [...names].some((path) => namedModules[kind]!.test(path));
  return undefined;
}

/** Modules by which Python speaks to a broker or a document store; a list of packages that several services share names more than each imports. */
const namedModules: Readonly<Record<string, RegExp>> = { kafka: /kafka|faust|celery|kombu|channels|dramatiq|ddtrace/, rabbitmq: /pika|amqp|kombu|celery|rabbit|dramatiq|nameko|taskiq|oslo/, nats: /nats/, mqtt: /mqtt/, mongodb: /mongo|motor|beanie|odmantic|bunnet|djongo/ };

/** Kinds whose drivers are loaded by a data layer rather than by the code. */
const implicit = new Set(['postgresql', 'mysql', 'mariadb', 'mssql', 'sqlite', 'oracle', 'mongodb']);

/** Packages that load the driver of a database by themselves, as their configuration tells. */
const loading = /^(typeorm|sequelize(-\w+)?|knex|objection|bookshelf|drizzle-orm|kysely|prisma|@prisma\/.+|@mikro-orm\/.+|@nestjs\/.+|waterline|sails(-.+)?|loopback(-.+)?|@loopback\/.+|@adonisjs\/.+|@strapi\/.+|strapi(-.+)?|keystone|@keystone(js|-6)?\/.+|payload|@payloadcms\/.+|directus|@directus\/.+|@feathersjs\/.+|feathers-.+|moleculer-.+|parse-server|ghost|nodebb|n8n|@medusajs\/.+|medusa-.+|@vendure\/.+|nocodb|postgraphile|graphile-.+|@graphile\/.+|@databases\/.+|slonik|massive|agenda|connect-.+|migrate-mongo|db-migrate(-.+)?|node-pg-migrate|next-auth|@auth\/.+|@next-auth\/.+|better-auth|lucia|@lucia-auth\/.+|mongoose-.+|@typegoose\/.+|@rocket\.chat\/.+|meteor-.+|express-mysql-session|nuxt|@nuxt.*|nitropack)$/;

/** Those of them that speak SQL alone. */
const relationalOnly = /^(sequelize(-\w+)?|knex|objection|bookshelf|drizzle-orm|kysely|postgraphile|graphile-.+|@graphile\/.+|@databases\/.+|slonik|massive|node-pg-migrate|@directus\/.+|directus|@adonisjs\/.+|@vendure\/.+|@medusajs\/.+|medusa-.+|express-mysql-session)$/;

function packageOf(name: string): string {
  return name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/');
}

/** What the imports, addresses, calls and constants of a service's code say. */
export function codeSigns(draft: Draft, code: readonly FileFacts[], resolver: Resolver): Sign[] {
  const signs: Sign[] = [];
  const own = new Set(code.map(({ path }) => path.split('/').at(-1)!.replace(/\.\w+$/, '')));
  const layered = hasDataLayer(draft, code);
  for (const facts of code) {
    for (const { name, line } of facts.imports) {
      const found = importOf(name, facts.language, own, draft);
      for (const { kind } of found) signs.push({ kind, confidence: 0.93, chosen: false, evidence: seen(facts.path, line, `imports ${name}`) });
    }
    for (const { scheme, host, port, url, line } of facts.urls) {
      for (const known of storeKinds) {
        // A page shows what such an address looks like, and a program that has the host from elsewhere puts the scheme before it.
        if (known.schemes.includes(scheme) && (/^https?$/.test(scheme) || !onPages.test(facts.path) && url !== `${scheme}://`)) signs.push({ kind: known.kind, confidence: 0.85, chosen: true, evidence: seen(facts.path, line, `connects to ${scheme}://`) });
        else if (known.hosts && /^https?$/.test(scheme) && (known.hosts.test(host) || (port !== null && known.hosts.test(`${host}:${port}`)))) signs.push({ kind: known.kind, confidence: 0.85, chosen: true, evidence: seen(facts.path, line, `calls ${url}`) });
      }
    }
    for (const called of facts.called) {
      if (!choosing.test(called)) continue;
      for (const { kind, calls } of storeKinds) if (calls?.test(called)) signs.push({ kind, confidence: 0.93, chosen: true, evidence: seen(facts.path, lineOfCall(facts, called), `calls ${called}`) });
    }
    if (facts.imports.some(({ name }) => name === 'aws-sdk')) signs.push(...awsSigns(facts));
    for (const call of facts.texts.calls) signs.push(...callSigns(facts, call, resolver));
    if (layered) signs.push(...dialectSigns(facts, resolver));
  }
  return signs;
}

/** Files of components, which run in a browser. */
const onPages = /\.(?:vue|svelte)$/;

function importOf(name: string, language: string, own: ReadonlySet<string>, draft: Draft): readonly StoreSigns[] {
  if (name.startsWith('.') || name.startsWith('crate')) return [];
  const [first] = name.split(/[./:\\]/);
  if (language === 'javascript' || language === 'typescript') return byPackage.get(name) ?? byPackage.get(packageOf(name)) ?? byImport.get(name) ?? [];
  if ((language === 'python' || language === 'ruby') && own.has(first!) && !/[./]/.test(name)) return [];
  if (language === 'rust' && !draft.dependencies.has(first!) && !draft.dependencies.has(first!.replaceAll('_', '-'))) return [];
  const found = lookUp(byImport, name, /\.|\/|::|\\/g);
  return found ?? (language === 'go' ? lookUp(byPackage, name, /\//g) ?? [] : []);
}

function lineOfCall(facts: FileFacts, name: string): number {
  return facts.texts.calls.find((call) => call.name === name)?.line ?? facts.makes.find(({ made }) => made === name)?.line ?? 1;
}

/** What code makes of the one package that holds all clients: `new AWS.S3()`, `new aws.DynamoDB.DocumentClient()`. */
function awsSigns(facts: FileFacts): Sign[] {
  return [...facts.called].flatMap((called) => storeKinds.filter(({ clients }) => clients?.test(called)).map(({ kind }): Sign => ({ kind, confidence: 0.93, chosen: true, evidence: seen(facts.path, lineOfCall(facts, called), `makes ${called} of aws-sdk`) })));
}

/** `boto3.client('s3')`, `sql.Open("postgres", …)`, `new PDO("mysql:…")`. */
function callSigns(facts: FileFacts, call: FileFacts['texts']['calls'][number], resolver: Resolver): Sign[] {
  const asks = /^(client|resource|Open|MustOpen|Connect|MustConnect|ConnectContext|PDO|createConnection|service_resource)$/.test(call.name);
  const [template] = call.arguments;
  if (!asks || !template) return [];
  const [resolved] = resolver.resolve(template, facts.path);
  const text = resolved?.text.replace(/:.*$/s, '') ?? '';
  const isAws = /^(client|resource|service_resource)$/.test(call.name);
  return storeKinds.filter(({ clients, dialects }) => (isAws ? clients?.test(text) : dialects?.test(text))).map(({ kind }) => ({ kind, confidence: 0.95, chosen: true, evidence: seen(facts.path, call.line, `${call.name} of ${text}`) }));
}

/** Whether calls of a function of this name may choose a store. */
export function isStoreCall(name: string): boolean {
  return choosing.test(name);
}

const choosing = new RegExp(['^(client|resource|Open|MustOpen|Connect|MustConnect|ConnectContext|PDO|service_resource)$', ...storeKinds.flatMap(({ calls }) => (calls ? [calls.source] : []))].join('|'));

const dataLayers = /^(typeorm|@nestjs\/typeorm|sequelize|sequelize-typescript|@nestjs\/sequelize|knex|objection|bookshelf|@mikro-orm\/core|drizzle-orm|drizzle-kit|@strapi\/strapi|@adonisjs\/lucid|loopback|waterline|sails-\w+|keystone|@keystone-6\/core|payload|directus|django|flask-sqlalchemy|sqlalchemy|tortoise-orm|peewee|pony|activerecord|sequel|rails|laravel\/framework|illuminate\/database|doctrine\/\w+|codeigniter4\/framework|cakephp\/cakephp|yiisoft\/yii2|ecto_sql|dotenv|masonite|masoniteorm)$/;
const dialectNames = /^(dialect|client|type|ENGINE|adapter|drivername|driver|dbType|db_type|databaseType|provider|engine|connection|DB_CONNECTION|DB_CLIENT|DB_TYPE|DB_DIALECT|DATABASE_CLIENT|DATABASE_ENGINE|DB_ENGINE|BACKEND|CACHE_BACKEND|default|session_engine|broker|backend)$/;

function hasDataLayer(draft: Draft, code: readonly FileFacts[]): boolean {
  return [...draft.dependencies.keys()].some((name) => dataLayers.test(name)) || code.some(({ imports }) => imports.some(({ name }) => /^(typeorm|sequelize|knex|drizzle-kit|django|sqlalchemy)\b/.test(name)));
}

function dialectSigns(facts: FileFacts, resolver: Resolver): Sign[] {
  if (/(^|\/)config\/\w+\.php$/.test(facts.path)) return [];
  return facts.texts.values.filter(({ name, template }) => dialectNames.test(name) && template.length <= 2).flatMap(({ name, template, line }): Sign[] => {
    const [first] = template;
    const isFallback = typeof first === 'object';
    return resolver.resolve(template, facts.path).slice(0, 2).flatMap(({ text, variables }): Sign[] => storeKinds.filter(({ kind, dialects }) => dialects?.test(text) && (implicit.has(kind) || /^(BACKEND|CACHE_BACKEND|broker|backend|session_engine)$/.test(name))).map(({ kind }) => ({ kind, confidence: isFallback ? 0.88 : 0.95, chosen: true, envVars: variables.filter((variable) => /URL|URI|DSN/.test(variable)), evidence: seen(facts.path, line, `${name} is ${text}`) })));
  });
}
