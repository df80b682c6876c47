import type { Expr } from '../../ast/nodes.ts';
import { collectionMethod } from '../collections.ts';
import { foldBinary, foldUnary } from '../fold.ts';
import { joined } from '../addresses.ts';
import type { Env, Value } from '../value.ts';
import { constant, join, known, merged, ofType, unknown } from '../value.ts';
import { assign } from './assignments.ts';
import type { Frame } from './frame.ts';

/** Languages in which a quotient of whole numbers need not be whole. */
const fractional = new Set(['javascript', 'php', 'python']);

/** An operator with two sides; the right one is left out where the left one decides. */
export function binary(e: Expr & { k: 'binary' }, env: Env, frame: Frame): Value {
  const { language } = frame.run;
  const left = frame.evaluate(e.left, env);
  if (e.op === '&&' || e.op === '||') {
    const decided = known(left);
    if (decided === (e.op === '||')) return left;
  }
  const right = frame.evaluate(e.right, env);
  const folded = foldBinary(e.op, left, right, !fractional.has(language));
  if (folded !== undefined) return constant(folded);
  switch (e.op) {
    case '||': case '??': case '?:': case '&&': return join(e.op === '&&' ? ofType(left.type) : left, right);
    case '+': case '.': return joined(e, { ...merged([left, right]), type: 'text' }, (one) => frame.evaluate(one, env));
    case '%': return language === 'python' || language === 'ruby' ? merged([left, right]) : unknown;
    case '<<': {
      const effect = collectionMethod('append', left, [right]);
      if (effect?.self) assign(e.left, effect.self, env, frame);
      return effect?.result ?? merged([left, right]);
    }
    case '/': return language === 'python' ? merged([left, right]) : unknown;
    case '*': return language === 'python' ? merged([left]) : unknown;
    default: return unknown;
  }
}

/** An operator with one side; `++` and `--` count a variable. */
export function unary(e: Expr & { k: 'unary' }, env: Env, frame: Frame): Value {
  const operand = frame.evaluate(e.operand, env);
  if ((e.op === '++' || e.op === '--') && e.operand.k === 'name') {
    const count = known(operand);
    env.set(e.operand.name, typeof count === 'number' ? { ...operand, options: [e.op === '++' ? count + 1 : count - 1] } : { ...operand, options: null });
  }
  return foldUnary(e.op, operand);
}
