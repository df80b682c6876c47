import { describe, expect, it } from 'vitest';
import type { Plan } from './plan.ts';
import { isSecretIn, secretVariables } from './secret-variables.ts';

/** A plan whose services read variables: by name, whether the code shows that it is a secret. */
const planOf = (...services: Record<string, boolean>[]) => ({ services: services.map((env) => ({ env: Object.entries(env).map(([name, secret]) => ({ name, secret })) })) }) as unknown as Pick<Plan, 'services'>;

describe('a variable that was set', () => {
  it('is a secret unless all code that reads it shows that it is none', () => {
    expect(isSecretIn(planOf({ MODE: false }, { MODE: false }), 'MODE')).toBe(false);
    expect(isSecretIn(planOf({ MODE: false }, { MODE: true }), 'MODE')).toBe(true);
    expect(isSecretIn(planOf({ OTHER: false }), 'MODE')).toBe(true);
    expect(isSecretIn(planOf(), 'MODE')).toBe(true);
  });

  it('is known by the key of its value, of all services', () => {
    const services = [{ env: [{ name: 'TOKEN', secret: 'TOKEN.1' }, { name: 'PORT', value: '80' }] }, { env: [{ name: 'MODE', secret: 'MODE.2' }, { name: 'KEY', secret: 'KEY.3' }] }];
    expect(secretVariables(planOf({ MODE: false, TOKEN: true }), services as never)).toEqual(new Map([['TOKEN', 'TOKEN.1'], ['KEY', 'KEY.3']]));
  });
});
