import { describe, expect, it } from 'vitest';
import { parse } from '../parse.ts';

const importsOf = (code: string) => Object.fromEntries(parse('a.ts', code).imports);

describe('imports', () => {
  it('are known by the names that the file gives them', () => {
    expect(importsOf('import a, { b, c as d, type E } from "m"; import * as f from \'node:fs\'; import "side";')).toEqual({ a: 'm', b: 'm.b', d: 'm.c', E: 'm.E', f: 'fs' });
  });

  it('are also what is required', () => {
    expect(importsOf('const a = require("m"), { b, c: d } = require("node:n"), e = require("o").p;')).toEqual({ a: 'm', b: 'n.b', d: 'n.c', e: 'o.p' });
  });

  it('are no values and no modules that nobody knows', () => {
    expect(importsOf('const a = load("m"), b = require(name), c = import("m")')).toEqual({});
  });

  it('that are broken take nothing with them', () => {
    expect(parse('a.ts', 'import { a\nconst b = 1').body).toBeInstanceOf(Array);
    expect(importsOf('import { from "m"; import b from "n"')).toMatchObject({ b: 'n' });
  });
});
