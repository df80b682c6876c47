import type { Expr } from '../nodes.ts';
import type { Parser } from '../parser.ts';
import { unreadable } from '../parser.ts';

/** An element: its attributes as arguments, and what stands in braces. */
export function jsx(p: Parser): Expr | undefined {
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
        args.push(p.expression());
        p.expect('}');
        continue;
      }
      const attribute = p.word();
      while (p.is('-') || p.is(':')) p.at += 2;
      if (!p.take('=')) continue;
      names.set(args.length, attribute);
      if (p.take('{')) {
        args.push(p.expression());
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
      if (!p.is('}')) parts.push(p.expression());
      p.expect('}');
    } else p.at++;
  }
  throw unreadable;
}
