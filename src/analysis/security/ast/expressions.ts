import type { Expr } from './nodes.ts';
import { primary } from './operands.ts';
import type { Parser } from './parser.ts';
import { deepest, longest, unreadable } from './parser.ts';
import { postfix } from './postfix.ts';
import { skipType, skipTypeExpression } from './types.ts';

/** How strongly an operator binds; assignment and the ternary are apart. */
const strength: Readonly<Record<string, number>> = {
  'or': 1, 'xor': 1, 'and': 2, '|>': 3, '??': 4, '?:': 4, '||': 5, '&&': 6, '..': 6, '...': 6, '|': 7, '^': 8, '&': 9,
  '==': 10, '!=': 10, '===': 10, '!==': 10, '<=>': 10, '=~': 10, '!~': 10, '<>': 10,
  '<': 11, '>': 11, '<=': 11, '>=': 11, 'in': 11, 'instanceof': 11, 'is': 11, 'as': 11, 'satisfies': 11, 'not': 11, '<-': 11,
  '<<': 12, '>>': 12, '>>>': 12, '+': 13, '-': 13, '.': 13, '*': 14, '/': 14, '%': 14, '//': 14, '@': 14, '**': 16,
};

const assignments = new Set(['=', '+=', '-=', '*=', '/=', '%=', '.=', '|=', '&=', '^=', '??=', '||=', '&&=', '**=', '<<=', ':=', '//=', '>>=', '>>>=']);

const prefixes = new Set(['!', '-', '+', '~', '++', '--', '&', '*', '@', '...', '**', '<-', '^']);

/** Words before an operand, by language. */
const prefixWords: Readonly<Record<string, ReadonlySet<string>>> = {
  javascript: new Set(['typeof', 'void', 'delete', 'await', 'yield', 'throw']), python: new Set(['not', 'await', 'yield']), ruby: new Set(['not', 'yield', 'defined?']), go: new Set(['go']), java: new Set(['throw']),
  csharp: new Set(['await', 'ref', 'out', 'throw']), php: new Set(['print', 'clone', 'include', 'include_once', 'require', 'require_once', 'throw', 'yield']),
};

/** Languages in which words are operators. */
const wordOperators: Readonly<Record<string, ReadonlySet<string>>> = {
  python: new Set(['or', 'and', 'in', 'is', 'not']), ruby: new Set(['or', 'and']), php: new Set(['or', 'and', 'xor', 'instanceof']),
  javascript: new Set(['in', 'instanceof', 'as', 'satisfies']), java: new Set(['instanceof']), csharp: new Set(['is', 'as']), go: new Set(),
};

/** An expression with all operators of at least this strength; 0 takes assignments too. */
export function expression(p: Parser, least: number): Expr {
  if (++p.depth > deepest) throw unreadable;
  let left = prefix(p);
  for (let turns = 0; turns < longest; turns++) {
    const { line } = p;
    const op = operatorAt(p);
    if (op === undefined) break;
    if (least === 0 && assignments.has(op)) {
      p.at += op === '>>=' || op === '>>>=' ? op.length - 1 : 1;
      left = { k: 'assign', target: left, op, value: p.expression(), line };
      continue;
    }
    if (op === '?' && least <= 3 && p.dialect.name !== 'python') {
      left = ternary(p, left, line);
      continue;
    }
    if (op === 'if' && p.dialect.name === 'python' && least <= 3) {
      p.at++;
      const test = p.expression(4);
      left = p.take('else') ? { k: 'cond', test, then: left, other: p.expression(3), line } : left;
      continue;
    }
    const power = strength[op];
    if (power === undefined || power < Math.max(least, 1) || (op === '.' && p.dialect.name !== 'php')) break;
    p.at += op.startsWith('>>') && !p.is(op) ? op.length : 1;
    if (op === 'not') p.take('in');
    if (op === 'is') p.take('not');
    if ((op === 'as' || op === 'satisfies' || op === 'is' || op === 'instanceof') && p.dialect.name !== 'python') {
      left = typeTest(p, op, left, line);
      continue;
    }
    left = { k: 'binary', op: op === 'and' ? '&&' : op === 'or' ? '||' : op, left, right: p.expression(op === '**' ? power : power + 1), line };
  }
  p.depth--;
  return left;
}

