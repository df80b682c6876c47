import { createRequire } from 'node:module';
import type { Tree } from '../tree/tree.ts';

const load = createRequire(import.meta.url);

/** Plain data of a configuration file. */
export type Data = { readonly [key: string]: unknown };

/** Reads a JSON file; comments and trailing commas are forgiven. Undefined when absent; a syntax error is listed in `skipped`. */
export function readJson(tree: Tree, path: string): Data | undefined {
  return parsed(tree, path, 'JSON', (text) => {
    try {
      return JSON.parse(text);
    } catch (error) {
      const lenient = withoutComments(text);
      if (lenient === text) throw error;
      return JSON.parse(lenient);
    }
  });
}

/** Reads a TOML file. One that generators fill in is read without what asks them: `{% if nightly %}`. */
export function readToml(tree: Tree, path: string): Data | undefined {
  return parsed(tree, path, 'TOML', (text) => {
    const { parse } = load('smol-toml') as typeof import('smol-toml');
    try {
      return parse(text);
    } catch (error) {
      const filled = text.replace(/\{%-?[^%\n]{0,200}%\}/g, '');
      if (filled === text) throw error;
      return parse(filled);
    }
  });
}

/** Reads the first document of a YAML file. Aliases may expand to at most 100 nodes, against documents that multiply themselves. */
export function readYaml(tree: Tree, path: string): Data | undefined {
  return parsed(tree, path, 'YAML', (text) => {
    const [document] = withoutTraces(() => (load('yaml') as typeof import('yaml')).parseAllDocuments(text, { uniqueKeys: false, logLevel: 'silent', prettyErrors: false }));
    if (!document || !('toJS' in document)) return {};
    // The library describes every error with the line around it, which for many errors in a long line takes minutes: only the first one counts.
    const [error] = document.errors;
    if (error) throw new Error(`${error.message.split('\n', 1)[0]} at line ${lineAt(text, error.pos[0])}`);
    return withMerges(text, document.toJS({ maxAliasCount: 100 }));
  });
}

/**
 * Puts the tables under the key `<<` into the one that has it, whose own keys count more (YAML 1.1, "Merge Key Language-Independent Type"). What aliases share is
 * shared in the result, so that a document that multiplies itself stays as small as it is.
 */
function withMerges(text: string, data: unknown): unknown {
  const done = new Map<object, unknown>();
  const merged = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (done.has(value)) return done.get(value);
    const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {};
    done.set(value, copy);
    if (Array.isArray(copy)) copy.push(...asList(value).map(merged));
    else for (const [key, one] of [...entriesBelow(value, merged), ...Object.entries(value)]) if (key !== mergeKey) Object.defineProperty(copy, key, { value: merged(one), writable: true, enumerable: true, configurable: true });
    return copy;
  };
  return text.includes(mergeKey) ? merged(data) : data;
}

const mergeKey = '<<';

/** What a table takes from others, those named first last, as they count more. */
function entriesBelow(table: object, merged: (value: unknown) => unknown): [string, unknown][] {
  const sources = Object.hasOwn(table, mergeKey) ? [(table as Data)[mergeKey]].flat() : [];
  return sources.toReversed().flatMap((source) => Object.entries(asData(merged(source))));
}

