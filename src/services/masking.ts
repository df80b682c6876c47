/** Characters of the shortest value that is looked for: shorter ones are in many words. */
const shortest = 8;

/** A text without secrets: each value in it, or each line of one, is written as the name of its variable in brackets. Other forms of a value, as of an address with a part of it encoded, are not found. */
export function masked(text: string, secrets: Iterable<readonly [name: string, value: string]>): string {
  const parts = [...secrets].flatMap(([name, value]) => value.split(/\r?\n/).map((line) => [name, line.trim()] as const)).filter(([, part]) => part.length >= shortest);
  // What holds another goes first.
  parts.sort(([, a], [, b]) => b.length - a.length);
  return parts.reduce((masking, [name, part]) => masking.replaceAll(part, `[${name}]`), text);
}
