import { rubyBlock, withResult } from './calls.ts';
import { expression } from './expressions.ts';
import { postfix } from './postfix.ts';
import type { Case, Expr, Param, Stmt } from './nodes.ts';
import type { Dialect, Parser } from './parser.ts';
import { functionOf } from './parser.ts';

const stops = new Set(['end', 'then', 'do', 'else', 'elsif', 'when', 'rescue', 'ensure', 'if', 'unless', 'while', 'until', 'and', 'or', 'in']);

export const ruby: Dialect = { name: 'ruby', expression, statement, body: (p) => p.statements(() => p.is('end')), primary, command: commandCall, commandArguments: command, stops };

/** Calls after which nothing of the method is run: errors, and the answers that end a route of Sinatra. */
const leaves = /^(?:raise|fail|halt|abort|exit!?|throw)$/;

function statement(p: Parser): Stmt[] {
  if (p.take(';')) return [];
  let read = plain(p);
  // `… if x`, `… unless x`, `… rescue y`, `… while z` behind a statement.
  while (!p.done && !p.fresh && p.isWord()) {
    if (p.is('if') || p.is('unless')) {
      const negated = p.word() === 'unless';
      const test = p.expression();
      read = [{ s: 'if', test: negated ? { k: 'unary', op: '!', operand: test, line: p.line } : test, then: read, other: [] }];
    } else if (p.is('while') || p.is('until')) {
      p.at++;
      read = [{ s: 'loop', before: [], test: p.expression(), body: read, after: [], once: true }];
    } else if (p.take('rescue')) read.push({ s: 'expr', value: p.expression() });
    else break;
  }
  return read;
}

function until(p: Parser, ...ends: string[]): Stmt[] {
  const { noBrace } = p;
  p.noBrace = false;
  const body = p.statements(() => p.isWord() && ends.includes(p.token.text));
  p.noBrace = noBrace;
  return body;
}

function test(p: Parser): Expr {
  const { noBrace } = p;
  p.noBrace = true;
  const result = p.expression();
  p.noBrace = noBrace;
  return result;
}

function plain(p: Parser): Stmt[] {
  const { line } = p;
  const word = p.isWord() && !p.is('.', 1) && !p.is('=', 1) ? p.token.text : '';
  switch (word) {
    case 'require': case 'require_relative': case 'attr_accessor': case 'attr_reader': case 'attr_writer': case 'include': case 'extend': case 'alias':
      while (p.at++ < p.tokens.length && !p.done && !p.fresh);
      return [];
    case 'module': case 'class': return classStatement(p);
    case 'private': case 'public': case 'protected':
      p.at++;
      return [];
    case 'def': return [functionStatement(p)];
    case 'if': case 'unless': return [ifStatement(p)];
    case 'while': case 'until': {
      p.at++;
      const condition = test(p);
      p.take('do');
      const body = until(p, 'end');
      p.expect('end');
      return [{ s: 'loop', before: [], test: condition, body, after: [], once: false }];
    }
    case 'for': {
      p.at++;
      const target = p.expression(12);
      p.expect('in');
      const over = test(p);
      p.take('do');
      const body = until(p, 'end');
      p.expect('end');
      return [{ s: 'each', target, type: null, over, key: null, body }];
    }
    case 'case': return [caseStatement(p)];
    case 'begin': {
      p.at++;
      const read = guarded(p);
      p.expect('end');
      return [read];
    }
    case 'return': {
      p.at++;
      const value = p.done || p.fresh || p.is('if') || p.is('unless') || p.is('end') || p.is('}') ? null : list(p);
      return [{ s: 'return', value, line }];
    }
    case 'break': case 'next': {
      p.at++;
      const value = p.done || p.fresh || p.is('if') || p.is('unless') ? null : p.expression();
      return [{ s: 'jump', to: word === 'break' ? 'break' : 'continue', value }];
    }
    default:
  }
  const value = list(p);
  if (value.k === 'list' && p.take('=')) return [{ s: 'expr', value: { k: 'assign', target: value, op: '=', value: list(p), line } }];
  const called = value.k === 'name' ? value.name : value.k === 'call' && value.callee.k === 'name' ? value.callee.name : '';
  return leaves.test(called) ? [{ s: 'expr', value }, { s: 'jump', to: 'throw', value: null }] : [{ s: 'expr', value }];
}

