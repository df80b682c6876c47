import { describe, expect, it } from 'vitest';
import { parse } from '../parse.ts';

describe('annotations', () => {
  it('of Java belong to the class, the method and the parameter after them', () => {
    const { body } = parse('A.java', '@Controller @a.b.Path(value = "/x") public final class A { @Get("/y") String f(@Query String q) { return q; } }');
    expect(body).toMatchObject([{ s: 'class', annotations: [{ name: 'Controller', args: [] }, { name: 'Path' }], body: [{ s: 'func', func: { name: 'f', annotations: [{ name: 'Get', args: [{ k: 'lit', value: '/y' }] }], params: [{ name: 'q', annotations: ['Query'] }] } }] }]);
  });

  it('of C# stand in brackets, several in one, with what they are for before them', () => {
    const { body } = parse('A.cs', '[ApiController, Route("x")] public class A { [return: Named] [HttpGet] public string F([FromQuery] string q) { return q; } }');
    expect(body).toMatchObject([{ annotations: [{ name: 'ApiController' }, { name: 'Route' }], body: [{ func: { annotations: [{ name: 'Named' }, { name: 'HttpGet' }], params: [{ annotations: ['FromQuery'] }] } }] }]);
  });

  it('that cannot be read do not hide what they belong to', () => {
    expect(parse('A.java', '@X(= =) class A { }').body).toMatchObject([{ s: 'class', name: 'A', annotations: [{ name: 'X', args: [] }] }]);
  });
});

describe('modifiers', () => {
  it('are left out, also those that are names elsewhere', () => {
    expect(parse('A.java', 'private static final synchronized <T> int a = 1;').body).toMatchObject([{ s: 'declare', name: 'a', type: 'int' }]);
    expect(parse('A.cs', 'required = 2;').body).toMatchObject([{ s: 'expr', value: { k: 'assign', target: { name: 'required' } } }]);
  });
});
