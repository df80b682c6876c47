import type { Lexis } from './languages.ts';

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

/** Marks of more than one character that matter to readers of tokens. */
const longMarks = ['??=', '||=', '===', '!==', '...', '=>', '->', '::', '??', '||', '&&', ':=', '==', '!=', '?.', '?:', '<-', '+=', '|>'];
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
  const openers = openersOf(lexis);
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
        const block = lexis.blockComments.find(([open]) => open.startsWith('\n') && text.startsWith(open, at));
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
    if (!openers.has(c) && isWord(c, extra)) {
      at = word(tokens, text, at, extra, line, base);
      continue;
    }
    if (lexis.lineComments.some((mark) => text.startsWith(mark, at))) {
      at = lineEnd(text, at);
      continue;
    }
    const block = lexis.blockComments.find(([open]) => text.startsWith(open, at));
    if (block) {
      const end = closing(text, block[1], at + block[0].length);
      line += newlines(text, at, end);
      at = end;
      continue;
    }
    const string = lexis.strings.find(({ open }) => text.startsWith(open, at));
    if (string && !(lexis.lifetimes && c === "'" && !/^'(\\.[^']*|[^'\\\n])'/u.test(text.slice(at, at + 12)))) {
      const start = at + string.open.length;
      const end = stringEnd(text, start, string);
      const raw = text.slice(start, end);
      const token: Token = { kind: 'string', text: raw, line, at: base + at };
      const prefix = prefixOf(tokens.at(-1), text, at);
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
      const end = heredoc && !endless.has(heredoc[1]!) ? new RegExp(`^[ \\t]*${heredoc[1]}\\b`, 'm').exec(text.slice(start)) : null;
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
      at = word(tokens, text, at, extra, line, base);
      continue;
    }
    const mark = longMarks.find((long) => text.startsWith(long, at)) ?? c;
    tokens.push({ kind: 'mark', text: mark, line, at: base + at });
    at += mark.length;
  }
  return tokens;
}

/** Strings within holes of strings are read this deep. */
const deepestHole = 6;

/** First characters of whatever is no plain word. */
function openersOf(lexis: Lexis): Set<string> {
  return new Set([...lexis.lineComments, ...lexis.blockComments.map(([open]) => open), ...lexis.strings.map(({ open }) => open)].map((open) => open[0]!));
}

/** Takes the word at `at`; returns where it ends. */
function word(tokens: Token[], text: string, at: number, extra: string, line: number, base: number): number {
  let end = at + 1;
  while (end < text.length && (isWord(text[end]!, extra) || (text[end]! >= '0' && text[end]! <= '9'))) end++;
  tokens.push({ kind: 'word', text: text.slice(at, end), line, at: base + at });
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
  const code: Lexis = { ...lexis, inside: undefined };
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

function holesOf(raw: string, hole: string, lexis: Lexis, line: number, level: number, base: number): Token[] {
  const tokens: Token[] = [];
  for (let start = raw.indexOf(hole); start >= 0; start = raw.indexOf(hole, start + 1)) {
    const begin = start + hole.length;
    let depth = 1;
    let end = begin;
    for (; end < raw.length && depth > 0; end++) depth += raw[end] === '{' ? 1 : raw[end] === '}' ? -1 : 0;
    for (const token of tokenize(raw.slice(begin, depth === 0 ? end - 1 : end), lexis, line + newlines(raw, 0, begin), level, base + begin)) tokens.push(token);
    start = end - 1;
  }
  return tokens;
}

function stringEnd(text: string, start: number, string: Lexis['strings'][number]): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const c = text[at]!;
    if (c === '\\' && !string.raw) at++;
    else if (c === '\n' && !string.lines) return at;
    else if (depth === 0 && text.startsWith(string.close, at)) return at;
    else if (string.hole === '${' || string.hole === '#{') {
      if (text.startsWith(string.hole, at)) depth++;
      else if (depth > 0 && c === '{' && text[at - 1] !== string.hole[0]) depth++;
      else if (depth > 0 && c === '}') depth--;
    }
  }
  return text.length;
}

function operandExpected(before: Token | undefined): boolean {
  if (!before) return true;
  if (before.kind === 'word') return beforeOperand.has(before.text);
  return before.kind === 'mark' && before.text !== '<' && !')]}'.includes(before.text);
}

function regexEnd(text: string, start: number): number | undefined {
  let inClass = false;
  for (let at = start + 1; at < text.length; at++) {
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
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
