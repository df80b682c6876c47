import { argumentsOf } from './calls.ts';
import { expression } from './expressions.ts';
import type { Annotation, Case, Expr, Param, Stmt } from './nodes.ts';
import type { Dialect, Parser } from './parser.ts';
import { functionOf, unreadable } from './parser.ts';

const stops = new Set(['for', 'if', 'else', 'elif', 'in', 'is', 'and', 'or', 'return', 'def', 'class', 'while', 'with', 'try', 'except', 'finally', 'import', 'from', 'as', 'pass', 'raise', 'del', 'assert', 'global', 'nonlocal', 'break', 'continue']);

export const python: Dialect = { name: 'python', expression, statement, body: suite, primary, stops };

/** How far the line of the token at the cursor is indented. */
function indentation(p: Parser): number {
  const { at } = p.token;
  const start = p.text.lastIndexOf('\n', at - 1) + 1;
  let column = 0;
  for (let i = start; i < at; i++) {
    if (p.text[i] === '\t') column += 8 - (column % 8);
    else if (p.text[i] === ' ') column++;
    else return column;
  }
  return column;
}

const indents = new WeakMap<Parser, number>();

/** What is indented under a line that ends in a colon, or stands behind the colon. */
function suite(p: Parser): Stmt[] {
  p.expect(':');
  const outer = indents.get(p) ?? 0;
  if (!p.fresh) {
    const { line } = p;
    return p.statements(() => p.token.line !== line && p.fresh);
  }
  const inner = indentation(p);
  if (inner <= outer && outer > 0 || p.done) return [];
  indents.set(p, inner);
  const body = p.statements(() => p.fresh && indentation(p) < inner);
  indents.set(p, outer);
  return body;
}

function ends(p: Parser): boolean {
  return p.done || p.is(';') || p.fresh;
}

function statement(p: Parser): Stmt[] {
  if (p.fresh) indents.set(p, indentation(p));
  const { line } = p;
  if (p.take(';')) return [];
  const annotations: Annotation[] = [];
  while (p.is('@') && p.fresh) {
    p.at++;
    const at = p.line;
    const decorator = p.expression();
    annotations.push({ name: nameOf(decorator.k === 'call' ? decorator.callee : decorator), args: decorator.k === 'call' ? decorator.args : [], line: at });
  }
  if (p.is('async') && p.isWord(1)) p.at++;
  const word = p.isWord() ? p.token.text : '';
  switch (word) {
    case 'import': case 'from': return imports(p);
    case 'def': return [functionStatement(p, annotations)];
    case 'class': return [classStatement(p, annotations)];
    case 'if': return [ifStatement(p)];
    case 'while': {
      p.at++;
      const test = p.expression();
      const body = suite(p);
      const rest = p.is('else') ? (p.at++, suite(p)) : [];
      return [{ s: 'loop', before: [], test, body, after: [], once: false }, ...rest];
    }
    case 'for': return forStatement(p);
    case 'try': return [tryStatement(p)];
    case 'with': return withStatement(p);
    case 'match': {
      const read = p.attempt(() => matchStatement(p));
      if (read) return [read];
      break;
    }
    case 'return': {
      p.at++;
      return [{ s: 'return', value: ends(p) ? null : list(p), line }];
    }
    case 'raise': {
      p.at++;
      const value = ends(p) ? null : p.expression();
      if (p.take('from')) p.expression();
      return [{ s: 'jump', to: 'throw', value }];
    }
    case 'break': case 'continue':
      p.at++;
      return [{ s: 'jump', to: word, value: null }];
    case 'pass': case 'global': case 'nonlocal': case 'del':
      while (p.at++ < p.tokens.length && !ends(p));
      return [];
    case 'assert': {
      p.at++;
      const test = p.expression();
      if (p.take(',')) p.expression();
      return [{ s: 'if', test, then: [], other: [{ s: 'jump', to: 'throw', value: null }] }];
    }
    default:
  }
  const target = list(p);
  if (p.is(':') && !p.fresh) {
    p.at++;
    p.expression(1);
    if (target.k !== 'name') return p.take('=') ? [{ s: 'expr', value: { k: 'assign', target, op: '=', value: list(p), line } }] : [];
    return [{ s: 'declare', name: target.name, type: null, value: p.take('=') ? list(p) : null, line }];
  }
  if (target.k === 'list' && p.take('=')) return [{ s: 'expr', value: { k: 'assign', target, op: '=', value: list(p), line } }];
  return [{ s: 'expr', value: target }];
}

function nameOf(callee: Expr): string {
  return callee.k === 'member' ? `${nameOf(callee.object)}.${callee.name}` : callee.k === 'name' ? callee.name : '';
}

function list(p: Parser): Expr {
  const { line } = p;
  const first = p.expression();
  if (!p.is(',') || p.fresh) return first;
  const items = first.k === 'assign' ? [first.value] : [first];
  while (p.take(',')) {
    if (ends(p) || p.is('=') || p.is(')') || p.is(']')) break;
    items.push(p.expression(1));
  }
  if (first.k === 'assign') return { ...first, value: { k: 'list', items, line } };
  return { k: 'list', items, line };
}

function imports(p: Parser): Stmt[] {
  const from = p.word() === 'from';
  const dotted = () => {
    let name = '';
    while (p.is('.') || p.is('..') || p.is('...')) name += p.next().text;
    if (p.isWord() && !p.is('import')) name += p.word();
    while (p.take('.')) name += `.${p.word()}`;
    return name;
  };
  if (!from) {
    do {
      const name = dotted();
      if (p.take('as')) p.imports.set(p.word(), name);
      else p.imports.set(name.split('.')[0]!, name.split('.')[0]!);
    } while (p.take(','));
    return [];
  }
  const module = dotted();
  p.expect('import');
  const bracket = p.take('(');
  do {
    if (!p.isWord()) break;
    const name = p.word();
    p.imports.set(p.take('as') ? p.word() : name, `${module}.${name}`);
  } while (p.take(','));
  if (bracket) p.take(')');
  p.take('*');
  return [];
}

