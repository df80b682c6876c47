import { tokenize } from '../../syntax/lexer.ts';
import { languageOf } from '../../syntax/languages.ts';
import type { Call, Expr } from './nodes.ts';
import type { Parser } from './parser.ts';
import { deepest, unreadable, withOperators } from './parser.ts';
import { skipAngles, skipType, skipTypeExpression } from './types.ts';

/** How strongly an operator binds; assignment and the ternary are apart. */
const strength: Readonly<Record<string, number>> = {
  'or': 1, 'xor': 1, 'and': 2, '|>': 3, '??': 4, '?:': 4, '||': 5, '&&': 6, '..': 6, '...': 6, '|': 7, '^': 8, '&': 9,
  '==': 10, '!=': 10, '===': 10, '!==': 10, '<=>': 10, '=~': 10, '!~': 10, '<>': 10,
  '<': 11, '>': 11, '<=': 11, '>=': 11, 'in': 11, 'instanceof': 11, 'is': 11, 'as': 11, 'satisfies': 11, 'not': 11, '<-': 11,
  '<<': 12, '>>': 12, '>>>': 12, '+': 13, '-': 13, '.': 13, '*': 14, '/': 14, '%': 14, '//': 14, '@': 14, '**': 16,
};
const assignments = new Set(['=', '+=', '-=', '*=', '/=', '%=', '.=', '|=', '&=', '^=', '??=', '||=', '&&=', '**=', '<<=', ':=', '//=', '>>=']);
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

/** Operators, members and calls one after the other: longer ones are data that a tool wrote. */
const longest = 1500;

