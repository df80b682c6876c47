import type { DeploymentRequest } from '../api/requests.ts';
import { brokenManifestError, brokenManifestRule } from '../analysis/whole-manifests.ts';
import type { Built } from '../build/build.ts';
import type { StateSource } from '../control/parts.ts';
import type { Paths } from '../host/paths.ts';
import { ArtefactId, StratoError, isFork, isSecretIn, targetRevision, type Agent, type App, type AppName, type Clock, type Isolation, type Plan, type Random, type Revision, type Service, type ServiceName } from '../model/index.ts';
import { credentialsIn, generatedSecrets, leftOutFindings, masked, missingFindings, provideStores, resolveEnv, specify, untoldFindings, type Secrets, type SpecifyOptions } from '../services/index.ts';
import { freePort } from './ports.ts';

export interface SpecifierParts {
  readonly paths: Paths;
  readonly clock: Clock;
  readonly random: Random;
  readonly secrets: Secrets;
  readonly state: StateSource;
  /** Whether agents of this isolation, null for the best there is, have addresses of their own. */
  readonly ownNetwork: (isolation: Isolation | null) => boolean;
  readonly ingressPort: () => number | null;
}

/** Stands for what is not built yet. */
const unbuilt: Built = { artefact: ArtefactId.parse(`sha256-${'0'.repeat(64)}`), toolchain: [], programs: [], cached: false, start: null, release: null, env: {}, notes: [] };

/** Between plans and agents: which services a plan becomes, and with which values an agent of one is run. */
export class Specifier {
  readonly #parts: SpecifierParts;

  constructor(parts: SpecifierParts) {
    this.#parts = parts;
  }

