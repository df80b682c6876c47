import { block, bodyOf, casesOf, controlStatement } from './control.ts';
import { argumentsOf, braced, expression, listed } from './expressions.ts';
import type { Annotation, ClassStmt, Expr, Param, Stmt } from './nodes.ts';
import type { Dialect, Parser } from './parser.ts';
import { functionOf, unreadable } from './parser.ts';
import { skipAngles, skipType } from './types.ts';

const modifiers = new Set(['public', 'private', 'protected', 'internal', 'static', 'final', 'abstract', 'synchronized', 'native', 'transient', 'volatile', 'strictfp', 'default', 'readonly', 'const', 'sealed', 'virtual', 'override', 'async', 'partial', 'extern', 'unsafe', 'new', 'required', 'non', 'params', 'ref', 'in', 'this', 'out', 'scoped']);
const kinds = new Set(['class', 'interface', 'enum', 'struct', 'record']);

/** Java and C#: types stand before names. */
export const java: Dialect = { name: 'java', statement, body: bodyOf, primary };
export const csharp: Dialect = { name: 'csharp', statement, body: bodyOf, primary };

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
  if (p.isWord() && (kinds.has(p.token.text) || (p.is('@') && p.is('interface', 1))) && p.isWord(1)) {
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
  const value = expression(p);
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

function dotted(p: Parser): string {
  let name = p.word();
  while (p.is('.') && p.isWord(1)) {
    p.at++;
    name += `.${p.word()}`;
  }
  return name;
}

function skipModifiers(p: Parser): void {
  while (p.isWord() && modifiers.has(p.token.text) && (p.isWord(1) || p.is('@', 1) || p.is('(', 1) === false) && !p.is('.', 1) && !p.is('=', 1) && !p.is(';', 1) && !p.is('(', 1) && !p.is('{', 1) && !p.is(':', 1) && !p.is('->', 1)) p.at++;
  while (p.is('<') && p.dialect.name === 'java') if (p.attempt(() => skipAngles(p)) === undefined) return;
}

/** `@Name(args)`, `[Name(args)]`. */
function readAnnotations(p: Parser): void {
  const found: Annotation[] = [];
  for (;;) {
    const { line } = p;
    if (p.is('@') && p.isWord(1) && !p.is('interface', 1)) {
      p.at++;
      const name = dotted(p).split('.').at(-1)!;
      found.push({ name, args: p.is('(') ? annotationArguments(p) : [], line });
    } else if (p.dialect.name === 'csharp' && p.is('[') && p.isWord(1)) {
      const read = p.attempt(() => {
        p.at++;
        const all: Annotation[] = [];
        do {
          if (p.isWord() && p.is(':', 1)) p.at += 2;
          const name = dotted(p).split('.').at(-1)!;
          all.push({ name, args: p.is('(') ? annotationArguments(p) : [], line });
        } while (p.take(','));
        p.expect(']');
        return all;
      });
      if (!read) break;
      found.push(...read);
    } else break;
    skipModifiers(p);
  }
  if (found.length > 0) p.annotations = [...p.annotations, ...found];
}

function annotationArguments(p: Parser): Expr[] {
  const start = p.at;
  const read = p.attempt(() => argumentsOf(p).args);
  if (read) return read;
  p.at = start;
  p.skipBrackets();
  return [];
}

function classStatement(p: Parser): ClassStmt {
  const annotations = p.takeAnnotations();
  const { line } = p;
  const kind = p.word();
  if (kind === 'record' && (p.is('class') || p.is('struct'))) p.at++;
  const name = p.word();
  if (p.is('<')) skipAngles(p);
  const body: Stmt[] = [];
  const components = p.is('(') ? componentsOf(p) : [];
  const bases: string[] = [];
  while (!p.is('{') && !p.is(';') && !p.done) {
    if (p.isWord() && !/^(?:extends|implements|permits|where|class|struct|new)$/.test(p.token.text)) bases.push(skipType(p).split('.').at(-1)!);
    else if (p.is('(')) p.skipBrackets();
    else p.at++;
  }
  if (kind === 'record') body.push(...recordMembers(components, line));
  if (p.take(';')) return { s: 'class', name, bases, body, annotations, line };
  p.expect('{');
  if (kind === 'enum') while (!p.done && !p.is(';') && !p.is('}')) if (p.is('(') || p.is('{')) p.skipBrackets(); else p.at++;
  body.push(...p.statements(() => p.is('}')));
  p.take('}');
  return { s: 'class', name, bases, body, annotations, line };
}

/** What stands in the brackets after the name of a record, or of a class with a primary constructor. */
function componentsOf(p: Parser): Param[] {
  const start = p.at;
  const read = p.attempt(() => parameters(p));
  if (read) return read;
  p.at = start;
  p.skipBrackets();
  return [];
}

/** The constructor of a record and the methods by which Java reads its components. */
function recordMembers(components: readonly Param[], line: number): Stmt[] {
  const own = (name: string): Expr => ({ k: 'member', object: { k: 'name', name: 'this', line }, name, line });
  const kept = components.map(({ name }): Stmt => ({ s: 'expr', value: { k: 'assign', target: own(name), op: '=', value: { k: 'name', name, line }, line } }));
  const readers = components.map(({ name }): Stmt => ({ s: 'func', func: functionOf(name, [], [{ s: 'return', value: own(name), line }], line) }));
  return [{ s: 'func', func: functionOf('<init>', [...components], kept, line) }, ...readers];
}

/** A variable, a field, a method, a constructor or a property. */
function declaration(p: Parser): Stmt[] | undefined {
  const { line } = p;
  if (!p.isWord() || /^(?:return|throw|new|else|case|goto|yield|await|if|for|while|switch|try|do|catch|finally|delete|instanceof|is|as)$/.test(p.token.text)) return undefined;
  if (p.is('(', 1)) return constructor(p);
  let type = p.is('var') ? (p.at++, '') : skipType(p);
  if (p.dialect.name === 'csharp' && p.is('operator')) return undefined;
  if (!p.isWord()) return undefined;
  let name = p.word();
  if (p.dialect.name === 'csharp') while (p.is('.') && p.isWord(1)) {
    p.at++;
    name = p.word();
  }
  if (p.is('<')) p.attempt(() => skipAngles(p));
  if (p.is('(')) return methodRest(p, name, line);
  if (p.dialect.name === 'csharp' && (p.is('{') || p.is('=>'))) return property(p, name, type, line);
  if (!p.is('=') && !p.is(';') && !p.is(',') && !p.is('[') && !p.is(':') && !p.is(')') && !p.is('in')) return undefined;
  p.takeAnnotations();
  const all: Stmt[] = [];
  for (;;) {
    while (p.is('[') && p.is(']', 1)) p.at += 2;
    all.push({ s: 'declare', name, type: type === '' ? null : type, value: p.take('=') ? (p.is('{') ? listed(p, '}') : expression(p)) : null, line });
    if (!p.take(',')) break;
    name = p.word();
  }
  if (!p.take(';') && !p.is(':') && !p.is(')') && !p.is('in') && !p.is('}')) throw unreadable;
  type = '';
  return all;
}

function constructor(p: Parser): Stmt[] | undefined {
  const { line } = p;
  const name = p.word();
  if (!/^[A-Z]/.test(name) && p.dialect.name === 'java') return undefined;
  const params = parameters(p);
  if (p.is('throws')) while (!p.is('{') && !p.is(';') && !p.done) p.at++;
  if (p.is(':') && p.dialect.name === 'csharp') while (!p.is('{') && !p.is('=>') && !p.done) if (p.is('(')) p.skipBrackets(); else p.at++;
  if (!p.is('{')) return undefined;
  return [{ s: 'func', func: functionOf('<init>', params, block(p), line, [...p.takeAnnotations(), { name: `constructor ${name}`, args: [], line }]) }];
}

function methodRest(p: Parser, name: string, line: number): Stmt[] | undefined {
  const annotations = p.takeAnnotations();
  const params = parameters(p);
  while (!p.is('{') && !p.is(';') && !p.is('=>') && !p.done) {
    if (!/^(?:throws|where|default|class|struct|new)$/.test(p.token.text) && !p.isWord() && !p.is(',') && !p.is('.') && !p.is(':') && !p.is('[') && !p.is(']') && !p.is('<') && !p.is('>') && !p.is('(') && !p.is(')')) return undefined;
    p.at++;
  }
  if (p.take(';')) return [];
  if (p.take('=>')) {
    const value = expression(p);
    p.take(';');
    return [{ s: 'func', func: functionOf(name, params, [{ s: 'return', value, line }], line, annotations) }];
  }
  return [{ s: 'func', func: functionOf(name, params, block(p), line, annotations) }];
}

function property(p: Parser, name: string, type: string, line: number): Stmt[] {
  p.takeAnnotations();
  if (p.take('=>')) {
    const value = expression(p);
    p.take(';');
    return [{ s: 'func', func: functionOf(`get ${name}`, [], [{ s: 'return', value, line }], line) }];
  }
  const start = p.at;
  p.skipBrackets();
  const end = p.at;
  const value = p.take('=') ? expression(p) : null;
  p.take(';');
  const all: Stmt[] = [{ s: 'declare', name, type, value, line }];
  // Bodies of accessors are read as functions.
  const inner = p.within(p.tokens.slice(start + 1, end - 1));
  while (!inner.done) {
    if (inner.isWord() && inner.is('{', 1)) {
      const accessor = inner.word();
      all.push({ s: 'func', func: functionOf(`${accessor} ${name}`, [], block(inner), line) });
    } else inner.at++;
  }
  return all;
}

export function parameters(p: Parser): Param[] {
  p.expect('(');
  const params: Param[] = [];
  while (!p.is(')') && !p.done) {
    readAnnotations(p);
    skipModifiers(p);
    readAnnotations(p);
    const annotations = p.takeAnnotations().map(({ name }) => name);
    const type = skipType(p);
    if (p.is('...')) p.at++;
    const name = p.isWord() ? p.word() : type;
    while (p.is('[')) p.skipBrackets();
    params.push({ name, type, annotations, value: p.take('=') ? expression(p) : null });
    if (!p.take(',')) break;
  }
  p.expect(')');
  return params;
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
    const target: Expr = p.is('(') ? expression(p, 15) : { k: 'name', name: p.word(), line };
    if (!p.take(':') && !p.take('in')) return undefined;
    const over = expression(p);
    p.expect(')');
    return { s: 'each', target, type, over, key: null, body: p.dialect.body(p) };
  });
  if (each) return each;
  const before = p.is(';') ? (p.at++, []) : statement(p);
  p.take(';');
  const test = p.is(';') ? null : expression(p);
  p.take(';');
  const after: Stmt[] = [];
  while (!p.is(')') && !p.done) {
    after.push({ s: 'expr', value: expression(p) });
    if (!p.take(',')) break;
  }
  p.expect(')');
  return { s: 'loop', before, test, body: p.dialect.body(p), after, once: false };
}

