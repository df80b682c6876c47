import { type AppName, type EnvVar, type Service, type ServiceName, StratoError } from '../model/index.ts';
import type { Secrets, StoreCredentials } from './secrets.ts';
import { writeAddress } from './stores/address.ts';
import { storeDefinitions } from './stores/index.ts';

/** Where what an environment refers to is looked up. */
export interface EnvironmentSources {
  readonly app: AppName;
  /** All services of the revision, stores among them. */
  readonly services: readonly Service[];
  /** The port that the agent is told to listen on; null when it serves nothing. */
  readonly port: number | null;
  readonly credentials: (store: ServiceName) => StoreCredentials;
  readonly secret: (key: string) => string | undefined;
  /** Where a store is reached from the agent; undefined while nobody listens there. */
  readonly address: (service: ServiceName) => { host: string; port: number } | undefined;
  /** Address of a service through the ingress, as the agent reaches it: `http://greeter.pair.localhost:8080`. */
  readonly ingressUrl: (service: ServiceName) => string;
}

/** Looks up the credentials of an app's stores, for {@link EnvironmentSources}; they are made on first use. */
export function credentialsIn(secrets: Secrets, app: AppName, services: readonly Service[]): (store: ServiceName) => StoreCredentials {
  return (store) => {
    const definition = storeDefinitions[services.find(({ name }) => name === store)?.store ?? ''];
    if (!definition) throw new StratoError('env.unresolved', `${app} has no store ${store}`);
    return secrets.forStore(app, store, { user: definition.user ?? '', database: definition.database(app) });
  };
}

/** Stands, as the whole value of a variable or within an argument, for the agent's port. */
export const portPlaceholder = '{port}';

/** The arguments of an agent that is told to listen on `port`. */
export function resolveArgv({ argv }: Pick<Service, 'argv'>, port: number | null): string[] {
  return argv.map((argument) => (port === null ? argument : argument.replaceAll(portPlaceholder, String(port))));
}

const systemPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/**
 * The complete environment of an agent: the programs of its toolchain come before those that the machine happens to have. Throws `env.unresolved` (retryable) while a store that it needs has no address, `env.secret-gone` when a
 * value is no longer kept.
 */
export function resolveEnv(service: Service, sources: EnvironmentSources): Record<string, string> {
  const env: Record<string, string> = {};
  if (sources.port !== null) env['PORT'] = String(sources.port);
  for (const variable of service.env) {
    const value = valueOf(variable, service, sources);
    if (value !== undefined) env[variable.name] = value;
  }
  env['PATH'] ??= [...new Set([...service.toolchain, ...systemPath])].join(':');
  return env;
}

function valueOf(variable: EnvVar, service: Service, sources: EnvironmentSources): string | undefined {
  if ('value' in variable) return variable.value === portPlaceholder ? (sources.port === null ? undefined : String(sources.port)) : variable.value;
  if ('secret' in variable) {
    const value = sources.secret(variable.secret);
    if (value === undefined) throw new StratoError('env.secret-gone', `the value of ${variable.name} for ${service.name} is not kept any more`, { next: `deploy again with --env ${variable.name}=...` });
    return value;
  }
  if ('service' in variable) {
    const url = new URL(sources.ingressUrl(variable.service));
    return variable.fact === 'url' ? url.href.replace(/\/$/, '') : variable.fact === 'host' ? url.hostname : url.host;
  }
  return storeFact(variable, service, sources);
}

function storeFact(variable: Extract<EnvVar, { store: ServiceName }>, service: Service, sources: EnvironmentSources): string {
  const credentials = sources.credentials(variable.store);
  if (variable.fact === 'user' || variable.fact === 'password' || variable.fact === 'database') return credentials[variable.fact];
  const address = sources.address(variable.store);
  if (!address) throw new StratoError('env.unresolved', `${service.name} waits for ${variable.store}`, { why: `${variable.store} has no address yet`, retryable: true });
  if (variable.fact === 'host') return address.host;
  if (variable.fact === 'port') return String(address.port);
  const facts = { ...credentials, ...address };
  if (variable.form !== undefined) return writeAddress(variable.form, facts);
  const kind = sources.services.find(({ name }) => name === variable.store)?.store ?? '';
  const definition = storeDefinitions[kind];
  if (!definition) throw new StratoError('env.unresolved', `${kind} has no address of its own`);
  // Revisions of earlier versions name no form.
  return /JDBC|^SPRING_DATASOURCE_URL$/.test(variable.name) && kind === 'postgresql' ? `jdbc:postgresql://${facts.host}:${facts.port}/${facts.database}` : definition.url(facts);
}
