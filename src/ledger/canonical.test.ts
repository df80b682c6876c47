import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, isCanonical } from './canonical.ts';

describe('canonical JSON', () => {
  it('is what RFC 8785 shows in its examples', () => {
    // §3.2.2 and §3.2.3.
    expect(canonical({ numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001], string: '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"/', literals: [null, true, false] }))
      .toBe('{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}');
    const sorted = { '\u20ac': 'Euro Sign', '\r': 'Carriage Return', '\ufb33': 'Hebrew Letter Dalet With Dagesh', '1': 'One', '\ud83d\ude00': 'Emoji: Grinning Face', '\u0080': 'Control', '\u00f6': 'Latin Small Letter O With Diaeresis' };
    expect([...canonical(sorted).matchAll(/:"([^"]*)"/g)].map(([, name]) => name)).toEqual([
      'Carriage Return', 'One', 'Control', 'Latin Small Letter O With Diaeresis', 'Euro Sign', 'Emoji: Grinning Face', 'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it('writes numbers as appendix B of the RFC does', () => {
    const samples: readonly (readonly [string, string])[] = [
      ['0000000000000000', '0'], ['8000000000000000', '0'], ['0000000000000001', '5e-324'], ['8000000000000001', '-5e-324'], ['7fefffffffffffff', '1.7976931348623157e+308'],
      ['4340000000000000', '9007199254740992'], ['4430000000000000', '295147905179352830000'], ['44b52d02c7e14af5', '9.999999999999997e+22'], ['44b52d02c7e14af6', '1e+23'],
      ['444b1ae4d6e2ef4e', '999999999999999700000'], ['444b1ae4d6e2ef50', '1e+21'], ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'], ['3eb0c6f7a0b5ed8d', '0.000001'],
      ['41b3de4355555553', '333333333.3333332'], ['41b3de4355555554', '333333333.33333325'], ['41b3de4355555555', '333333333.3333333'], ['41b3de4355555556', '333333333.3333334'],
      ['41b3de4355555557', '333333333.33333343'], ['becbf647612f3696', '-0.0000033333333333333333'], ['43143ff3c1cb0959', '1424953923781206.2'],
    ];
    for (const [bits, text] of samples) expect(canonical(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
  });

  it('sorts names by their units, also those that look like numbers', () => {
    expect(canonical({ '10': 1, '9': 2, a: 3, '': 4 })).toBe('{"":4,"10":1,"9":2,"a":3}');
  });

  it('is the same however the members are ordered, says the same as JSON, and is stable', () => {
    fc.assert(fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = canonical(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonical(JSON.parse(text))).toBe(text);
      expect(canonical(reversed(value))).toBe(text);
    }));
  });

  it('writes what an object cannot have in order, or what writes itself, like everything else', () => {
    const value = { z: 1, ...(JSON.parse('{"__proto__":2,"b":{"d":3,"c":4}}') as object), at: new Date(0), '2': [{ y: 1, x: '\\ud800' }] };
    expect(canonical(value)).toBe('{"2":[{"x":"\\\\ud800","y":1}],"__proto__":2,"at":"1970-01-01T00:00:00.000Z","b":{"c":4,"d":3},"z":1}');
    expect(canonical({ z: 1, ...(JSON.parse('{"__proto__":2}') as object) })).toBe('{"__proto__":2,"z":1}');
  });

  it.each([NaN, Infinity, -Infinity])('is refused for %d, which JSON has not, wherever it is', (number) => {
    for (const value of [number, [1, number], { a: number }, { b: 1, a: [{ '2': number }] }, { toJSON: () => number }]) expect(() => canonical(value)).toThrow(TypeError);
    expect(isCanonical('{"a":1e999}', JSON.parse('{"a":1e999}'))).toBe(false);
    expect(isCanonical('{"a":1}', { a: 1 })).toBe(true);
  });

  it('leaves out what is undefined, and replaces what Unicode has not', () => {
    expect(canonical({ b: undefined, a: [undefined, '\ud800'] })).toBe('{"a":[null,"\ufffd"]}');
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([name, member]) => [name, reversed(member)]));
}
