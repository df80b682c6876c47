import type { Token } from '../syntax/lexer.ts';
import { closerOf, envName, isMark, openerOf } from '../syntax/match.ts';
import { loopedOver } from './env-lists.ts';
import type { EnvRead } from './env-read.ts';
import { completedRead } from './env-read.ts';
import { readerAt } from './env-readers.ts';

/** A function that reads the variable which it is given the name of. */
export interface EnvWrapper {
  name: string;
  /** Which of its arguments the name is, from 0; `all` of a function that takes as many names as it is given. */
  argument: number | 'all';
}

/** A call with a name as environment variables have it: a read, when the function called turns out to read that argument. */
export interface EnvCall {
  callee: string;
  argument: number;
  read: EnvRead;
}

/** Functions of a file that read the variable named by one of their parameters: `def secret(name): return os.environ[name]`. */
export function envWrappers(tokens: readonly Token[]): EnvWrapper[] {
  const found = new Map<string, EnvWrapper>();
  for (let i = 0; i < tokens.length; i++) {
    const end = tokens[i]!.kind === 'word' ? readerAt(tokens, i) : -1;
    if (end < 0) continue;
    const name = tokens[end - 1]!.text;
    const wrapper = functionTaking(tokens, i, name) ?? functionApplying(tokens, i, name) ?? functionLooping(tokens, i, end, name);
    if (wrapper) found.set(`${wrapper.name} ${wrapper.argument}`, wrapper);
  }
  return [...found.values()];
}

/** The nearest function before `at` that has a parameter of this name between brackets. */
export function functionTaking(tokens: readonly Token[], at: number, parameter: string): EnvWrapper | undefined {
  for (let i = at - 1; i > 0 && i > at - 400; i--) {
    if (tokens[i]!.text !== parameter || tokens[i]!.kind !== 'word') continue;
    const first = startOfParameter(tokens, i);
    if (first < 0) continue;
    const open = isMark(tokens[first], '(', '[') ? first : enclosing(tokens, first);
    if (open < 1) continue;
    const close = closerOf(tokens, open, at - open);
    if (close >= at) continue;
    const argument = isRest(tokens, first, i) ? 'all' : commasBetween(tokens, open, i);
    if (isMark(tokens[open], '[')) {
      // `(defn setting "what it does" [name] …)`
      const word = [open - 1, open - 2].find((place) => /^defn-?$/.test(tokens[place - 1]?.text ?? ''));
      if (word !== undefined) return { name: tokens[word]!.text, argument };
      continue;
    }
    const after = tokens[close + 1];
    // The body of a function of Ruby or Crystal begins on the next line with whatever it likes.
    const isDefined = tokens[open - 2]?.text === 'def' || isMark(tokens[open - 2], '.') && tokens[open - 4]?.text === 'def';
    // What a function of Go returns may be a pointer, a list or several.
    const returns = (tokens[open - 2]?.text === 'func' || isMark(tokens[open - 2], ')')) && isMark(after, '*', '(', '[');
    if (!isDefined && !returns && !isMark(after, '{', ':', '=>', '->', '=') && after?.kind !== 'word') continue;
    const before = isMark(tokens[open - 1], '>') ? angleBefore(tokens, open) - 1 : open - 1;
    let word = before;
    while (/^(async|function)$/.test(tokens[word]?.text ?? '') && (isMark(tokens[word - 1], '=') || tokens[word - 1]?.text === 'async')) word--;
    const named = isMark(tokens[word], '=') ? word - 1 : before;
    if (tokens[named]?.kind === 'word' && !/^(if|while|for|foreach|switch|return|catch|match|elif)$/.test(tokens[named]!.text)) return { name: tokens[named]!.text, argument };
  }
  return undefined;
}

/** What goes before a parameter that begins with its type, its label or a mark; -1 when the word at `i` is no parameter. */
function startOfParameter(tokens: readonly Token[], i: number): number {
  for (let at = i - 1; at > 0 && i - at < 8; at--) {
    const token = tokens[at]!;
    if (isMark(token, '(', ',')) return at;
    if (isMark(token, '[')) return isMark(tokens[i + 1], ']', '&') || tokens[i + 1]?.kind === 'word' ? at : -1;
    if (isMark(token, ']', '>')) {
      at = isMark(token, ']') ? openerOf(tokens, at, 8) : angleBefore(tokens, at);
      if (at < 0) return -1;
      continue;
    }
    if (token.kind === 'word' ? /^(return|in|of|if|await|not|and|or|new|is|case|let|val|var)$/.test(token.text) : !isMark(token, '*', '&', '...', '::', '?', '$', ':')) return -1;
  }
  return -1;
}

