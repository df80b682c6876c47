import type { Token } from '../syntax/lexer.ts';
import { isMark } from '../syntax/match.ts';

/** Tokens behind a read among which its holder is asked about. */
const near = 300;
const condition = /^(?:if|elif|elsif|unless|Boolean|bool|isset|empty)$/;
const nothing = /^(?:|undefined|null|nil|None|nullptr)$/;

/**
 * Whether code asks if a variable is set, rather than to rely on it: `if (process.env.X)`, `Boolean(process.env.X)`, `os.getenv("X") and …`, `os.Getenv("X") != ""`, or the same of what holds its value. The read
 * begins at `start`, and its name ends before `end`.
 */
export function isAsked(tokens: readonly Token[], start: number, end: number, holder: string | null): boolean {
  if (asksAt(tokens, start, end)) return true;
  if (holder === null) return false;
  for (let i = end; i < Math.min(tokens.length, end + near); i++) {
    if (tokens[i]!.kind === 'word' && tokens[i]!.text === holder && !isMark(tokens[i - 1], '.') && asksAt(tokens, i, i + 1)) return true;
  }
  return false;
}

function asksAt(tokens: readonly Token[], start: number, end: number): boolean {
  if (isMark(tokens[start - 1], '!!') || isMark(tokens[start - 1], '!') && isMark(tokens[start - 2], '!')) return true;
  let before = start - 1;
  for (let steps = 0; steps < 3 && (isMark(tokens[before], '(', '!') || tokens[before]?.text === 'not'); steps++) before--;
  if (tokens[before]?.kind === 'word' && condition.test(tokens[before]!.text)) return true;
  let after = end;
  for (let steps = 0; steps < 3 && isMark(tokens[after], ')', ']'); steps++) after++;
  const [sign, next] = [tokens[after], tokens[after + 1]];
  if (isMark(sign, '&&') || sign?.text === 'and' && sign.kind === 'word') return true;
  if (isMark(sign, '?')) return !isMark(next, '.', ';', ')');
  return isMark(sign, '!=', '!==') && next !== undefined && nothing.test(next.text) || sign?.text === 'is' && next?.text === 'not';
}

/** Tokens of what holds the settings: `self.app.config`. */
const longestHolder = 12;

const settings = /^(?:config|conf|settings|cfg)$/i;

/** Names in capitals of settings that code asks about, wherever they are set: `app.config['NAME'] if …`, `if settings.NAME`, `if not config.get("NAME")`. */
export function askedSettings(tokens: readonly Token[]): string[] {
  const found = new Set<string>();
  for (const [i, { text, kind }] of tokens.entries()) {
    if (kind === 'mark' || !/^[A-Z][A-Z0-9_]{3,}$/.test(text) || found.has(text)) continue;
    const holder = isMark(tokens[i - 1], '[', '.') ? i - 2 : isMark(tokens[i - 1], '(') && tokens[i - 2]?.text === 'get' ? i - 4 : -1;
    if (holder < 0 || tokens[holder]?.kind !== 'word' || !settings.test(tokens[holder]!.text)) continue;
    let start = holder;
    while (start > holder - longestHolder && isMark(tokens[start - 1], '.') && tokens[start - 2]?.kind === 'word') start -= 2;
    if (asksAt(tokens, start, i + 1)) found.add(text);
  }
  return [...found];
}
