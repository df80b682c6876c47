import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, lowest, satisfies } from './semver.ts';
import { choose } from './toolchains.ts';

describe('ranges', () => {
  it.each([
    ['>=20', '20.0.0', true], ['>=20', '19.9.9', false], ['20', '20.5.1', true], ['20', '21.0.0', false], ['v20.11', '20.11.7', true], ['20.x', '20.1.0', true], ['^18 || ^20', '20.3.0', true], ['^18 || ^20', '19.0.0', false],
    ['^0.2.3', '0.2.9', true], ['^0.2.3', '0.3.0', false], ['^1.2.3', '1.9.0', true], ['~1.2.3', '1.2.9', true], ['~1.2.3', '1.3.0', false], ['~1', '1.9.0', true], ['>=18 <21', '20.9.0', true], ['>= 18 < 21', '21.0.0', false],
    ['1.2 - 1.4', '1.4.9', true], ['1.2 - 1.4', '1.5.0', false], ['>18', '18.9.0', false], ['<=18', '18.9.0', true], ['*', '1.0.0', true], ['', '1.0.0', true], ['latest', '1.0.0', true], ['lts/*', '24.0.0', true], ['lts/iron', '20.2.0', true], ['lts/iron', '22.0.0', false],
    ['>=3.10,<4', '3.11.2', true], ['~=3.11', '3.12.0', true], ['~=3.11', '4.0.0', false], ['~=3.11.1', '3.12.0', false], ['==3.11.*', '3.11.9', true], ['!=3.9.0', '3.9.0', false], ['python-3.11.4', '3.11.4', true], ['whatever they say', '1.0.0', true],
  ])('%j and %s: %s', (range, version, expected) => {
    expect(satisfies(version, range)).toBe(expected);
  });

  it('of a version holds that version', () => {
    const number = fc.nat(99);
    fc.assert(fc.property(number, number, number, (a, b, c) => {
      const version = `${a}.${b}.${c}`;
      for (const operator of ['', '=', '^', '~', '>=', '<=', 'v']) expect(satisfies(version, `${operator}${version}`)).toBe(true);
      for (const operator of ['<', '>', '!=']) expect(satisfies(version, `${operator}${version}`)).toBe(false);
      expect(compareVersions(version, lowest(`^${version}`)!)).toBe(0);
    }));
  });
});

describe('the program for a wanted version', () => {
  const found = [{ path: '/usr/bin/node', version: '20.20.2' }, { path: '/opt/node', version: '24.1.0' }];
  it.each([[null, '20.20.2'], ['>=20', '20.20.2'], ['22', '24.1.0'], ['18', '20.20.2'], ['24', '24.1.0'], ['^25', undefined], ['>=26', undefined]])('%j is %s', (wanted, version) => {
    expect(choose(found, wanted)?.version).toBe(version);
  });
});