/** Whether a parameter takes all arguments that are left: `*names`, `...names`, `names ...string`, `vararg names`, `params string[] names`. */
function isRest(tokens: readonly Token[], first: number, i: number): boolean {
  if (isMark(tokens[i + 1], '...') || isMark(tokens[i - 1], '...')) return true;
  if (isMark(tokens[i - 1], '*') && i - 2 === first) return true;
  return tokens.slice(first + 1, i).some(({ text }) => text === 'vararg' || text === 'params');
}

function commasBetween(tokens: readonly Token[], open: number, i: number): number {
  let count = 0;
  for (let at = open + 1; at < i; at++) {
    if (isMark(tokens[at], '(', '[', '{')) at = closerOf(tokens, at);
    else if (isMark(tokens[at], ',')) count++;
  }
  return count;
}

/** The nearest function before `at` that is written without brackets and has a parameter of this name: `setting name fallback = do`, `let setting (name: string) fallback =`. */
function functionApplying(tokens: readonly Token[], at: number, parameter: string): EnvWrapper | undefined {
  for (let i = at - 1; i >= 0 && i > at - 200; i--) {
    const isFirst = tokens[i]!.kind === 'word' && (i === 0 || tokens[i - 1]!.line < tokens[i]!.line);
    if (!isFirst) continue;
    let head = i;
    while (/^(let|rec|inline|private|public|static|member)$/.test(tokens[head]?.text ?? '')) head++;
    let found = -1;
    let argument = 0;
    let place = head + 1;
    for (; place < at && tokens[place]!.line === tokens[i]!.line && argument < 8; place++, argument++) {
      const token = tokens[place]!;
      const close = isMark(token, '(') ? closerOf(tokens, place, 12) : place;
      if (token.kind !== 'word' && close === place) break;
      if (tokens[close === place ? place : place + 1]?.text === parameter) found = argument;
      place = close;
    }
    if (found >= 0 && tokens[head]!.kind === 'word' && (isMark(tokens[place], '=') || head > i && isMark(tokens[place], ':'))) return { name: tokens[head]!.text, argument: found };
  }
  return undefined;
}

/** The function that reads each of the names which it is given: `def first_of(*names): for name in names: os.environ.get(name)`, `ENV[names.first]`. */
function functionLooping(tokens: readonly Token[], at: number, end: number, name: string): EnvWrapper | undefined {
  const source = isMark(tokens[end], '.', '[') ? name : loopedOver(tokens, at, name)?.word;
  const taking = source === undefined ? undefined : functionTaking(tokens, at, source);
  return taking?.argument === 'all' ? taking : undefined;
}

/** The nearest `<` before `at`; -1 when there is none near by. */
function angleBefore(tokens: readonly Token[], at: number): number {
  for (let i = at - 1; i >= 0 && i > at - 60; i--) if (isMark(tokens[i], '<')) return i;
  return -1;
}

/** The bracket that encloses `at`; -1 when there is none near by. */
function enclosing(tokens: readonly Token[], at: number): number {
  for (let i = at - 1; i > 0 && i > at - 60; i--) {
    if (isMark(tokens[i], ')', ']', '}')) i = openerOf(tokens, i);
    else if (isMark(tokens[i], '(', '[', '{')) return isMark(tokens[i], '(') ? i : -1;
    if (i < 0) return -1;
  }
  return -1;
}

/** Calls that are given a name as environment variables have it, by brackets or, where the language has it so, without. */
export function envCalls(tokens: readonly Token[]): EnvCall[] {
  const calls: EnvCall[] = [];
  for (let i = 2; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.kind !== 'string' || token.text.length < 2 || token.text.length > 100 || !envName.test(token.text)) continue;
    const called = calledWith(tokens, i);
    if (called) calls.push({ callee: tokens[called.callee]!.text, argument: called.argument, read: completedRead(tokens, called.callee, i + 1) });
  }
  return calls;
}

/** Arguments after which a name is looked for no more. */
const lastArgument = 6;

function calledWith(tokens: readonly Token[], i: number): { callee: number; argument: number } | undefined {
  const before = tokens[i - 1]!;
  if (before.kind === 'word') {
    const isSecond = tokens[i - 2]!.kind === 'word' && tokens[i - 2]!.line === before.line && !/^(return|await|let|const|var|do|then|else|in|def|end)$/.test(tokens[i - 2]!.text);
    return isSecond ? { callee: i - 2, argument: 1 } : { callee: i - 1, argument: 0 };
  }
  if (isMark(before, '(')) return tokens[i - 2]!.kind === 'word' ? { callee: i - 2, argument: 0 } : undefined;
  if (!isMark(before, ',')) return undefined;
  const open = enclosing(tokens, i);
  if (open < 1 || tokens[open - 1]!.kind !== 'word') return undefined;
  const argument = commasBetween(tokens, open, i);
  return argument > lastArgument ? undefined : { callee: open - 1, argument };
}