/** What begins an operand only here: `new`, casts, lambdas, `switch` as a value. */
function primary(p: Parser): Expr | undefined {
  const { line } = p;
  if (p.is('new')) return p.attempt(() => creation(p));
  if (p.is('(')) return lambda(p) ?? cast(p);
  if (p.isWord() && (p.is('->', 1) || p.is('=>', 1)) && !p.is('default')) {
    const name = p.word();
    p.at++;
    return lambdaBody(p, [{ name, type: null, annotations: [], value: null }], line);
  }
  if (p.is('async') && (p.is('(', 1) || p.is('=>', 2))) {
    p.at++;
    return primary(p);
  }
  if (p.is('delegate') && p.is('(', 1)) {
    p.at++;
    return { k: 'func', func: functionOf('', parameters(p), block(p), line), line };
  }
  if (p.is('switch') && p.is('(', 1)) {
    p.at++;
    p.expect('(');
    const subject = expression(p);
    p.expect(')');
    p.expect('{');
    const cases = casesOf(p);
    const valued = cases.map((one) => ({ ...one, body: one.body.map((statement): Stmt => (statement.s === 'expr' ? { s: 'return', value: statement.value, line } : statement)) }));
    return { k: 'func', func: functionOf('<now>', [], [{ s: 'switch', subject, cases: valued }], line), line };
  }
  if ((p.is('typeof') || p.is('nameof') || p.is('sizeof') || p.is('default')) && p.is('(', 1)) {
    p.at++;
    p.skipBrackets();
    return { k: 'lit', value: null, line };
  }
  return undefined;
}

