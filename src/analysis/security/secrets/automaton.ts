/**
 * Finds which of many words a text holds, in one pass whatever their number (A. V. Aho, M. J. Corasick, "Efficient string
 * matching", 1975). Letters count the same in both cases; words are of ASCII.
 */
export class WordFinder {
  /** Where each state goes on each class of characters; states are numbered in steps of the number of classes. */
  readonly #next: Int32Array;
  readonly #classes: number;
  /** Characters that occur in no word are all of class 0. */
  readonly #classOf = new Uint8Array(128);
  /** Words that end in a state, by index, those of its suffixes too. */
  readonly #ends: (number[] | undefined)[] = [undefined];
  /** Made when the first text is read. */
  #steps: Int32Array | undefined;

  constructor(words: readonly string[]) {
    const letters = [...new Set(words.join('').toLowerCase())];
    letters.forEach((letter, index) => {
      this.#classOf[letter.charCodeAt(0)] = index + 1;
      this.#classOf[letter.toUpperCase().charCodeAt(0)] = index + 1;
    });
    this.#classes = letters.length + 1;
    this.#next = new Int32Array((words.reduce((sum, { length }) => sum + length, 0) + 1) * this.#classes);
    words.forEach((word, index) => this.#add(word, index));
    this.#link();
  }

  #add(word: string, index: number): void {
    let state = 0;
    for (let i = 0; i < word.length; i++) {
      const step = state * this.#classes + this.#classOf[word.charCodeAt(i)]!;
      if (this.#next[step] === 0) this.#next[step] = this.#ends.push(undefined) - 1;
      state = this.#next[step]!;
    }
    (this.#ends[state] ??= []).push(index);
  }

  /** Fills in where a mismatch leads, breadth first, so that reading a text never goes back. */
  #link(): void {
    const fail = new Int32Array(this.#ends.length);
    const queue: number[] = [];
    for (let c = 0; c < this.#classes; c++) if (this.#next[c]! > 0) queue.push(this.#next[c]!);
    for (const state of queue) {
      const inherited = this.#ends[fail[state]!];
      if (inherited) this.#ends[state] = [...(this.#ends[state] ?? []), ...inherited];
      for (let c = 0; c < this.#classes; c++) {
        const step = state * this.#classes + c;
        const fallback = this.#next[fail[state]! * this.#classes + c]!;
        if (this.#next[step] === 0) this.#next[step] = fallback;
        else {
          fail[this.#next[step]!] = fallback;
          queue.push(this.#next[step]!);
        }
      }
    }
  }

  /** The same by character instead of class, twice the state and one more when a word ends there: one look for each character of a text. */
  #byCharacter(): Int32Array {
    const steps = new Int32Array(this.#ends.length << 7);
    for (let state = 0; state < this.#ends.length; state++) {
      for (let code = 0; code < 128; code++) {
        const next = this.#next[state * this.#classes + this.#classOf[code]!]!;
        steps[(state << 7) | code] = (next << 1) | (this.#ends[next] ? 1 : 0);
      }
    }
    return steps;
  }

  /** Where the text holds which words: by the word's index, the positions after its occurrences, in order. */
  in(text: string): Map<number, number[]> {
    const found = new Map<number, number[]>();
    const steps = (this.#steps ??= this.#byCharacter());
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      const step = code < 128 ? steps[(state << 7) | code]! : 0;
      state = step >> 1;
      if ((step & 1) === 0) continue;
      const ends = this.#ends[state]!;
      for (const index of ends) {
        const places = found.get(index);
        if (places) places.push(i + 1);
        else found.set(index, [i + 1]);
      }
    }
    return found;
  }
}
