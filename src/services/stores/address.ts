import type { Plan, PlannedEnv, PlannedService } from '../../model/index.ts';
import type { StoreFacts } from './store.ts';
import type { StoreFactName } from './variables.ts';

/** Names of a kind in the addresses that clients take: schemes, and the word after `jdbc:`. */
interface Spoken {
  readonly schemes: RegExp;
  /** What JDBC and R2DBC call it. */
  readonly java: string;
  /** Key=value lists of ADO.NET's drivers. */
  readonly ado: string;
}

const mysqlSchemes = /^(?:mysql2?|mariadb|trilogy)(?:\+\w+)?$/;
const adoOfMysql = 'Server={host};Port={port};Database={database};User={user};Password={password}';
const spoken: Readonly<Record<string, Spoken>> = {
  mysql: { schemes: mysqlSchemes, java: 'mysql', ado: adoOfMysql },
  mariadb: { schemes: mysqlSchemes, java: 'mariadb', ado: adoOfMysql },
  postgresql: { schemes: /^(?:postgres(?:ql)?|pgsql|postgis|pgx5?|asyncpg)(?:\+\w+)?$/, java: 'postgresql', ado: 'Host={host};Port={port};Database={database};Username={user};Password={password}' },
};

/** Written by Go's driver in place of a URL (go-sql-driver/mysql, “DSN”). Without `parseTime` dates are bytes, for which little code is written. */
const dsnOfGo = '{user}:{password}@tcp({host}:{port})/{database}?charset=utf8mb4&parseTime=true';

/** Node's client of MariaDB takes no address of MySQL, and Prisma none of MariaDB. */
const clientOfMariadb = /\b(?:imports|depends on) mariadb$/;

type Variable = Pick<PlannedEnv, 'name' | 'default' | 'given'>;
type Client = Pick<PlannedService, 'language' | 'framework' | 'frameworks'>;

/**
 * How a service's client wants the address in a variable, with the parts in braces: `jdbc:mysql://{host}:{port}/{database}`. What the code falls back to says it, else the variable's name,
 * else what clients of the language take. Undefined where that is the kind's own URL, or what is asked for is no address. `told`: all variables by which the service is told of the store.
 */
export function addressForm(plan: Pick<Plan, 'stores'>, service: Client, kind: string, variable: Variable, told: ReadonlyMap<string, StoreFactName>): string | undefined {
  const fact = told.get(variable.name);
  const example = variable.given ?? variable.default ?? '';
  const says = new Set(told.values());
  if (fact === 'host') return hostAndPort.test(example) || (/ADDR(?:ESS)?$/i.test(variable.name) && !says.has('port')) ? '{host}:{port}' : undefined;
  if (fact !== 'url') return undefined;
  if (hostAndPort.test(example)) return '{host}:{port}';
  if (hostAlone.test(example)) return '{host}';
  const apart = says.has('user') || says.has('password');
  if (kind === 'memcached') return schemeOfMemcached.exec(example)?.[0].concat('{host}:{port}');
  const words = spoken[kind];
  return words && (formOfExample(words, example, apart) ?? formOfName(words, variable.name, apart) ?? formOfLanguage(plan, service, kind, variable.name, apart));
}

const hostAndPort = /^[\w.-]+:\d{2,5}$/;
const hostAlone = /^(?:localhost|\d{1,3}(?:\.\d{1,3}){3})$/;
const schemeOfMemcached = /^(?:memcached?|pymemcache|pylibmc|elasticache):\/\//;

function formOfExample(words: Spoken, example: string, apart: boolean): string | undefined {
  const [, driver, scheme = ''] = /^(?:(jdbc|r2dbc):)?([a-z][a-z0-9+]*):/.exec(example) ?? [];
  if (driver) return javaAddress(driver, words, apart);
  if (words.schemes === mysqlSchemes && example.includes('@tcp(')) return dsnOfGo;
  if (/^(?:mysql|pgsql):(?:host|port|dbname)=/.test(example)) return `${scheme}:host={host};port={port};dbname={database}`;
  if (/^(?:server|host|data source)=[^;]*;/i.test(example)) return words.ado;
  return words.schemes.test(scheme) ? urlWith(scheme) : undefined;
}

function formOfName(words: Spoken, name: string, apart: boolean): string | undefined {
  if (/R2DBC/.test(name)) return javaAddress('r2dbc', words, apart);
  return /JDBC|^SPRING_DATASOURCE_URL$/.test(name) ? javaAddress('jdbc', words, apart) : undefined;
}

function formOfLanguage(plan: Pick<Plan, 'stores'>, { language, framework, frameworks }: Client, kind: string, name: string, apart: boolean): string | undefined {
  const words = spoken[kind]!;
  const isMysql = words.schemes === mysqlSchemes;
  switch (language) {
    case 'java': case 'kotlin': case 'scala': return apart ? javaAddress('jdbc', words, apart) : undefined;
    case 'go': return isMysql ? dsnOfGo : undefined;
    // Its drivers take no URL: who asks for one takes it apart.
    case 'csharp': case 'fsharp': return /UR[IL]$/i.test(name) ? undefined : words.ado;
    case 'ruby': return isMysql && (framework === 'rails' || frameworks.includes('rails')) ? urlWith('mysql2') : undefined;
    case 'javascript': case 'typescript': return plan.stores.some((store) => store.kind === kind && store.evidence.some(({ why }) => clientOfMariadb.test(why))) ? urlWith('mariadb') : undefined;
    default: return undefined;
  }
}

function javaAddress(driver: string, { java }: Spoken, apart: boolean): string {
  return `${driver}:${java}://{host}:{port}/{database}${apart ? '' : '?user={user}&password={password}'}`;
}

function urlWith(scheme: string): string {
  return `${scheme}://{user}:{password}@{host}:{port}/{database}`;
}

/** An address in a form of {@link addressForm}. In one that is a URL, all but the host is escaped. */
export function writeAddress(form: string, facts: StoreFacts): string {
  const isUrl = form.includes('://');
  return form.replace(/\{(user|password|host|port|database)\}/g, (_, part: keyof StoreFacts) => (isUrl && part !== 'host' ? encodeURIComponent(facts[part]) : String(facts[part])));
}
