import { createRequire } from 'node:module';
import { readPairs } from '../../syntax/formats.ts';
import { linesIn } from '../../syntax/lines.ts';
import type { Expr, Stmt } from '../ast/nodes.ts';
import { parse } from '../ast/parse.ts';

const load = createRequire(import.meta.url);

/** One setting. */
export interface Entry {
  /** Names from the outermost section on; those of a list are not counted. */
  readonly path: readonly string[];
  readonly value: string;
  /** The value holds unless a variable of the environment says otherwise. */
  readonly isDefault?: true;
  readonly line: number;
}

/** No more of a file is read. */
const mostCharacters = 200_000;
const mostEntries = 5000;

/** The settings in a file, as its name tells how they are written; none when it cannot be read. */
export function entriesOf(path: string, text: string): Entry[] {
  if (text.length > mostCharacters) return [];
  if (/\.(?:ya?ml|json)$/i.test(path)) return fromYaml(text);
  if (/\.(?:php|py)$/i.test(path)) return fromCode(path, text);
  return fromPairs(text);
}

/** Properties, dotenv and ini files. */
function fromPairs(text: string): Entry[] {
  return readPairs(text).map(({ key, value, line }) => {
    const [, profile, rest] = /^(%\w+)\.(.*)$/.exec(key) ?? [];
    return { path: profile === undefined ? key.split('.') : [profile, ...rest!.split('.')], value, line };
  });
}

/** YAML, and JSON, which is a kind of it. A document that holds in a profile only has that before all its names. */
function fromYaml(text: string): Entry[] {
  const { parseAllDocuments, isMap, isSeq, isScalar } = load('yaml') as typeof import('yaml');
  const lines = linesIn(text);
  const entries: Entry[] = [];
  const walk = (node: unknown, path: readonly string[], depth: number): void => {
    if (depth > 24 || entries.length >= mostEntries) return;
    if (isMap(node)) for (const { key, value } of node.items) walk(value, [...path, ...(isScalar(key) ? String(key.value).split('.') : [])], depth + 1);
    else if (isSeq(node)) for (const item of node.items) walk(item, path, depth + 1);
    else if (isScalar(node)) entries.push({ path, value: String(node.value), line: lines.at(node.range?.[0] ?? 0) });
  };
  try {
    for (const document of parseAllDocuments(text, { uniqueKeys: false, logLevel: 'silent', prettyErrors: false })) {
      if (!('contents' in document) || document.errors.length > 0) continue;
      const from = entries.length;
      walk(document.contents, [], 0);
      const profile = entries.slice(from).find(({ path }) => /(?:^|\.)(?:on-profile|profiles)$/.test(path.join('.')));
      if (profile) entries.push(...entries.splice(from).map((entry) => ({ ...entry, path: [profile.value, ...entry.path] })));
    }
  } catch {
    return entries;
  }
  return entries;
}

/** What a module of Python sets, by itself and in classes, and what a file of PHP returns. */
function fromCode(path: string, text: string): Entry[] {
  const entries: Entry[] = [];
  collect(parse(path, text).body, [], entries);
  return entries;
}

function collect(body: readonly Stmt[], path: readonly string[], entries: Entry[]): void {
  for (const statement of body) {
    if (entries.length >= mostEntries) return;
    if (statement.s === 'class') collect(statement.body, [...path, statement.name], entries);
    else if (statement.s === 'declare' && statement.value) note(statement.value, [...path, statement.name], entries);
    else if (statement.s === 'return' && statement.value) note(statement.value, path, entries);
    else if (statement.s === 'block') collect(statement.body, path, entries);
    else if (statement.s === 'expr' && statement.value.k === 'assign' && statement.value.target.k === 'name') note(statement.value.value, [...path, statement.value.target.name], entries);
  }
}

function note(e: Expr, path: readonly string[], entries: Entry[], depth = 0): void {
  if (depth > 8) return;
  if (e.k === 'dict') for (const { key, value } of e.entries) note(value, key?.k === 'lit' ? [...path, String(key.value)] : path, entries, depth + 1);
  else if (e.k === 'list') for (const item of e.items) note(item, path, entries, depth + 1);
  else if (e.k === 'lit') entries.push({ path, value: String(e.value), line: e.line });
  else {
    const value = defaultOf(e);
    if (value !== undefined) entries.push({ path, value, isDefault: true, line: e.line });
  }
}

const readsVariable = /^(?:env|config|getenv|get|bool|str2bool|strtobool|str_to_bool|to_bool|get_env|getboolean|environ|list|int|str|lower|strip|upper|\w*env\w*)$/i;

/** What an expression is where the variable that it reads is not set: `env('DEBUG', True)`, `os.environ.get('DEBUG', 'True') == 'True'`. */
function defaultOf(e: Expr): string | undefined {
  if (e.k === 'cast') return defaultOf(e.operand);
  if (e.k === 'binary' && /^={2,3}$|^in$/.test(e.op)) {
    const value = defaultOf(e.left);
    const wanted = e.right.k === 'lit' ? [e.right] : e.right.k === 'list' ? e.right.items : [];
    return value !== undefined && wanted.some((one) => one.k === 'lit' && String(one.value) === value) ? 'true' : undefined;
  }
  if (e.k !== 'call') return undefined;
  const { callee, args, names } = e;
  if ((callee.k !== 'name' && callee.k !== 'member') || !readsVariable.test(callee.name.replace(/^.*\./, ''))) return undefined;
  if (args.length === 0) return callee.k === 'member' ? defaultOf(callee.object) : undefined;
  if (args.length === 1) return defaultOf(args[0]!);
  const named = [...names ?? []].find(([, name]) => name === 'default')?.[0];
  const at = named ?? (names?.has(1) ? -1 : 1);
  const value = args[at]?.k === 'assign' ? args[at].value : args[at];
  return value?.k === 'lit' ? String(value.value) : undefined;
}
