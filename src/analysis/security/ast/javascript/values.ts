import { argumentsOf } from '../calls.ts';
import type { Expr } from '../nodes.ts';
import type { Parser } from '../parser.ts';
import { skipAngles } from '../types.ts';
import { classOf } from './classes.ts';
import { arrowFunction, functionExpression } from './functions.ts';
import { jsx } from './jsx.ts';

/** What begins an operand only here: functions, classes, `new`, `import(…)`, elements. */
export function primary(p: Parser): Expr | undefined {
  const { line } = p;
  if (p.is('function') || (p.is('async') && p.is('function', 1))) return { k: 'func', func: functionExpression(p), line };
  if (p.is('class')) {
    classOf(p);
    return { k: 'lit', value: null, line };
  }
  if (p.is('new') && !p.is('.', 1)) {
    p.at++;
    let callee: Expr = { k: 'name', name: p.isWord() ? p.word() : 'Object', line };
    while (p.is('.') && p.isWord(1)) {
      p.at++;
      callee = { k: 'member', object: callee, name: p.word(), line };
    }
    if (p.is('<')) p.attempt(() => skipAngles(p));
    return { k: 'call', callee, ...(p.is('(') ? argumentsOf(p) : { args: [], names: null }), made: true, line };
  }
  if (p.is('import') && p.is('(', 1)) {
    p.at++;
    return { k: 'call', callee: { k: 'name', name: 'import', line }, ...argumentsOf(p), made: false, line };
  }
  if (p.is('async') && (p.is('(', 1) || p.is('=>', 2))) {
    const arrow = p.attempt(() => {
      p.at++;
      return arrowFunction(p);
    });
    if (arrow) return arrow;
  }
  if ((p.isWord() && p.is('=>', 1)) || p.is('(')) return arrowFunction(p);
  if (p.is('<')) {
    const generic = p.attempt(() => {
      skipAngles(p);
      return p.is('(') ? arrowFunction(p) : undefined;
    });
    return generic ?? jsx(p);
  }
  return undefined;
}
