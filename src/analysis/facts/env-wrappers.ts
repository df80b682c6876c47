import type { Token } from '../syntax/lexer.ts';
import { closerOf, envName, isMark, openerOf } from '../syntax/match.ts';
import type { EnvRead } from './env-read.ts';
import { completedRead } from './env-read.ts';
import { readerAt } from './env-readers.ts';

/** A call with a name as environment variables have it: a read, when the function called turns out to read its argument. */
export interface EnvCall {
  callee: string;
  read: EnvRead;
}

/** Functions of a file that read the variable named by one of their parameters: `def secret(name): return os.environ[name]`. */
export function envWrappers(tokens: readonly Token[]): string[] {
  const names = new Set<string>();
  for (let i = 0; i < tokens.length; i++) {
    const end = tokens[i]!.kind === 'word' ? readerAt(tokens, i) : -1;
    if (end < 0) continue;
    const name = functionTaking(tokens, i, tokens[end - 1]!.text);
    if (name !== undefined) names.add(name);
  }
  return [...names];
}

/** The nearest function before `at` that has a parameter of this name. */
function functionTaking(tokens: readonly Token[], at: number, parameter: string): string | undefined {
  for (let i = at - 1; i > 0 && i > at - 400; i--) {
    if (tokens[i]!.text !== parameter || tokens[i]!.kind !== 'word' || !isMark(tokens[i - 1], '(', ',', '&')) continue;
    const open = isMark(tokens[i - 1], '(') ? i - 1 : enclosing(tokens, i);
    if (open < 1) continue;
    const close = closerOf(tokens, open, at - open);
    if (close >= at) continue;
    const after = tokens[close + 1];
    if (!isMark(after, '{', ':', '=>', '->', '=') && after?.kind !== 'word') continue;
    const before = isMark(tokens[open - 1], '>') ? angleBefore(tokens, open) - 1 : open - 1;
    let word = before;
    while (/^(async|function)$/.test(tokens[word]?.text ?? '') && (isMark(tokens[word - 1], '=') || tokens[word - 1]?.text === 'async')) word--;
    const named = isMark(tokens[word], '=') ? word - 1 : before;
    if (tokens[named]?.kind === 'word' && !/^(if|while|for|switch|return|catch)$/.test(tokens[named]!.text)) return tokens[named]!.text;
  }
  return undefined;
}

/** The nearest `<` before `at`; -1 when there is none near by. */
function angleBefore(tokens: readonly Token[], at: number): number {
  for (let i = at - 1; i >= 0 && i > at - 60; i--) if (isMark(tokens[i], '<')) return i;
  return -1;
}

/** The bracket that encloses `at`; -1 when there is none near by. */
function enclosing(tokens: readonly Token[], at: number): number {
  for (let i = at - 1; i > 0 && i > at - 60; i--) {
    if (isMark(tokens[i], ')', ']', '}')) i = openerOf(tokens, i);
    else if (isMark(tokens[i], '(', '[', '{')) return isMark(tokens[i], '(') ? i : -1;
    if (i < 0) return -1;
  }
  return -1;
}

/** Calls whose first argument is a name as environment variables have it. */
export function envCalls(tokens: readonly Token[]): EnvCall[] {
  const calls: EnvCall[] = [];
  for (let i = 2; i < tokens.length; i++) {
    const token = tokens[i]!;
    const callee = tokens[i - 2]!;
    if (token.kind !== 'string' || callee.kind !== 'word' || !isMark(tokens[i - 1], '(') || token.text.length < 2 || token.text.length > 100 || !envName.test(token.text)) continue;
    calls.push({ callee: callee.text, read: completedRead(tokens, i - 2, i + 1) });
  }
  return calls;
}
