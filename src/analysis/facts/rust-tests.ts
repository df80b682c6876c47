import type { Token } from '../syntax/lexer.ts';
import { closerOf, isMark, nextMark } from '../syntax/match.ts';

/** The tokens of a file of Rust without what stands behind `#[cfg(test)]` and `#[test]`: it is compiled for tests alone. */
export function withoutTests(tokens: readonly Token[]): readonly Token[] {
  const kept: Token[] = [];
  let from = 0;
  for (let i = 0; i + 3 < tokens.length; i++) {
    if (!isMark(tokens[i], '#') || !isMark(tokens[i + 1], '[') || !isForTests(tokens, i + 2)) continue;
    for (const token of tokens.slice(from, i)) kept.push(token);
    from = endOfItem(tokens, closerOf(tokens, i + 1, 40) + 1);
    i = from - 1;
  }
  return from === 0 ? tokens : [...kept, ...tokens.slice(from)];
}

/** `cfg(test)`, `test`, `tokio::test`, `actix_web::test` … */
function isForTests(tokens: readonly Token[], i: number): boolean {
  if (tokens[i]!.text === 'cfg') return tokens[i + 2]?.text === 'test' && isMark(tokens[i + 3], ')');
  return tokens[i]!.text === 'test' && isMark(tokens[i + 1], ']') || isMark(tokens[i + 1], '::') && tokens[i + 2]?.text === 'test';
}

/** Where the item ends that begins at `i`, further attributes before it included: behind its block, or a semicolon. */
function endOfItem(tokens: readonly Token[], i: number): number {
  while (isMark(tokens[i], '#') && isMark(tokens[i + 1], '[')) i = closerOf(tokens, i + 1, 200) + 1;
  const end = nextMark(tokens, i, i + 80, '{', ';');
  if (end < 0) return i;
  return Math.min(tokens.length, (isMark(tokens[end], '{') ? closerOf(tokens, end, tokens.length) : end) + 1);
}
