import { block, casesOf } from '../control.ts';
import { argumentsOf } from '../calls.ts';
import { braced, listed } from '../operands.ts';
import type { Expr, Param, Stmt } from '../nodes.ts';
import type { Parser } from '../parser.ts';
import { functionOf } from '../parser.ts';
import { dotted, skipAngles, skipType } from '../types.ts';
import { parameters } from './parameters.ts';

/** What begins an operand only here: `new`, casts, lambdas, `switch` as a value. */
export function primary(p: Parser): Expr | undefined {
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
    const subject = p.expression();
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
    while (p.take('[')) {
      if (!p.is(']')) p.expression();
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
  const name = dotted(p);
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
  const body: Stmt[] = p.is('{') ? block(p) : [{ s: 'return', value: p.expression(), line }];
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
    return { k: 'cast', type, operand: p.expression(15), line };
  });
}
