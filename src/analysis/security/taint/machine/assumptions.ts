import type { Call, Expr } from '../../ast/nodes.ts';
import type { Env } from '../value.ts';
import { dangers, known, merged, ofType } from '../value.ts';
import type { Frame } from './frame.ts';

/** Calls that tell whether their argument is one of a list, or of a closed form. */
const tellsOfArgument = /^(?:contains|includes|has|containsKey|include\?|in_array|key\?|Contains|ContainsKey|fullmatch|hasOwnProperty|ctype_\w+|isdigit|isalnum|is_numeric|ContainsString|MatchString|test)$/;
/** Calls that tell it of what they are called on. */
const tellsOfItself = /^(?:matches|isdigit|isalnum|match\?|isdecimal)$/;
const comparisons = new Set(['in', '==', '===', '!=', '!==']);

/** What a test that came out as `holds` says of its subject: one of a list of known values, or of a closed form, is no danger. */
export function assume(test: Expr, holds: boolean, env: Env, frame: Frame): void {
  if (test.k === 'unary' && test.op === '!') return assume(test.operand, !holds, env, frame);
  if (test.k === 'call' && holds) return assumeCall(test, env, frame);
  if (test.k !== 'binary') return;
  if (test.op === '&&' || test.op === '||') {
    if ((test.op === '&&') !== holds) return;
    assume(test.left, holds, env, frame);
    return assume(test.right, holds, env, frame);
  }
  if (test.left.k !== 'name' || !comparisons.has(test.op) || test.op.startsWith('!') === holds) return;
  const right = frame.evaluate(test.right, env);
  if (dangers(right) === 0 && (test.op === 'in' ? right.options === null : known(right) !== undefined && known(right) !== null)) clean(test.left.name, env);
}

function assumeCall({ callee, args }: Call, env: Env, frame: Frame): void {
  const name = callee.k === 'member' || callee.k === 'name' ? callee.name : '';
  const subject = args.find((arg) => arg.k === 'name');
  if (subject && tellsOfArgument.test(name)) {
    const list = callee.k === 'member' ? frame.evaluate(callee.object, env) : merged(args.filter((arg) => arg !== subject).map((arg) => frame.evaluate(arg, env)));
    if (dangers(list) === 0 && !(name === 'contains' && typeof known(list) === 'string')) clean(subject.name, env);
  }
  if (callee.k === 'member' && callee.object.k === 'name' && tellsOfItself.test(name)) clean(callee.object.name, env);
}

/** Takes the dangers from a variable. */
export function clean(name: string, env: Env): void {
  const value = env.get(name);
  if (value && dangers(value) !== 0) env.set(name, ofType(value.type));
}
