import { describe, expect, it } from 'vitest';
import { after, afterScript } from './testing.ts';

describe('a call', () => {
  it('is told of when input reaches what the rules name, once a line', async () => {
    const { run } = await afterScript('eval(req.query.a); eval(req.query.b)\neval("1")\neval(req.query.c)');
    expect(run.hits.map(({ rule, line }) => [rule, line])).toEqual([['code-injection', 1], ['code-injection', 3]]);
  });

  it('to the outside hands danger on from what it is called on and from its arguments', async () => {
    const { dangerous } = await afterScript('const a = format(req.query.a), b = req.query.b.trim(), c = format("x")');
    expect(['a', 'b', 'c'].map(dangerous)).toEqual([true, true, false]);
  });

  it('of an encoder takes the danger that it encodes, and knows what it gives', async () => {
    const { run } = await afterScript('const a = escapeHtml(req.query.a); res.send("<b>" + a); eval(a)');
    expect(run.hits.map(({ rule }) => rule)).toEqual(['code-injection']);
  });

  it('of a function that only has the name of an encoder is run', async () => {
    const { run } = await afterScript('function escapeHtml(x) { return x } res.send("<b>" + escapeHtml(req.query.a))');
    expect(run.hits.map(({ rule }) => rule)).toEqual(['xss']);
  });

  it('makes an object, whose parts are what it was given', async () => {
    const { known, dangerous } = await afterScript('const a = new Options({ b: 1, c: req.query.c }); const b = a.b, c = a.c; const m = new Map(); m.set("k", 2); const d = m.get("k")');
    expect([known('b'), dangerous('c'), known('d')]).toEqual([1, true, 2]);
  });

  it('sets a property by its setter', async () => {
    const { known } = await after({ 'A.java': 'A a = make(); a.setHost("x"); a.setHost("y"); String b = a.getHost();' });
    expect(known('b')).toBeUndefined();
  });

  it('runs a function that is handed to it, with the elements of what it is called on', async () => {
    expect((await afterScript('[req.query.a].forEach((x) => { eval(x) })')).run.hits).toMatchObject([{ rule: 'code-injection' }]);
    expect((await afterScript('["1"].forEach((x) => { eval(x) })')).run.hits).toEqual([]);
  });

  it('appends in Go', async () => {
    const { run } = await after({ 'a.go': 'package main\nfunc f(w http.ResponseWriter, r *http.Request) {\n}\nvar a = append([]string{"x"}, "y")\n' });
    expect(run.globals.get('a')?.items?.map(({ options }) => options)).toEqual([['x'], ['y']]);
  });
});
