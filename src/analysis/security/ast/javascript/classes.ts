import { block } from '../control.ts';
import type { ClassStmt, Stmt } from '../nodes.ts';
import type { Parser } from '../parser.ts';
import { skipAngles, skipTypeExpression } from '../types.ts';
import { decorators, functionRest } from './functions.ts';

/** A class, with or without a name. */
export function classOf(p: Parser): ClassStmt {
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
  const value = p.take('=') ? p.expression() : null;
  p.take(';');
  return [{ s: 'declare', name, type: null, value, line }];
}
