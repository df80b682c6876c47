import { alternative, block, bodyOf, controlStatement } from './control.ts';
import { argumentsOf } from './calls.ts';
import { expression } from './expressions.ts';
import { listed } from './operands.ts';
import { postfix } from './postfix.ts';
import type { Annotation, Expr, Param, Stmt } from './nodes.ts';
import type { Dialect, Parser } from './parser.ts';
import { functionOf } from './parser.ts';
import { skipType } from './types.ts';

export const php: Dialect = { name: 'php', expression, statement, body: bodyOf, primary };

const modifiers = /^(?:public|private|protected|static|final|abstract|readonly|var)$/;

function statement(p: Parser): Stmt[] {
  const { line } = p;
  if (p.is('#') || p.is('@') && p.is('[', 1)) p.at++;
  if (p.is('=') || p.is('echo')) {
    p.at++;
    const args = [p.expression()];
    while (p.take(',')) args.push(p.expression());
    p.take(';');
    return [{ s: 'expr', value: { k: 'call', callee: { k: 'name', name: 'echo', line }, args, names: null, made: false, line } }];
  }
  if (p.is('namespace') || p.is('use')) return namespaceStatement(p);
  while (p.isWord() && modifiers.test(p.token.text) && !p.is('::', 1)) p.at++;
  if (p.is('const') && p.isWord(1)) {
    p.at++;
    const name = p.word();
    const value = p.take('=') ? p.expression() : null;
    p.take(';');
    return [{ s: 'declare', name, type: null, value, line }];
  }
  if (p.is('function') && (p.isWord(1) || (p.is('&', 1) && p.isWord(2)))) {
    p.at++;
    p.take('&');
    const name = p.word();
    return name === '__construct' ? constructor(p, line) : [{ s: 'func', func: functionRest(p, name, line) }];
  }
  if ((p.is('class') || p.is('interface') || p.is('trait') || p.is('enum')) && p.isWord(1)) return [classStatement(p)];
  if (p.is('foreach')) return [foreachStatement(p)];
  if (p.is('for') && p.is('(', 1)) return [forStatement(p)];
  if (p.is('declare') || p.is('unset') || p.is('global') || (p.is('static') && !p.is('::', 1))) {
    while (!p.done && !p.is(';') && !p.is('?>')) p.at++;
    return [];
  }
  if ((p.is('exit') || p.is('die')) && (p.is('(', 1) || p.is(';', 1))) {
    p.at++;
    const args = p.is('(') ? argumentsOf(p).args : [];
    p.take(';');
    return [{ s: 'expr', value: { k: 'call', callee: { k: 'name', name: 'echo', line }, args, names: null, made: false, line } }, { s: 'jump', to: 'throw', value: null }];
  }
  const property = p.attempt(() => typedProperty(p));
  if (property) return property;
  const control = controlStatement(p);
  if (control) return control;
  const value = p.expression();
  p.take(';');
  return [{ s: 'expr', value }];
}

/** `?string $name = …` among a class's members. */
function typedProperty(p: Parser): Stmt[] | undefined {
  const { line } = p;
  if (!p.is('?') && !p.is('\\') && (!p.isWord() || p.token.text.startsWith('$') || !p.isWord(1) || !p.peek().text.startsWith('$'))) return undefined;
  const type = skipType(p);
  const name = p.word();
  if (!name.startsWith('$') || (!p.is('=') && !p.is(';'))) return undefined;
  const value = p.take('=') ? p.expression() : null;
  p.take(';');
  return [{ s: 'declare', name: name.slice(1), type, value, line }];
}

function namespaceStatement(p: Parser): Stmt[] {
  const uses = p.is('use');
  p.at++;
  let name = '';
  while (!p.done && !p.is(';') && !p.is('{') && !p.is('as') && !p.is('?>')) name += p.next().text;
  const alias = p.take('as') ? p.word() : undefined;
  if (uses) p.imports.set(alias ?? name.split('\\').at(-1)!, name.replaceAll('\\', '.'));
  if (p.is('{')) {
    if (!uses) return block(p);
    p.skipBrackets();
  }
  p.take(';');
  return [];
}

function classStatement(p: Parser): Stmt {
  const { line } = p;
  p.at++;
  const name = p.word();
  const bases: string[] = [];
  while (!p.done && !p.is('{')) {
    if (p.isWord() && !/^(?:extends|implements)$/.test(p.token.text)) bases.push(p.token.text);
    p.at++;
  }
  return { s: 'class', name, bases, body: block(p).map(withoutDollar), annotations: [], line };
}

function withoutDollar(member: Stmt): Stmt {
  if (member.s === 'expr' && member.value.k === 'assign' && member.value.target.k === 'name') return { s: 'declare', name: member.value.target.name.replace(/^\$/, ''), type: null, value: member.value.value, line: member.value.line };
  return member;
}

/** Marks parameters of a constructor that are properties as well. */
const promoted = 'promoted';

/** A constructor, with the properties that its parameters declare. */
function constructor(p: Parser, line: number): Stmt[] {
  const func = functionRest(p, '<init>', line);
  const properties = func.params.filter(({ annotations }) => annotations.includes(promoted)).map(({ name, type }) => ({ name, type, property: name.replace(/^\$/, '') }));
  const kept: Stmt[] = properties.map(({ name, property }) => ({ s: 'expr', value: { k: 'assign', op: '=', target: { k: 'member', object: { k: 'name', name: '$this', line }, name: property, line }, value: { k: 'name', name, line }, line } }));
  return [...properties.map(({ type, property }): Stmt => ({ s: 'declare', name: property, type, value: null, line })), { s: 'func', func: { ...func, params: func.params.map((param) => ({ ...param, annotations: [] })), body: [...kept, ...func.body] } }];
}

