import type { Expr } from './nodes.ts';
import { parse } from './parse.ts';

/** The value of the last statement of a text, a declaration or an expression, written as `(operation operand …)`: for tests. */
export function shapeOf(path: string, code: string): string {
  const { body, unread } = parse(path, code);
  const last = body.at(-1);
  if (unread > 0 || !last || !('value' in last) || !last.value) return `unread ${unread}`;
  return shape(last.value);
}

function shape(e: Expr | null): string {
  if (e === null) return '_';
  const all = (items: readonly (Expr | null)[]) => items.map((item) => ` ${shape(item)}`).join('');
  switch (e.k) {
    case 'lit': return JSON.stringify(e.value);
    case 'name': return e.name;
    case 'member': return `(. ${shape(e.object)} ${e.name})`;
    case 'index': return `([] ${shape(e.object)} ${shape(e.index)})`;
    case 'call': return `(${e.made ? 'new' : 'call'} ${shape(e.callee)}${e.args.map((arg, at) => ` ${e.names?.has(at) ? `${e.names.get(at)}=` : ''}${shape(arg)}`).join('')})`;
    case 'binary': return `(${e.op}${all([e.left, e.right])})`;
    case 'unary': return `(${e.op} ${shape(e.operand)})`;
    case 'cond': return `(?${all([e.test, e.then, e.other])})`;
    case 'assign': return `(${e.op}${all([e.target, e.value])})`;
    case 'list': return `(list${all(e.items)})`;
    case 'dict': return `(dict${e.entries.map(({ key, value }) => ` ${shape(key)}:${shape(value)}`).join('')})`;
    case 'text': return `(text${all(e.parts)})`;
    case 'func': return `(func ${e.func.params.map(({ name }) => name).join(',')})`;
    case 'cast': return `(as ${e.type} ${shape(e.operand)})`;
    case 'many': return `(many${all(e.parts)})`;
  }
}
