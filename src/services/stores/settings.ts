import type { PlannedEnv, PlannedService } from '../../model/index.ts';

/** What libraries that speak to several databases call them: Sequelize, TypeORM, Knex, Go's. */
const dialects: Readonly<Record<string, string>> = { postgresql: 'postgres', mysql: 'mysql', mariadb: 'mysql' };
const backends: Readonly<Record<string, string>> = { postgresql: 'django.db.backends.postgresql', mysql: 'django.db.backends.mysql', mariadb: 'django.db.backends.mysql' };

const asksKind = /^(?:DB|DATABASE|SQL|SEQUELIZE)_(?:DIALECT|TYPE|CLIENT|DRIVER|ENGINE|VENDOR|CONNECTION)$|^TYPEORM_(?:CONNECTION|TYPE)$/;
const asksTransport = /^(?:DB|DATABASE|SQL|MYSQL|MARIADB|PG|POSTGRES|POSTGRESQL)_?(?:\w+_)?(?:SSL|TLS)(?:_?MODE|_ENABLED?|_REQUIRED)?$/;

/** Libraries of these languages take the words of {@link dialects}. */
const speaksDialects = new Set(['javascript', 'typescript', 'go']);

/**
 * What else a service asks of a database that runs for it: which one it is, where nothing in the code says that, and that it is spoken to without TLS, where the code would ask for it. The store is on
 * the app's own network, and has no certificate. `told`: the variables by which the service is told where it is.
 */
export function storeSettings(kind: string, told: ReadonlyMap<string, unknown>, { language, framework, frameworks, env }: Pick<PlannedService, 'language' | 'framework' | 'frameworks' | 'env'>): Map<string, string> {
  const settings = new Map<string, string>();
  if (dialects[kind] === undefined) return settings;
  const isDjango = framework === 'django' || frameworks.includes('django');
  const word = isDjango ? backends[kind]! : speaksDialects.has(language ?? '') ? dialects[kind] : undefined;
  for (const variable of env) {
    const { name } = variable;
    if (word !== undefined && asksKind.test(name) && !told.has(name) && isOpen(variable)) settings.set(name, word);
    else if (asksTransport.test(name)) {
      const plain = withoutTls(variable.given ?? variable.default ?? '');
      if (plain !== undefined) settings.set(name, plain);
    }
  }
  return settings;
}

function isOpen({ default: usual, given }: PlannedEnv): boolean {
  return usual === null && given === undefined;
}

/** The opposite of a setting that asks for TLS, in its own words; undefined where it does not. */
function withoutTls(value: string): string | undefined {
  const opposites: Readonly<Record<string, string>> = { true: 'false', True: 'False', TRUE: 'FALSE', 1: '0', yes: 'no', on: 'off', require: 'disable', 'verify-ca': 'disable', 'verify-full': 'disable', REQUIRED: 'DISABLED', VERIFY_CA: 'DISABLED', VERIFY_IDENTITY: 'DISABLED' };
  return Object.hasOwn(opposites, value) ? opposites[value] : undefined;
}