/** An expression with all operators of at least this strength; 0 takes assignments too. */
export function expression(p: Parser, least = 0): Expr {
  if (++p.depth > deepest) throw unreadable;
  let left = prefix(p);
  for (let turns = 0; turns < longest; turns++) {
    const { line } = p;
    const op = operatorAt(p);
    if (op === undefined) break;
    if (least === 0 && assignments.has(op)) {
      p.at += op === '>>=' ? 2 : 1;
      left = { k: 'assign', target: left, op, value: expression(p, 0), line };
      continue;
    }
    if (op === '?' && least <= 3 && p.dialect.name !== 'python') {
      left = ternary(p, left, line);
      continue;
    }
    if (op === 'if' && p.dialect.name === 'python' && least <= 3) {
      p.at++;
      const test = expression(p, 4);
      left = p.take('else') ? { k: 'cond', test, then: left, other: expression(p, 3), line } : left;
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
    left = { k: 'binary', op: op === 'and' ? '&&' : op === 'or' ? '||' : op, left, right: expression(p, op === '**' ? power : power + 1), line };
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
  if (token.text === '>' && p.is('>', 1) && p.peek().at === token.at + 1) return p.is('>', 2) && p.peek(2).at === token.at + 2 ? '>>>' : '>>';
  if (token.text === '>' && p.is('>=', 1) && p.peek().at === token.at + 1) return '>>=';
  return token.text;
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
  if (p.take(':')) return { k: 'cond', test, then: test, other: expression(p, 3), line };
  const { noBrace } = p;
  p.noBrace = false;
  const then = expression(p, 0);
  p.noBrace = noBrace;
  if (p.dialect.name === 'csharp' && !p.is(':')) return { k: 'many', parts: [test, then], line };
  p.expect(':');
  return { k: 'cond', test, then, other: expression(p, p.dialect.name === 'php' ? 4 : 0), line };
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
    const operand = expression(p, 15);
    return token.text === '!' || token.text === '-' || token.text === '++' || token.text === '--' ? { k: 'unary', op: token.text, operand, line } : operand;
  }
  if (token.kind === 'word' && prefixWords[p.dialect.name]?.has(token.text) && !p.is('.', 1) && !p.is('=', 1) && !p.is(')', 1) && !p.is(',', 1) && !(p.is('(', 1) && (token.text === 'print' || token.text === 'require_once') && p.dialect.name !== 'php')) {
    if (token.text === 'await' || token.text === 'go' || token.text === 'ref' || token.text === 'clone' || (token.text === 'out' && p.dialect.name === 'csharp')) {
      p.at++;
      if (token.text === 'out' && p.isWord() && p.isWord(1)) p.at++;
      return expression(p, 15);
    }
    if (token.text === 'not' || token.text === 'typeof' || token.text === 'void' || token.text === 'delete') {
      p.at++;
      return { k: 'unary', op: token.text === 'not' ? '!' : token.text, operand: expression(p, token.text === 'not' ? 10 : 15), line };
    }
    if (token.text === 'throw' || token.text === 'yield' || (p.dialect.name === 'php' && token.text !== 'out' && token.text !== 'lambda:')) {
      p.at++;
      p.take('*');
      if (p.done || p.fresh || p.is(',') || p.is(']') || p.is(')') || p.is(';') || p.is('}')) return { k: 'lit', value: null, line };
      const operand = expression(p, 1);
      return token.text === 'yield' || token.text === 'throw' ? operand : { k: 'call', callee: { k: 'name', name: token.text, line }, args: [operand], names: null, made: false, line };
    }
  }
  return postfix(p, p.dialect.primary?.(p) ?? primary(p));
}

/** What may follow an operand: members, calls, indexes. */
export function postfix(p: Parser, start: Expr): Expr {
  let left = start;
  const { name } = p.dialect;
  for (let turns = 0; turns < longest; turns++) {
    const { token, line } = p;
    if (p.done) break;
    if (name === 'ruby' && ((token.text === 'do' && token.kind === 'word' && !p.noBrace) || (token.text === '{' && token.kind === 'mark')) && (left.k === 'member' || left.k === 'name') && !p.fresh) {
      const block = rubyBlock(p);
      if (!block) break;
      left = { k: 'call', callee: left, args: [block], names: null, made: false, line };
      continue;
    }
    if (name === 'csharp' && p.is('switch') && p.is('{', 1)) {
      left = switchValue(p, left);
      continue;
    }
    if (token.kind !== 'mark') break;
    const fresh = p.fresh;
    if ((token.text === '.' && name !== 'php') || token.text === '?.' || token.text === '->' || token.text === '::' || token.text === '&.') {
      if (token.text === '->' && name !== 'php') break;
      if (token.text === '::' && name === 'python') break;
      p.at++;
      if (p.is('(') || p.is('[')) {
        if (name === 'go' && token.text === '.' && p.is('(')) {
          p.skipBrackets();
          continue;
        }
        if (name === 'ruby') left = { k: 'member', object: left, name: 'call', line };
        continue;
      }
      if (p.is('<') && name === 'java') skipAngles(p);
      if (p.is('{') && name === 'php') {
        p.at++;
        left = { k: 'index', object: left, index: expression(p), line };
        p.expect('}');
        continue;
      }
      if (!p.isWord()) {
        if (p.dialect.name === 'java' && token.text === '::') break;
        throw unreadable;
      }
      const calls = p.dialect.command?.(p);
      left = { k: 'member', object: left, name: p.word(), line };
      if (calls) return p.dialect.commandArguments!(p, left);
    } else if (token.text === '(') {
      if (fresh && (name === 'ruby' || name === 'go' || name === 'python')) break;
      left = { k: 'call', callee: left, ...argumentsOf(p), made: false, line };
      left = withBlock(p, left);
    } else if (token.text === '[') {
      if (fresh && name !== 'java' && name !== 'php' && name !== 'csharp') break;
      if (name === 'ruby' && p.at > 0 && p.tokens[p.at - 1]!.at + p.tokens[p.at - 1]!.text.length !== token.at && left.k === 'name') break;
      left = indexed(p, left, line);
    } else if (token.text === '!' && (name === 'javascript' || name === 'csharp') && !fresh && p.peek().text !== '=') p.at++;
    else if ((token.text === '++' || token.text === '--') && !fresh) {
      p.at++;
      left = { k: 'unary', op: token.text, operand: left, line };
    } else if (token.text === '<' && (name === 'javascript' || name === 'csharp' || name === 'java')) {
      const called = p.attempt(() => {
        skipAngles(p);
        return p.is('(') || (p.is('::') && name === 'java') || (p.is('.') && name === 'csharp') ? true : undefined;
      });
      if (!called) break;
    } else if (token.text === '{' && !p.noBrace && name === 'go' && !fresh && (left.k === 'name' || left.k === 'member')) left = goLiteral(p, left, line);
    else break;
  }
  // A template that is tagged: sql`…`.
  if (p.token.kind === 'string' && name === 'javascript' && p.text[p.token.at] === '`' && !p.fresh) {
    const { line } = p;
    left = { k: 'call', callee: left, args: [textOf(p)], names: null, made: false, line };
  }
  return left;
}

function goLiteral(p: Parser, type: Expr, line: number): Expr {
  const fields = braced(p);
  return { k: 'call', callee: type, args: [fields], names: null, made: true, line };
}

/** `x switch { pattern => value, … }`: one of the values. */
function switchValue(p: Parser, subject: Expr): Expr {
  const { line } = p;
  const parts = [subject];
  p.at += 2;
  while (!p.is('}') && !p.done) {
    while (!p.is('=>') && !p.done) if (p.is('(') || p.is('{') || p.is('[')) p.skipBrackets(); else p.at++;
    p.expect('=>');
    parts.push(expression(p));
    if (!p.take(',')) break;
  }
  p.expect('}');
  return { k: 'many', parts, line };
}

/** `{ a: b, c }` of Go's literals and C#'s initialisers. */
export function braced(p: Parser): Expr {
  const { line, noBrace } = p;
  p.noBrace = false;
  p.expect('{');
  const entries: { key: Expr | null; value: Expr }[] = [];
  const separator = p.dialect.name === 'csharp' ? '=' : ':';
  while (!p.is('}') && !p.done) {
    const first = p.is('{') ? braced(p) : expression(p, 1);
    if (p.take(separator)) entries.push({ key: first.k === 'name' ? { k: 'lit', value: first.name, line: first.line } : first, value: p.is('{') ? braced(p) : expression(p, 1) });
    else entries.push({ key: null, value: first });
    if (!p.take(',')) break;
  }
  p.expect('}');
  p.noBrace = noBrace;
  return entries.length > 0 && entries.every(({ key }) => key === null) ? { k: 'list', items: entries.map(({ value }) => value), line } : { k: 'dict', entries, line };
}

function indexed(p: Parser, object: Expr, line: number): Expr {
  const { noBrace } = p;
  p.noBrace = false;
  p.expect('[');
  if (p.take(']')) {
    p.noBrace = noBrace;
    return { k: 'index', object, index: null, line };
  }
  let index: Expr | null = p.is(':') ? null : expression(p);
  const parts: Expr[] = index ? [index] : [];
  let slice = false;
  while (p.is(':') || p.is(',') || p.is('..')) {
    slice ||= !p.is(',');
    p.at++;
    if (!p.is(']') && !p.is(':')) parts.push(expression(p));
  }
  p.expect(']');
  p.noBrace = noBrace;
  if (slice) return { k: 'call', callee: { k: 'member', object, name: 'slice', line }, args: parts, names: null, made: false, line };
  if (parts.length > 1) index = { k: 'many', parts, line };
  return { k: 'index', object, index, line };
}

/** `(a, b: c, *d)`. */
export function argumentsOf(p: Parser): Pick<Call, 'args' | 'names'> {
  const { noBrace } = p;
  p.noBrace = false;
  p.expect('(');
  const args: Expr[] = [];
  let names: Map<number, string> | null = null;
  while (!p.is(')') && !p.done) {
    if (p.take('&') && p.is(')')) break;
    if (p.isWord() && (p.is('=', 1) ? p.dialect.name === 'python' : p.is(':', 1) && p.dialect.name !== 'javascript' && p.dialect.name !== 'go' && p.dialect.name !== 'java' && p.peek().at === p.token.at + p.token.text.length)) {
      names ??= new Map();
      names.set(args.length, p.word());
      p.at++;
      if (p.is(',') || p.is(')')) continue;
    }
    let arg = p.is(')') ? null : expression(p);
    if (arg && p.dialect.name === 'python' && p.is('for')) arg = comprehension(p, arg);
    if (arg && p.take('=>')) arg = { k: 'dict', entries: [{ key: arg, value: expression(p) }], line: arg.line };
    if (arg) args.push(arg);
    if (!p.take(',')) break;
  }
  if (p.is(':') && p.dialect.name === 'go') p.at++;
  if (p.is('...')) p.at++;
  p.expect(')');
  p.noBrace = noBrace;
  return { args, names };
}

/** `… for x in y if z`: an element of what is run through. */
export function comprehension(p: Parser, element: Expr): Expr {
  const { line } = p;
  const parts: Expr[] = [element];
  while (p.is('for') || p.is('if') || p.is('async')) {
    if (p.take('async')) continue;
    if (p.take('if')) {
      expression(p, 4);
      continue;
    }
    p.at++;
    let target = expression(p, 12);
    while (p.take(',')) target = { k: 'list', items: [target, expression(p, 12)], line };
    p.expect('in');
    const over = expression(p, 4);
    parts.unshift({ k: 'assign', target, op: 'for', value: over, line });
  }
  return { k: 'many', parts, line };
}

function withBlock(p: Parser, call: Expr): Expr {
  if (p.dialect.name !== 'ruby' || call.k !== 'call') return call;
  const block = rubyBlock(p);
  if (block) call.args.push(block);
  return call;
}

/** `{ |x| … }` or `do |x| … end` after a call. */
export function rubyBlock(p: Parser): Expr | undefined {
  if (!(p.is('do') && !p.noBrace) && !(p.is('{') && !p.fresh)) return undefined;
  const { line } = p;
  const close = p.is('do') ? 'end' : '}';
  p.at++;
  const params: string[] = [];
  if (p.take('||')) params.length = 0;
  else if (p.take('|')) {
    while (!p.is('|') && !p.done) {
      if (p.isWord()) params.push(p.token.text);
      p.at++;
    }
    p.take('|');
  }
  const { noBrace } = p;
  p.noBrace = false;
  const body = p.statements(() => p.is(close) || p.is('rescue') || p.is('ensure'));
  if (p.is('rescue') || p.is('ensure')) body.push(...p.statements(() => p.is(close)));
  p.expect(close);
  p.noBrace = noBrace;
  return { k: 'func', func: { name: '', params: params.map((name) => ({ name, type: null, annotations: [], value: null })), body, annotations: [], line }, line };
}

function primary(p: Parser): Expr {
  const { token, line } = p;
  if (token.kind === 'string') return textOf(p);
  if (token.kind === 'number') {
    p.at++;
    const value = Number(token.text.replace(/_/g, '').replace(/[lLfFdDmMuU]+$/, (suffix) => (/^0x/i.test(token.text) ? suffix : '')));
    return { k: 'lit', value: Number.isNaN(value) ? null : value, line };
  }
  if (token.kind === 'word') return named(p);
  if (token.text === '(') return parenthesised(p);
  if (token.text === '[') return listed(p, ']');
  if (token.text === '{') return object(p);
  if (token.text === '\\' && p.isWord(1)) {
    p.at++;
    return named(p);
  }
  throw unreadable;
}

const literals: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null, None: null, nil: null, True: true, False: false, undefined: null, NULL: null, TRUE: true, FALSE: false };

