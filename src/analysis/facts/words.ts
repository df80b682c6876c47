import type { Token } from '../syntax/lexer.ts';
import { perWord } from '../syntax/words.ts';

const address = /ur[il]|host|endpoint|addr|api|base|service|target|server|origin/i;
const longest = 60;
const isAddress = perWord((word) => word.length <= longest && address.test(word));

/** How often words that sound like an address occur in a file, also as keys in quotes: what shows whether a constant is used. */
export function addressWords(tokens: readonly Token[], counts = new Map<string, number>()): Map<string, number> {
  for (const token of tokens) {
    if (token.inner) addressWords(token.inner, counts);
    if (token.kind === 'number' || token.kind === 'mark') continue;
    if (token.kind === 'word' ? !isAddress(token.text) : token.text.length > longest || !address.test(token.text) || !/^\w+$/.test(token.text)) continue;
    counts.set(token.text, (counts.get(token.text) ?? 0) + 1);
  }
  return counts;
}
