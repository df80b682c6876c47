import { isTelling } from '../patterns/kinds.ts';
import type { Token } from '../syntax/lexer.ts';

/** Words and texts of a file that speak for a pattern, each with the line where it first stands. */
export function tellingOf(tokens: readonly Token[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const { kind, text, line } of tokens) {
    if ((kind === 'word' || kind === 'string') && !found.has(text) && isTelling(kind, text)) found.set(text, line);
  }
  return found;
}