function named(p: Parser): Expr {
  const { token, line } = p;
  if (p.dialect.stops?.has(token.text)) throw unreadable;
  p.at++;
  if (Object.hasOwn(literals, token.text)) return { k: 'lit', value: literals[token.text]!, line };
  return { k: 'name', name: token.text, line };
}

function parenthesised(p: Parser): Expr {
  const { line, noBrace } = p;
  p.noBrace = false;
  p.expect('(');
  const items: Expr[] = [];
  let comma = false;
  while (!p.is(')') && !p.done) {
    let item = expression(p);
    if (p.is('for') && p.dialect.name === 'python') item = comprehension(p, item);
    items.push(item);
    if (!p.take(',')) break;
    comma = true;
  }
  p.expect(')');
  p.noBrace = noBrace;
  if (items.length === 1 && !comma) return items[0]!;
  if (items.length === 0) return { k: 'list', items, line };
  return p.dialect.name === 'python' || p.dialect.name === 'csharp' || p.dialect.name === 'ruby' ? { k: 'list', items, line } : { k: 'many', parts: items, line };
}

/** `[a, b]`, of PHP also `[k => v]`. What is left out, as in `[, b]`, keeps its place. */
export function listed(p: Parser, close: string): Expr {
  const { line, noBrace } = p;
  p.noBrace = false;
  p.at++;
  const entries: { key: Expr | null; value: Expr }[] = [];
  while (!p.is(close) && !p.done) {
    const hole = p.line;
    if (p.take(',')) {
      entries.push({ key: null, value: { k: 'lit', value: null, line: hole } });
      continue;
    }
    let value = expression(p);
    if (p.is('for') && p.dialect.name === 'python') value = comprehension(p, value);
    if (p.take('=>')) entries.push({ key: value, value: expression(p) });
    else entries.push({ key: null, value });
    if (!p.take(',')) break;
  }
  p.expect(close);
  p.noBrace = noBrace;
  return entries.some(({ key }) => key !== null) ? { k: 'dict', entries, line } : { k: 'list', items: entries.map(({ value }) => value), line };
}

