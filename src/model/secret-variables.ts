import type { Plan } from './plan.ts';
import type { Service } from './service.ts';

/** The secrets that services of a plan get: name of the variable → key of its value. All that are set, but for those of which the code shows that they are none. */
export function secretVariables(plan: Pick<Plan, 'services'>, services: readonly Pick<Service, 'env'>[]): Map<string, string> {
  const set = services.flatMap(({ env }) => env.flatMap((variable) => ('secret' in variable ? [[variable.name, variable.secret] as const] : [])));
  return new Map(set.filter(([name]) => isSecretIn(plan, name)));
}

/** Whether the value of a variable is to be taken for a secret: not where all code that reads it shows that it is none. */
export function isSecretIn({ services }: Pick<Plan, 'services'>, name: string): boolean {
  const read = services.flatMap(({ env }) => env).filter((variable) => variable.name === name);
  return read.length === 0 || read.some(({ secret }) => secret);
}