/** Runs what may make very many errors, one for each character that is wrong: most of their cost is to note where each was made. */
function withoutTraces<T>(work: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Every document of a YAML text that can be read, with its own text and the number of its first line. Broken ones are left out, and told to `broken` by their first line; aliases are bounded as in {@link readYaml}. */
export function yamlDocuments(text: string, broken: (line: number) => void = () => {}): { data: Data; text: string; line: number }[] {
  let line = 1;
  return text.split(/^---(?=\s|$)/m).flatMap((part) => {
    const first = line;
    line += part.split('\n').length - 1;
    if (part.trim() === '') return [];
    try {
      const document = withoutTraces(() => (load('yaml') as typeof import('yaml')).parseDocument(part, { uniqueKeys: false, logLevel: 'silent', prettyErrors: false }));
      if (document.errors.length === 0) return [{ data: asData(withMerges(part, document.toJS({ maxAliasCount: 100 }))), text: part, line: first }];
    } catch {
      // Told below, as any other.
    }
    broken(first);
    return [];
  });
}

const cache = new WeakMap<Tree, Map<string, Data | undefined>>();

function parsed(tree: Tree, path: string, format: string, parse: (text: string) => unknown): Data | undefined {
  const known = cache.get(tree) ?? new Map<string, Data | undefined>();
  cache.set(tree, known);
  if (known.has(path)) return known.get(path);
  const text = tree.text(path);
  let data: Data | undefined;
  if (text !== undefined) {
    try {
      data = asData(parse(text));
    } catch (error) {
      const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
      tree.skip(path, `is not valid ${format}: ${reason!.slice(0, 200)}`);
    }
  }
  known.set(path, data);
  return data;
}

/** Where the comment at `at` ends; `at` when there is none. One that is never closed, after the `last` end of any, is none. */
function commentEnd(text: string, at: number, last: number): number {
  if (text[at + 1] === '/') {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  }
  const end = text[at + 1] === '*' && at < last ? text.indexOf('*/', at + 2) : -1;
  return end < 0 ? at : end + 2;
}

/** Where the string at `at` ends: after its quote, or where its line does. */
function stringEnd(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === '\\') end++;
    else if (text[end] === '"') return end + 1;
    else if (text[end] === '\n') return end;
  }
  return text.length;
}

function withoutComments(text: string): string {
  const kept: string[] = [];
  let from = 0;
  let comma = -1;
  const last = text.lastIndexOf('*/');
  for (let at = 0; at < text.length;) {
    const c = text[at]!;
    const comment = c === '/' ? commentEnd(text, at, last) : at;
    if (comment > at) {
      kept.push(text.slice(from, at));
      at = from = comment;
      continue;
    }
    // The comma before a closing bracket, however much blank and comment is between them.
    if ((c === '}' || c === ']') && comma >= 0) kept[comma] = kept[comma]!.slice(0, -1);
    if (c === ',') {
      kept.push(text.slice(from, at + 1));
      comma = kept.length - 1;
      from = at + 1;
    } else if (!/\s/.test(c)) comma = -1;
    at = c === '"' ? stringEnd(text, at) : at + 1;
  }
  kept.push(text.slice(from));
  return kept.join('');
}

/** The value as an object; an empty one for all else, so that reading on needs no checks. */
export function asData(value: unknown): Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Data) : {};
}

/** The value as text; numbers and booleans are written out. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Number of the first line that matches, counted from 1; 1 when none does. */
export function lineOf(text: string | undefined, pattern: RegExp | string): number {
  if (text === undefined) return 1;
  if (typeof pattern === 'string') return lineAt(text, text.indexOf(pattern));
  const line = linesOf(text).findIndex((one) => pattern.test(one)) + 1;
  return line > 0 ? line : text.length > mostAcrossLines ? 1 : lineAt(text, text.search(pattern));
}

/** Patterns that match across lines are looked for in no larger text: those that begin with blanks take the square of its length. */
const mostAcrossLines = 20_000;

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

let split: { text: string; lines: readonly string[] } = { text: '', lines: [''] };

/** The lines of a text; those of the last one are kept, since many things are looked for in one manifest after the other. */
function linesOf(text: string): readonly string[] {
  if (split.text !== text) split = { text, lines: text.split('\n') };
  return split.lines;
}

/** `KEY=value` and `key: value` lines of a properties, dotenv or ini file. */
export function readPairs(text: string): { key: string; value: string; line: number }[] {
  return text.split('\n').flatMap((raw, index) => {
    const match = /^\s*(?:export\s+)?([\w.%-]+)\s*[=:]\s*(.*?)\s*$/.exec(raw);
    if (!match || /^\s*[#;!]/.test(raw)) return [];
    const quoted = /^(["'])(.*)\1/.exec(match[2]!);
    return [{ key: match[1]!, value: quoted ? quoted[2]! : match[2]!.replace(/\s+#.*$/, ''), line: index + 1 }];
  });
}
