import type { Token } from '../syntax/lexer.ts';
import { closerOf, envName, isMark, openerOf } from '../syntax/match.ts';
import type { EnvRead } from './env-read.ts';
import { completedRead } from './env-read.ts';
import { readerAt } from './env-readers.ts';

/** What a name is taken from one by one: what is held by a word, or what stands between brackets. */
interface Source {
  word?: string;
  open?: number;
}

/** Names of a file whose meaning is looked for; of more, none is. */
const mostLookups = 60;

/** Variables that are read by each name of a list: `for name in ["A", "B"]: os.environ[name]`, `required.filter((name) => !process.env[name])`, `traverse lookupEnv names`. */
export function listedReads(tokens: readonly Token[]): EnvRead[] {
  const reads: EnvRead[] = [];
  const lists = new Map<string, number>();
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i]!.kind !== 'word') continue;
    const end = readerAt(tokens, i);
    const source = end > 0 ? loopedOver(tokens, i, tokens[end - 1]!.text) : mappedOver(tokens, i);
    if (!source) continue;
    if (source.word !== undefined && !lists.has(source.word) && lists.size < mostLookups) lists.set(source.word, listHeldBy(tokens, source.word));
    const open = source.open ?? lists.get(source.word!) ?? -1;
    if (open >= 0) reads.push(...namesIn(tokens, open));
    if (end > 0) i = end - 1;
  }
  return reads;
}

/** Variables that are read by a name which the file gives once: `const portKey = "PORT"` and `os.Getenv(portKey)`, also `#define PORT_KEY "PORT"`. */
export function heldReads(tokens: readonly Token[]): EnvRead[] {
  const reads: EnvRead[] = [];
  const known = new Map<string, string | undefined>();
  for (let i = 0; i < tokens.length; i++) {
    const end = tokens[i]!.kind === 'word' ? readerAt(tokens, i) : -1;
    const word = tokens[end - 1]?.text ?? '';
    if (end > 0 && !known.has(word) && known.size < mostLookups) known.set(word, textHeldBy(tokens, word));
    const name = end < 0 ? undefined : known.get(word);
    if (name !== undefined) reads.push({ ...completedRead(tokens, i, end), name });
    if (end > 0) i = end - 1;
  }
  return reads;
}

/** The name of a variable that a word of the file stands for; undefined when it is given another as well. */
function textHeldBy(tokens: readonly Token[], word: string): string | undefined {
  const held = new Set<string>();
  for (let i = 0; i + 1 < tokens.length; i++) {
    if (tokens[i]!.kind !== 'word' || tokens[i]!.text !== word) continue;
    const isDefined = tokens[i - 1]?.text === 'define' && isMark(tokens[i - 2], '#');
    const equals = isDefined ? i : [i + 1, i + 2, i + 3, i + 4, i + 5].find((at) => isMark(tokens[at], '=', ':=')) ?? -1;
    if (equals < 0 || !tokens.slice(i + 1, equals).every((token) => token.kind === 'word' || isMark(token, ':', '&', "'"))) continue;
    if (tokens[equals + 1]?.kind === 'string') held.add(tokens[equals + 1]!.text);
  }
  const [text, ...others] = held;
  return text !== undefined && others.length === 0 && envName.test(text) ? text : undefined;
}

/** What the name that is read at `at` runs through; undefined when it is bound by no loop near by. */
export function loopedOver(tokens: readonly Token[], at: number, name: string): Source | undefined {
  const binds = (i: number): boolean => tokens[i]?.kind === 'word' && tokens[i]!.text === name;
  for (let i = at - 1; i > at - 90 && i >= 0; i--) {
    const source = binds(i) ? sourceOf(tokens, i) : undefined;
    if (source) return source;
  }
  // `[os.environ[name] for name in names]`
  for (let i = at + 1; i < at + 24; i++) if (binds(i) && tokens[i - 1]!.text === 'for' && tokens[i + 1]?.text === 'in') return sourceAt(tokens, i + 2);
  return undefined;
}

