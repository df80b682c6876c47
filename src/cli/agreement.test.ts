import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agreementOf } from './agreement.ts';
import { parse } from './parse.ts';

const given = (...options: string[]) => agreementOf(parse(['approve', 'f'.repeat(32), ...options]) as Parameters<typeof agreementOf>[0]);

describe('how an approver agrees', () => {
  it('is by a key, by what was signed elsewhere, by asking what there is to sign, or not at all', () => {
    expect(given()).toEqual({ as: undefined, signed: undefined, statement: false });
    expect(given('--as', 'bob.key')).toEqual({ as: resolve('bob.key'), signed: undefined, statement: false });
    expect(given('--signed', '/tmp/signed')).toEqual({ as: undefined, signed: '/tmp/signed', statement: false });
    expect(given('--statement')).toEqual({ as: undefined, signed: undefined, statement: true });
  });

  it('is one of them', () => {
    for (const options of [['--as', 'a', '--signed', 'b'], ['--as', 'a', '--statement'], ['--signed', 'b', '--statement']]) {
      expect(() => given(...options)).toThrow(expect.objectContaining({ code: 'usage.value' }));
    }
  });
});
