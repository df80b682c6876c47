/** Where the names in a manifest stand. */
export interface Lines {
  /** Line of the first of these names that begins a line, or else occurs at all, from 1; 1 when none does. */
  of(...names: readonly string[]): number;
  /** Line of a place in the text, from 1. */
  at(index: number): number;
}

let last: { text: string; lines: Lines } | undefined;

/**
 * An index of a manifest's names and line ends, made in one pass: a manifest of n dependencies is asked n times. The one of the last text is kept. Names count in
 * any case and without quotes; the last part of a dotted one counts by itself, too.
 */
export function linesIn(text: string | undefined): Lines {
  if (last?.text !== text || last === undefined) last = { text: text ?? '', lines: index(text ?? '') };
  return last.lines;
}

const word = /[^\s"'`=:,;<>~!^()[\]{}#]+/g;
/** What may stand before the name that a line is about. */
const before = /^[\s"'`[{-]*$/;
const longestWord = 200;

function index(text: string): Lines {
  const ends: number[] = [];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) ends.push(at);
  ends.push(text.length);
  let names: ReturnType<typeof namesIn> | undefined;
  return {
    of: (...wanted) => {
      names ??= namesIn(text, ends);
      const keys = wanted.map((name) => name.toLowerCase());
      return firstOf(names.beginning, keys) ?? firstOf(names.anywhere, keys) ?? 1;
    },
    at: (place) => {
      let [low, high] = [0, ends.length - 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (ends[middle]! < place) low = middle + 1;
        else high = middle;
      }
      return low + 1;
    },
  };
}

/** The first line that begins with each name, and the first on which it stands. */
function namesIn(text: string, ends: readonly number[]): { beginning: Map<string, number>; anywhere: Map<string, number> } {
  const beginning = new Map<string, number>();
  const anywhere = new Map<string, number>();
  ends.forEach((end, number) => {
    const line = text.slice(number === 0 ? 0 : ends[number - 1]! + 1, end);
    let first = true;
    for (const { 0: found, index } of line.matchAll(word)) {
      const begins = first && index < longestWord && before.test(line.slice(0, index));
      first = false;
      if (found.length > longestWord) continue;
      const name = found.toLowerCase();
      if (begins) note(beginning, name, number + 1);
      note(anywhere, name, number + 1);
    }
  });
  return { beginning, anywhere };
}

function note(map: Map<string, number>, name: string, line: number): void {
  if (!map.has(name)) map.set(name, line);
  const part = name.slice(name.lastIndexOf('.') + 1);
  if (part !== '' && !map.has(part)) map.set(part, line);
}

function firstOf(map: ReadonlyMap<string, number>, names: readonly string[]): number | undefined {
  for (const name of names) {
    const line = map.get(name);
    if (line !== undefined) return line;
  }
  return undefined;
}