/** `{ a: b, [c]: d, ...e, f() { … } }`, and the sets and dictionaries of Python and Ruby. */
function object(p: Parser): Expr {
  const { line, noBrace } = p;
  p.noBrace = false;
  p.expect('{');
  const entries: { key: Expr | null; value: Expr }[] = [];
  while (!p.is('}') && !p.done) {
    const start = p.line;
    if (p.is('...') || p.is('**')) {
      p.at++;
      entries.push({ key: null, value: expression(p) });
    } else {
      const key = objectKey(p);
      if (p.dialect.name === 'javascript' && p.is('(')) entries.push({ key, value: method(p, start) });
      else if (p.take(':') || p.take('=>')) {
        const value = expression(p);
        entries.push({ key, value: p.is('for') && p.dialect.name === 'python' ? comprehension(p, value) : value });
      } else if (key.k === 'lit' && p.dialect.name === 'javascript') {
        const value: Expr = { k: 'name', name: String(key.value), line: start };
        entries.push({ key, value: p.take('=') ? { k: 'many', parts: [value, expression(p)], line: start } : value });
      } else entries.push({ key: null, value: p.is('for') ? comprehension(p, key) : key });
    }
    if (!p.take(',')) break;
  }
  p.expect('}');
  p.noBrace = noBrace;
  return { k: 'dict', entries, line };
}

