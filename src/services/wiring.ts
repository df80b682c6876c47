import type { EnvVar, Plan, PlannedService, ServiceName } from '../model/index.ts';
import { dataDirectory, placeOf } from './keep/keep.ts';
import { fileAddressFor } from './keep/file-address.ts';
import { portPlaceholder } from './resolve.ts';
import { addressForm } from './stores/address.ts';
import { storeSettings } from './stores/settings.ts';
import { storeFactOf, type StoreFactName, storeVariables } from './stores/variables.ts';

/** Random values that stay inside the app: any will do, so nobody has to think of one. What signs sessions and tokens is the app's own whatever stands before it. */
const ownSecret = /^(?:(?!.*(?:API|CLIENT|OAUTH|WEBHOOK)_)\w+_(?:SESSION|COOKIE|JWT|CSRF)_SECRET(?:_KEY)?|\w+_SECRET_KEY_BASE)$|^(?!.*(API|CLIENT|AWS|STRIPE|GITHUB|GOOGLE|OAUTH|WEBHOOK|S3|TWILIO|SLACK))((SESSION|COOKIE|COOKIES|JWT|TOKEN|ACCESS|REFRESH|RESET|CSRF|APP|APPLICATION|AUTH|NEXTAUTH|BETTER_AUTH|DJANGO|FLASK|RAILS|SIGNING|HASH)_)*(SECRET|SECRETS|SECRET_KEY|SECRET_KEY_BASE|KEY_BASE|SALT)$/;

/** Names of variables that the app gets a random value for, which is then kept: session and token secrets, also where the code has a value that everybody can read. What data are hashed with stays as the code has it. */
export function generatedSecrets(plan: Plan, given: readonly string[]): string[] {
  const isOwn = (name: string) => ownSecret.test(name) || name === `${inCapitals(plan.app.name)}_SECRET_KEY` || name === `${inCapitals(plan.app.name)}_SECRET`;
  const wanted = plan.services.flatMap((service) => service.env).filter((variable) => (variable.default === null || !variable.name.endsWith('SALT')) && isOwn(variable.name));
  return [...new Set(wanted.map(({ name }) => name))].filter((name) => !given.includes(name)).sort();
}

function inCapitals(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase();
}

export interface Wiring {
  /** Names that a person has set → key in the app's secrets. */
  readonly given: Readonly<Record<string, string>>;
  /** Kind of a store → the service that is one. */
  readonly stores: ReadonlyMap<string, ServiceName>;
  /** Services of the app that answer requests. */
  readonly reachable: ReadonlySet<string>;
}

/**
 * The variables that a service gets. What a person has set wins; then what the plan says about stores and other services;
 * then what its language and framework expect in production; then values that a Dockerfile, a Compose file or the like give.
 */
