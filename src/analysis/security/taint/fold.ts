import type { Constant, Value } from './value.ts';
import { constant, known, unknown } from './value.ts';

/** The value of an operator on constants; undefined when it is not known. `whole`: division of whole numbers stays whole. */
export function foldBinary(op: string, left: Value, right: Value, whole: boolean): Constant | undefined {
  const a = known(left);
  const b = known(right);
  if (op === '&&') return a === false || b === false ? false : a === true && b === true ? true : undefined;
  if (op === '||') return a === true || b === true ? true : a === false && b === false ? false : undefined;
  if (a === undefined || b === undefined) return undefined;
  switch (op) {
    case '==': case '===': return a === b;
    case '!=': case '!==': return a !== b;
    case '.': return String(a ?? '') + String(b ?? '');
    case '+': return typeof a === 'number' && typeof b === 'number' ? a + b : typeof a === 'string' || typeof b === 'string' ? limited(String(a) + String(b)) : undefined;
    default:
  }
  if (typeof a === 'string' && typeof b === 'string') return op === '<' ? a < b : op === '>' ? a > b : undefined;
  if (typeof a !== 'number' || typeof b !== 'number') return undefined;
  switch (op) {
    case '-': return a - b;
    case '*': return a * b;
    case '/': return b === 0 ? undefined : whole && Number.isInteger(a) && Number.isInteger(b) ? Math.trunc(a / b) : a / b;
    case '//': return b === 0 ? undefined : Math.floor(a / b);
    case '%': return b === 0 ? undefined : a % b;
    case '**': return a ** b;
    case '<': return a < b;
    case '>': return a > b;
    case '<=': return a <= b;
    case '>=': return a >= b;
    case '&': return a & b;
    case '|': return a | b;
    case '^': return a ^ b;
    case '<<': return a << b;
    case '>>': return a >> b;
    default: return undefined;
  }
}

function limited(text: string): string | undefined {
  return text.length > 20_000 ? undefined : text;
}

/** The result of a method of text on constants; undefined when it is not one, or not known. */
export function foldMethod(name: string, self: Value, args: readonly Value[]): Value | undefined {
  const text = known(self);
  if (typeof text !== 'string') return undefined;
  const given = args.map(known);
  if (given.some((arg) => arg === undefined)) return undefined;
  const [a, b] = given;
  const result = textMethod(name, text, a ?? null, b ?? null, given.length);
  return result === undefined ? undefined : constant(result);
}

function textMethod(name: string, text: string, a: Constant, b: Constant, count: number): Constant | undefined {
  switch (name) {
    case 'length': case 'size': case 'count': return count === 0 ? text.length : undefined;
    case 'charAt': return typeof a === 'number' ? text.charAt(a) : undefined;
    case 'substring': case 'slice': return typeof a === 'number' ? text.substring(a, typeof b === 'number' ? b : text.length) : undefined;
    case 'equals': case 'equalsIgnoreCase': return typeof a === 'string' ? (name === 'equals' ? a === text : a.toLowerCase() === text.toLowerCase()) : undefined;
    case 'startsWith': case 'start_with?': case 'startswith': return typeof a === 'string' ? text.startsWith(a) : undefined;
    case 'endsWith': case 'end_with?': case 'endswith': return typeof a === 'string' ? text.endsWith(a) : undefined;
    case 'contains': case 'includes': case 'include?': return typeof a === 'string' ? text.includes(a) : undefined;
    case 'indexOf': return typeof a === 'string' ? text.indexOf(a) : undefined;
    case 'isEmpty': return text === '';
    case 'trim': case 'strip': return text.trim();
    case 'toUpperCase': case 'upper': case 'upcase': case 'ToUpper': return text.toUpperCase();
    case 'toLowerCase': case 'lower': case 'downcase': case 'ToLower': return text.toLowerCase();
    case 'concat': return typeof a === 'string' ? text + a : undefined;
    case 'replace': return typeof a === 'string' && typeof b === 'string' ? text.replaceAll(a, b) : undefined;
    case 'toString': case 'intern': case 'to_s': case 'valueOf': return text;
    default: return undefined;
  }
}

export function foldUnary(op: string, operand: Value): Value {
  const value = known(operand);
  if (op === '!' && typeof value === 'boolean') return constant(!value);
  if (op === '-' && typeof value === 'number') return constant(-value);
  return unknown;
}
