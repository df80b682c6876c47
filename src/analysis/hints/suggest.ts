/**
 * The words that were most likely meant: those that share the most pairs of neighbouring letters (Dice's coefficient over bigrams), at most three. Works for
 * words that were turned around or half known, where counting edits does not: `latency` finds `optimize-for-latency`.
 */
export function suggestionsFor(word: string, words: readonly string[]): string[] {
  const scored = words.map((candidate) => ({ candidate, score: likeness(word, candidate) })).filter(({ score }) => score >= 0.4);
  const best = Math.max(...scored.map(({ score }) => score));
  return scored.sort((a, b) => b.score - a.score).filter(({ score }) => score >= best - 0.15).slice(0, 3).map(({ candidate }) => candidate);
}

function likeness(a: string, b: string): number {
  if (a.length >= 4 && b.split('-').includes(a)) return 0.9;
  const [left, right] = [pairs(a), pairs(b)];
  const shared = [...left].filter((pair) => right.has(pair)).length;
  return left.size + right.size === 0 ? 0 : (2 * shared) / (left.size + right.size);
}

function pairs(word: string): Set<string> {
  const text = ` ${word.replaceAll(/[^a-z0-9]+/g, ' ')} `;
  return new Set(Array.from({ length: text.length - 1 }, (_, index) => text.slice(index, index + 2)));
}
