import { describe, expect, it } from 'vitest';
import type { Param } from '../nodes.ts';
import { parse } from '../parse.ts';

const parametersOf = (path: string, code: string): Param[] => parse(path, code).body.flatMap((statement) => (statement.s === 'func' ? statement.func.params : []));

describe('parameters', () => {
  it('have a name, and a type without its arguments', () => {
    expect(parametersOf('A.java', 'void f(final Map<String, List<? extends T>> a, int[] b, String... c) { }')).toMatchObject([{ name: 'a', type: 'Map' }, { name: 'b', type: 'int' }, { name: 'c', type: 'String' }]);
  });

  it('of C# may have a value and words before their type', () => {
    expect(parametersOf('A.cs', 'void F(this string? a, ref int b, int c = 3) { }')).toMatchObject([{ name: 'a', type: 'string', value: null }, { name: 'b', type: 'int' }, { name: 'c', value: { k: 'lit', value: 3 } }]);
  });

  it('that do not end make the statement unreadable, and not the file', () => {
    expect(parse('A.java', 'void f(int a { } int b = 1;').unread).toBeGreaterThan(0);
  });
});
