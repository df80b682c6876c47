import type { Expr } from './nodes.ts';
import type { Parser } from './parser.ts';
import { unreadable } from './parser.ts';
import { textOf } from './strings.ts';
import { skipType } from './types.ts';

/** What an expression begins with: text, a number, a name, or something in brackets. */
export function primary(p: Parser): Expr {
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
    let item = p.expression();
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
    let value = p.expression();
    if (p.is('for') && p.dialect.name === 'python') value = comprehension(p, value);
    if (p.take('=>')) entries.push({ key: value, value: p.expression() });
    else entries.push({ key: null, value });
    if (!p.take(',')) break;
  }
  p.expect(close);
  p.noBrace = noBrace;
  return entries.some(({ key }) => key !== null) ? { k: 'dict', entries, line } : { k: 'list', items: entries.map(({ value }) => value), line };
}

/** `… for x in y if z`: an element of what is run through. */
export function comprehension(p: Parser, element: Expr): Expr {
  const { line } = p;
  const parts: Expr[] = [element];
  while (p.is('for') || p.is('if') || p.is('async')) {
    if (p.take('async')) continue;
    if (p.take('if')) {
      p.expression(4);
      continue;
    }
    p.at++;
    let target = p.expression(12);
    while (p.take(',')) target = { k: 'list', items: [target, p.expression(12)], line };
    p.expect('in');
    const over = p.expression(4);
    parts.unshift({ k: 'assign', target, op: 'for', value: over, line });
  }
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
    const first = p.is('{') ? braced(p) : p.expression(1);
    if (p.take(separator)) entries.push({ key: first.k === 'name' ? { k: 'lit', value: first.name, line: first.line } : first, value: p.is('{') ? braced(p) : p.expression(1) });
    else entries.push({ key: null, value: first });
    if (!p.take(',')) break;
  }
  p.expect('}');
  p.noBrace = noBrace;
  return entries.length > 0 && entries.every(({ key }) => key === null) ? { k: 'list', items: entries.map(({ value }) => value), line } : { k: 'dict', entries, line };
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
      entries.push({ key: null, value: p.expression() });
    } else {
      const key = objectKey(p);
      if (p.dialect.name === 'javascript' && p.is('(')) entries.push({ key, value: method(p, start) });
      else if (p.take(':') || p.take('=>')) {
        const value = p.expression();
        entries.push({ key, value: p.is('for') && p.dialect.name === 'python' ? comprehension(p, value) : value });
      } else if (key.k === 'lit' && p.dialect.name === 'javascript') {
        const value: Expr = { k: 'name', name: String(key.value), line: start };
        entries.push({ key, value: p.take('=') ? { k: 'many', parts: [value, p.expression()], line: start } : value });
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
    const key = p.expression();
    p.expect(']');
    return key;
  }
  if (p.dialect.name === 'javascript' && p.isWord()) {
    while (/^(?:async|get|set|static)$/.test(p.token.text) && (p.isWord(1) || p.is('[', 1) || p.peek().kind === 'string')) p.at++;
    p.take('*');
    if (p.isWord()) return { k: 'lit', value: p.word(), line };
  }
  if (p.dialect.name === 'ruby' && p.isWord() && p.is(':', 1)) return { k: 'lit', value: p.word(), line };
  return p.expression(1);
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
