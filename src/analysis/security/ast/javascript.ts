import { block, bodyOf, controlStatement } from './control.ts';
import { argumentsOf, expression, listed } from './expressions.ts';
import type { ClassStmt, Expr, Func, Param, Stmt } from './nodes.ts';
import type { Dialect, Parser } from './parser.ts';
import { functionOf, unreadable } from './parser.ts';
import { skipAngles, skipTypeExpression } from './types.ts';

/** JavaScript and TypeScript, with JSX. */
export const javascript: Dialect = { name: 'javascript', statement, body: bodyOf, primary };

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
  let value = expression(p);
  while (p.take(',')) value = { k: 'many', parts: [value, expression(p)], line };
  p.take(';');
  return [{ s: 'expr', value }];
}

function skipToEnd(p: Parser): void {
  const { line } = p;
  if (p.is('{')) p.skipBrackets();
  while (!p.done && !p.is(';') && (p.token.line === line || !p.fresh)) p.at++;
  p.take(';');
}

function decorators(p: Parser): void {
  while (p.take('@')) {
    const { line } = p;
    const name = p.word();
    while (p.take('.')) p.word();
    p.annotations = [...p.annotations, { name, args: p.is('(') ? argumentsOf(p).args : [], line }];
  }
}

/** `import a, { b as c } from 'm'`, `import * as d from 'm'`. */
function importStatement(p: Parser): Stmt[] {
  p.at++;
  p.take('type');
  const names: [string, string][] = [];
  for (let steps = 0; !p.done && p.token.kind !== 'string' && steps < 2000; steps++) {
    if (p.is('from') && p.peek().kind === 'string') p.at++;
    else if (p.is('*') && p.is('as', 1)) {
      names.push([p.peek(2).text, '']);
      p.at += 3;
    } else if (p.is('{')) {
      p.at++;
      while (!p.is('}') && !p.done) {
        p.take('type');
        const name = p.isWord() ? p.word() : (p.at++, '');
        names.push([p.take('as') ? p.word() : name, name]);
        if (!p.take(',')) break;
      }
      p.expect('}');
    } else if (p.isWord()) names.push([p.word(), '']);
    else p.at++;
  }
  const from = p.token.text.replace(/^node:/, '');
  p.at++;
  for (const [local, name] of names) p.imports.set(local, name === '' ? from : `${from}.${name}`);
  p.take(';');
  return [];
}

function declarations(p: Parser): Stmt[] {
  p.at++;
  const all: Stmt[] = [];
  do {
    const { line } = p;
    const target = pattern(p);
    p.take('!');
    if (p.take(':')) skipTypeExpression(p);
    const value = p.take('=') ? expression(p) : null;
    if (target.k === 'name') all.push({ s: 'declare', name: target.name, type: null, value, line });
    else all.push({ s: 'expr', value: { k: 'assign', target, op: '=', value: value ?? { k: 'lit', value: null, line }, line } });
    if (value) required(p, target, value);
  } while (p.take(','));
  p.take(';');
  return all;
}

/** `const { a: b } = require('m')` is an import. */
function required(p: Parser, target: Expr, value: Expr): void {
  const call = value.k === 'member' ? value.object : value;
  const [module] = call.k === 'call' && call.callee.k === 'name' && call.callee.name === 'require' ? call.args : [];
  if (module?.k !== 'lit' || typeof module.value !== 'string') return;
  const from = module.value.replace(/^node:/, '') + (value.k === 'member' ? `.${value.name}` : '');
  if (target.k === 'name') p.imports.set(target.name, from);
  if (target.k === 'dict') for (const { key, value: local } of target.entries) if (key?.k === 'lit' && local.k === 'name') p.imports.set(local.name, `${from}.${String(key.value)}`);
}

function pattern(p: Parser): Expr {
  if (p.is('[')) return listed(p, ']');
  return p.is('{') ? expression(p, 15) : { k: 'name', line: p.line, name: p.word() };
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
    const over = expression(p);
    p.expect(')');
    return inKeys ? { s: 'each', target: { k: 'list', items: [], line: p.line }, type: null, over, key: target, body: bodyOf(p) } : { s: 'each', target, type: null, over, key: null, body: bodyOf(p) };
  });
  if (each) return each;
  const before = p.is(';') ? [] : p.is('var') || p.is('let') || p.is('const') ? declarations(p) : many(p);
  p.take(';');
  const test = p.is(';') ? null : expression(p);
  p.take(';');
  const after = p.is(')') ? [] : many(p);
  p.expect(')');
  return { s: 'loop', before, test, body: bodyOf(p), after, once: false };
}