function objectKey(p: Parser): Expr {
  const { line } = p;
  if (p.is('[') && p.dialect.name === 'javascript') {
    p.at++;
    const key = expression(p);
    p.expect(']');
    return key;
  }
  if (p.dialect.name === 'javascript' && p.isWord()) {
    while (/^(?:async|get|set|static)$/.test(p.token.text) && (p.isWord(1) || p.is('[', 1) || p.peek().kind === 'string')) p.at++;
    p.take('*');
    if (p.isWord()) return { k: 'lit', value: p.word(), line };
  }
  if (p.dialect.name === 'ruby' && p.isWord() && p.is(':', 1)) return { k: 'lit', value: p.word(), line };
  return expression(p, 1);
}

function method(p: Parser, line: number): Expr {
  const params = parameterNames(p);
  if (p.take(':')) skipType(p);
  return { k: 'func', func: { name: '', params, body: p.dialect.body(p), annotations: [], line }, line };
}

function parameterNames(p: Parser): { name: string; type: null; annotations: string[]; value: null }[] {
  const start = p.at;
  p.skipBrackets();
  const names: string[] = [];
  let depth = 0;
  for (let i = start; i < p.at; i++) {
    const token = p.tokens[i]!;
    if (token.kind === 'mark' && /[([{]/.test(token.text)) depth++;
    if (token.kind === 'mark' && /[)\]}]/.test(token.text)) depth--;
    const before = p.tokens[i - 1]!.text;
    if (token.kind === 'word' && depth <= 2 && (before === '(' || before === ',' || before === '{' || before === '...')) names.push(token.text);
  }
  return names.map((name) => ({ name, type: null, annotations: [], value: null }));
}