function creation(p: Parser): Expr {
  const { line } = p;
  p.expect('new');
  if (p.is('[')) {
    p.skipBrackets();
    return p.is('{') ? listed(p, '}') : { k: 'list', items: [], line };
  }
  if (p.is('{')) return braced(p);
  const type: Expr = { k: 'name', name: p.is('(') ? '' : typeName(p), line };
  if (p.is('[')) {
    const sizes: Expr[] = [];
    while (p.is('[')) {
      p.at++;
      if (!p.is(']')) sizes.push(expression(p));
      p.expect(']');
    }
    return p.is('{') ? listed(p, '}') : { k: 'list', items: [], line };
  }
  const call: Expr & { k: 'call' } = { k: 'call', callee: type, ...(p.is('(') ? argumentsOf(p) : { args: [], names: null }), made: true, line };
  if (!p.is('{')) return call;
  if (p.dialect.name === 'java') {
    p.at++;
    call.body = { s: 'class', name: '', bases: [type.name], body: p.statements(() => p.is('}')), annotations: [], line };
    p.take('}');
    return call;
  }
  const initial = braced(p);
  return { ...call, args: [...call.args, initial] };
}

function typeName(p: Parser): string {
  let name = p.word();
  while (p.is('.') && p.isWord(1)) {
    p.at++;
    name += `.${p.word()}`;
  }
  if (p.is('<>')) p.at++;
  if (p.is('<')) {
    if (p.is('>', 1)) p.at += 2;
    else skipAngles(p);
  }
  while (p.is('[') && p.is(']', 1) && p.is('[', 2)) p.at += 2;
  return name;
}

