import { isServer } from '../../analysis/index.ts';
import { type Plan, type PlannedStore, StratoError } from '../../model/index.ts';
import { postgresql } from './postgresql.ts';
import { redis } from './redis.ts';
import type { ProvideOptions, StoreDefinition, StoreProgram } from './store.ts';

export type { ProvideOptions, StoreDefinition, StoreFacts, StoreProgram } from './store.ts';

/** The stores that can be run here, by kind. */
export const storeDefinitions: Readonly<Record<string, StoreDefinition>> = { postgresql, redis };

/** A store that an app gets: how it is spoken of and by which programs it runs. */
export interface ProvidedStore {
  readonly definition: StoreDefinition;
  readonly program: StoreProgram;
}

/**
 * The stores of a plan that have to be run: not those without a server, and not those whose variables the person has set
 * (`given` holds the names), because these are theirs.
 */
export function neededStores(plan: Plan, given: readonly string[]): PlannedStore[] {
  return plan.stores.filter((store) => {
    if (!isServer(store.kind)) return false;
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
