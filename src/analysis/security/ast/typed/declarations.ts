import { block } from '../control.ts';
import { listed } from '../operands.ts';
import type { ClassStmt, Expr, Param, Stmt } from '../nodes.ts';
import type { Parser } from '../parser.ts';
import { functionOf, unreadable } from '../parser.ts';
import { skipAngles, skipType } from '../types.ts';
import { parameters } from './parameters.ts';

const kinds = new Set(['class', 'interface', 'enum', 'struct', 'record']);

/** Whether a class or the like begins at the cursor. */
export function isClass(p: Parser): boolean {
  return p.isWord() && kinds.has(p.token.text) && p.isWord(1);
}

/** A class and its members. */
export function classStatement(p: Parser): ClassStmt {
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
export function declaration(p: Parser): Stmt[] | undefined {
  const { line } = p;
  if (!p.isWord() || /^(?:return|throw|new|else|case|goto|yield|await|if|for|while|switch|try|do|catch|finally|delete|instanceof|is|as)$/.test(p.token.text)) return undefined;
  if (p.is('(', 1)) return constructor(p);
  const type = p.is('var') ? (p.at++, '') : skipType(p);
  if (p.dialect.name === 'csharp' && p.is('operator')) return undefined;
  if (!p.isWord()) return undefined;
  let name = p.word();
  if (p.dialect.name === 'csharp') while (p.is('.') && p.isWord(1)) {
    p.at++;
    name = p.word();
  }
  if (p.is('<')) p.attempt(() => skipAngles(p));
  if (p.is('(')) return methodRest(p, name, type, line);
  if (p.dialect.name === 'csharp' && (p.is('{') || p.is('=>'))) return property(p, name, type, line);
  if (!p.is('=') && !p.is(';') && !p.is(',') && !p.is('[') && !p.is(':') && !p.is(')') && !p.is('in')) return undefined;
  p.takeAnnotations();
  const all: Stmt[] = [];
  for (;;) {
    while (p.is('[') && p.is(']', 1)) p.at += 2;
    all.push({ s: 'declare', name, type: type === '' ? null : type, value: p.take('=') ? (p.is('{') ? listed(p, '}') : p.expression()) : null, line });
    if (!p.take(',')) break;
    name = p.word();
  }
  if (!p.take(';') && !p.is(':') && !p.is(')') && !p.is('in') && !p.is('}')) throw unreadable;
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

function methodRest(p: Parser, name: string, returns: string, line: number): Stmt[] | undefined {
  const annotations = p.takeAnnotations();
  const params = parameters(p);
  while (!p.is('{') && !p.is(';') && !p.is('=>') && !p.done) {
    if (!/^(?:throws|where|default|class|struct|new)$/.test(p.token.text) && !p.isWord() && !p.is(',') && !p.is('.') && !p.is(':') && !p.is('[') && !p.is(']') && !p.is('<') && !p.is('>') && !p.is('(') && !p.is(')')) return undefined;
    p.at++;
  }
  if (p.take(';')) return [];
  if (p.take('=>')) {
    const value = p.expression();
    p.take(';');
    return [{ s: 'func', func: { ...functionOf(name, params, [{ s: 'return', value, line }], line, annotations), returns } }];
  }
  return [{ s: 'func', func: { ...functionOf(name, params, block(p), line, annotations), returns } }];
}

function property(p: Parser, name: string, type: string, line: number): Stmt[] {
  p.takeAnnotations();
  if (p.take('=>')) {
    const value = p.expression();
    p.take(';');
    return [{ s: 'func', func: functionOf(`get ${name}`, [], [{ s: 'return', value, line }], line) }];
  }
  const start = p.at;
  p.skipBrackets();
  const end = p.at;
  const value = p.take('=') ? p.expression() : null;
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
