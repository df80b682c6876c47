/** One line of a .gitignore file. */
interface Rule {
  /** The parts of its path; `**` stands for any number of directories. */
  readonly parts: readonly Part[];
  readonly negated: boolean;
  readonly onlyDirectories: boolean;
}

/** What one name must be. */
type Part = '**' | { readonly text: string } | Glob;

/** Characters with wildcards among them, and those before the first and after the last wildcard. */
interface Glob {
  readonly glob: readonly Atom[];
  readonly begin: string;
  readonly end: string;
}

/** A character that must be there, `*`, `?`, or one of a class. */
type Atom = string | { readonly any: 'one' | 'many' } | { readonly ranges: readonly (readonly [number, number])[]; readonly negated: boolean };

/** Longer lines name no path (PATH_MAX of Linux), and more lines nobody writes. */
const longestLine = 4096;
const mostRules = 2000;

/** The rules of a .gitignore file (gitignore(5)). Time to match one is at most the product of the lengths of pattern and path. */
export class IgnoreRules {
  readonly #rules: readonly Rule[];

  constructor(text: string) {
    this.#rules = text.split(/\r?\n/).slice(0, mostRules).flatMap(ruleOf);
  }

  get size(): number {
    return this.#rules.length;
  }

  /** Whether a path below the file's directory is ignored; the last rule that speaks of it counts. What lies in an ignored directory is not asked for. */
  ignores(path: string, isDirectory: boolean): boolean {
    return this.verdict(path, isDirectory) === true;
  }

  /** The same; undefined when no rule speaks of the path, so that those of the directories above decide. */
  verdict(path: string, isDirectory: boolean): boolean | undefined {
    const names = path.split('/');
    for (let i = this.#rules.length - 1; i >= 0; i--) {
      const rule = this.#rules[i]!;
      if (rule.onlyDirectories && !isDirectory) continue;
      if (pathMatches(rule.parts, names)) return !rule.negated;
    }
    return undefined;
  }
}

function ruleOf(line: string): Rule[] {
  if (line.length > longestLine || line.startsWith('#')) return [];
  let pattern = line.replace(/(?<!\\) +$/, '');
  const negated = pattern.startsWith('!');
  if (negated) pattern = pattern.slice(1);
  if (pattern.startsWith('\\#') || pattern.startsWith('\\!')) pattern = pattern.slice(1);
  const onlyDirectories = pattern.endsWith('/');
  if (onlyDirectories) pattern = pattern.slice(0, -1);
  if (pattern === '') return [];
  const anchored = pattern.includes('/');
  const parts = pattern.replace(/^\//, '').split('/').map(partOf);
  return [{ parts: anchored ? parts : ['**', ...parts], negated, onlyDirectories }];
}

function partOf(text: string): Part {
  if (text === '**') return '**';
  const atoms = atomsOf(text);
  const first = atoms.findIndex((atom) => typeof atom !== 'string');
  if (first < 0) return { text: atoms.join('') };
  const last = atoms.findLastIndex((atom) => typeof atom !== 'string');
  return { glob: atoms, begin: atoms.slice(0, first).join(''), end: atoms.slice(last + 1).join('') };
}

function atomsOf(text: string): Atom[] {
  const atoms: Atom[] = [];
  for (let at = 0; at < text.length; at++) {
    const c = text[at]!;
    if (c === '*') {
      if (!isMany(atoms.at(-1))) atoms.push({ any: 'many' });
    } else if (c === '?') atoms.push({ any: 'one' });
    else if (c === '\\' && at + 1 < text.length) atoms.push(text[++at]!);
    else if (c === '[') {
      const found = classAt(text, at);
      atoms.push(found?.atom ?? c);
      at = found?.end ?? at;
    } else atoms.push(c);
  }
  return atoms;
}

/** `[a-z_]` and `[!0-9]`; undefined where no such class begins. */
function classAt(text: string, start: number): { atom: Atom; end: number } | undefined {
  const negated = text[start + 1] === '!' || text[start + 1] === '^';
  const first = start + (negated ? 2 : 1);
  const end = text.indexOf(']', first + 1);
  if (end < 0) return undefined;
  const ranges: [number, number][] = [];
  for (let at = first; at < end; at++) {
    if (text[at] === '\\' && at + 1 < end) at++;
    const from = text.charCodeAt(at);
    const ranged = text[at + 1] === '-' && at + 2 < end;
    ranges.push([from, ranged ? text.charCodeAt(at + 2) : from]);
    if (ranged) at += 2;
  }
  return { atom: { ranges, negated }, end };
}

function isMany(atom: Atom | undefined): boolean {
  return typeof atom === 'object' && 'any' in atom && atom.any === 'many';
}

/** After a mismatch the last `**` takes one name more: an earlier one need not be tried again, since it leaves no less to the later. */
function pathMatches(parts: readonly Part[], names: readonly string[]): boolean {
  // Most rules are of a name, wherever it is.
  if (parts.length === 2 && parts[0] === '**' && parts[1] !== '**') return nameMatches(parts[1]!, names.at(-1)!);
  let [at, part, star, from] = [0, 0, -1, 0];
  while (at < names.length) {
    const wanted = parts[part];
    if (wanted === '**') {
      // At the end it stands for what is in a directory, and not for the directory itself.
      if (part === parts.length - 1) return true;
      [star, from, part] = [part, at, part + 1];
    } else if (wanted !== undefined && nameMatches(wanted, names[at]!)) [at, part] = [at + 1, part + 1];
    else if (star >= 0) [part, at, from] = [star + 1, from + 1, from + 1];
    else return false;
  }
  return part === parts.length;
}

function nameMatches(part: Exclude<Part, '**'>, name: string): boolean {
  if ('text' in part) return part.text === name;
  const { glob, begin, end } = part;
  if (!name.startsWith(begin) || !name.endsWith(end)) return false;
  let [at, atom, star, from] = [0, 0, -1, 0];
  while (at < name.length) {
    const wanted = glob[atom];
    if (wanted !== undefined && isMany(wanted)) [star, from, atom] = [atom, at, atom + 1];
    else if (wanted !== undefined && characterMatches(wanted, name, at)) [at, atom] = [at + 1, atom + 1];
    else if (star >= 0) [atom, at, from] = [star + 1, from + 1, from + 1];
    else return false;
  }
  return glob.slice(atom).every(isMany);
}

function characterMatches(atom: Atom, name: string, at: number): boolean {
  if (typeof atom === 'string') return atom === name[at];
  if ('any' in atom) return true;
  const code = name.charCodeAt(at);
  return atom.ranges.some(([from, to]) => code >= from && code <= to) !== atom.negated;
}
