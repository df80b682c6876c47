/** An application that a function makes and hands back. */
export interface Factory {
  name: string;
  /** Whether it can be called without being given anything. */
  isPlain: boolean;
}

/** Of a file's text, the function of its top level that makes what `holder` holds at a line, and returns it; undefined for what is made outside of functions, null for what stays in one. */
export function factoryAround(text: string, line: number, holder: string): Factory | null | undefined {
  const lines = text.split('\n');
  if (!/^[ \t]/.test(lines[line - 1] ?? '')) return undefined;
  let at = line - 1;
  // Brackets and comments at the margin are of what began above them.
  while (at >= 0 && !/^[^\s)\]}#"']/.test(lines[at]!)) at--;
  const name = /^(?:async[ \t]+)?def[ \t]+(\w+)/.exec(lines[at] ?? '')?.[1];
  if (name === undefined) return /^class\b/.test(lines[at] ?? '') ? null : undefined;
  const end = lines.findIndex((other, index) => index >= line && /^[^\s)\]}#"']/.test(other));
  const body = lines.slice(line, end < 0 ? undefined : end);
  if (!body.some((other) => new RegExp(`^[ \\t]+return ${RegExp.escape(holder)}[ \\t]*(?:#|$)`).test(other))) return null;
  const given = /^\(([^()]{0,400})\)/.exec(lines.slice(at, line).join('\n').replace(/^[^(]*/, ''))?.[1];
  return { name, isPlain: given?.split(',').every((part) => part.trim() === '' || /=|^\s{0,80}\*/.test(part)) === true };
}
