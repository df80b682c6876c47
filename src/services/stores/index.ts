import { isServer } from '../../analysis/index.ts';
import { type Finding, type Plan, type PlannedStore, type Service, StratoError } from '../../model/index.ts';
import { mariadb, mysql } from './mariadb.ts';
import { memcached } from './memcached.ts';
import { postgresql } from './postgresql.ts';
import { redis } from './redis.ts';
import type { ProvideOptions, StoreDefinition, StoreProgram } from './store.ts';

export type { ProvideOptions, StoreDefinition, StoreFacts, StoreProgram } from './store.ts';

/** The stores that can be run here, by kind. */
export const storeDefinitions: Readonly<Record<string, StoreDefinition>> = { mariadb, memcached, mysql, postgresql, redis };

/** A store that an app gets: how it is spoken of and by which programs it runs. */
export interface ProvidedStore {
  readonly definition: StoreDefinition;
  readonly program: StoreProgram;
}

/**
 * The stores of a plan that have to be run: not those without a server, not those whose variables the person has set
 * (`given` holds the names), because these are theirs, and not those that cannot be run here and are used only where they are there.
 */
export function neededStores(plan: Plan, given: readonly string[]): PlannedStore[] {
  return plan.stores.filter((store) => {
    if (!isServer(store.kind) || isLeftOut(plan, store)) return false;
    return !addressesOf(plan, store.kind).some((name) => given.includes(name));
  });
}

/** Finds or brings the programs for all stores of a plan. Throws `store.unavailable`, which says what else can be done. */
export async function provideStores(plan: Plan, given: readonly string[], options: ProvideOptions): Promise<Map<string, ProvidedStore>> {
  const provided = new Map<string, ProvidedStore>();
  for (const store of neededStores(plan, given)) {
    const definition = storeDefinitions[store.kind];
    if (!definition) throw unavailable(plan, store);
    provided.set(store.kind, { definition, program: await definition.provide(options) });
  }
  return provided;
}

/** Whether an app goes without a store that cannot be run here: all of its services ask whether it is there. */
function isLeftOut(plan: Plan, { kind }: PlannedStore): boolean {
  return storeDefinitions[kind] === undefined && plan.services.every(({ stores }) => stores.every((use) => use.kind !== kind || use.optional));
}

/** Remarks on stores that an app could use and goes without. */
export function leftOutFindings(plan: Plan, given: readonly string[]): Finding[] {
  return plan.stores.filter((store) => isServer(store.kind) && isLeftOut(plan, store) && !addressesOf(plan, store.kind).some((name) => given.includes(name))).map(({ kind, usedBy, evidence: [first] }) => ({
    rule: 'store-left-out', severity: 'info', file: first?.file ?? '.', line: first?.line ?? 0,
    message: `${usedBy.join(' and ')} can use ${kind}, which cannot be run here, and goes without it`, fix: `run one yourself and name it with --env ${addressesOf(plan, kind)[0]}=...`,
  }));
}

/** Remarks on stores that are run for a service which names no variable by which it would learn where they are: an address that is fixed in its code leads nowhere. */
export function untoldFindings(plan: Plan, services: readonly Service[]): Finding[] {
  const run = new Map(services.flatMap(({ store, name }) => (store === null ? [] : [[store, name] as const])));
  return plan.services.flatMap(({ name, stores }) => stores.flatMap(({ kind, envVars }): Finding[] => {
    const running = services.find((service) => service.name === name);
    const store = run.get(kind);
    if (running === undefined || store === undefined || envVars.length > 0) return [];
    const [seen] = plan.stores.find((one) => one.kind === kind)?.evidence ?? [];
    const told = running.env.filter((variable) => 'store' in variable && variable.store === store).map((variable) => variable.name);
    // Spring Boot takes these in place of what its files say.
    if (told.some((variable) => variable.startsWith('SPRING_'))) return [];
    return [{
      rule: 'store-untold', severity: 'medium', file: seen?.file ?? '.', line: seen?.line ?? 0,
      message: `${name} uses ${kind}, which runs for it, and names no variable that says where${told.length === 0 ? '' : ` (${told.join(', ')} ${told.length === 1 ? 'is' : 'are'} set)`}: an address that is fixed in its code leads nowhere`,
      fix: `read its address from ${usualVariable[kind] ?? 'DATABASE_URL'}`,
    }];
  }));
}

const usualVariable: Readonly<Record<string, string>> = { memcached: 'MEMCACHED_SERVERS', redis: 'REDIS_URL' };

function variablesOf(plan: Plan, kind: string): string[] {
  return [...new Set(plan.services.flatMap((service) => service.stores.filter((use) => use.kind === kind).flatMap((use) => use.envVars)))];
}

/** Variables that tell where a store is: by their names or, where no name says so, all but those that say how one gets in. */
function addressesOf(plan: Plan, kind: string): string[] {
  const names = variablesOf(plan, kind);
  const telling = names.filter((name) => /UR[IL]|DSN|HOST|SERVER|ADDR|CONN|DATABASE$/.test(name));
  return telling.length > 0 ? telling : names.filter((name) => !/PASS|PWD|USER|SECRET|TOKEN|KEY|PORT|NAME|POOL|SIZE|TIMEOUT|PATH|DIR$/.test(name));
}

function unavailable(plan: Plan, { kind, evidence, usedBy }: PlannedStore): StratoError {
  const seen = evidence[0];
  const [variable] = addressesOf(plan, kind);
  return new StratoError('store.unavailable', `${usedBy.join(' and ')} ${usedBy.length === 1 ? 'needs' : 'need'} ${kind}, which is not among the stores that can be run here (${Object.keys(storeDefinitions).join(', ')})`, {
    why: seen ? `${seen.file}:${seen.line}: ${seen.why}` : undefined,
    next: variable ? `run one yourself and name it with --env ${variable}=..., or say --hint elsewhere=${kind}` : `run one yourself where the app looks for it, and say --hint elsewhere=${kind}`,
    details: { kind, usedBy, evidence, variable: variable ?? null },
  });
}
