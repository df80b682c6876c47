import type { Lexis } from './languages.ts';
import { wordAt } from './words.ts';

export interface Token {
  kind: 'word' | 'string' | 'number' | 'mark';
  /** Of a string: what is between its quotes, holes kept as written. */
  text: string;
  line: number;
  /** Where it begins in the text: tells which marks stand together, and what precedes a string. */
  at: number;
  /** The tokens of the expressions in a string's holes. */
  inner?: Token[];
}

/** Marks of more than one character that matter to readers of tokens, the longer first. */
const longMarks = ['??=', '||=', '===', '!==', '...', '=>', '->', '::', '??', '||', '&&', ':=', '==', '!=', '?.', '?:', '<-', '+=', '|>'];
const longMarksBy = Map.groupBy(longMarks, (mark) => mark[0]!);
/** Words after which a `/` opens a regular expression. */
const beforeOperand = new Set(['return', 'typeof', 'case', 'in', 'of', 'delete', 'void', 'throw', 'new', 'else', 'do', 'await', 'yield', 'when', 'if', 'unless', 'and', 'or', 'not', 'split', 'match', 'scan', 'gsub', 'sub']);

const wordStart = /[\p{L}_]/u;

/**
 * Cuts source text into words, strings, numbers and marks; comments and blanks are gone. It never fails: an unclosed
 * string ends at its line's end (or the file's, where the language lets strings run on).
 */
