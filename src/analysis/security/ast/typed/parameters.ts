import type { Param } from '../nodes.ts';
import type { Parser } from '../parser.ts';
import { skipType } from '../types.ts';
import { readAnnotations, skipModifiers } from './annotations.ts';

/** `(@A final T a, U b = c)`. */
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
    params.push({ name, type, annotations, value: p.take('=') ? p.expression() : null });
    if (!p.take(',')) break;
  }
  p.expect(')');
  return params;
}