/** What the word at `i` runs through, when a loop or a function binds it. */
function sourceOf(tokens: readonly Token[], i: number): Source | undefined {
  const next = tokens[i + 1];
  if (next?.text === 'in' || next?.text === 'of' || isMark(next, ':') && isTyped(tokens, i)) return sourceAt(tokens, i + 2);
  if (isMark(next, ':=') && tokens[i + 2]?.text === 'range') return sourceAt(tokens, i + 3);
  if (tokens[i - 1]?.text === 'as') return isMark(tokens[i - 2], ']', ')') ? { open: openerOf(tokens, i - 2) } : wordAt(tokens, i - 2);
  // `names.filter((name) => …)`, `names.each do |name|`, `names.forEach { name -> … }`
  const isBound = isMark(next, '=>', '->', '|') || isMark(next, ')') && isMark(tokens[i + 2], '=>', '{') || isMark(next, ':') && tokens[i - 1]?.text === 'lambda';
  if (!isBound) return undefined;
  let method = i - 1;
  while (method > i - 6 && (isMark(tokens[method], '(', '|', '{') || /^(do|function|lambda|async)$/.test(tokens[method]?.text ?? ''))) method--;
  if (tokens[method]?.kind !== 'word' || !isMark(tokens[method - 1], '.', '?.')) return undefined;
  const owner = method - 2;
  if (tokens[owner]?.kind === 'string') return { open: owner };
  if (!isMark(tokens[owner], ']', ')')) return wordAt(tokens, owner);
  const open = openerOf(tokens, owner);
  // `names[1..].each`, `listOf("A", "B").forEach`
  return open > 0 && isMark(tokens[open], '[') && tokens[open - 1]?.kind === 'word' ? wordAt(tokens, open - 1) : { open };
}

/** `for (String name : names)`: a type goes before it. */
function isTyped(tokens: readonly Token[], i: number): boolean {
  for (let at = i - 1; at > i - 8 && at > 0; at--) if (isMark(tokens[at], '(')) return tokens[at - 1]?.text === 'for';
  return false;
}

function sourceAt(tokens: readonly Token[], i: number): Source | undefined {
  for (let at = i; at < i + 6; at++) {
    const token = tokens[at];
    // `[]string{"A", "B"}` says what is in its list before it begins.
    if (isMark(token, '(', '[', '{') && !isMark(tokens[at + 1], ']')) return { open: at };
    if (token?.kind === 'word') {
      const open = [at + 1, at + 2, at + 3].find((place) => isMark(tokens[place], '(', '[', '{'));
      if (isMark(tokens[at + 1], '[', '(', '.', '{') && open !== undefined && namesIn(tokens, open).length > 0) return { open };
      if (!/^(new|string|std|vec)$/.test(token.text)) return { word: token.text };
    } else if (!isMark(token, '&', '@', '*', '[', ']')) return token?.kind === 'string' ? { open: at } : undefined;
  }
  return undefined;
}

function wordAt(tokens: readonly Token[], i: number): Source | undefined {
  const token = tokens[i];
  return token?.kind === 'word' ? { word: token.text } : undefined;
}

/** `traverse (MaybeT . lookupEnv) names`, `mapM getEnv ["A", "B"]`. */
function mappedOver(tokens: readonly Token[], i: number): Source | undefined {
  if (!/^(lookupEnv|getEnv)$/.test(tokens[i]!.text)) return undefined;
  const isGiven = /^(traverse|mapM|forM|map|fmap|for|sequence|mapMaybeM)_?$/;
  if (!tokens.slice(Math.max(0, i - 5), i).some(({ text }) => isGiven.test(text))) return undefined;
  let at = i + 1;
  while (isMark(tokens[at], ')')) at++;
  return isMark(tokens[at], '[') ? { open: at } : wordAt(tokens, at);
}

/** Where the list begins that the file gives a name to; -1 when it gives it none of such names. */
function listHeldBy(tokens: readonly Token[], word: string): number {
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i]!.kind !== 'word' || tokens[i]!.text !== word) continue;
    for (let at = i + 1; at < i + 16; at++) {
      if (isMark(tokens[at], ';') || tokens[at] === undefined) break;
      if (tokens[at]!.kind === 'string' && isMark(tokens[at - 1], '=') && namesIn(tokens, at).length > 0) return at;
      if (isMark(tokens[at], '[', '(', '{') && namesIn(tokens, at).length > 0) return at;
    }
  }
  return -1;
}

/** The names in a list that has nothing but names as environment variables have them, or in a string of words (`%w[A B]`); none when it has anything else. */
function namesIn(tokens: readonly Token[], open: number): EnvRead[] {
  const read = (name: string, line: number): EnvRead => ({ name, line, default: null, optional: false, required: false, holder: null });
  const first = tokens[open]!;
  if (first.kind === 'string') {
    const words = first.text.trim().split(/\s+/);
    return words.every((word) => envName.test(word)) ? words.map((word) => read(word, first.line)) : [];
  }
  const names: EnvRead[] = [];
  for (let i = open + 1, end = closerOf(tokens, open, 400); i < end; i++) {
    const token = tokens[i]!;
    if (token.kind === 'string' && envName.test(token.text) && token.text.length > 1) names.push(read(token.text, token.line));
    else if (!isMark(token, ',')) return [];
  }
  return names;
}