function list(p: Parser): Expr {
  const { line } = p;
  const first = p.expression();
  if (!p.is(',') || p.fresh) return first;
  const items = first.k === 'assign' ? [first.value] : [first];
  while (p.take(',')) items.push(p.expression(1));
  return first.k === 'assign' ? { ...first, value: { k: 'list', items, line } } : { k: 'list', items, line };
}

function classStatement(p: Parser): Stmt[] {
  const { line } = p;
  p.at++;
  if (p.take('<<')) {
    p.at++;
    const body = until(p, 'end');
    p.expect('end');
    return body;
  }
  let name = p.word();
  while (p.take('::')) name = p.word();
  const bases: string[] = [];
  if (p.take('<')) {
    let base = p.word();
    while (p.take('::')) base = p.word();
    bases.push(base);
  }
  const body = until(p, 'end');
  p.expect('end');
  return [{ s: 'class', name, bases, body, annotations: [], line }];
}

function functionStatement(p: Parser): Stmt {
  const { line } = p;
  p.expect('def');
  let name = p.next().text;
  if (p.take('.')) name = p.next().text;
  if (name === '[' && p.take(']')) name = '[]';
  if (p.is('=') && p.peek().text === '(') p.at++;
  const params: Param[] = [];
  const bracket = !p.fresh && p.take('(');
  while (!p.done && !(bracket ? p.is(')') : p.fresh || p.is('='))) {
    if (p.is('*') || p.is('**') || p.is('&') || p.is('...')) {
      p.at++;
      continue;
    }
    if (!p.isWord()) break;
    const param: Param = { name: p.word(), type: null, annotations: [], value: null };
    if (p.take('=') || (p.take(':') && !p.is(',') && !p.is(')') && !p.fresh)) param.value = p.expression(1);
    params.push(param);
    if (!p.take(',')) break;
  }
  if (bracket) p.take(')');
  if (!p.fresh && p.take('=')) return { s: 'func', func: functionOf(name, params, [{ s: 'return', value: p.expression(), line }], line) };
  const read = guarded(p);
  p.expect('end');
  return { s: 'func', func: functionOf(name === 'initialize' ? '<init>' : name, params, read.s === 'try' && read.handlers.length === 0 ? withResult(read.body) : [read], line) };
}

/** A body with `rescue` and `ensure`, up to its `end`. */
function guarded(p: Parser): Stmt {
  const body = until(p, 'end', 'rescue', 'ensure', 'else');
  const handlers: Stmt[][] = [];
  let final: Stmt[] = [];
  while (p.is('rescue') || p.is('ensure') || p.is('else')) {
    const { line } = p;
    const word = p.word();
    if (word === 'rescue') while (!p.done && !p.fresh && !p.is('then') && p.token.line === line) p.at++;
    p.take('then');
    const part = until(p, 'end', 'rescue', 'ensure', 'else');
    if (word === 'rescue') handlers.push(part);
    else if (word === 'else') body.push(...part);
    else final = part;
  }
  return { s: 'try', body, handlers, final };
}

function ifStatement(p: Parser): Stmt {
  const { line } = p;
  const negated = p.word() === 'unless';
  const condition = test(p);
  p.take('then');
  const then = until(p, 'end', 'else', 'elsif');
  let other: Stmt[] = [];
  if (p.is('elsif')) other = [ifStatement(p)];
  else {
    if (p.take('else')) other = until(p, 'end');
    p.expect('end');
  }
  return { s: 'if', test: negated ? { k: 'unary', op: '!', operand: condition, line } : condition, then, other };
}

function caseStatement(p: Parser): Stmt {
  p.at++;
  const subject = p.is('when') ? null : test(p);
  const cases: Case[] = [];
  while (p.is('when') || p.is('in') || p.is('else')) {
    const tests: Expr[] = [];
    if (p.word() !== 'else') {
      do tests.push(p.expression(4));
      while (p.take(','));
      p.take('then');
    }
    cases.push({ tests, body: until(p, 'when', 'in', 'else', 'end'), falls: false });
  }
  p.expect('end');
  return { s: 'switch', subject, cases };
}

