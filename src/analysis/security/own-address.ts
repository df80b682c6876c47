/** Whether the query that code asks for is that of an address which the program itself has: of a variable of its environment, a constant or a text. */
export function isOwnAddress(text: string, source: string): boolean {
  const name = /^(\w+)\.searchParams\.\w+$/.exec(source)?.[1];
  if (name === undefined) return false;
  const made = [...text.matchAll(new RegExp(`\\b${RegExp.escape(name)}\\s{0,4}=\\s{0,4}new URL\\(\\s{0,9}([^)\\n]{1,200})`, 'g'))].map(([, given]) => given!);
  return made.length > 0 && made.every((given) => /^(?:process\.env\b|import\.meta\.env\b|[A-Z][A-Z0-9_]+\b|['"`][^'"`$]*['"`]\s*$)/.test(given));
}
