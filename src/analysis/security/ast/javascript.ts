import { block, bodyOf, controlStatement } from './control.ts';
import { expression } from './expressions.ts';
import { classOf } from './javascript/classes.ts';
import { decorators, functionExpression, pattern } from './javascript/functions.ts';
import { importStatement, required } from './javascript/imports.ts';
import { primary } from './javascript/values.ts';
import type { Stmt } from './nodes.ts';
import type { Dialect, Parser } from './parser.ts';
import { skipTypeExpression } from './types.ts';

/** JavaScript and TypeScript, with JSX. */
export const javascript: Dialect = { name: 'javascript', expression, statement, body: bodyOf, primary };

function statement(p: Parser): Stmt[] {
  const { line } = p;
  if (p.is('@') && p.isWord(1)) decorators(p);
  if (p.is('import') && !p.is('(', 1) && !p.is('.', 1)) return importStatement(p);
  if (p.take('export')) {
    p.take('default');
    if (p.is('{') || p.is('*')) {
      skipToEnd(p);
      return [];
    }
    return statement(p);
  }
  if ((p.is('declare') || p.is('abstract')) && p.isWord(1)) p.at++;
  if (p.is('interface') && p.isWord(1)) {
    while (!p.is('{') && !p.done) p.at++;
    p.skipBrackets();
    return [];
  }
  if (p.is('type') && p.isWord(1) && (p.is('=', 2) || p.is('<', 2))) {
    while (!p.take('=') && !p.done) p.at++;
    skipTypeExpression(p);
    p.take(';');
    return [];
  }
  if ((p.is('namespace') || p.is('module')) && p.isWord(1) && p.is('{', 2)) {
    p.at += 2;
    return block(p);
  }
  if (p.is('enum') || (p.is('const') && p.is('enum', 1))) {
    while (!p.is('{') && !p.done) p.at++;
    p.skipBrackets();
    return [];
  }
  if ((p.is('var') || p.is('const') || (p.is('let') && !p.is('=', 1))) && !p.is('.', 1)) return declarations(p);
  if (p.is('function') || (p.is('async') && p.is('function', 1))) {
    const func = functionExpression(p);
    return [{ s: 'func', func }];
  }
  if (p.is('class')) return [classOf(p)];
  if (p.is('for')) return [forStatement(p)];
  if (p.isWord() && p.is(':', 1) && p.peek(2).line >= line && !p.is('default')) {
    p.at += 2;
    return [];
  }
  const control = controlStatement(p);
  if (control) return control;
  let value = p.expression();
  while (p.take(',')) value = { k: 'many', parts: [value, p.expression()], line };
  p.take(';');
  return [{ s: 'expr', value }];
}

function skipToEnd(p: Parser): void {
  const { line } = p;
  if (p.is('{')) p.skipBrackets();
  while (!p.done && !p.is(';') && (p.token.line === line || !p.fresh)) p.at++;
  p.take(';');
}

function declarations(p: Parser): Stmt[] {
  p.at++;
  const all: Stmt[] = [];
  do {
    const { line } = p;
    const target = pattern(p);
    p.take('!');
    if (p.take(':')) skipTypeExpression(p);
    const value = p.take('=') ? p.expression() : null;
    if (target.k === 'name') all.push({ s: 'declare', name: target.name, type: null, value, line });
    else all.push({ s: 'expr', value: { k: 'assign', target, op: '=', value: value ?? { k: 'lit', value: null, line }, line } });
    if (value) required(p, target, value);
  } while (p.take(','));
  p.take(';');
  return all;
}

function forStatement(p: Parser): Stmt {
  p.at++;
  p.take('await');
  p.expect('(');
  const each = p.attempt((): Stmt | undefined => {
    if (p.is('var') || p.is('let') || p.is('const')) p.at++;
    const target = pattern(p);
    const inKeys = p.is('in');
    if (!p.take('of') && !p.take('in')) return undefined;
    const over = p.expression();
    p.expect(')');
    return inKeys ? { s: 'each', target: { k: 'list', items: [], line: p.line }, type: null, over, key: target, body: bodyOf(p) } : { s: 'each', target, type: null, over, key: null, body: bodyOf(p) };
  });
  if (each) return each;
  const before = p.is(';') ? [] : p.is('var') || p.is('let') || p.is('const') ? declarations(p) : many(p);
  p.take(';');
  const test = p.is(';') ? null : p.expression();
  p.take(';');
  const after = p.is(')') ? [] : many(p);
  p.expect(')');
  return { s: 'loop', before, test, body: bodyOf(p), after, once: false };
}

function many(p: Parser): Stmt[] {
  const all: Stmt[] = [];
  do all.push({ s: 'expr', value: p.expression() });
  while (p.take(','));
  return all;
}
