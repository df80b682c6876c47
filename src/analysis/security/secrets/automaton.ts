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

  /** Where the text holds which words: by the word's index, the positions after its occurrences, in order. */
  in(text: string): Map<number, number[]> {
    const found = new Map<number, number[]>();
    const next = this.#next;
    const classOf = this.#classOf;
    const classes = this.#classes;
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      state = code < 128 ? next[state * classes + classOf[code]!]! : 0;
      if (state === 0) continue;
      const ends = this.#ends[state];
      if (!ends) continue;
      for (const index of ends) {
        const places = found.get(index);
        if (places) places.push(i + 1);
        else found.set(index, [i + 1]);
      }
    }
    return found;
  }
}