/** Words after which a blank and an operand make a call: `redirect_to params[:url]`. */
function commandCall(p: Parser): boolean {
  const { token } = p;
  const next = p.peek();
  if (token.kind !== 'word' || next.line !== token.line || next.at === token.at + token.text.length || stops.has(token.text)) return false;
  if (next.kind === 'string' || next.kind === 'number') return true;
  if (next.kind === 'word') return !stops.has(next.text) && next.text !== 'end';
  const spaced = p.peek(2).at > next.at + next.text.length;
  if (next.text === ':' || next.text === '::' || next.text === '->' || next.text === '@') return !spaced || next.text === '->';
  return (next.text === '[' || next.text === '*' || next.text === '&' || next.text === '-') && !spaced && !/^[@$]/.test(token.text);
}

function primary(p: Parser): Expr | undefined {
  const { line } = p;
  // What the last match left: `$~`, `$&`, `$1` is a word.
  if (p.token.text === '$' && p.peek().kind === 'mark' && p.peek().at === p.token.at + 1) {
    p.at += 2;
    return { k: 'name', name: '$~', line };
  }
  if (p.is(':') && (p.isWord(1) || p.peek().kind === 'string')) {
    p.at++;
    return { k: 'lit', value: p.next().text, line };
  }
  if (p.is('->')) {
    p.at++;
    if (p.is('(')) p.skipBrackets();
    return rubyBlock(p);
  }
  if ((p.is('if') || p.is('unless') || p.is('case') || p.is('begin')) && (p.at === 0 || p.tokens[p.at - 1]!.kind === 'mark')) {
    const [read] = plain(p);
    return { k: 'func', func: functionOf('<now>', [], read ? [resulting(read)] : [], line), line };
  }
  if (p.token.kind === 'string' && p.text[p.token.at] === '`') {
    const token = p.token;
    const parts = p.within([{ ...token, at: -1 }]);
    const text = parts.expression();
    p.at++;
    return { k: 'call', callee: { k: 'name', name: '`', line }, args: [text], names: null, made: false, line };
  }
  if (p.is('%') && p.isWord(1) && /^[wiWIqQ]$/.test(p.peek().text) && /^[[({<|!]$/.test(p.peek(2).text)) {
    p.at += 2;
    p.skipBrackets();
    return { k: 'list', items: [], line };
  }
  if (p.isWord() && commandCall(p)) {
    const callee: Expr = { k: 'name', name: p.word(), line };
    return command(p, callee);
  }
  return undefined;
}

function resulting(read: Stmt): Stmt {
  if (read.s === 'if') return { ...read, then: withResult(read.then), other: read.other.length === 1 && read.other[0]!.s === 'if' ? [resulting(read.other[0]!)] : withResult(read.other) };
  if (read.s === 'switch') return { ...read, cases: read.cases.map((one) => ({ ...one, body: withResult(one.body) })) };
  return read.s === 'try' ? { ...read, body: withResult(read.body) } : read;
}

/** Arguments without brackets, up to the line's end. */
export function command(p: Parser, callee: Expr): Expr {
  const { line } = p;
  const args: Expr[] = [];
  const names = new Map<number, string>();
  do {
    if (p.is('*') || p.is('**') || p.is('&')) p.at++;
    if (p.isWord() && p.is(':', 1) && p.peek().at === p.token.at + p.token.text.length && !p.is('::', 1)) {
      names.set(args.length, p.word());
      p.at++;
    }
    let arg = p.expression(1);
    if (p.take('=>')) arg = { k: 'dict', entries: [{ key: arg, value: p.expression(1) }], line };
    args.push(arg);
  } while (p.take(','));
  const block = rubyBlock(p);
  if (block) args.push(block);
  return postfix(p, { k: 'call', callee, args, names: names.size > 0 ? names : null, made: false, line });
}
