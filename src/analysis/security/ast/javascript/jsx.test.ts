import { describe, expect, it } from 'vitest';
import type { Expr } from '../nodes.ts';
import { parse } from '../parse.ts';

function element(code: string): Expr | null {
  const [first] = parse('a.tsx', `const e = ${code}`).body;
  return first?.s === 'declare' ? first.value : null;
}

describe('an element', () => {
  it('is a call by its name, with attributes as arguments', () => {
    expect(element('<a-b href="x" on:click={f} data-x {...rest} />')).toMatchObject({ k: 'call', callee: { name: '<a>' }, args: [{ value: 'x' }, { name: 'f' }, { name: 'rest' }], names: new Map([[0, 'href'], [1, 'on']]) });
  });

  it('has what stands in braces and the elements within it, and no text', () => {
    expect(element('<p>Hello {name}, <b>{x}</b> {/* nothing */}</p>')).toMatchObject({ args: [{ name: 'name' }, { callee: { name: '<b>' }, args: [{ name: 'x' }] }] });
    expect(element('<><i /></>')).toMatchObject({ callee: { name: '<>' }, args: [{ callee: { name: '<i>' } }] });
  });

  it('is none where something is compared', () => {
    expect(element('a < b')).toMatchObject({ k: 'binary', op: '<' });
  });

  it('without an end leaves the statements after it alone', () => {
    expect(parse('a.tsx', 'const e = <a>{x};\nconst f = 1').body).toMatchObject([{ name: 'e', value: { callee: { name: '<a>' }, args: [] } }, { s: 'block' }, { name: 'f' }]);
  });
});