function many(p: Parser): Stmt[] {
  const all: Stmt[] = [];
  do all.push({ s: 'expr', value: expression(p) });
  while (p.take(','));
  return all;
}

function functionExpression(p: Parser): Func {
  const { line } = p;
  p.take('async');
  p.expect('function');
  p.take('*');
  const name = p.isWord() ? p.word() : '';
  return functionRest(p, name, line);
}

function functionRest(p: Parser, name: string, line: number): Func {
  if (p.is('<')) skipAngles(p);
  const [params, unpack] = parameters(p);
  if (p.take(':')) skipTypeExpression(p);
  if (!p.is('{')) {
    p.take(';');
    return functionOf(name, params, [], line);
  }
  return functionOf(name, params, [...unpack, ...block(p)], line, p.takeAnnotations());
}

/** Parameters; patterns among them become statements that take them apart. */
function parameters(p: Parser): [Param[], Stmt[]] {
  const params: Param[] = [];
  const unpack: Stmt[] = [];
  p.expect('(');
  while (!p.is(')') && !p.done) {
    const { line } = p;
    const annotations: string[] = [];
    while (p.is('@')) {
      decorators(p);
      annotations.push(...p.takeAnnotations().map(({ name }) => name));
    }
    p.take('...');
    while (/^(?:public|private|protected|readonly|override)$/.test(p.token.text) && p.isWord(1)) p.at++;
    const target = pattern(p);
    p.take('?');
    let type: string | null = null;
    if (p.is('?:') || p.is(':')) {
      p.at++;
      const start = p.token;
      skipTypeExpression(p);
      type = start.kind === 'word' ? start.text : null;
    }
    const value = p.take('=') ? expression(p) : null;
    const name = target.k === 'name' ? target.name : `<${params.length}>`;
    if (target.k !== 'name') unpack.push({ s: 'expr', value: { k: 'assign', target, op: '=', value: { k: 'name', name, line }, line } });
    params.push({ name, type, annotations, value });
    if (!p.take(',')) break;
  }
  p.expect(')');
  return [params, unpack];
}

function classOf(p: Parser): ClassStmt {
  const annotations = p.takeAnnotations();
  const { line } = p;
  p.expect('class');
  const name = p.isWord() && !p.is('extends') && !p.is('implements') ? p.word() : '';
  const bases: string[] = [];
  while (!p.is('{') && !p.done) {
    if (p.is('<')) skipAngles(p);
    else if (p.is('(')) p.skipBrackets();
    else {
      if (p.isWord() && !p.is('extends') && !p.is('implements')) bases.push(p.token.text);
      p.at++;
    }
  }
  p.expect('{');
  const body: Stmt[] = [];
  while (!p.done && !p.is('}')) {
    const before = p.at;
    const member = p.attempt(() => classMember(p));
    if (member) body.push(...member);
    else if (p.at === before) p.at++;
  }
  p.take('}');
  return { s: 'class', name, bases, body, annotations, line };
}

function classMember(p: Parser): Stmt[] {
  const { line } = p;
  if (p.take(';')) return [];
  if (p.is('@')) decorators(p);
  while (/^(?:static|async|get|set|public|private|protected|readonly|abstract|override|declare|accessor)$/.test(p.token.text) && (p.isWord(1) || p.is('[', 1) || p.is('*', 1) || p.is('{', 1) || p.peek().kind === 'string')) {
    if (p.is('static') && p.is('{', 1)) {
      p.at++;
      return block(p);
    }
    p.at++;
  }
  p.take('*');
  let name = '';
  if (p.is('[')) p.skipBrackets();
  else name = p.next().text;
  if (p.is('?') || p.is('!')) p.at++;
  if (p.is('(') || p.is('<')) return [{ s: 'func', func: functionRest(p, name === 'constructor' ? '<init>' : name, line) }];
  p.takeAnnotations();
  if (p.is('?:') || p.is(':')) {
    p.at++;
    skipTypeExpression(p);
  }
  const value = p.take('=') ? expression(p) : null;
  p.take(';');
  return [{ s: 'declare', name, type: null, value, line }];
}

