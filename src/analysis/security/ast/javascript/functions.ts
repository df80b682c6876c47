import { block } from '../control.ts';
import { argumentsOf } from '../calls.ts';
import { listed } from '../operands.ts';
import type { Annotation, Expr, Func, Param, Stmt } from '../nodes.ts';
import type { Parser } from '../parser.ts';
import { functionOf } from '../parser.ts';
import { skipAngles, skipTypeExpression } from '../types.ts';

/** `async function* name(…) { … }`, with or without the name. */
export function functionExpression(p: Parser): Func {
  const { line } = p;
  p.take('async');
  p.expect('function');
  p.take('*');
  const name = p.isWord() ? p.word() : '';
  return functionRest(p, name, line);
}

/** A function from its parameters on; its body is empty where it is only declared. */
export function functionRest(p: Parser, name: string, line: number): Func {
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
    const value = p.take('=') ? p.expression() : null;
    const name = target.k === 'name' ? target.name : `<${params.length}>`;
    if (target.k !== 'name') unpack.push({ s: 'expr', value: { k: 'assign', target, op: '=', value: { k: 'name', name, line }, line } });
    params.push({ name, type, annotations, value });
    if (!p.take(',')) break;
  }
  p.expect(')');
  return [params, unpack];
}

/** What is declared or assigned: a name, or a list or object that is taken apart. */
export function pattern(p: Parser): Expr {
  if (p.is('[')) return listed(p, ']');
  return p.is('{') ? p.expression(15) : { k: 'name', line: p.line, name: p.word() };
}

/** `@name(…)`: kept for what they belong to. */
export function decorators(p: Parser): void {
  const found: Annotation[] = [];
  while (p.take('@')) {
    const { line } = p;
    const name = p.word();
    while (p.take('.')) p.word();
    // What is decorated within the arguments is not what they belong to.
    const outer = p.takeAnnotations();
    const args = p.is('(') ? argumentsOf(p).args : [];
    p.annotations = outer;
    found.push({ name, args, line });
  }
  for (const one of found) p.annotations.push(one);
}

/** `(a, b) => …`; undefined when there is none at the cursor. */
export function arrowFunction(p: Parser): Expr | undefined {
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
    const body: Stmt[] = p.is('{') ? block(p) : [{ s: 'return', value: p.expression(), line }];
    p.noBrace = noBrace;
    return { k: 'func', func: functionOf('', params, [...unpack, ...body], line), line };
  });
}

/** Whether the parenthesis at the cursor closes before `=>` or a type and `=>`. */
function leadsToArrow(p: Parser): boolean {
  const next = p.tokens[p.closer(p.at) + 1];
  return next?.kind === 'mark' && (next.text === '=>' || next.text === ':');
}