function functionRest(p: Parser, name: string, line: number): ReturnType<typeof functionOf> {
  const params = parameters(p);
  if (p.is('use')) {
    p.at++;
    p.skipBrackets();
  }
  if (p.take(':')) skipUnion(p);
  const annotations: Annotation[] = [];
  if (p.take(';')) return functionOf(name, params, [], line, annotations);
  return functionOf(name, params, block(p), line, annotations);
}

/** Goes past types with `|` or `&` between them; returns the first. */
function skipUnion(p: Parser): string {
  const first = skipType(p);
  while ((p.is('|') || p.is('&')) && (p.is('\\', 1) || (p.isWord(1) && !p.peek().text.startsWith('$')))) {
    p.at++;
    skipType(p);
  }
  return first;
}

function parameters(p: Parser): Param[] {
  p.expect('(');
  const params: Param[] = [];
  while (!p.is(')') && !p.done) {
    const isPromoted = p.isWord() && modifiers.test(p.token.text);
    while (p.isWord() && modifiers.test(p.token.text)) p.at++;
    let type: string | null = null;
    if (p.is('?') || p.is('\\') || (p.isWord() && !p.token.text.startsWith('$'))) type = skipUnion(p).split('.').at(-1)!;
    p.take('&');
    if (p.is('...')) p.at++;
    const name = p.word();
    params.push({ name, type, annotations: isPromoted ? [promoted] : [], value: p.take('=') ? p.expression() : null });
    if (!p.take(',')) break;
  }
  p.expect(')');
  return params;
}

function foreachStatement(p: Parser): Stmt {
  p.at++;
  p.expect('(');
  const over = p.expression();
  p.expect('as');
  p.take('&');
  let target = p.expression(4);
  let key: Expr | null = null;
  if (p.take('=>')) {
    key = target;
    p.take('&');
    target = p.expression(4);
  }
  p.expect(')');
  return { s: 'each', target, type: null, over, key, body: alternative(p, 'endforeach') ?? bodyOf(p) };
}

function forStatement(p: Parser): Stmt {
  p.at += 2;
  const part = (end: string): Expr[] => {
    const all: Expr[] = [];
    while (!p.is(end) && !p.done) {
      all.push(p.expression());
      if (!p.take(',')) break;
    }
    p.expect(end);
    return all;
  };
  const before = part(';');
  const test = part(';');
  const after = part(')');
  const statements = (all: Expr[]): Stmt[] => all.map((value) => ({ s: 'expr', value }));
  return { s: 'loop', before: statements(before), test: test.at(-1) ?? null, body: alternative(p, 'endfor') ?? bodyOf(p), after: statements(after), once: false };
}

function primary(p: Parser): Expr | undefined {
  const { line } = p;
  if (p.is('new')) {
    p.at++;
    if (p.is('class')) {
      while (!p.done && !p.is('{')) p.at++;
      block(p);
      return { k: 'lit', value: null, line };
    }
    p.take('\\');
    let name = p.isWord() ? p.word() : (p.skipBrackets(), '');
    while (p.take('\\')) name = p.word();
    return { k: 'call', callee: { k: 'name', name, line }, ...(p.is('(') ? argumentsOf(p) : { args: [], names: null }), made: true, line };
  }
  if (p.is('array') && p.is('(', 1)) {
    p.at++;
    return listed(p, ')');
  }
  if (p.is('list') && p.is('(', 1)) {
    p.at++;
    return listed(p, ')');
  }
  if ((p.is('function') || p.is('fn')) && (p.is('(', 1) || p.is('&', 1))) {
    const arrow = p.is('fn');
    p.at++;
    p.take('&');
    if (!arrow) return { k: 'func', func: functionRest(p, '', line), line };
    const params = parameters(p);
    if (p.take(':')) skipUnion(p);
    p.expect('=>');
    return { k: 'func', func: functionOf('', params, [{ s: 'return', value: p.expression(), line }], line), line };
  }
  if (p.is('static') && (p.is('function', 1) || p.is('fn', 1))) {
    p.at++;
    return primary(p);
  }
  if (p.is('(') && p.isWord(1) && p.is(')', 2) && /^(?:int|integer|float|double|bool|boolean|string|array|object|binary)$/i.test(p.peek().text)) {
    const type = p.peek().text.toLowerCase();
    p.at += 3;
    return { k: 'cast', type, operand: p.expression(15), line };
  }
  if (p.is('match') && p.is('(', 1)) return matchExpression(p);
  if (p.isWord() && p.is('\\', 1) && p.isWord(2)) {
    let name = p.word();
    while (p.take('\\')) name = p.word();
    return postfix(p, { k: 'name', name, line });
  }
  return undefined;
}

function matchExpression(p: Parser): Expr {
  const { line } = p;
  p.at += 2;
  const parts = [p.expression()];
  p.expect(')');
  p.expect('{');
  while (!p.done && !p.is('}')) {
    if (!p.take('default')) do p.expression(4); while (p.take(',') && !p.is('=>'));
    p.expect('=>');
    parts.push(p.expression());
    if (!p.take(',')) break;
  }
  p.expect('}');
  return { k: 'many', parts: parts.slice(1), line };
}
