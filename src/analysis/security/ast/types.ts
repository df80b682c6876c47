import type { Parser } from './parser.ts';
import { unreadable } from './parser.ts';

/** Goes past `<…>`; fails when it is no list of types. */
export function skipAngles(p: Parser): string {
  const start = p.at;
  p.expect('<');
  let depth = 1;
  for (let steps = 0; depth > 0; steps++) {
    const { token } = p;
    if (p.done || steps > 300) throw unreadable;
    if (token.kind === 'mark' && !/^(?:[<>,.?&|[\](){}:;]|=>|\?:|::|->|\.\.\.|<>)$/.test(token.text)) throw unreadable;
    if (p.is('(') || p.is('{') || p.is('[')) {
      if (p.dialect.name !== 'javascript' && !p.is('[')) throw unreadable;
      p.skipBrackets();
      continue;
    }
    if (p.is(';') || p.is(')') || p.is(']') || p.is('}')) throw unreadable;
    if (token.text === '<') depth++;
    if (token.text === '>') depth--;
    p.at++;
  }
  return p.tokens.slice(start + 1, p.at - 1).map(({ text }) => text).join('');
}

/** Goes past the name of a type with its arguments and brackets; returns it without them. */
export function skipType(p: Parser): string {
  p.take('?');
  if (p.dialect.name === 'php') p.take('\\');
  let name = p.word();
  while ((p.is('.') || p.is('::') || p.is('\\')) && p.isWord(1)) {
    p.at++;
    name += `.${p.word()}`;
  }
  if (p.take('<>')) return name;
  if (p.is('<')) {
    const inner = p.attempt(() => skipAngles(p));
    if (inner === undefined) return name;
    while (p.is('.') && p.isWord(1)) {
      p.at++;
      name = p.word();
    }
    if (p.is('<')) p.attempt(() => skipAngles(p));
  }
  while (p.is('[') && (p.is(']', 1) || p.is(',', 1))) p.skipBrackets();
  if (p.is('?') && p.dialect.name === 'csharp' && (p.isWord(1) || p.is('>', 1) || p.is(')', 1) || p.is('[', 1))) p.at++;
  while (p.is('[') && p.is(']', 1)) p.skipBrackets();
  if (p.is('...')) p.at++;
  if (p.dialect.name === 'javascript' && (p.is('|') || p.is('&'))) {
    p.at++;
    if (p.isWord()) skipType(p);
    else p.at++;
  }
  return name;
}

/** Goes past a type of TypeScript. */
export function skipTypeExpression(p: Parser): void {
  let group = false;
  for (let steps = 0; steps < 2000 && !p.done; steps++) {
    group = p.is('(');
    if (p.is('{') || p.is('[') || p.is('(')) p.skipBrackets();
    else if (p.is('<')) skipAngles(p);
    else if (p.isWord() || p.token.kind === 'string' || p.token.kind === 'number' || p.is('-')) p.at++;
    else if (p.is('|') || p.is('&')) {
      p.at++;
      continue;
    } else return;
    if ((p.is('=>') && group) || p.is('.') || p.is('|') || p.is('&') || p.is('?') || p.is(':') && conditional(p)) {
      p.at++;
      continue;
    }
    if ((p.is('[') || p.is('<')) && !p.fresh) continue;
    const before = p.tokens[p.at - 1]!.text;
    if (/^(?:keyof|typeof|readonly|unique|infer|asserts|extends|is|in|new)$/.test(before)) continue;
    if (p.isWord() && /^(?:extends|is)$/.test(p.token.text)) continue;
    return;
  }
}

function conditional(p: Parser): boolean {
  for (let at = p.at - 1; at > p.at - 80 && at >= 0; at--) if (p.tokens[at]!.text === 'extends') return true;
  return false;
}

/** `a.b.c`. */
export function dotted(p: Parser): string {
  let name = p.word();
  while (p.is('.') && p.isWord(1)) {
    p.at++;
    name += `.${p.word()}`;
  }
  return name;
}
