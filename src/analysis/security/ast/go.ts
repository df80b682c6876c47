import { block } from './control.ts';
import { expression } from './expressions.ts';
import { braced } from './operands.ts';
import type { Case, Expr, Param, Stmt } from './nodes.ts';
import type { Dialect, Parser } from './parser.ts';
import { functionOf } from './parser.ts';

export const go: Dialect = { name: 'go', expression, statement, body: block, primary };

function statement(p: Parser): Stmt[] {
  const { line } = p;
  if (p.take('package')) {
    p.package = p.word();
    return [];
  }
  if (p.take('import')) return imports(p);
  if (p.is('func') && (p.isWord(1) || p.is('(', 1))) {
    const declared = p.attempt(() => declaredFunction(p));
    if (declared) return [declared];
  }
  if (p.is('type') && (p.isWord(1) || p.is('(', 1))) {
    while (!p.done && !p.is('{') && !p.is('(') && p.token.line === line) p.at++;
    if (p.is('{') || p.is('(')) p.skipBrackets();
    return [];
  }
  if (p.is('var') || p.is('const')) return variables(p);
  if (p.is('{')) return [{ s: 'block', body: block(p) }];
  if (p.is('if')) return ifStatement(p);
  if (p.is('for')) return forStatement(p);
  if (p.is('switch') || p.is('select')) return switchStatement(p);
  if (p.take('return')) {
    const ends = p.is('}') || p.fresh;
    const value = ends ? null : list(p);
    return [{ s: 'return', value, line }];
  }
  if (p.is('break') || p.is('continue')) {
    const to = p.word() as 'break' | 'continue';
    if (p.isWord() && !p.fresh) p.at++;
    return [{ s: 'jump', to, value: null }];
  }
  if (p.is('defer') || p.is('fallthrough') || p.is('goto')) {
    p.at++;
    return [];
  }
  if (p.take(';')) return [];
  if (p.isWord() && p.is(':', 1) && p.peek(2).line > line) {
    p.at += 2;
    return [];
  }
  return simple(p);
}

/** An assignment, also of several at once, or an expression. */
function simple(p: Parser): Stmt[] {
  const { line } = p;
  const left = list(p);
  if (left.k === 'list' && (p.is('=') || p.is(':='))) {
    p.at++;
    const right = p.is('range') ? (p.at++, p.expression()) : list(p);
    return [{ s: 'expr', value: { k: 'assign', target: left, op: '=', value: right, line } }];
  }
  return [{ s: 'expr', value: left }];
}

function list(p: Parser): Expr {
  const { line } = p;
  const first = p.expression();
  if (!p.is(',')) return first;
  const items = [first];
  while (p.take(',')) items.push(p.expression(1));
  return { k: 'list', items, line };
}

function imports(p: Parser): Stmt[] {
  const one = () => {
    const alias = p.isWord() || p.is('.') ? p.next().text : undefined;
    const path = p.token.text;
    p.at++;
    const name = path.replace(/\/v\d+$/, '').split('/').at(-1)!.replace(/^go-|\.v\d+$/g, '');
    p.imports.set(alias ?? name, path.replaceAll('/', '.'));
  };
  if (p.take('(')) {
    while (!p.done && !p.is(')')) one();
    p.take(')');
  } else one();
  return [];
}

function declaredFunction(p: Parser): Stmt {
  const { line } = p;
  p.expect('func');
  const receiver = p.is('(') ? parameters(p) : [];
  const name = p.word();
  if (p.is('[')) p.skipBrackets();
  const params = parameters(p);
  result(p);
  const body = p.is('{') ? block(p) : [];
  return { s: 'func', func: functionOf(name, params, body, line, receiver.map(({ name: own, type }) => ({ name: `receiver ${own} ${type ?? ''}`, args: [], line }))) };
}

/** Goes past what a function gives back. */
function result(p: Parser): void {
  if (p.is('(')) p.skipBrackets();
  else if (!p.is('{') && !p.fresh) goType(p);
}

/** Goes past a type; its last word is its name. */
function goType(p: Parser): string {
  let name = '';
  for (let steps = 0; steps < 60; steps++) {
    if (p.is('*') || p.is('...') || p.is('<-') || p.is('&') || p.is('**')) p.at++;
    else if (p.is('[')) p.skipBrackets();
    else if (p.is('map') || p.is('chan')) p.at++;
    else if (p.is('func')) {
      p.at++;
      p.skipBrackets();
      if (p.isWord() || p.is('(') || p.is('*') || p.is('[')) result(p);
      return 'func';
    } else if (p.is('struct') || p.is('interface')) {
      p.at++;
      p.skipBrackets();
      return 'struct';
    } else if (p.isWord()) {
      name = p.word();
      while (p.take('.')) name += `.${p.word()}`;
      if (p.is('[') && !p.is(']', 1)) p.skipBrackets();
      return name;
    } else return name;
  }
  return name;
}

