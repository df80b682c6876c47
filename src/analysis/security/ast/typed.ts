import { block, bodyOf, controlStatement } from './control.ts';
import { expression } from './expressions.ts';
import type { Expr, Stmt } from './nodes.ts';
import type { Dialect, Parser } from './parser.ts';
import { readAnnotations, skipModifiers } from './typed/annotations.ts';
import { classStatement, declaration, isClass } from './typed/declarations.ts';
import { primary } from './typed/values.ts';
import { dotted, skipType } from './types.ts';

/** Java and C#: types stand before names. */
export const java: Dialect = { name: 'java', expression, statement, body: bodyOf, primary };
export const csharp: Dialect = { name: 'csharp', expression, statement, body: bodyOf, primary };

function statement(p: Parser): Stmt[] {
  if (p.is('package') || (p.is('namespace') && p.dialect.name === 'csharp')) return packageStatement(p);
  if ((p.is('import') || (p.is('using') && !p.is('(', 1) && !p.is('var', 1))) && p.isWord(1)) {
    const read = p.attempt(() => importStatement(p));
    if (read) return read;
  }
  readAnnotations(p);
  const start = p.at;
  skipModifiers(p);
  readAnnotations(p);
  skipModifiers(p);
  if (isClass(p)) {
    const read = p.attempt(() => classStatement(p));
    if (read) return [read];
  }
  const declared = p.attempt(() => declaration(p));
  if (declared) return declared;
  p.at = start;
  p.takeAnnotations();
  if (p.is('synchronized') || p.is('lock') || p.is('using') || p.is('fixed') || p.is('checked') || p.is('unchecked') || p.is('unsafe')) return guarded(p);
  if (p.is('static') && p.is('{', 1)) {
    p.at++;
    return [{ s: 'block', body: block(p) }];
  }
  if (p.is('for') || p.is('foreach') || (p.is('await') && p.is('foreach', 1))) return [forStatement(p)];
  if (p.is('yield') && p.is('return', 1)) p.at++;
  if (p.isWord() && p.is(':', 1) && !p.is(':', 2)) {
    p.at += 2;
    return statement(p);
  }
  const control = controlStatement(p);
  if (control) return control;
  const value = p.expression();
  p.take(';');
  return [{ s: 'expr', value }];
}

function packageStatement(p: Parser): Stmt[] {
  p.at++;
  p.package = dotted(p);
  if (p.is('{')) return block(p);
  p.take(';');
  return [];
}

function importStatement(p: Parser): Stmt[] {
  p.at++;
  p.take('static');
  const alias = p.is('=', 1) ? p.word() : undefined;
  if (alias !== undefined) p.at++;
  const name = dotted(p);
  if (p.is('.') && p.is('*', 1)) p.at += 2;
  else p.imports.set(alias ?? name.split('.').at(-1)!, name);
  p.expect(';');
  return [];
}

function guarded(p: Parser): Stmt[] {
  p.at++;
  const all: Stmt[] = [];
  if (p.take('(')) {
    while (!p.done && !p.is(')')) {
      all.push(...statement(p));
      p.take(';');
    }
    p.take(')');
  } else if (!p.is('{')) return statement(p);
  all.push(...p.dialect.body(p));
  return all;
}

function forStatement(p: Parser): Stmt {
  p.take('await');
  p.at++;
  p.expect('(');
  const each = p.attempt((): Stmt | undefined => {
    skipModifiers(p);
    readAnnotations(p);
    p.takeAnnotations();
    const { line } = p;
    const type = p.is('var') ? (p.at++, null) : p.is('(') ? null : skipType(p);
    const target: Expr = p.is('(') ? p.expression(15) : { k: 'name', name: p.word(), line };
    if (!p.take(':') && !p.take('in')) return undefined;
    const over = p.expression();
    p.expect(')');
    return { s: 'each', target, type, over, key: null, body: p.dialect.body(p) };
  });
  if (each) return each;
  const before = p.is(';') ? (p.at++, []) : statement(p);
  p.take(';');
  const test = p.is(';') ? null : p.expression();
  p.take(';');
  const after: Stmt[] = [];
  while (!p.is(')') && !p.done) {
    after.push({ s: 'expr', value: p.expression() });
    if (!p.take(',')) break;
  }
  p.expect(')');
  return { s: 'loop', before, test, body: p.dialect.body(p), after, once: false };
}
