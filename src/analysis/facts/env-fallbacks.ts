import type { Token } from '../syntax/lexer.ts';
import { isMark, nextMark } from '../syntax/match.ts';

/** What takes the place of a variable that is not set. */
export interface Fallback {
  /** Where it is written. */
  value: string | null;
  optional: boolean;
  /** The code gives up. */
  fails: boolean;
}

/** Nothing does. */
export const none: Fallback = { value: null, optional: false, fails: false };
/** A value does, known or not. */
export const given = (token: Token | undefined): Fallback => ({ value: literal(token), optional: true, fails: false });

/** What a token says by itself. */
export function literal(token: Token | undefined): string | null {
  if (!token || token.inner?.length) return null;
  if (token.kind === 'string' || token.kind === 'number') return token.text;
  return /^(true|false|True|False)$/.test(token.text) ? token.text.toLowerCase() : null;
}

/** Tokens of a chain of calls behind a read. */
const longestChain = 40;

/** What stands after a read: a second argument, an operator with a default, an unwrapping. */
export function fallbackAfter(tokens: readonly Token[], end: number): Fallback {
  let i = end;
  // What follows `process.env.NAME` is the next argument or property of something else, and none of the read.
  const isMember = tokens[end - 1]?.kind === 'word' && isMark(tokens[end - 2], '.', '?.');
  if (isMark(tokens[i], ',')) {
    if (isMember) return none;
    let value = i + 1;
    if (tokens[value]?.kind === 'word' && isMark(tokens[value + 1], '=', ':')) value += 2;
    while (isMark(tokens[value], '(', '|', '_', '&') || (tokens[value]?.kind === 'word' && isMark(tokens[value + 1], '('))) value++;
    if (isMark(tokens[value], ')') && isMark(tokens[value + 1], '=>')) value += 2;
    return /^(None|nil|null|undefined|cast)$/.test(tokens[value]?.text ?? '') ? { ...none, optional: true } : given(tokens[value]);
  }
  // `cmp.Or(os.Getenv("PORT"), "8080")` of Go.
  if (isMark(tokens[i], ')') && isMark(tokens[i + 1], ',') && tokens[end - 6]?.text === '(' && tokens[end - 7]?.text === 'Or' && tokens[end - 9]?.text === 'cmp') return given(tokens[i + 2]);
  // `envMaybe "PORT" .!= 8080` of Haskell.
  if (isMark(tokens[i], '.') && isMark(tokens[i + 1], '!=')) return given(tokens[i + 2]);
  for (let closed = 0; closed < 4 && isMark(tokens[i], ')', ']'); closed++) i++;
  if (isMark(tokens[i], '||', '??', '?:', '||=', '??=') || tokens[i]?.text === 'or') return tokens.slice(i + 1, i + 8).some((token) => token.kind === 'word' && failing.test(token.text)) ? { ...none, fails: true } : given(defaultValue(tokens, i + 1));
  // A conversion that is left out when there is nothing to convert: `ENV["A"]?.try(&.to_i) || 80`, `ENV["A"]&.to_i || 80`.
  const isSafe = isMark(tokens[i], '?.') || isMark(tokens[i], '&') && isMark(tokens[i + 1], '.');
  const otherwise = isSafe ? nextMark(tokens, i + 1, i + 12, '||') : -1;
  if (otherwise > 0 && tokens[otherwise]!.line === tokens[i]!.line) return given(defaultValue(tokens, otherwise + 1));
  if (isMark(tokens[i], '{') && isMark(tokens[i + 2], '}')) return given(tokens[i + 1]);
  if (tokens[i]?.text === 'do' && tokens[i + 2]?.text === 'end') return given(tokens[i + 1]);
  if (isMark(tokens[i], '?')) {
    if (isMark(tokens[i + 1], ';') || isMark(tokens[i + 1], '.')) return { ...none, fails: true };
    const colon = nextMark(tokens, i + 1, i + 16, ':');
    return colon > 0 ? given(tokens[colon + 1]) : none;
  }
  if (isMark(tokens[i], '!') && !isMark(tokens[i + 1], '=')) return { ...none, fails: true };
  if (isMark(tokens[i], '.')) {
    // `env::var("PORT").ok().and_then(|it| it.parse().ok()).unwrap_or(8080)`: what is there by chance is asked for further.
    let mayLack = false;
    let depth = 0;
    for (let at = i; at < i + longestChain && at < tokens.length; at++) {
      const text = tokens[at]!.text;
      if (mayLack && isMark(tokens[at], '(', '[', '{')) depth++;
      if (mayLack && (isMark(tokens[at], ')', ']', '}') && --depth < 0 || isMark(tokens[at], ',') && depth === 0)) break;
      if (text === 'ok' && isMark(tokens[at + 1], '(') && isMark(tokens[at + 2], ')')) {
        mayLack = true;
        if (!isMark(tokens[at + 3], '.') && depth === 0) break;
        at += 2;
        continue;
      }
      if (text === 'unwrap' || text === 'expect' || text === 'orElseThrow' || (text === 'required' && isMark(tokens[at + 1], '('))) return { ...none, fails: true };
      if (/^(default|unwrap_or|unwrap_or_else|unwrap_or_default|orElse|getOrElse|orElseGet|map_or)$/.test(text)) {
        const value = tokens.slice(at + 1, at + 10).find((token) => token.kind === 'string' || token.kind === 'number');
        return given(value);
      }
      if (isMark(tokens[at], ';')) break;
    }
    if (mayLack) return { ...none, optional: true };
  }
  if (tokens[i]?.text === 'if' && tokens[i]!.line === tokens[end - 1]!.line) return { ...none, optional: true };
  return none;
}