function parameters(p: Parser): Param[] {
  p.expect('(');
  const params: Param[] = [];
  let waiting: Param[] = [];
  while (!p.is(')') && !p.done) {
    if (p.isWord() && (p.is(',', 1) || p.is(')', 1))) {
      waiting.push({ name: p.word(), type: null, annotations: [], value: null });
      params.push(waiting.at(-1)!);
    } else {
      const name = p.isWord() && !p.is('.', 1) && !/^(?:map|chan|func|struct|interface)$/.test(p.token.text) ? p.word() : '';
      const type = goType(p);
      for (const param of waiting) param.type = type;
      waiting = [];
      params.push({ name, type, annotations: [], value: null });
    }
    if (!p.take(',')) break;
  }
  p.expect(')');
  return params;
}

function variables(p: Parser): Stmt[] {
  p.at++;
  const all: Stmt[] = [];
  const one = () => {
    const { line } = p;
    const names = [p.word()];
    while (p.take(',')) names.push(p.word());
    const type = p.is('=') || p.fresh ? null : goType(p);
    const value = p.take('=') ? list(p) : null;
    if (names.length === 1) all.push({ s: 'declare', name: names[0]!, type, value, line });
    else all.push({ s: 'expr', value: { k: 'assign', target: { k: 'list', items: names.map((name) => ({ k: 'name', name, line })), line }, op: '=', value: value ?? { k: 'lit', value: null, line }, line } });
  };
  if (p.take('(')) {
    while (!p.done && !p.is(')')) one();
    p.take(')');
  } else one();
  return all;
}

/** Runs with braces kept for the block. */
function header<T>(p: Parser, part: () => T): T {
  const { noBrace } = p;
  p.noBrace = true;
  const result = part();
  p.noBrace = noBrace;
  return result;
}

function ifStatement(p: Parser): Stmt[] {
  p.expect('if');
  const [before, test] = header(p, () => {
    const first = simple(p);
    if (!p.take(';')) return [[], first] as const;
    return [first, simple(p)] as const;
  });
  const [only] = test;
  const then = block(p);
  const other = p.take('else') ? (p.is('if') ? ifStatement(p) : block(p)) : [];
  return [...before, { s: 'if', test: only?.s === 'expr' ? only.value : { k: 'lit', value: null, line: p.line }, then, other }];
}

function forStatement(p: Parser): Stmt[] {
  p.expect('for');
  return header(p, (): Stmt[] => {
    if (p.is('{')) return [{ s: 'loop', before: [], test: null, body: block(p), after: [], once: false }];
    const each = p.attempt((): Stmt | undefined => {
      const names: Expr[] = [];
      const { line } = p;
      while (!p.is('range')) {
        names.push(p.expression(1));
        if (!p.take(',')) break;
      }
      if (names.length > 0 && !p.take(':=') && !p.take('=')) return undefined;
      if (!p.take('range')) return undefined;
      const over = p.expression(1);
      return { s: 'each', target: names[1] ?? { k: 'list', items: [], line }, type: null, over, key: names[0] ?? null, body: block(p) };
    });
    if (each) return [each];
    const first = p.is(';') ? [] : simple(p);
    if (p.is('{')) return [{ s: 'loop', before: [], test: first[0]?.s === 'expr' ? first[0].value : null, body: block(p), after: [], once: false }];
    p.expect(';');
    const test = p.is(';') ? null : p.expression();
    p.expect(';');
    const after = p.is('{') ? [] : simple(p);
    return [{ s: 'loop', before: first, test, body: block(p), after, once: false }];
  });
}

function switchStatement(p: Parser): Stmt[] {
  p.at++;
  const before: Stmt[] = [];
  const subject = header(p, (): Expr | null => {
    if (p.is('{')) return null;
    let first = simple(p);
    if (p.take(';')) {
      before.push(...first);
      if (p.is('{')) return null;
      first = simple(p);
    }
    return first[0]?.s === 'expr' ? first[0].value : null;
  });
  p.expect('{');
  const cases: Case[] = [];
  while (!p.done && !p.is('}')) {
    const tests: Expr[] = [];
    const body: Stmt[] = [];
    if (p.take('case')) {
      for (const one of p.attempt(() => simple(p)) ?? []) {
        if (one.s === 'expr' && one.value.k === 'list') tests.push(...one.value.items);
        else if (one.s === 'expr' && one.value.k !== 'assign') tests.push(one.value);
        else body.push(one);
      }
      while (!p.done && !p.is(':')) p.at++;
    } else p.expect('default');
    p.expect(':');
    body.push(...p.statements(() => p.is('case') || p.is('default') || p.is('}')));
    cases.push({ tests, body, falls: false });
  }
  p.take('}');
  return [...before, { s: 'switch', subject, cases }];
}

function primary(p: Parser): Expr | undefined {
  const { line } = p;
  if (p.is('func') && p.is('(', 1)) {
    p.at++;
    const params = parameters(p);
    result(p);
    const { noBrace } = p;
    p.noBrace = false;
    const body = block(p);
    p.noBrace = noBrace;
    return { k: 'func', func: functionOf('', params, body, line), line };
  }
  if (p.is('[') || p.is('map') || p.is('struct') || p.is('chan') || (p.is('interface') && p.is('{', 1))) {
    return p.attempt(() => {
      const many = p.is('[');
      const type = goType(p);
      if (p.is('{')) return braced(p);
      if (p.is('(')) {
        p.at++;
        const operand = p.expression();
        p.expect(')');
        return { k: 'cast' as const, type: many ? `[]${type}` : type, operand, line };
      }
      return { k: 'lit' as const, value: null, line };
    });
  }
  return undefined;
}
