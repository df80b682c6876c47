import type { PlannedService } from '../../model/index.ts';

type StoreUse = PlannedService['stores'][number];
export type StoreFactName = 'url' | 'host' | 'port' | 'user' | 'password' | 'database';

/** Which fact of a store a variable asks for, by its name; undefined when it asks for something else (a pool size). */
export function storeFactOf(name: string): StoreFactName | undefined {
  const upper = name.toUpperCase();
  if (upper.startsWith('CONNECTIONSTRINGS__')) return 'url';
  if (/(_|^)(PASSWORD|PASSWD|PASS|PWD|AUTH_TOKEN|SECRET)$|PASSWORD$/.test(upper)) return 'password';
  if (/(_|^)(USER|USERNAME|LOGIN)$|^PGUSER$/.test(upper)) return 'user';
  if (/PORT$/.test(upper)) return 'port';
  if (/(_|^)(HOST|HOSTNAME|SERVER|ADDR|ADDRESS|ENDPOINT)$|^PGHOST$/.test(upper)) return 'host';
  if (/(UR[IL]|DSN|CONNECTION|CONNECTION_STRING|CONNSTR|CONN|CONNECT|BROKER|BACKEND|STRING)$/.test(upper)) return 'url';
  if (/(_|^)(DATABASE|DB|DBNAME|DB_NAME|NAME|SCHEMA)$|^PGDATABASE$/.test(upper)) return 'database';
  return /^(REDIS|POSTGRES|POSTGRESQL|MEMCACHED?)$|^MEMCACH(E\w*|IER)_(SERVERS|HOSTS|NODES|ENDPOINTS|LOCATIONS?)$/.test(upper) ? 'url' : undefined;
}

/** What clients read by themselves: libpq (“Environment Variables”), and of memcached Ruby's dalli and Node's memjs. */
const readByClients: Readonly<Record<string, Readonly<Record<string, StoreFactName>>>> = {
  postgresql: { PGHOST: 'host', PGPORT: 'port', PGUSER: 'user', PGPASSWORD: 'password', PGDATABASE: 'database' },
  memcached: { MEMCACHE_SERVERS: 'url' },
};

/** Properties that come by the environment go before those in files (Spring Boot, “Externalized Configuration”). */
const springDataSource: Readonly<Record<string, StoreFactName>> = { SPRING_DATASOURCE_URL: 'url', SPRING_DATASOURCE_USERNAME: 'user', SPRING_DATASOURCE_PASSWORD: 'password' };
const springRedis: Readonly<Record<string, StoreFactName>> = {
  SPRING_DATA_REDIS_HOST: 'host', SPRING_DATA_REDIS_PORT: 'port', SPRING_DATA_REDIS_PASSWORD: 'password', SPRING_REDIS_HOST: 'host', SPRING_REDIS_PORT: 'port', SPRING_REDIS_PASSWORD: 'password',
};

/** Variables that clients and frameworks read by themselves, where the code names none that say the same. */
function ambientVariables({ kind, envVars }: StoreUse, { framework, frameworks }: Pick<PlannedService, 'framework' | 'frameworks'>): Readonly<Record<string, StoreFactName>> {
  if (framework === 'spring-boot' || frameworks.includes('spring-boot')) {
    if (kind === 'redis') return envVars.length === 0 ? springRedis : {};
    if (['postgresql', 'mysql', 'mariadb'].includes(kind)) {
      const says = new Set(envVars.map(storeFactOf));
      // An address that its files put together with a host or a database of their own leads nowhere.
      if (says.has('host') && says.has('database')) says.add('url');
      return Object.fromEntries(Object.entries(springDataSource).filter(([, fact]) => !says.has(fact)));
    }
  }
  return (envVars.length === 0 && readByClients[kind]) || {};
}

/** Beside a host, a connection is the kind of one. */
const kindAsked = /^(?:DB|DATABASE|TYPEORM)_CONNECTION$/;
const places = new Set<StoreFactName>(['url', 'host', 'port']);

/** The variables by which a service is told of a store, each with what it is told. */
export function storeVariables(use: StoreUse, service: Pick<PlannedService, 'framework' | 'frameworks' | 'env' | 'stores'>): Map<string, StoreFactName> {
  const names = [...use.envVars, ...siblings(use, service)];
  const named = names.flatMap((name): [string, StoreFactName][] => {
    const fact = kindAsked.test(name) && (name.startsWith('TYPEORM_') || names.some((other) => storeFactOf(other) === 'host')) ? undefined : storeFactOf(name);
    // A client that is given a name and a password to memcached speaks in a way that the server refuses.
    return fact === undefined || (use.kind === 'memcached' && !places.has(fact)) ? [] : [[name, fact]];
  });
  return new Map([...Object.entries(ambientVariables(use, service)), ...named]);
}

/** What else is asked for under the name of a host: `DATABASE_DB_NAME` beside `DATABASE_HOST`. */
function siblings({ envVars }: StoreUse, { env, stores }: Pick<PlannedService, 'env' | 'stores'>): string[] {
  const taken = new Set(stores.flatMap((store) => store.envVars));
  const prefixes = envVars.flatMap((name) => /^(\w+_)HOST(?:NAME)?$/.exec(name)?.[1] ?? []);
  return env.map(({ name }) => name).filter((name) => !taken.has(name) && prefixes.some((prefix) => name.startsWith(prefix) && part.test(name.slice(prefix.length))));
}

const part = /^(?:PORT|USER|USERNAME|USER_NAME|PASS|PASSWORD|PWD|NAME|DB|DBNAME|DB_NAME|DATABASE|DATABASE_NAME)$/;