function lambda(p: Parser): Expr | undefined {
  const { line } = p;
  return p.attempt(() => {
    let at = p.at;
    let depth = 0;
    for (; at < p.tokens.length; at++) {
      const { text, kind } = p.tokens[at]!;
      if (kind !== 'mark') continue;
      if (text === '(') depth++;
      if (text === ')' && --depth === 0) break;
      if (text === ';' || text === '{') return undefined;
    }
    const arrow = p.tokens[at + 1];
    if (arrow?.kind !== 'mark' || (arrow.text !== '->' && arrow.text !== '=>')) return undefined;
    const params: Param[] = p.is(')', 1) ? [] : parameters(p);
    if (params.length === 0) p.at += 2;
    p.at++;
    return lambdaBody(p, params, line);
  });
}

function lambdaBody(p: Parser, params: Param[], line: number): Expr {
  const body: Stmt[] = p.is('{') ? block(p) : [{ s: 'return', value: expression(p), line }];
  return { k: 'func', func: functionOf('', params, body, line), line };
}

const castable = new Set(['int', 'long', 'short', 'byte', 'char', 'float', 'double', 'boolean', 'bool', 'decimal', 'string', 'object', 'uint', 'ulong']);

function cast(p: Parser): Expr | undefined {
  const { line } = p;
  return p.attempt(() => {
    p.expect('(');
    const type = skipType(p);
    while (p.take('&')) skipType(p);
    p.expect(')');
    const { token } = p;
    const operand = token.kind !== 'mark' ? !/^(?:instanceof|is|as|in)$/.test(token.text) : token.text === '(' || token.text === '!' || token.text === '~' || (castable.has(type) && (token.text === '-' || token.text === '+'));
    if (!operand || p.done) return undefined;
    return { k: 'cast', type, operand: expression(p, 15), line };
  });
}