/** A string, with what stands in its holes. */
export function textOf(p: Parser): Expr {
  const { token, line } = p;
  p.at++;
  const { inner } = token;
  const php = p.dialect.name === 'php' && p.text[token.at] !== "'" ? interpolated(p, token.text, line) : [];
  const csharp = p.dialect.name === 'csharp' && !inner && p.text[token.at] === '@' && p.text[token.at - 1] === '$' ? verbatim(p, token.text, line) : [];
  let whole: Expr;
  if (inner && inner.length > 0) whole = { k: 'text', parts: [{ k: 'lit', value: token.text, line }, ...partsOf(p, withOperators(inner, p.dialect.name))], line };
  else if (php.length > 0 || csharp.length > 0) whole = { k: 'text', parts: [{ k: 'lit', value: token.text, line }, ...php, ...csharp], line };
  else whole = { k: 'lit', value: unescaped(token.text), line };
  if (p.token.kind === 'string' && (p.dialect.name === 'python' || (p.dialect.name === 'ruby' && !p.fresh)) && !p.dialect.stops?.has(p.token.text)) {
    const next = textOf(p);
    return whole.k === 'lit' && next.k === 'lit' ? { k: 'lit', value: String(whole.value) + String(next.value), line } : { k: 'text', parts: [whole, next], line };
  }
  return whole;
}

/** Expressions one after the other, as the holes of a string give them. */
function partsOf(p: Parser, tokens: ReturnType<typeof withOperators>): Expr[] {
  const inner = p.within(tokens);
  const parts: Expr[] = [];
  while (!inner.done) {
    const before = inner.at;
    const part = inner.attempt(() => expression(inner, 0));
    if (part) parts.push(part);
    if (inner.at === before) inner.at++;
  }
  return parts;
}

/** `$a`, `$a->b`, `$a[b]` and `{$…}` of PHP's strings. */
function interpolated(p: Parser, text: string, line: number): Expr[] {
  if (!text.includes('$')) return [];
  return [...text.matchAll(/\$[A-Za-z_]\w*(?:->\w+|\[[^\]\n]{1,60}\])*/g)].flatMap(([source]) => {
    const quoted = source.replace(/\[([A-Za-z_]\w*)\]/g, "['$1']");
    return partsOf(p, withOperators(tokenize(`<?php ${quoted}`, languageOf('a.php')!.lexis), 'php').map((token) => ({ ...token, line }))).slice(0, 1);
  });
}

function verbatim(p: Parser, text: string, line: number): Expr[] {
  return [...text.matchAll(/\{([^{}]{1,200})\}/g)].flatMap(([, source]) => partsOf(p, withOperators(tokenize(source!, languageOf('a.cs')!.lexis), 'csharp').map((token) => ({ ...token, line }))));
}

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\(.)/gs, (_, c: string) => ({ n: '\n', t: '\t', r: '\r', 0: '\0' })[c] ?? c) : text;
}
