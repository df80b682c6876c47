import { describe, expect, it } from 'vitest';
import { after, afterScript } from './testing.ts';

describe('a function', () => {
  it('is run with the arguments of its call', async () => {
    const { known, dangerous } = await afterScript('function f(a, b = "z", ...c) { return a + b } const a = f("x", "y"), b = f("x"), c = f(req.query.a)');
    expect([known('a'), known('b'), dangerous('c')]).toEqual(['xy', 'xz', true]);
  });

  it('gets arguments by name', async () => {
    const { known } = await after({ 'a.py': 'def f(a, b):\n    return a + b\nx = f(b="y", a="x")\n' });
    expect(known('x')).toBe('xy');
  });

  it('gets all that is left in its last parameter', async () => {
    expect((await afterScript('function f(a, ...rest) { return rest[1] } const a = f(1, 2, 3)')).known('a')).toBe(3);
  });

  it('that calls itself, or others without end, ends', async () => {
    const { dangerous } = await afterScript('function f(x) { return f(x) } function g(x) { return h(x) } function h(x) { return g(x) } const a = f(req.query.a), b = g("x")');
    expect([dangerous('a'), dangerous('b')]).toEqual([true, false]);
  });

  it('is told of at the line that calls it, when it stands in another file', async () => {
    const files = { 'A.java': 'class A {\n}\nString q = request.getParameter("q");\nHelper.run(q);\n', 'Helper.java': '\n\n\n\n\n\n\nclass Helper { static void run(String c) { Runtime.getRuntime().exec(c); } }' };
    expect((await after(files)).run.hits).toMatchObject([{ rule: 'command-injection', line: 4 }]);
  });
});

describe('a closure', () => {
  it('changes the variables around it', async () => {
    expect((await afterScript('let a = "x"; items.forEach(() => { a = req.query.a })')).dangerous('a')).toBe(true);
  });

  it('leaves alone those that its parameters hide', async () => {
    expect((await afterScript('let a = "x"; items.forEach((a) => { a = req.query.a })')).dangerous('a')).toBe(false);
  });
});

describe('an object', () => {
  const point = 'class Point { kind = "p"; constructor(x) { this.x = x } getX() { return this.x } setX(x) { this.x = x } }';

  it('has what its constructor makes of its arguments', async () => {
    const { known, dangerous } = await afterScript(`${point} const p = new Point(1), q = new Point(req.query.x); const a = p.x, b = q.getX(), c = q.kind`);
    expect([known('a'), dangerous('b'), dangerous('c')]).toEqual([1, true, false]);
  });

  it('is changed by its methods', async () => {
    expect((await afterScript(`${point} const p = new Point(req.query.x); p.setX("y"); const a = p.getX()`)).known('a')).toBe('y');
  });

  it('without a constructor has its fields alone', async () => {
    const { dangerous } = await afterScript('class A { b = req.query.b; c = "x" } const o = new A(); const b = o.b, c = o.c');
    expect([dangerous('b'), dangerous('c')]).toEqual([true, false]);
  });
});
