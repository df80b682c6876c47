import { type Finding, type Plan, type PlannedEnv, type PlannedService, type Service, StratoError } from '../model/index.ts';

interface Missing {
  readonly service: PlannedService;
  readonly variable: PlannedEnv;
}

/**
 * Refuses services that would fail at once: the code says that it does not work without a variable, gives it no value, and nothing here can. Throws
 * `env.missing`, which names each with the place where it is read.
 */
export function refuseMissing(plan: Plan, services: readonly Service[]): void {
  const missing = unset(plan, services).filter(({ variable }) => variable.required && !variable.conditional);
  if (missing.length === 0) return;
  const names = [...new Set(missing.map(({ variable }) => variable.name))];
  throw new StratoError('env.missing', `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} needed and not set`, {
    why: missing.map(({ service, variable }) => `${service.name} reads ${variable.name}${placeOf(variable)}`).join('; '),
    next: `deploy with ${names.map((name) => `--env ${name}=...`).join(' ')}${names.length > 1 ? ', or with --env-from and a file that lists them' : ''}`,
    details: { variables: missing.map(({ service, variable }) => ({ service: service.name, name: variable.name, secret: variable.secret, evidence: variable.evidence })) },
  });
}

/** Remarks on variables that are not set and without which a part of the app fails, or that look like credentials of something outside. */
export function missingFindings(plan: Plan, services: readonly Service[]): Finding[] {
  return unset(plan, services).filter(({ variable }) => (variable.required ? variable.conditional : variable.secret)).map(({ service, variable }) => ({
    rule: 'env-not-set', severity: variable.required ? 'medium' : 'low', file: variable.evidence[0]?.file ?? service.path, line: variable.evidence[0]?.line ?? 0,
    message: `${service.name} reads ${variable.name}, which is not set${variable.required ? ', and fails there without it' : ''}`, fix: `deploy with --env ${variable.name}=... if that part of the app is used`,
  }));
}

function unset(plan: Plan, services: readonly Service[]): Missing[] {
  return plan.services.flatMap((service) => {
    const running = services.find(({ name }) => name === service.name);
    if (!running) return [];
    const has = new Set(['PORT', 'HOME', 'PATH', 'TMPDIR', 'HOSTNAME', 'USER', 'LANG', 'PWD', ...running.env.map(({ name }) => name)]);
    return service.env.filter((variable) => variable.default === null && !has.has(variable.name)).map((variable) => ({ service, variable }));
  });
}

function placeOf({ evidence }: PlannedEnv): string {
  return evidence[0] ? ` in ${evidence[0].file}:${evidence[0].line}` : '';
}