/** The value after an operator; a chain of further reads is followed to its end. */
function defaultValue(tokens: readonly Token[], start: number): Token | undefined {
  let i = start;
  for (; i < Math.min(tokens.length, start + 16); i++) {
    const token = tokens[i]!;
    if (token.kind === 'string' || token.kind === 'number') break;
    if (isMark(token, ';', ',', ')', '}') || /^(throw|expand_path|join|resolve|dirname|path|new)$/.test(token.text)) return undefined;
  }
  const isArgument = isMark(tokens[i - 1], '[') || (isMark(tokens[i - 1], '(') && isMark(tokens[i - 3], '.'));
  return isArgument ? undefined : tokens[i];
}

/** What the file later does with the variable that holds the value: checks it and fails, or fills it in. */
export function laterUse(tokens: readonly Token[], from: number, holder: string): Fallback {
  const end = Math.min(tokens.length, from + 1500);
  for (let i = from; i < end; i++) {
    if (tokens[i]!.kind !== 'word' || tokens[i]!.text !== holder) continue;
    if (isMark(tokens[i + 1], '||', '??', '||=', '??=')) return given(defaultValue(tokens, i + 2));
    const negated = isMark(tokens[i - 1], '!') || tokens[i - 1]?.text === 'not' || tokens[i - 1]?.text === 'unless';
    const compared = isMark(tokens[i + 1], '==', '===') || (tokens[i + 1]?.text === 'is' && tokens[i + 2]?.text === 'None');
    if (!negated && !compared) continue;
    for (let at = i + 1; at < i + 24 && at < end; at++) {
      const token = tokens[at]!;
      if (token.text === holder && isMark(tokens[at + 1], '=')) return given(tokens.slice(at + 2, at + 5).find((next) => next.kind === 'string' || next.kind === 'number'));
      if (fails(tokens, at)) return { ...none, fails: true };
      // `if port == "" { return "3000" }` of a function that returns `port` otherwise.
      if (token.text === 'return' && literal(tokens[at + 1]) !== null && isReturned(tokens, at + 2, holder)) return given(tokens[at + 1]);
    }
  }
  return none;
}

/** Whether a function returns the variable at its next return. */
function isReturned(tokens: readonly Token[], from: number, holder: string): boolean {
  const next = tokens.slice(from, from + 14).findIndex(({ text }) => text === 'return');
  return next >= 0 && tokens.slice(from + next + 1, from + next + 5).some(({ text, kind }) => kind === 'word' && text === holder);
}

const failing = /^(throw|raise|panic|Fatal|Fatalf|Fatalln|exit|Exit|abort|die)$/;

/** A word that gives up, other than a good exit. */
function fails(tokens: readonly Token[], at: number): boolean {
  return tokens[at]?.kind === 'word' && failing.test(tokens[at]!.text) && tokens[at + 2]?.text !== '0';
}

/** Whether something gives up within a few words. */
export function failsSoon(tokens: readonly Token[], end: number): boolean {
  return Array.from({ length: 14 }, (_, i) => end + i).some((at) => fails(tokens, at));
}