export function tokenize(text: string, lexis: Lexis, firstLine = 1, depth = 0, base = 0): Token[] {
  if (lexis.inside) return tokenizeInside(text, lexis, lexis.inside);
  const tokens: Token[] = [];
  const extra = lexis.wordCharacters ?? '';
  const openings = openingsOf(lexis);
  const wordCodes = wordCodesOf(lexis);
  const endless = new Set<string>();
  /** Lines that a heredoc has taken: what follows its opening on the same line comes first. */
  let body: { from: number; to: number } | undefined;
  let line = firstLine;
  let at = 0;
  if (text.startsWith('#!')) at = lineEnd(text, 0);
  while (at < text.length) {
    const c = text[at]!;
    if (c === '\n' || c === ' ' || c === '\t' || c === '\r') {
      if (c === '\n') {
        const block = openings.get(c)?.comments.find(([open]) => text.startsWith(open, at));
        if (block) {
          const end = closing(text, block[1], at + block[0].length);
          line += newlines(text, at, end);
          at = end;
          continue;
        }
        if (at === body?.from) {
          line += newlines(text, at, body.to);
          at = body.to;
          continue;
        }
        line++;
      }
      at++;
      continue;
    }
    if (wordCodes[text.charCodeAt(at)] === onlyWord) {
      at = word(tokens, text, at, wordCodes, line, base);
      continue;
    }
    if (c === lexis.character && /["'\\]/.test(text[at + 1] ?? '')) {
      tokens.push({ kind: 'number', text: text.slice(at, at + 2), line, at: base + at });
      at += text[at + 1] === '\\' ? 3 : 2;
      continue;
    }
    const opening = openings.get(c);
    if (opening === undefined && isWord(c, extra)) {
      at = word(tokens, text, at, wordCodes, line, base);
      continue;
    }
    if (opening?.lines.some((mark) => text.startsWith(mark, at)) && !(lexis.noComment !== undefined && text.startsWith(lexis.noComment, at))) {
      at = lineEnd(text, at);
      continue;
    }
    const block = opening?.comments.find(([open]) => text.startsWith(open, at));
    if (block) {
      const end = closing(text, block[1], at + block[0].length);
      line += newlines(text, at, end);
      at = end;
      continue;
    }
    const string = opening?.strings.find(({ open }) => text.startsWith(open, at));
    if (string && !(lexis.lifetimes && c === "'" && !/^'(\\.[^']*|[^'\\\n])'/u.test(text.slice(at, at + 12)))) {
      const start = at + string.open.length;
      const prefix = prefixOf(tokens.at(-1), text, at);
      const end = stringEnd(text, start, string, string.holePrefix?.test(prefix) === true);
      const raw = text.slice(start, end);
      const token: Token = { kind: 'string', text: raw, line, at: base + at };
      if (string.hole && depth < deepestHole && raw.includes(string.hole)) {
        if (!string.holePrefix || string.holePrefix.test(prefix)) token.inner = holesOf(raw, string.hole, lexis, line, depth + 1, base + start);
      }
      if (prefix !== '') tokens.pop();
      tokens.push(token);
      line += newlines(text, at, end);
      at = text.startsWith(string.close, end) ? end + string.close.length : end;
      continue;
    }
    if (lexis.regex && c === '/' && operandExpected(tokens.at(-1))) {
      const end = regexEnd(text, at);
      if (end !== undefined) {
        tokens.push({ kind: 'string', text: text.slice(at, end), line, at: base + at });
        at = end;
        continue;
      }
    }
    if (lexis.heredoc && c === '<' && text.startsWith('<<', at)) {
      const heredoc = /^<<[<~-]?\s*["']?([A-Z_][A-Z0-9_]*)["']?(?=([^\n]*\n))/.exec(text.slice(at, at + 200));
      const start = heredoc ? at + heredoc[0].length + heredoc[2]!.length : at;
      const end = heredoc && endless.size < mostEndless && !endless.has(heredoc[1]!) ? new RegExp(`^[ \\t]*${heredoc[1]}\\b`, 'm').exec(text.slice(start)) : null;
      if (heredoc && !end) endless.add(heredoc[1]!);
      if (heredoc && end) {
        tokens.push({ kind: 'string', text: text.slice(start, start + end.index), line, at: base + at });
        at += heredoc[0].length;
        body = { from: start - 1, to: start + end.index + end[0].length };
        continue;
      }
    }
    if (c >= '0' && c <= '9') {
      let end = at + 1;
      while (end < text.length && /[\w.]/.test(text[end]!) && !text.startsWith('..', end)) end++;
      tokens.push({ kind: 'number', text: text.slice(at, end), line, at: base + at });
      at = end;
      continue;
    }
    if (isWord(c, extra)) {
      at = word(tokens, text, at, wordCodes, line, base);
      continue;
    }
    const mark = longMarksBy.get(c)?.find((long) => text.startsWith(long, at)) ?? c;
    tokens.push({ kind: 'mark', text: mark, line, at: base + at });
    at += mark.length;
  }
  return tokens;
}

/** Strings within holes of strings are read this deep. */
const deepestHole = 6;

/** Names of heredocs whose end was looked for in vain: after so many, none is looked for any more. */
const mostEndless = 20;
/** Regular expressions are not longer than this. */
const longestRegex = 5000;

/** What may begin with a character and is no plain word. */
interface Opening {
  lines: string[];
  comments: (readonly [string, string])[];
  strings: Lexis['strings'][number][];
}

const openingsByLexis = new WeakMap<Lexis, Map<string, Opening>>();

function openingsOf(lexis: Lexis): Map<string, Opening> {
  let openings = openingsByLexis.get(lexis);
  if (openings) return openings;
  openings = new Map();
  const at = (open: string) => {
    const found = openings!.get(open[0]!) ?? { lines: [], comments: [], strings: [] };
    openings!.set(open[0]!, found);
    return found;
  };
  for (const mark of lexis.lineComments) at(mark).lines.push(mark);
  for (const comment of lexis.blockComments) at(comment[0]).comments.push(comment);
  for (const string of lexis.strings) at(string.open).strings.push(string);
  openingsByLexis.set(lexis, openings);
  return openings;
}

const noWord = 0;
const insideWord = 1;
const onlyWord = 2;
const codesByLexis = new WeakMap<Lexis, Uint8Array>();

/** Of each character of ASCII: whether it may belong to a word, and whether it begins one and nothing else. */
function wordCodesOf(lexis: Lexis): Uint8Array {
  let codes = codesByLexis.get(lexis);
  if (codes) return codes;
  codes = new Uint8Array(128);
  const openings = openingsOf(lexis);
  for (let code = 0; code < 128; code++) {
    const c = String.fromCharCode(code);
    if (isWord(c, lexis.wordCharacters ?? '')) codes[code] = openings.has(c) ? insideWord : onlyWord;
    else if (c >= '0' && c <= '9') codes[code] = insideWord;
  }
  codesByLexis.set(lexis, codes);
  return codes;
}

/** Takes the word at `at`; returns where it ends. */
function word(tokens: Token[], text: string, at: number, codes: Uint8Array, line: number, base: number): number {
  let end = at + 1;
  let hash = text.charCodeAt(at);
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code < 128 ? codes[code] === noWord : !wordStart.test(text[end]!)) break;
    hash = (Math.imul(hash, 31) + code) | 0;
  }
  tokens.push({ kind: 'word', text: wordAt(text, at, end, hash), line, at: base + at });
  return end;
}

