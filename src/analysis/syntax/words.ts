/** A power of two: places for words that came last. */
const places = 1 << 15;
/** Longer ones seldom come again. */
const longestKept = 64;

const kept: (string | undefined)[] = Array.from({ length: places });
/** What is used as a key becomes a string of its own, of which there is but one, instead of a part of a text that it would keep from being forgotten. */
let keys = Object.create(null) as Record<string, true>;
let count = 0;

/**
 * The word from `at` to `end` of a text. One that came before is the same string again: it takes no memory of its own, and is compared and looked up without a look at its letters by all who
 * read tokens. `hash`: any number that is the same for the same word.
 */
export function wordAt(text: string, at: number, end: number, hash: number): string {
  const length = end - at;
  if (length > longestKept) return text.slice(at, end);
  const place = (hash ^ (hash >>> 15)) & (places - 1);
  const known = kept[place];
  if (known !== undefined && known.length === length && text.startsWith(known, at)) return known;
  const word = text.slice(at, end);
  if (++count > 2 * places) [keys, count] = [Object.create(null) as typeof keys, 0];
  keys[word] = true;
  kept[place] = word;
  return word;
}

/** Answers that are remembered for one question. */
const mostAnswers = 20_000;

/** The same function of a word, asked once for words that come again and again: what a reader asks of every word of every file. */
export function perWord<T extends NonNullable<unknown>>(answer: (word: string) => T): (word: string) => T {
  const known = new Map<string, T>();
  return (word) => {
    let found = known.get(word);
    if (found === undefined) {
      found = answer(word);
      if (known.size >= mostAnswers) known.clear();
      if (word.length <= longestKept) known.set(word, found);
    }
    return found;
  };
}