export function wire(plan: Plan, service: PlannedService, built: Readonly<Record<string, string>>, wiring: Wiring): EnvVar[] {
  const variables = new Map<string, EnvVar>();
  const offer = (variable: EnvVar) => {
    if (!variables.has(variable.name)) variables.set(variable.name, variable);
  };
  for (const [name, secret] of Object.entries(wiring.given)) offer({ name, secret });
  const connection = service.language === 'php' ? connectionOf(service) : undefined;
  if (connection !== undefined) offer({ name: 'DB_CONNECTION', value: connection });
  for (const use of service.stores) {
    const store = wiring.stores.get(use.kind);
    const told = store === undefined ? new Map<string, StoreFactName>() : storeVariables(use, service);
    if (store) for (const [name, value] of storeSettings(use.kind, told, service)) offer({ name, value });
    for (const [name, fact] of told) {
      const form = addressForm(plan, service, use.kind, service.env.find((variable) => variable.name === name) ?? { name, default: null }, told);
      offer({ name, store: store!, ...(form === undefined ? { fact } : { fact: 'url', form }) });
    }
    for (const name of use.envVars) {
      const fact = storeFactOf(name);
      if (use.kind === 'sqlite' && fact === 'url' && fileAddressFor(name, service) !== undefined) offer({ name, value: fileAddressFor(name, service)! });
      else if (use.kind === 'sqlite' && /(PATH|FILE(?:NAME)?)$/.test(name) && service.env.some((variable) => variable.name === name && variable.default === null && variable.given === undefined)) offer({ name, value: `${dataDirectory}/app.db` });
    }
  }
  for (const { path, envVars, inside = {} } of service.keeps) {
    for (const name of envVars) offer({ name, value: placeOf(path) });
    for (const [name, file] of Object.entries(inside)) offer({ name, value: `${placeOf(path)}/${file}` });
  }
  for (const edge of plan.edges) {
    if (edge.from !== service.name || edge.envVar === null || !wiring.reachable.has(edge.to)) continue;
    offer({ name: edge.envVar, service: edge.to as ServiceName, fact: /HOST(NAME)?$/.test(edge.envVar) ? 'host' : /(ADDR|HOSTPORT|TARGET|UPSTREAM)$/.test(edge.envVar) ? 'hostport' : 'url' });
  }
  for (const [name, value] of Object.entries({ ...built, ...expected(service) })) offer({ name, value });
  for (const name of ownAddress(service)) offer({ name, service: service.name, fact: 'url' });
  for (const { name, required, default: usual, given } of service.env) {
    // What the code falls back to by itself is its own affair, unless another place fails without it.
    const value = given ?? (required ? usual : null);
    if (value !== null && !/\$\{?\w/.test(value)) offer({ name, value });
  }
  variables.delete('PORT');
  return [...variables.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What Laravel is to connect to, where it asks: called as PDO's drivers are, with one for MySQL and MariaDB. Of several, it is one that it is told of, or its file. */
function connectionOf({ stores, env }: PlannedService): string | undefined {
  if (!env.some(({ name }) => name === 'DB_CONNECTION') && !stores.some(({ envVars }) => envVars.includes('DB_CONNECTION'))) return undefined;
  const databases = stores.filter(({ kind }) => connections[kind] !== undefined);
  const chosen = databases.find(({ kind, envVars }) => kind !== 'sqlite' && envVars.length > 0) ?? databases.find(({ kind }) => kind === 'sqlite') ?? databases[0];
  return chosen && connections[chosen.kind];
}

const connections: Readonly<Record<string, string>> = { postgresql: 'pgsql', mysql: 'mysql', mariadb: 'mysql', sqlite: 'sqlite', mssql: 'sqlsrv' };

/** What runtimes and frameworks expect in production, and by which they listen for everybody on the port that they are given. */
function expected(service: PlannedService): Record<string, string> {
  const reads = (name: string) => service.env.some((variable) => variable.name === name);
  const start = service.start ?? '';
  const uses = (name: string) => service.framework === name || service.frameworks.includes(name);
  const runtime = service.runtime?.name ?? service.language;
  return {
    ...(runtime === 'node' || runtime === 'bun' || reads('NODE_ENV') ? { NODE_ENV: 'production' } : {}),
    ...(runtime === 'python' ? { PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' } : {}),
    ...(runtime === 'ruby' ? { RACK_ENV: 'production', RAILS_ENV: 'production', RAILS_LOG_TO_STDOUT: '1', RAILS_SERVE_STATIC_FILES: '1' } : {}),
    ...(runtime === 'elixir' ? { MIX_ENV: 'prod', PHX_SERVER: 'true' } : {}),
    ...(runtime === 'dotnet' ? { ASPNETCORE_HTTP_PORTS: portPlaceholder } : {}),
    ...(reads('HOST') || /^(nuxt|astro|sveltekit|remix|nitro)$/.test(service.framework ?? '') ? { HOST: '0.0.0.0' } : {}),
    ...(uses('next') || uses('nextjs') || uses('next.js') ? { HOSTNAME: '0.0.0.0' } : {}),
    ...(/\buvicorn\b/.test(start) ? { UVICORN_HOST: '0.0.0.0', UVICORN_PORT: portPlaceholder } : {}),
    ...(/\bflask\b.*\brun\b/.test(start) ? { FLASK_RUN_HOST: '0.0.0.0', FLASK_RUN_PORT: portPlaceholder } : {}),
    ...(runtime === 'java' && (uses('spring') || uses('spring-boot')) ? { SERVER_PORT: portPlaceholder, SERVER_ADDRESS: '0.0.0.0' } : {}),
    ...(reads('ALLOWED_HOSTS') ? { ALLOWED_HOSTS: '.localhost,localhost,127.0.0.1' } : {}),
    ...(reads('DJANGO_ALLOWED_HOSTS') ? { DJANGO_ALLOWED_HOSTS: '.localhost,localhost,127.0.0.1' } : {}),
    ...(reads('GIN_MODE') || uses('gin') ? { GIN_MODE: 'release' } : {}),
  };
}

/** Required variables that ask for the address under which the service itself is reached. */
function ownAddress(service: PlannedService): string[] {
  return service.env.filter(({ name, default: known }) => known === null && /^((BASE|APP|SITE|PUBLIC|NEXTAUTH|AUTH|BETTER_AUTH)_URL|ORIGIN)$/.test(name)).map(({ name }) => name);
}
