import type { PageAt } from './pages.ts';

/** Numbers that a run is made of: its first and its last position, and where its page is. */
const width = 3;

/**
 * In which pages rows were seen: for each page the runs of positions that follow each other. Rows lie in order in their pages, so that ten million take some twenty
 * megabytes, and none of them on the heap.
 */
export class Places {
  #runs = new Float64Array(width * 1_024);
  #count = 0;
  #longest = 1;
  #isSorted = true;

  add(first: number, last: number, { wal, offset }: PageAt): void {
    const at = this.#count * width;
    if (at === this.#runs.length) {
      const larger = new Float64Array(2 * at);
      larger.set(this.#runs);
      this.#runs = larger;
    }
    if (this.#count > 0 && first < this.#runs[at - width]!) this.#isSorted = false;
    this.#runs.set([first, last, 2 * offset + Number(wal)], at);
    this.#longest = Math.max(this.#longest, last - first + 1);
    this.#count++;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Every page in which a position was seen. */
  *of(position: number): Generator<PageAt> {
    if (!this.#isSorted) this.#sort();
    for (let at = this.#lowest(position - this.#longest + 1); at < this.#count * width && this.#runs[at]! <= position; at += width) {
      const place = this.#runs[at + 2]!;
      if (position <= this.#runs[at + 1]!) yield { wal: place % 2 === 1, offset: Math.floor(place / 2) };
    }
  }

  /** Where the runs begin that start at `first` or later. */
  #lowest(first: number): number {
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#runs[middle * width]! < first) low = middle + 1;
      else high = middle;
    }
    return low * width;
  }

  /** By their first positions; of those alike, the one that was found earlier goes first. */
  #sort(): void {
    const order = Uint32Array.from({ length: this.#count }, (_, i) => i).sort((a, b) => this.#runs[a * width]! - this.#runs[b * width]! || a - b);
    const sorted = new Float64Array(this.#runs.length);
    order.forEach((from, to) => sorted.set(this.#runs.subarray(from * width, (from + 1) * width), to * width));
    this.#runs = sorted;
    this.#isSorted = true;
  }
}
