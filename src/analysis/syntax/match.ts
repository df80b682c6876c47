import type { Token } from './lexer.ts';

/** A name as environment variables in code have it. */
export const envName = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*_?$/;

/**
 * A sequence of tokens written with blanks between: `process . env . NAME`. `NAME` stands for any word, `STRING` for any
 * string, everything else for itself. Returns the index after the last matched token, or -1.
 */
export function matchAt(tokens: readonly Token[], start: number, pattern: readonly string[]): number {
  for (let i = 0; i < pattern.length; i++) {
    const token = tokens[start + i];
    const wanted = pattern[i]!;
    if (!token) return -1;
    if (wanted === 'NAME' ? token.kind !== 'word' : wanted === 'STRING' ? token.kind !== 'string' : token.kind === 'string' || token.text !== wanted) return -1;
  }
  return start + pattern.length;
}

const openers = '([{';
const closers = ')]}';

/** Index of the bracket that closes the one at `open`; the length of `tokens` when it stays open. */
export function closerOf(tokens: readonly Token[], open: number, limit = 4000): number {
  let depth = 0;
  const end = Math.min(tokens.length, open + limit);
  for (let i = open; i < end; i++) {
    const token = tokens[i]!;
    if (token.kind !== 'mark') continue;
    if (openers.includes(token.text)) depth++;
    else if (closers.includes(token.text) && --depth === 0) return i;
  }
  return end;
}

/** Index of the bracket that opens what is closed at `close`; -1 when there is none. */
export function openerOf(tokens: readonly Token[], close: number, limit = 600): number {
  let depth = 0;
  for (let i = close; i >= 0 && i > close - limit; i--) {
    const token = tokens[i]!;
    if (token.kind !== 'mark') continue;
    if (closers.includes(token.text)) depth++;
    else if (openers.includes(token.text) && --depth === 0) return i;
  }
  return -1;
}

/** Whether the token is one of these marks. Asked for nearly every token by nearly everybody: few marks are compared without a list of them. */
export function isMark(token: Token | undefined, first: string, second?: string, third?: string, ...more: string[]): boolean {
  if (token === undefined || token.kind !== 'mark') return false;
  const { text } = token;
  return text === first || text === second || text === third || (more.length > 0 && more.includes(text));
}

/** Index of the first of these marks from `from` on and before `to`; -1 when there is none. */
export function nextMark(tokens: readonly Token[], from: number, to: number, ...texts: [string, ...string[]]): number {
  const end = Math.min(tokens.length, to);
  for (let i = from; i < end; i++) if (isMark(tokens[i], ...texts)) return i;
  return -1;
}

/** The dotted name that ends at `index`: for `app.router.get` at `get` that is `['app', 'router', 'get']`. Calls in between are left out. */
export function chainBefore(tokens: readonly Token[], index: number): string[] {
  const names: string[] = [];
  for (let i = index; i >= 0 && names.length < 8; i--) {
    const token = tokens[i]!;
    if (token.kind === 'mark' && (token.text === ')' || token.text === ']')) {
      i = openerOf(tokens, i);
      continue;
    }
    if (token.kind !== 'word') break;
    names.unshift(token.text);
    if (!isMark(tokens[i - 1], '.', '->', '::', '?.')) break;
    i--;
  }
  return names;
}

/** Characters before a token on its line. */
export function columnOf({ at }: Token, text: string): number {
  return at - text.lastIndexOf('\n', at - 1) - 1;
}
