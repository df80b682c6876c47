import { describe, expect, it } from 'vitest';
import { parse } from '../parse.ts';

const body = (code: string) => parse('a.ts', code).body;

describe('a class', () => {
  it('has its bases, fields and methods; its constructor goes by a name of its own', () => {
    expect(body('class A<T> extends B<T> implements C { static x = 1; readonly y?: string; constructor() { super() } async *f() { } get z() { return 1 } }')).toMatchObject([{
      s: 'class', name: 'A', bases: ['B', 'C'],
      body: [{ s: 'declare', name: 'x', value: { value: 1 } }, { s: 'declare', name: 'y', value: null }, { func: { name: '<init>' } }, { func: { name: 'f' } }, { func: { name: 'z' } }],
    }]);
  });

  it('hands its decorators to itself, and those of a method to the method', () => {
    expect(body('@Controller("x") class A { @Get() f() { } g() { } }')).toMatchObject([{ annotations: [{ name: 'Controller' }], body: [{ func: { name: 'f', annotations: [{ name: 'Get' }] } }, { func: { name: 'g', annotations: [] } }] }]);
  });

  it('runs its static blocks, and may name members as it likes', () => {
    expect(body('class A { static { f() } "a-b"() { } [c] = 1; get() { } static() { } }')).toMatchObject([{ body: [{ s: 'expr' }, { func: { name: 'a-b' } }, { s: 'declare', name: '' }, { func: { name: 'get' } }, { func: { name: 'static' } }] }]);
  });

  it('keeps what can be read when a member cannot', () => {
    const [made] = body('class A { = 1; f() { } }');
    expect(made).toMatchObject({ s: 'class', name: 'A' });
    expect(JSON.stringify(made)).toContain('"name":"f"');
  });
});
