import type { Expr } from '../ast/nodes.ts';
import type { Env } from './value.ts';

/** How an expression is written, calls as `f()`, with imported names in full. `local`: names that are variables stay as they are. */
export function textOf(e: Expr, imports: ReadonlyMap<string, string>, env: Env, local = false): string {
  switch (e.k) {
    case 'name': {
      if (local) return e.name;
      const full = imports.get(e.name);
      return full !== undefined ? full : e.name;
    }
    case 'member': return `${textOf(e.object, imports, env, local)}.${e.name}`;
    case 'call': return `${textOf(e.callee, imports, env, local)}()`;
    case 'index': return `${textOf(e.object, imports, env, local)}[]`;
    case 'cast': return textOf(e.operand, imports, env, local);
    default: return '';
  }
}

/** How an argument of an annotation is written. */
export function plainly(e: Expr): string {
  switch (e.k) {
    case 'lit': return String(e.value);
    case 'assign': return `${plainly(e.target)}=${plainly(e.value)}`;
    case 'list': return e.items.map(plainly).join();
    default: return textOf(e, new Map(), new Map());
  }
}

export function beginningOf(whole: Expr | undefined): string {
  let e = whole;
  for (let depth = 0; e && depth < deepestBeginning; depth++) {
    if (e.k === 'lit') return String(e.value);
    if (e.k === 'text') e = e.parts[0];
    else if (e.k === 'binary' && /^[+.%]$/.test(e.op)) e = e.left;
    else if (e.k === 'call') e = e.callee.k === 'member' && e.callee.name === 'format' && e.callee.object.k === 'lit' ? e.callee.object : e.args[0];
    else break;
  }
  return '';
}

const deepestBeginning = 16;

/** The first parts of a text that is put together, in order. */
export function leavesOf(whole: Expr): Expr[] {
  const later: Expr[] = [];
  let e: Expr | undefined = whole;
  for (let depth = 0; e && depth < deepestBeginning; depth++) {
    if (e.k === 'text') return [...inText(e.parts), ...later.toReversed()].slice(0, 3);
    if (e.k !== 'binary' || !/^[+.]$/.test(e.op)) return [e, ...later.toReversed()].slice(0, 3);
    later.push(e.right);
    e = e.left;
  }
  return [];
}

/** How a text with holes begins, of which the first part is all of it as it is written: what stands before its first hole, what is in that, and what follows. */
function inText([whole, hole]: readonly Expr[]): Expr[] {
  if (whole?.k !== 'lit' || !hole) return whole ? [whole] : [];
  const { line } = whole;
  const [all, before, rest] = /^([^${#]{0,200})(?:[$#]?\{[^}]{1,200}\}|\$[\w>[\]'-]{1,100})([\s\S]*)$/.exec(String(whole.value)) ?? [];
  if (all === undefined) return [whole];
  const literal = (value: string): Expr[] => (value === '' ? [] : [{ k: 'lit', value, line }]);
  return [...literal(before!), hole, ...literal(rest!)];
}
