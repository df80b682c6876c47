import type { Token } from '../syntax/lexer.ts';
import { perWord } from '../syntax/words.ts';
import { hashText, mix } from './mix.ts';

/** Tokens in a row that make one shingle. */
const width = 4;

/** Most shingles that are kept of a file, and of a service: those with the smallest hashes, which are as good as drawn by lot and the same each time. */
export const sketchSize = 1024;

const keywords = new Set((
  'abstract and as assert async await begin break case catch class const continue def default defer delete do elif else elsif end ensure enum except export extends false final finally fn for from func function go goto if impl ' +
  'implements import in instanceof interface is lambda let loop match mod module mut namespace new nil none not null object of or override package pass private protected public raise record rescue return select self static struct ' +
  'super switch then this throw throws trait true try type typeof undef unless until use using val var void when where while with yield'
).split(' '));

const [name, text, number] = [hashText('a name'), hashText('a text'), hashText('a number')];

/**
 * The shape of code as a set of numbers: hashes of each four tokens in a row (shingles: Broder, "On the resemblance and containment of documents", 1997).
 * Blanks and comments are no tokens; commas and semicolons, which formatters add and take away, are left out. Keywords, marks and methods that
 * are called stay as they are; other names, texts and numbers count only as such, so that renaming changes nothing. Sorted, without duplicates,
 * at most {@link sketchSize}.
 */
export function shinglesOf(tokens: readonly Token[]): Uint32Array {
  const found = new Uint32Array(tokens.length);
  let count = 0;
  let [a, b, c] = [0, 0, 0];
  let seen = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.kind === 'mark' && (token.text === ';' || token.text === ',')) continue;
    const d = meaning(tokens, i);
    if (++seen >= width) found[count++] = mix(Math.imul(mix(Math.imul(mix(Math.imul(a, 31) ^ b), 31) ^ c), 31) ^ d);
    [a, b, c] = [b, c, d];
  }
  return smallest(found.subarray(0, count));
}

/** The shingles of several files together. */
export function sketchOf(files: readonly { readonly shingles: Uint32Array }[]): Uint32Array {
  if (files.length === 1) return files[0]!.shingles;
  const all = new Uint32Array(files.reduce((sum, { shingles }) => sum + shingles.length, 0));
  let at = 0;
  for (const { shingles } of files) {
    all.set(shingles, at);
    at += shingles.length;
  }
  return smallest(all);
}

/** The smallest of some numbers, sorted and each once; they are sorted in place. */
function smallest(numbers: Uint32Array): Uint32Array {
  numbers.sort();
  const kept = new Uint32Array(Math.min(numbers.length, sketchSize));
  let count = 0;
  for (let i = 0; i < numbers.length && count < sketchSize; i++) if (i === 0 || numbers[i] !== numbers[i - 1]) kept[count++] = numbers[i]!;
  return kept.slice(0, count);
}

/** Hashes of marks, keywords and methods. */
const hashOf = perWord(hashText);

/** Keywords count in any case, and none is longer than eleven letters. */
function isKeyword(text: string): boolean {
  return text.length <= 11 && keywords.has(text.toLowerCase());
}

/** What a word counts as that is not called. */
const meaningOf = perWord((word) => (isKeyword(word) ? hashOf(word) : name));

function meaning(tokens: readonly Token[], i: number): number {
  const token = tokens[i]!;
  if (token.kind === 'mark') return hashOf(token.text);
  if (token.kind === 'string') return text;
  if (token.kind === 'number') return number;
  const called = tokens[i + 1]?.text === '(' && tokens[i - 1]?.text === '.';
  return called ? hashOf(token.text) : meaningOf(token.text);
}