/** What stands glued before a string and belongs to it: `f`, `rb`, `$`. */
function prefixOf(before: Token | undefined, text: string, at: number): string {
  if (!before || !/^([rRbBuUfF]{1,2}|\$)$/.test(before.text)) return '';
  return text.slice(at - before.text.length, at) === before.text ? before.text : '';
}

function isWord(c: string, extra: string): boolean {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c === '_' || extra.includes(c) || (c > '\x7f' && wordStart.test(c));
}

function tokenizeInside(text: string, lexis: Lexis, [open, close]: readonly [string, string]): Token[] {
  const tokens: Token[] = [];
  const code = codeOf(lexis);
  let line = 1;
  let from = 0;
  for (let start = text.indexOf(open); start >= 0; start = text.indexOf(open, from)) {
    const begin = open === '<script' ? closing(text, '>', start) : start + open.length + (text.startsWith('php', start + open.length) ? 3 : 0);
    const found = text.indexOf(close, begin);
    const end = found < 0 ? text.length : found;
    line += newlines(text, from, begin);
    for (const token of tokenize(text.slice(begin, end), code, line, 0, begin)) tokens.push(token);
    if (open === '<?') tokens.push({ kind: 'mark', text: '?>', line: line + newlines(text, begin, end), at: end });
    line += newlines(text, begin, end);
    from = end;
  }
  return tokens;
}

const codes = new WeakMap<Lexis, Lexis>();

/** The same language where all is code. */
function codeOf(lexis: Lexis): Lexis {
  const code = codes.get(lexis) ?? { ...lexis, inside: undefined };
  codes.set(lexis, code);
  return code;
}

function holesOf(raw: string, hole: string, lexis: Lexis, line: number, level: number, base: number): Token[] {
  const tokens: Token[] = [];
  let counted = 0;
  for (let start = raw.indexOf(hole); start >= 0; start = raw.indexOf(hole, start + 1)) {
    const begin = start + hole.length;
    line += newlines(raw, counted, begin);
    counted = begin;
    let depth = 1;
    let end = begin;
    for (; end < raw.length && depth > 0; end++) depth += raw[end] === '{' ? 1 : raw[end] === '}' ? -1 : 0;
    for (const token of tokenize(raw.slice(begin, depth === 0 ? end - 1 : end), lexis, line, level, base + begin)) tokens.push(token);
    start = end - 1;
  }
  return tokens;
}

/** `interpolated`: its prefix says that braces open holes, in which its own quote opens another string. */
function stringEnd(text: string, start: number, { close, hole, lines, raw }: Lexis['strings'][number], interpolated: boolean): number {
  const last = close.charCodeAt(0);
  const holed = hole === '${' || hole === '#{';
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === backslash && !raw) at++;
    else if (c === newline && !lines) return at;
    else if (c === last && depth === 0 && text.startsWith(close, at)) return at;
    else if (interpolated) {
      if (c === openBrace && depth === 0 && text.charCodeAt(at + 1) === openBrace) at++;
      else if (c === openBrace) depth++;
      else if (c === closeBrace && depth > 0) depth--;
    } else if (holed) {
      if (c === hole.charCodeAt(0) && text.startsWith(hole, at)) depth++;
      else if (depth > 0 && c === openBrace && text[at - 1] !== hole[0]) depth++;
      else if (depth > 0 && c === closeBrace) depth--;
    }
  }
  return text.length;
}

const newline = 10;
const backslash = 92;
const openBrace = 123;
const closeBrace = 125;

function operandExpected(before: Token | undefined): boolean {
  if (!before) return true;
  if (before.kind === 'word') return beforeOperand.has(before.text);
  return before.kind === 'mark' && before.text !== '<' && !')]}'.includes(before.text);
}

function regexEnd(text: string, start: number): number | undefined {
  let inClass = false;
  const most = Math.min(text.length, start + longestRegex);
  for (let at = start + 1; at < most; at++) {
    const c = text[at]!;
    if (c === '\n') return undefined;
    if (c === '\\') at++;
    else if (c === '[') inClass = true;
    else if (c === ']') inClass = false;
    else if (c === '/' && !inClass) return at + 1;
  }
  return undefined;
}

function closing(text: string, close: string, from: number): number {
  const found = text.indexOf(close, from);
  return found < 0 ? text.length : found + close.length;
}

function lineEnd(text: string, from: number): number {
  const found = text.indexOf('\n', from);
  return found < 0 ? text.length : found;
}

function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) if (text.charCodeAt(at) === newline) count++;
  return count;
}
