import type { EnvRead } from './env-read.ts';

/** What the shell sets by itself, or has from the machine. */
const ownNames = /^(?:BASH\w*|EUID|UID|PPID|RANDOM|SECONDS|LINENO|IFS|OLDPWD|PWD|HOME|PATH|USER|LOGNAME|HOSTNAME|HOSTTYPE|MACHTYPE|OSTYPE|SHELL|SHLVL|SHELLOPTS|TERM|LANG|LC_\w+|TMPDIR|REPLY|OPTARG|OPTIND|OPTERR|PIPESTATUS|FUNCNAME|DIRSTACK|GROUPS|PS\d|EDITOR|DISPLAY|COLUMNS|LINES|EPOCHSECONDS|EPOCHREALTIME|COMP_\w+|XDG_\w+|SUDO_USER|ZSH\w*)$/;

/** `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:?message}`, `${NAME%/}`; `${#NAME}` and `${!NAME}` as well. */
const use = /\$(?:\{[#!]?([A-Z][A-Z0-9_]*)(?:(:?[-=?+])([^{}$]*))?|([A-Z][A-Z0-9_]*))/g;

/** `NAME=`, `NAME+=`, `export NAME=`, `for NAME in`, `read -r NAME`, `local NAME`, `printf -v NAME`, `getopts spec NAME`. */
const assignment = /(?:^|[\s;&|(`])(?:(?:export|local|readonly|declare|typeset)\s+(?:-\w+\s+){0,3})?([A-Z][A-Z0-9_]*)\+?=|\bfor\s+([A-Z][A-Z0-9_]*)\s+in\b|\b(?:read|mapfile|readarray)\s+([^;|&<>\n]{1,120})|\b(?:local|declare|typeset)\s+((?:-\w+\s+){0,3}[A-Z][A-Z0-9_ ]{0,120})|\bprintf\s+-v\s+([A-Z][A-Z0-9_]*)|\bgetopts\s+\S+\s+([A-Z][A-Z0-9_]*)/g;

/** Nobody writes longer lines; what is generated on one is passed over. */
const longestLine = 2000;

/** Variables that a script reads before it gives them a value of its own, which it therefore has from its environment. */
export function shellReads(text: string): EnvRead[] {
  const reads: EnvRead[] = [];
  const own = new Set<string>();
  const seen = new Set<string>();
  for (const [index, raw] of withoutQuotedDocuments(text).entries()) {
    if (raw.length > longestLine) continue;
    const line = raw.replace(/(^|\s)#.*$/, '$1');
    const set = [...line.matchAll(assignment)].flatMap((match) => match.slice(1).flatMap((group) => group?.split(/\s+/) ?? []).map((name) => ({ name, from: match[1] === undefined ? match.index : endOfCommand(line, match.index + 1) })));
    for (const match of withoutSingleQuotes(line).matchAll(use)) {
      const name = match[1] ?? match[4]!;
      if (own.has(name) || seen.has(name) || ownNames.test(name) || name.length < 2 || set.some((one) => one.name === name && one.from < match.index)) continue;
      seen.add(name);
      const operator = match[2] ?? '';
      const value = /[-=]$/.test(operator) && match[3] !== '' ? match[3]!.replace(/^(["'])(.*)\1$/, '$2') : null;
      reads.push({ name, line: index + 1, default: value, optional: /[-=+]$/.test(operator), required: operator.endsWith('?'), holder: null });
    }
    for (const { name } of set) own.add(name);
  }
  return reads;
}

/** Where the command ends that begins at `from`: what it sets is there for the next one. */
function endOfCommand(line: string, from: number): number {
  const end = line.slice(from).search(/;|&&|\|\|/);
  return end < 0 ? line.length : from + end;
}

/** As long as the line: nothing is read between single quotes that stand outside of double ones. */
function withoutSingleQuotes(line: string): string {
  return line.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, (quoted) => (quoted.startsWith("'") ? ' '.repeat(quoted.length) : quoted));
}

/** The lines of a script, those of `<<'END'` empty: nothing is read in them. */
function withoutQuotedDocuments(text: string): string[] {
  let end: string | undefined;
  return text.split('\n').map((line) => {
    if (end !== undefined) {
      if (line.trim() === end) end = undefined;
      return '';
    }
    end = line.length > longestLine ? undefined : /<<-?\s*(["'])(\w+)\1/.exec(line)?.[2];
    return line;
  });
}