function functionStatement(p: Parser, annotations: Annotation[]): Stmt {
  const { line } = p;
  p.expect('def');
  const name = p.word();
  if (p.is('[')) p.skipBrackets();
  const params = parameters(p, ')');
  if (p.take('->')) p.expression(1);
  return { s: 'func', func: functionOf(name === '__init__' ? '<init>' : name, params, suite(p), line, annotations) };
}

function parameters(p: Parser, close: string): Param[] {
  if (close === ')') p.expect('(');
  const params: Param[] = [];
  while (!p.is(close) && !p.done) {
    if (p.take('*') || p.take('**') || p.take('/')) {
      if (p.take(',')) continue;
      if (p.is(close)) break;
    }
    const name = p.word();
    let type: string | null = null;
    let annotated: string[] = [];
    if (close === ')' && p.take(':')) {
      const written = p.expression(1);
      type = nameOf(written.k === 'index' ? written.object : written) || null;
      if (written.k === 'index' && type === 'Annotated') annotated = ['Annotated'];
    }
    const value = p.take('=') ? p.expression() : null;
    if (value?.k === 'call') annotated.push(nameOf(value.callee));
    params.push({ name, type, annotations: annotated, value });
    if (!p.take(',')) break;
  }
  p.expect(close === ')' ? ')' : ':');
  return params;
}

function classStatement(p: Parser, annotations: Annotation[]): Stmt {
  const { line } = p;
  p.expect('class');
  const name = p.word();
  const bases = p.is('(') ? argumentsOf(p).args.map((base) => nameOf(base).split('.').at(-1)!) : [];
  return { s: 'class', name, bases, body: suite(p), annotations, line };
}

function ifStatement(p: Parser): Stmt {
  const indent = indents.get(p) ?? 0;
  p.at++;
  const test = p.expression();
  const then = suite(p);
  indents.set(p, indent);
  if (p.is('elif') && p.fresh && indentation(p) === indent) return { s: 'if', test, then, other: [ifStatement(p)] };
  if (p.is('else') && p.fresh && indentation(p) === indent) {
    p.at++;
    return { s: 'if', test, then, other: suite(p) };
  }
  return { s: 'if', test, then, other: [] };
}

function forStatement(p: Parser): Stmt[] {
  const { line } = p;
  p.at++;
  let target = p.expression(12);
  while (p.take(',')) target = target.k === 'list' ? { ...target, items: [...target.items, p.expression(12)] } : { k: 'list', items: [target, p.expression(12)], line };
  p.expect('in');
  const over = list(p);
  const body = suite(p);
  const rest = p.is('else') ? (p.at++, suite(p)) : [];
  return [{ s: 'each', target, type: null, over, key: null, body }, ...rest];
}

function tryStatement(p: Parser): Stmt {
  const indent = indents.get(p) ?? 0;
  p.at++;
  const body = suite(p);
  const handlers: Stmt[][] = [];
  let final: Stmt[] = [];
  while ((p.is('except') || p.is('else') || p.is('finally')) && p.fresh && indentation(p) === indent) {
    indents.set(p, indent);
    const word = p.word();
    while (!p.done && !p.is(':')) if (p.is('(')) p.skipBrackets(); else p.at++;
    const part = suite(p);
    if (word === 'except') handlers.push(part);
    else if (word === 'else') body.push(...part);
    else final = part;
  }
  indents.set(p, indent);
  return { s: 'try', body, handlers, final };
}

function withStatement(p: Parser): Stmt[] {
  const { line } = p;
  p.at++;
  const bracket = p.is('(') && p.attempt(() => {
    const { at } = p;
    p.skipBrackets();
    const closes = p.is(':');
    p.at = at + 1;
    return closes ? true : undefined;
  });
  const all: Stmt[] = [];
  do {
    if (bracket && p.is(')')) break;
    const value = p.expression();
    if (p.take('as')) all.push({ s: 'expr', value: { k: 'assign', target: p.expression(15), op: '=', value, line } });
    else all.push({ s: 'expr', value });
  } while (p.take(','));
  if (bracket) p.take(')');
  return [...all, ...suite(p)];
}

function matchStatement(p: Parser): Stmt {
  p.expect('match');
  const subject = list(p);
  p.expect(':');
  if (!p.fresh || !p.is('case')) throw unreadable;
  const inner = indentation(p);
  const cases: Case[] = [];
  while (p.is('case') && p.fresh && indentation(p) === inner) {
    p.at++;
    const wild = p.is('_');
    const tests: Expr[] = [];
    while (!p.done && !p.is(':')) {
      if (p.token.kind === 'string') tests.push({ k: 'lit', value: p.token.text, line: p.line });
      if (p.is('(') || p.is('{') || p.is('[')) p.skipBrackets();
      else p.at++;
    }
    indents.set(p, inner);
    cases.push({ tests: wild ? [] : tests, body: suite(p), falls: false });
  }
  return { s: 'switch', subject, cases };
}

function primary(p: Parser): Expr | undefined {
  const { line } = p;
  if (!p.is('lambda')) return undefined;
  p.at++;
  const params = parameters(p, ':');
  return { k: 'func', func: functionOf('', params, [{ s: 'return', value: p.expression(1), line }], line), line };
}
