import type { Token } from '../syntax/lexer.ts';
import { closerOf, isMark } from '../syntax/match.ts';
import { perWord } from '../syntax/words.ts';

const address = /ur[il]|host|endpoint|addr|api|base|service|target|server|origin/i;
const longest = 60;
const isAddress = perWord((word) => word.length <= longest && address.test(word));

/** How often words that sound like an address occur in a file, also as keys in quotes: what shows whether a constant is used. What brings a name into the file is no use of it. */
export function addressWords(tokens: readonly Token[], counts = new Map<string, number>()): Map<string, number> {
  let until = 0;
  for (const [at, token] of tokens.entries()) {
    if (at < until) continue;
    if (token.kind === 'word' && (token.text === 'import' || token.text === 'const')) until = endOfNames(tokens, at);
    if (at < until) continue;
    if (token.inner) addressWords(token.inner, counts);
    if (token.kind === 'number' || token.kind === 'mark') continue;
    if (token.kind === 'word' ? !isAddress(token.text) : token.text.length > longest || !address.test(token.text) || !/^\w+$/.test(token.text)) continue;
    counts.set(token.text, (counts.get(token.text) ?? 0) + 1);
  }
  return counts;
}

const mostNames = 200;

/** Where a list of names ends that are brought in: `from config import A, B`, `import { A, B } from './config'`, `const { A, B } = require('./config')`; 0 where there is none. */
function endOfNames(tokens: readonly Token[], at: number): number {
  const first = tokens[at + 1];
  if (isMark(first, '{')) {
    const close = closerOf(tokens, at + 1, mostNames);
    return tokens[close + 1]?.text === 'from' || isMark(tokens[close + 1], '=') && tokens[close + 2]?.text === 'require' ? close + 1 : 0;
  }
  // Python: the module stands before, on the same line.
  if (tokens[at]!.text !== 'import' || tokens.slice(Math.max(0, at - 12), at).findLastIndex(({ text, line }) => text === 'from' && line === tokens[at]!.line) < 0) return 0;
  if (isMark(first, '(')) return closerOf(tokens, at + 1, mostNames) + 1;
  let end = at + 1;
  while (end < tokens.length && end < at + mostNames && tokens[end]!.line === tokens[at]!.line) end++;
  return end;
}
