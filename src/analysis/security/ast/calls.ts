import type { Call, Expr, Stmt } from './nodes.ts';
import { comprehension } from './operands.ts';
import type { Parser } from './parser.ts';

/** `(a, b: c, *d)`. */
export function argumentsOf(p: Parser): Pick<Call, 'args' | 'names'> {
  const { noBrace } = p;
  p.noBrace = false;
  p.expect('(');
  const args: Expr[] = [];
  let names: Map<number, string> | null = null;
  while (!p.is(')') && !p.done) {
    if (p.take('&') && p.is(')')) break;
    if (p.isWord() && (p.is('=', 1) ? p.dialect.name === 'python' : p.is(':', 1) && p.dialect.name !== 'javascript' && p.dialect.name !== 'go' && p.dialect.name !== 'java' && p.peek().at === p.token.at + p.token.text.length)) {
      names ??= new Map();
      names.set(args.length, p.word());
      p.at++;
      if (p.is(',') || p.is(')')) continue;
    }
    let arg = p.is(')') ? null : p.expression();
    if (arg && p.dialect.name === 'python' && p.is('for')) arg = comprehension(p, arg);
    if (arg && p.take('=>')) arg = { k: 'dict', entries: [{ key: arg, value: p.expression() }], line: arg.line };
    if (arg) args.push(arg);
    if (!p.take(',')) break;
  }
  if (p.is(':') && p.dialect.name === 'go') p.at++;
  if (p.is('...')) p.at++;
  p.expect(')');
  p.noBrace = noBrace;
  return { args, names };
}

/** The call with the block that stands behind it, which only Ruby has. */
export function withBlock(p: Parser, call: Expr): Expr {
  if (p.dialect.name !== 'ruby' || call.k !== 'call') return call;
  const block = rubyBlock(p);
  if (block) call.args.push(block);
  return call;
}

/** The last expression of a body is its value. */
export function withResult(body: Stmt[]): Stmt[] {
  const last = body.at(-1);
  return last?.s === 'expr' ? [...body.slice(0, -1), { s: 'return', value: last.value, line: last.value.line }] : body;
}

/** `{ |x| … }` or `do |x| … end` after a call. */
export function rubyBlock(p: Parser): Expr | undefined {
  if (!(p.is('do') && !p.noBrace) && !(p.is('{') && !p.fresh)) return undefined;
  const { line } = p;
  const close = p.is('do') ? 'end' : '}';
  p.at++;
  const params: string[] = [];
  if (p.take('||')) params.length = 0;
  else if (p.take('|')) {
    while (!p.is('|') && !p.done) {
      if (p.isWord()) params.push(p.token.text);
      p.at++;
    }
    p.take('|');
  }
  const { noBrace } = p;
  p.noBrace = false;
  const body = p.statements(() => p.is(close) || p.is('rescue') || p.is('ensure'));
  if (p.is('rescue') || p.is('ensure')) body.push(...p.statements(() => p.is(close)));
  p.expect(close);
  p.noBrace = noBrace;
  return { k: 'func', func: { name: '', params: params.map((name) => ({ name, type: null, annotations: [], value: null })), body: withResult(body), annotations: [], line }, line };
}