function primary(p: Parser): Expr | undefined {
  const { line } = p;
  if (p.is('function') || (p.is('async') && p.is('function', 1))) return { k: 'func', func: functionExpression(p), line };
  if (p.is('class')) {
    classOf(p);
    return { k: 'lit', value: null, line };
  }
  if (p.is('new') && !p.is('.', 1)) {
    p.at++;
    let callee: Expr = { k: 'name', name: p.isWord() ? p.word() : 'Object', line };
    while (p.is('.') && p.isWord(1)) {
      p.at++;
      callee = { k: 'member', object: callee, name: p.word(), line };
    }
    if (p.is('<')) p.attempt(() => skipAngles(p));
    return { k: 'call', callee, ...(p.is('(') ? argumentsOf(p) : { args: [], names: null }), made: true, line };
  }
  if (p.is('import') && p.is('(', 1)) {
    p.at++;
    return { k: 'call', callee: { k: 'name', name: 'import', line }, ...argumentsOf(p), made: false, line };
  }
  if (p.is('async') && (p.is('(', 1) || p.is('=>', 2))) {
    const arrow = p.attempt(() => {
      p.at++;
      return arrowFunction(p);
    });
    if (arrow) return arrow;
  }
  if ((p.isWord() && p.is('=>', 1)) || p.is('(')) return arrowFunction(p);
  if (p.is('<')) {
    const generic = p.attempt(() => {
      skipAngles(p);
      return p.is('(') ? arrowFunction(p) : undefined;
    });
    return generic ?? jsx(p);
  }
  return undefined;
}

function arrowFunction(p: Parser): Expr | undefined {
  const { line } = p;
  if (p.is('(') && !leadsToArrow(p)) return undefined;
  return p.attempt(() => {
    const { noBrace } = p;
    let params: Param[];
    let unpack: Stmt[] = [];
    if (p.is('(')) {
      [params, unpack] = parameters(p);
      if (p.take(':')) skipTypeExpression(p);
    } else params = [{ name: p.word(), type: null, annotations: [], value: null }];
    p.expect('=>');
    p.noBrace = false;
    const body: Stmt[] = p.is('{') ? block(p) : [{ s: 'return', value: expression(p), line }];
    p.noBrace = noBrace;
    return { k: 'func', func: functionOf('', params, [...unpack, ...body], line), line };
  });
}

/** Whether the parenthesis at the cursor closes before `=>` or a type and `=>`. */
function leadsToArrow(p: Parser): boolean {
  let depth = 0;
  for (let at = p.at; at < p.tokens.length; at++) {
    const token = p.tokens[at]!;
    if (token.kind !== 'mark') continue;
    if (token.text === '(' || token.text === '[' || token.text === '{') depth++;
    else if ((token.text === ')' || token.text === ']' || token.text === '}') && --depth === 0) {
      const next = p.tokens[at + 1];
      return next?.kind === 'mark' && (next.text === '=>' || next.text === ':');
    }
  }
  return false;
}

/** An element: its attributes as arguments, and what stands in braces. */
function jsx(p: Parser): Expr | undefined {
  const { line } = p;
  return p.attempt(() => {
    p.expect('<');
    const name = p.isWord() ? p.word() : '';
    while (p.is('.') || p.is('-') || p.is(':')) p.at += 2;
    const args: Expr[] = [];
    const names = new Map<number, string>();
    while (!p.is('>') && !(p.is('/') && p.is('>', 1))) {
      if (p.done) throw unreadable;
      if (p.is('{')) {
        p.at++;
        p.take('...');
        args.push(expression(p));
        p.expect('}');
        continue;
      }
      const attribute = p.word();
      while (p.is('-') || p.is(':')) p.at += 2;
      if (!p.take('=')) continue;
      names.set(args.length, attribute);
      if (p.take('{')) {
        args.push(expression(p));
        p.expect('}');
      } else if (p.token.kind === 'string') args.push({ k: 'lit', value: p.next().text, line });
      else throw unreadable;
    }
    const element: Expr = { k: 'call', callee: { k: 'name', name: `<${name}>`, line }, args, names, made: false, line };
    if (p.take('/')) {
      p.expect('>');
      return element;
    }
    p.expect('>');
    const start = p.at;
    const inner = p.endless.has(start) ? undefined : p.attempt(() => children(p));
    if (inner) args.push(...inner);
    else p.endless.add(start);
    return element;
  });
}

function children(p: Parser): Expr[] {
  const parts: Expr[] = [];
  for (let steps = 0; steps < 20_000; steps++) {
    if (p.done) throw unreadable;
    if (p.is('<') && p.is('/', 1)) {
      p.at += 2;
      while (!p.is('>') && !p.done) p.at++;
      p.expect('>');
      return parts;
    }
    if (p.is('<') && (p.isWord(1) || p.is('>', 1))) {
      const element = jsx(p);
      if (element) parts.push(element);
      else p.at++;
    } else if (p.take('{')) {
      if (!p.is('}')) parts.push(expression(p));
      p.expect('}');
    } else p.at++;
  }
  throw unreadable;
}