  /** Finds or brings the stores, and throws what would be lacking with anything that the build could give. Keeps nothing. */
  async check(plan: Plan, request: DeploymentRequest): Promise<void> {
    const broken = plan.findings.find(({ rule }) => rule === brokenManifestRule);
    if (broken) throw brokenManifestError(broken);
    const { paths, clock } = this.#parts;
    const earlier = this.#parts.state.current.apps.get(plan.app.name);
    requireSet(earlier, request, plan.app.name, this.#parts.secrets);
    const names = Object.keys(setBy(earlier, request));
    const stores = await provideStores(plan, names, { paths, clock });
    const env = Object.fromEntries([...names, ...generatedSecrets(plan, names)].map((name) => [name, name]));
    specify(plan, new Map(plan.services.map(({ name }) => [name, unbuilt])), this.#options(request, env, stores));
  }

  /**
   * The variables that builds are given: those that somebody set, now or for an earlier revision, as pages have them written into them. What the system made values for is not among them: it makes these after the first build.
   */
  buildVariables({ app: { name } }: Plan, request: DeploymentRequest): Record<string, string> {
    const { secrets, state } = this.#parts;
    const kept = Object.entries(setBy(state.current.apps.get(name), request)).flatMap(([variable, key]) => {
      const value = secrets.isMade(name, key) ? undefined : secrets.value(name, key);
      return value === undefined ? [] : [[variable, value] as const];
    });
    return { ...Object.fromEntries(kept), ...request.env };
  }

  /**
   * The services of a revision. Values of variables are kept with the app's secrets first, so that the services can refer to them. Nothing of them holds before the revision is admitted: what is set is what the
   * newest one that was says.
   */
  async specify(plan: Plan, built: Readonly<Record<string, Built>>, request: DeploymentRequest): Promise<Service[]> {
    const { paths, clock, secrets } = this.#parts;
    const app = plan.app.name;
    const earlier = this.#parts.state.current.apps.get(app);
    const variables = setBy(earlier, request);
    const names = Object.keys(variables);
    const stores = await provideStores(plan, names, { paths, clock });
    const env = { ...variables, ...secrets.keep(app, request.env ?? {}), ...secrets.make(app, generatedSecrets(plan, names)) };
    const services = specify(plan, new Map(Object.entries(built) as [ServiceName, Built][]), this.#options(request, env, stores));
    if (services.length === 0) throw new StratoError('deployment.nothing-to-run', `${app} has nothing that keeps running`, { next: 'stratoswarm plan shows what was found; a Procfile with a line `web: <command>` says what to start' });
    plan.findings.push(...missingFindings(plan, services), ...leftOutFindings(plan, names), ...untoldFindings(plan, services));
    const placed = this.#parts.ownNetwork(request.isolation ?? null) ? services : await this.place(services, earlier && targetRevision(earlier)?.services);
    const kept = earlier && isFork(earlier) ? { contained: true } : {};
    return placed.map((service) => ({ ...limited(service, request, earlier && targetRevision(earlier)), ...kept }));
  }

  #options(request: DeploymentRequest, env: Readonly<Record<string, string>>, stores: SpecifyOptions['stores']): SpecifyOptions {
    const isolation = request.isolation ?? null;
    return { isolation, env, scale: request.replicas ?? {}, stores, ownNetwork: this.#parts.ownNetwork(isolation) };
  }

  /** Where stores share this machine's ports, each keeps the one that it had, or gets one that is free. */
  async place(services: readonly Service[], earlier: readonly Service[] | undefined): Promise<Service[]> {
    const taken = new Set(this.#parts.state.current.apps.valueSeq().flatMap((app) => app.revisions.valueSeq().flatMap((revision) => revision.services.flatMap(({ port }) => port ?? []))));
    const placed: Service[] = [];
    for (const service of services) {
      const known = earlier?.find(({ name, kind }) => name === service.name && kind === 'store')?.port;
      const port = service.kind === 'store' ? (known ?? await freePort(this.#parts.random, taken)) : service.port;
      if (port !== null) taken.add(port);
      placed.push({ ...service, port });
    }
    return placed;
  }

  /** The complete environment of an agent. Throws `env.unresolved` (retryable) while a store that it needs has no address. */
  environment(agent: Agent, service: Service, app: App): Record<string, string> {
    const { secrets } = this.#parts;
    const services = app.revisions.get(agent.revision)?.services ?? [];
    return resolveEnv(service, {
      app: app.name,
      services,
      port: service.port === null ? null : (agent.handle.port ?? service.port),
      credentials: credentialsIn(secrets, app.name, services),
      secret: (key) => secrets.value(app.name, key),
      address: (store) => this.addressOf(app, store),
      ingressUrl: (name) => `http://${name}.${app.name}.localhost:${this.#parts.ingressPort() ?? 8080}`,
    });
  }

  /** Lines of an app's output as they may be written down for good: without the values of its secrets. */
  withoutSecrets(name: AppName, lines: readonly string[]): string[] {
    const app = this.#parts.state.current.apps.get(name);
    const plans = app === undefined ? [] : [...app.revisions.values()].map(({ plan }) => plan);
    const read = { services: plans.flatMap(({ services }) => services) };
    const secrets = this.#parts.secrets.values(name).filter(([variable]) => isSecretIn(read, variable));
    return lines.map((line) => masked(line, secrets));
  }

  /** Where a store of an app is reached; undefined while nobody listens there. */
  addressOf(app: App, store: ServiceName): { host: string; port: number } | undefined {
    const agent = this.#parts.state.current.agents.find((candidate) => candidate.app === app.name && candidate.service === store && candidate.address !== null && candidate.state !== 'exited');
    return agent ? { host: agent.address!, port: agent.port! } : undefined;
  }
}

/** Throws `env.not-set` for a variable that is to be set no more and is not, `env.secret-gone` for one that is and whose value is not kept any more. */
function requireSet(app: App | undefined, { env = {}, unset = [] }: DeploymentRequest, name: AppName, secrets: Secrets): void {
  const variables = setBy(app, {});
  const known = Object.keys(variables);
  const gone = known.find((variable) => !(variable in env) && !unset.includes(variable) && secrets.value(name, variables[variable]!) === undefined);
  if (gone !== undefined) throw new StratoError('env.secret-gone', `the value of ${gone} for ${name} is not kept any more`, { next: `deploy with --env ${gone}=..., or --unset ${gone}` });
  const unknown = unset.find((variable) => !known.includes(variable));
  if (unknown === undefined) return;
  throw new StratoError('env.not-set', `${unknown} is not set for ${name}`, { next: known.length === 0 ? 'no variable is' : `these are: ${known.join(', ')}` });
}

/**
 * Variables that are set, by name, with their keys in the app's secrets: those of the newest revision that was admitted, also when the app went back from it, and those that a request gives, whose key is their name until they are
 * kept; without those that it wants set no more.
 */
function setBy(app: App | undefined, { env = {}, unset = [] }: Pick<DeploymentRequest, 'env' | 'unset'>): Record<string, string> {
  const newest = app?.revisions.valueSeq().maxBy(({ number }) => number);
  const kept = (newest?.services ?? []).flatMap((service) => service.env.flatMap((variable) => ('secret' in variable && !unset.includes(variable.name) ? [[variable.name, variable.secret] as const] : [])));
  return Object.fromEntries([...kept, ...Object.keys(env).map((name) => [name, name] as const)]);
}

/** Limits that a person set, now or for an earlier revision, go before those of the plan. */
function limited(service: Service, request: DeploymentRequest, earlier: Revision | undefined): Service {
  const asked = request.limits?.[service.name] ?? {};
  const before = earlier?.services.find(({ name }) => name === service.name)?.resources;
  const resources = { ...service.resources };
  for (const limit of ['memory', 'cpu'] as const) {
    const value = asked[limit] === undefined ? (resources[limit] ?? before?.[limit]) : (asked[limit] ?? undefined);
    if (value === undefined) delete resources[limit];
    else resources[limit] = value;
  }
  return { ...service, resources };
}
