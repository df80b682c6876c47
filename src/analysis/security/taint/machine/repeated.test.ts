import { describe, expect, it } from 'vitest';
import { after, afterScript } from './testing.ts';

/** Steps that a script takes after `begin` when it calls `f()` so many times. */
async function steps(begin: string, call: string, times: number): Promise<number> {
  return (await afterScript(`${begin};${`${call};`.repeat(times)}`)).run.steps;
}

describe('a call that was run before', () => {
  it('is not run again with arguments of which no more is known', async () => {
    const begin = 'function f(a) { const b = a + "y"; const c = b + "z"; const d = c + b; return d + c }';
    const [one, two] = [await steps(begin, 'f("x")', 1), await steps(begin, 'f("x")', 2)];
    const other = (await afterScript(`${begin};f("x");f("y")`)).run.steps;
    expect(two - one).toBeLessThan((other - one) / 2);
  });

  it('gives what its own arguments make of it', async () => {
    const { known, dangerous } = await afterScript('function f(a) { return a + "!" } const a = f("x"), b = f("y"), c = f(req.query.c), d = f("x"), e = f({ k: "x" }), g = f(req.query.g)');
    expect([known('a'), known('b'), known('d')]).toEqual(['x!', 'y!', 'x!']);
    expect(['a', 'c', 'd', 'e', 'g'].map(dangerous)).toEqual([false, true, false, false, true]);
  });

  it('is run again when a variable of the file has changed, directly or in a function that was handed over', async () => {
    const { dangerous } = await afterScript('let kept = "x"; function f(a) { return kept + a } const a = f("z"); kept = req.query.a; const b = f("z"); kept = "y"; const c = f("z"); items.forEach(() => { kept = req.query.b }); const d = f("z")');
    expect(['a', 'b', 'c', 'd'].map(dangerous)).toEqual([false, true, false, true]);
  });

  it('on an object is run again when that has changed', async () => {
    const { dangerous } = await afterScript('class A { x = "x"; get(k) { return this.x + k } } const o = new A(); const a = o.get("k"); o.x = req.query.x; const b = o.get("k"), c = new A().get("k")');
    expect(['a', 'b', 'c'].map(dangerous)).toEqual([false, true, false]);
  });

  it('is told of each time it is dangerous', async () => {
    const { run } = await afterScript('function f(a) { eval(req.query.a) }\nfunction g(a) {\nf(a)\nf(a)\n}\ng("x")\ng("x")');
    expect(run.hits).toMatchObject([{ rule: 'code-injection', line: 1 }]);
    const files = { 'A.java': 'class A {\n}\nHelper.run("x");\nHelper.run("x");\n', 'Helper.java': 'class Helper { static void run(String c) { Runtime.getRuntime().exec(request.getParameter("q") + c); } }' };
    expect((await after(files)).run.hits).toMatchObject([{ line: 3 }, { line: 4 }]);
  });

  it('is run again where more functions may be run than the first time', async () => {
    const begin = 'function f(x) { return g() } function g() { return h() } function h() { return req.query.a }';
    const { dangerous } = await afterScript(`${begin} function r1() { return r2() } function r2() { return r3() } function r3() { return r4() } function r4() { return f("x") } const a = r1(), b = f("x")`);
    expect(dangerous('b')).toBe(true);
  });
});

describe('a new object', () => {
  it('begins anew with what a variable of the file is then', async () => {
    const { dangerous } = await afterScript('let kept = "x"; class A { f = kept } const a = new A().f; kept = req.query.a; const b = new A().f');
    expect(['a', 'b'].map(dangerous)).toEqual([false, true]);
  });

  it('that makes another of its class, by itself or in others, is made all the same', async () => {
    const classes = Array.from({ length: 12 }, (_, i) => `class A${i} { F = "x"; a = new A${(i + 1) % 12}(); b = new A${(i + 5) % 12}(); c = new A${i}() }`).join(' ');
    const { known, run } = await afterScript(`${classes} const o = new A0(); const a = o.F, b = o.a.F`);
    expect([known('a'), known('b')]).toEqual(['x', 'x']);
    expect(run.steps).toBeLessThan(200);
  });

  it('keeps to itself what is put into it', async () => {
    const { dangerous } = await afterScript('class A { f = "x" } const o = new A(); o.f = req.query.a; const p = new A(); const a = o.f, b = p.f');
    expect(['a', 'b'].map(dangerous)).toEqual([true, false]);
  });
});
