/** Characters that only a shell understands. A command with one of them runs as `sh -c`, as its author wrote it. */
const shellSyntax = /[|&;<>()$`*?[\]{}~#\n!]|^[A-Za-z_]\w*\+?=/;

/**
 * The arguments that run a command written by an app's author: plain words are split (POSIX quoting honoured), and a line
 * with shell syntax becomes `['/bin/sh', '-c', line]`, one argument, never joined with other data.
 */
export function commandArgv(line: string): string[] {
  const trimmed = line.trim();
  const words = shellSyntax.test(trimmed) ? undefined : splitWords(trimmed);
  return words ?? ['/bin/sh', '-c', trimmed];
}

/** Words of a line without expansions; undefined when a quote is left open. */
function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  let word = '';
  let open = false;
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!;
    if (quote === "'") {
      if (c === "'") quote = '';
      else word += c;
    } else if (c === '\\') {
      i++;
      if (i >= line.length) return undefined;
      word += line[i]!;
      open = true;
    } else if (quote === '"') {
      if (c === '"') quote = '';
      else word += c;
    } else if (c === '"' || c === "'") {
      quote = c;
      open = true;
    } else if (/\s/.test(c)) {
      if (open || word !== '') words.push(word);
      word = '';
      open = false;
    } else word += c;
  }
  if (quote !== '') return undefined;
  if (open || word !== '') words.push(word);
  return words;
}