function operatorAt(p: Parser): string | undefined {
  const { token } = p;
  if (p.done || token.kind === 'string' || token.kind === 'number') return undefined;
  if (token.kind === 'word') {
    if (p.fresh && newlineEnds(p)) return undefined;
    if (token.text === 'if' && p.dialect.name === 'python') return 'if';
    return wordOperators[p.dialect.name]?.has(token.text) ? token.text : undefined;
  }
  if (p.fresh && newlineEnds(p)) return undefined;
  if ((token.text === '...' || token.text === '..') && p.dialect.name !== 'ruby') return undefined;
  return token.text === '>' ? shiftAt(p) : token.text;
}

/** `>>=` and the like, which the lexer leaves apart because two `>` may end the arguments of a type. */
function shiftAt(p: Parser): string {
  const { at } = p.token;
  let op = '>';
  while (op.length < 4 && (p.is('>', op.length) || p.is('>=', op.length)) && p.peek(op.length).at === at + op.length && !op.endsWith('=')) op += p.peek(op.length).text;
  return op;
}

/** Whether a line's end before the cursor ends the expression there. */
function newlineEnds(p: Parser): boolean {
  const { name } = p.dialect;
  if (name === 'javascript') return p.is('++') || p.is('--');
  if (name === 'python') return true;
  if (name === 'ruby' || name === 'go') return !p.is('&&') && !p.is('||') && !p.is('?') && !p.is(':');
  return false;
}

function ternary(p: Parser, test: Expr, line: number): Expr {
  p.at++;
  if (p.take(':')) return { k: 'cond', test, then: test, other: p.expression(3), line };
  const { noBrace } = p;
  p.noBrace = false;
  const then = p.expression();
  p.noBrace = noBrace;
  if (p.dialect.name === 'csharp' && !p.is(':')) return { k: 'many', parts: [test, then], line };
  p.expect(':');
  return { k: 'cond', test, then, other: p.expression(p.dialect.name === 'php' ? 4 : 0), line };
}

function typeTest(p: Parser, op: string, left: Expr, line: number): Expr {
  const { text } = p.token;
  const type = p.dialect.name === 'javascript' && op !== 'instanceof' ? (skipTypeExpression(p), text) : skipType(p);
  if (op === 'as' || op === 'satisfies') return { k: 'cast', type, operand: left, line };
  if (p.isWord() && !wordOperators[p.dialect.name]!.has(p.token.text) && !p.fresh && p.dialect.name !== 'php') {
    const name = p.word();
    return { k: 'binary', op: '&&', left: { k: 'binary', op, left, right: { k: 'lit', value: type, line }, line }, right: { k: 'assign', target: { k: 'name', name, line }, op: '=', value: left, line }, line };
  }
  return { k: 'binary', op, left, right: { k: 'lit', value: type, line }, line };
}

function prefix(p: Parser): Expr {
  const { token, line } = p;
  if (p.done) throw unreadable;
  if (token.kind === 'mark' && prefixes.has(token.text)) {
    p.at++;
    if (token.text === '...' && p.dialect.name === 'python') return { k: 'lit', value: null, line };
    const operand = p.expression(15);
    return token.text === '!' || token.text === '-' || token.text === '++' || token.text === '--' ? { k: 'unary', op: token.text, operand, line } : operand;
  }
  if (token.kind === 'word' && prefixWords[p.dialect.name]?.has(token.text) && !p.is('.', 1) && !p.is('=', 1) && !p.is(')', 1) && !p.is(',', 1) && !(p.is('(', 1) && (token.text === 'print' || token.text === 'require_once') && p.dialect.name !== 'php')) {
    if (token.text === 'await' || token.text === 'go' || token.text === 'ref' || token.text === 'clone' || (token.text === 'out' && p.dialect.name === 'csharp')) {
      p.at++;
      if (token.text === 'out' && p.isWord() && p.isWord(1)) p.at++;
      return p.expression(15);
    }
    if (token.text === 'not' || token.text === 'typeof' || token.text === 'void' || token.text === 'delete') {
      p.at++;
      return { k: 'unary', op: token.text === 'not' ? '!' : token.text, operand: p.expression(token.text === 'not' ? 10 : 15), line };
    }
    if (token.text === 'throw' || token.text === 'yield' || (p.dialect.name === 'php' && token.text !== 'out' && token.text !== 'lambda:')) {
      p.at++;
      p.take('*');
      if (p.done || p.fresh || p.is(',') || p.is(']') || p.is(')') || p.is(';') || p.is('}')) return { k: 'lit', value: null, line };
      const operand = p.expression(1);
      return token.text === 'yield' || token.text === 'throw' ? operand : { k: 'call', callee: { k: 'name', name: token.text, line }, args: [operand], names: null, made: false, line };
    }
  }
  return postfix(p, p.dialect.primary?.(p) ?? primary(p));
}
