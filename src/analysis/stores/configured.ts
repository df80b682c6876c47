import type { Evidence } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { lineOf } from '../syntax/formats.ts';
import type { Tree } from '../tree/tree.ts';

export interface ConfiguredStore {
  kind: string;
  envVars: string[];
  confidence: number;
  evidence: Evidence;
}

/** Words of data layers' configuration files for the stores that they speak to. */
const words: Readonly<Record<string, string>> = {
  postgresql: 'postgresql', postgres: 'postgresql', pg: 'postgresql', pgsql: 'postgresql', postgis: 'postgresql', cockroachdb: 'postgresql', mysql: 'mysql', mysql2: 'mysql', trilogy: 'mysql', mariadb: 'mariadb',
  sqlite: 'sqlite', sqlite3: 'sqlite', 'better-sqlite3': 'sqlite', mongodb: 'mongodb', mongo: 'mongodb', sqlserver: 'mssql', sqlsrv: 'mssql', mssql: 'mssql', redis: 'redis',
};

interface ConfigFile {
  name: RegExp;
  /** Group 1 is the store's word. */
  pattern: RegExp;
  /** Group 1 is the variable with its address. */
  variable?: RegExp;
  confidence: number;
}

const configFiles: readonly ConfigFile[] = [
  { name: /(^|\/)(container|dependencies|settings|bootstrap|connection|eloquent|(?<!config\/)database)\.php$/i, pattern: /['"]driver['"]\s*=>\s*['"](?:pdo_)?(mysql|pgsql|sqlite|sqlsrv)['"]/, confidence: 0.85 },
  { name: /(^|\/)[\w-]+\.prisma$/, pattern: /datasource\s+\w+\s*\{[^}]*provider\s*=\s*"(\w+)"/, variable: /\burl\s*=\s*env\("(\w+)"\)/, confidence: 0.97 },
  { name: /(^|\/)knexfile\.[cm]?[jt]s$/, pattern: /production[\s\S]{0,200}?client\s*:\s*['"]([\w-]+)['"]/, confidence: 0.95 },
  { name: /(^|\/)knexfile\.[cm]?[jt]s$/, pattern: /client\s*:\s*['"]([\w-]+)['"]/, confidence: 0.85 },
  { name: /(^|\/)drizzle\.config\.[cm]?[jt]s$/, pattern: /dialect\s*:\s*['"]([\w-]+)['"]/, confidence: 0.93 },
  { name: /(^|\/)(ormconfig\.(json|[jt]s)|data-?source\.[jt]s|typeorm\.config\.[jt]s|app\.module\.ts|database\.module\.ts|typeorm\S*\.ts)$/, pattern: /\btype["']?\s*:\s*['"](postgres|mysql|mariadb|sqlite|better-sqlite3|mongodb|mssql|cockroachdb)['"]/, confidence: 0.95 },
  { name: /(^|\/)(config\/config|config\/database|sequelize|db|database|models\/index)\S*\.(json|[cm]?[jt]s)$/, pattern: /\bdialect["']?\s*:\s*['"](postgres|mysql|mariadb|sqlite|mssql)['"]/, confidence: 0.92 },
  { name: /(^|\/)settings(\/\w+)?\.py$/, pattern: /['"]ENGINE['"]\s*:\s*['"](?:django\.db\.backends|django\.contrib\.gis\.db\.backends|django_prometheus\.db\.backends)\.(\w+)['"]/, confidence: 0.93 },
  { name: /(^|\/)settings(\/\w+)?\.py$/, pattern: /['"]BACKEND['"]\s*:\s*['"][\w.]*(redis)[\w.]*['"]/i, confidence: 0.93 },
  { name: /(^|\/)config\/database\.yml$/, pattern: /^production:[\s\S]*?^\s+adapter:\s*(\w+)/m, confidence: 0.95 },
  { name: /(^|\/)config\/database\.yml$/, pattern: /^[ \t]+adapter:\s*(\w+)/m, confidence: 0.9 },
  { name: /(^|\/)application(-prod(uction)?)?\.(properties|ya?ml)$/, pattern: /jdbc:(?:tc:)?(postgresql|mysql|mariadb|sqlserver):/, confidence: 0.93 },
  { name: /(^|\/)application[\w-]*\.(properties|ya?ml)$/, pattern: /(mongodb)(?:\+srv)?:\/\//, confidence: 0.9 },
  { name: /(^|\/)application[\w-]*\.(properties|ya?ml)$/, pattern: /(?:spring\.(?:data\.)?|^\s{2,4})(redis)[.:]/m, confidence: 0.9 },
  { name: /(^|\/)alembic\.ini$/, pattern: /^sqlalchemy\.url\s*=\s*(\w+?)(?:\+\w+)?:\/\//m, confidence: 0.8 },
  { name: /(^|\/)config\/database\.php$/, pattern: /['"]default['"]\s*=>\s*env\(\s*['"]DB_CONNECTION['"]\s*,\s*['"](\w+)['"]/, confidence: 0.78 },
  { name: /(^|\/)config\/packages\/doctrine\.yaml$|(^|\/)\.env$/, pattern: /^[ \t]*(?:DATABASE_URL=['"]?|url:\s*['"]?)(\w+):\/\//m, confidence: 0.85 },
  { name: /(^|\/)\.env\.(example|sample|template|dist)$/, pattern: /^DB_CONNECTION=(\w+)/m, confidence: 0.85 },
  { name: /(^|\/)(config|dev|prod|runtime|repo)\.exs?$/, pattern: /Ecto\.Adapters\.(Postgres|MyXQL|SQLite3)/, confidence: 0.9 },
];

const mayTell = /\.(prisma|[cm]?[jt]s|json|py|ya?ml|properties|ini|php|exs?|example|sample|template|dist)$|(^|\/)\.env$/;

/** Stores that configuration files in a service's directory name. */
export function configuredStores(tree: Tree, draft: Draft, files: readonly string[]): ConfiguredStore[] {
  return files.filter((file) => mayTell.test(file) && !/(^|\/)(tests?|specs?)\//.test(file)).flatMap((file) => configFiles.filter(({ name }) => name.test(file)).flatMap(({ pattern, variable, confidence }) => {
    const whole = tree.text(file);
    // Texts that stand for nothing in Python are settings that are left out.
    const text = file.endsWith('.py') ? whole?.replace(/^[ \t]*("""|''')[^]{0,20000}?\1/gm, (left) => left.replace(/[^\n]/g, '')) : whole;
    const match = text === undefined ? null : pattern.exec(text);
    const kind = match && words[match[1]!.toLowerCase().replace('myxql', 'mysql')];
    if (!match || !kind) return [];
    const named = variable?.exec(text!)?.[1];
    const line = lineOf(text, match[0]) + match[0].split('\n').length - 1;
    return [{ kind, envVars: named ? [named] : [], confidence, evidence: seen(file, line, `configured for ${match[1]}`) }];
  }));
}
