import { describe, expect, it } from 'vitest';
import { withFiles } from '../fixture.ts';
import { openTree } from '../tree/tree.ts';
import { readToml, readYaml } from './formats.ts';

describe('TOML that a generator fills in', () => {
  it.each([['a = 1{% if b %}{% endif %}\n', { a: 1 }], ['a = {% b %} %}\n', undefined]])('is read without what asks it, where that leaves TOML: %j', async (text, expected) => {
    expect(await withFiles({ 'a.toml': text }, (directory) => readToml(openTree(directory), 'a.toml'))).toEqual(expected);
  });
});

describe('merge keys of YAML', () => {
  const read = (text: string) => withFiles({ 'a.yml': text }, (directory) => readYaml(openTree(directory), 'a.yml'));

  it('takes in the keys of the table that an alias names, its own counting more', async () => {
    expect(await read('x-app: &app {build: ., tty: true}\nweb:\n  <<: *app\n  tty: false\n')).toMatchObject({ web: { build: '.', tty: false } });
  });

  it('takes in several tables, the first counting most', async () => {
    expect(await read('a: &a {one: 1, both: a}\nb: &b {two: 2, both: b}\nc:\n  <<: [*a, *b]\n')).toMatchObject({ c: { one: 1, two: 2, both: 'a' } });
  });

  it('keeps a merged table small that is merged again and again', async () => {
    const levels = Array.from({ length: 3 }, (_, level) => `l${level + 1}: &l${level + 1} {<<: [*l${level}, *l${level}], k${level}: 1}`);
    expect(Object.keys((await read(`l0: &l0 {k: 1}\n${levels.join('\n')}\n`))?.['l3'] ?? {})).toHaveLength(4);
  });

  it('takes no prototype from a key of that name', async () => {
    expect(Object.getPrototypeOf((await read('a: &a {"__proto__": {x: 1}}\nb: {<<: *a}\n'))?.['b'])).toBe(Object.prototype);
  });
});
