import type { Token } from '../../syntax/lexer.ts';
import type { Annotation, Expr, Func, Param, Stmt } from './nodes.ts';

/** What tells one language's syntax from another's. */
export interface Dialect {
  name: string;
  /** Statements at the cursor: one, or several for what is written as one. */
  statement(p: Parser): Stmt[];
  /** The body of a function or loop: a block or one statement. */
  body(p: Parser): Stmt[];
  /** An expression with all operators of at least this strength; 0 takes assignments too. */
  expression(p: Parser, least: number): Expr;
  /** An expression's beginning that only this language has; undefined when there is none at the cursor. */
  primary?(p: Parser): Expr | undefined;
  /** Whether the word at the cursor is called with what follows on its line, without brackets. */
  command?(p: Parser): boolean;
  /** The call that this makes. */
  commandArguments?(p: Parser, callee: Expr): Expr;
  /** Words that end an expression. */
  stops?: ReadonlySet<string>;
}

/** A syntax error: the statement is given up and reading goes on after it. */
class Unreadable extends Error {}

/** One for all: a trace of where it was thrown would cost more than reading. */
export const unreadable = new Unreadable('not to be read');

/** A cursor over tokens. It never goes on past the end; depth and steps are bounded. */
export class Parser {
  readonly tokens: readonly Token[];
  readonly text: string;
  readonly dialect: Dialect;
  readonly #fresh: Uint8Array;
  #closers: Int32Array | undefined;
  readonly imports = new Map<string, string>();
  package: string | null = null;
  at = 0;
  unread = 0;
  depth = 0;
  /** Where an element of JSX turned out to have no end. */
  readonly endless = new Set<number>();
  /** In a header such as `if x {` of Go: a brace opens the block and no value. */
  noBrace = false;
  /** Annotations that were read before what they belong to. */
  annotations: Annotation[] = [];

  constructor(tokens: readonly Token[], text: string, dialect: Dialect) {
    this.tokens = tokens;
    this.text = text;
    this.dialect = dialect;
    this.#fresh = freshTokens(tokens, dialect.name === 'python');
  }

  get token(): Token {
    return this.tokens[this.at] ?? end;
  }

  peek(distance = 1): Token {
    return this.tokens[this.at + distance] ?? end;
  }

  /** An expression at the cursor, with all operators of at least this strength; 0 takes assignments too. */
  expression(least = 0): Expr {
    return this.dialect.expression(this, least);
  }

  get done(): boolean {
    return this.at >= this.tokens.length;
  }

  get line(): number {
    return this.token.line || (this.tokens.at(-1)?.line ?? 1);
  }

  /** Whether the token is a mark or word of this text, and no string. */
  is(text: string, distance = 0): boolean {
    const token = this.tokens[this.at + distance];
    return token !== undefined && token.text === text && token.kind !== 'string';
  }

  isWord(distance = 0): boolean {
    return this.tokens[this.at + distance]?.kind === 'word';
  }

  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw unreadable;
  }

  /** The token at the cursor, which goes on. */
  next(): Token {
    if (this.done) throw unreadable;
    return this.tokens[this.at++]!;
  }

  word(): string {
    if (!this.isWord()) throw unreadable;
    return this.next().text;
  }

  /** The token begins a new line, and that may mean something: not within parentheses. */
  get fresh(): boolean {
    return this.#fresh[this.at] !== 0;
  }

  /** Where the bracket at a place is closed; the number of tokens where it is not. It is found out once for all: those who try how to go on ask again and again. */
  closer(at: number): number {
    return (this.#closers ??= closersOf(this.tokens))[at]!;
  }

  /** Goes to after the bracket that closes the one at the cursor, or the next one. */
  skipBrackets(): void {
    while (!this.done && !isBracket(this.token)) this.at++;
    if (!this.done) this.at = Math.min(this.tokens.length, this.closer(this.at) + 1);
  }

  /** A cursor over other tokens of the same language. */
  within(tokens: readonly Token[]): Parser {
    const inner = new Parser(tokens, this.text, this.dialect);
    inner.depth = this.depth;
    return inner;
  }

  takeAnnotations(): Annotation[] {
    const taken = this.annotations;
    this.annotations = [];
    return taken;
  }

  /** Runs a part that may not be what it looks like; goes back when it is not. */
  attempt<T>(part: () => T | undefined): T | undefined {
    const { at } = this;
    const { depth, noBrace } = this;
    try {
      const result = part();
      if (result !== undefined) return result;
    } catch (error) {
      if (error !== unreadable) throw error;
    }
    this.at = at;
    this.depth = depth;
    this.noBrace = noBrace;
    return undefined;
  }

  /** Statements until `stop`, each by itself: what cannot be read is left out up to where the next may begin. */
  statements(stop: () => boolean): Stmt[] {
    const all: Stmt[] = [];
    if (++this.depth > deepest) {
      this.depth--;
      throw unreadable;
    }
    while (!this.done && !stop()) {
      const before = this.at;
      const { depth } = this;
      try {
        for (const statement of this.dialect.statement(this)) all.push(statement);
      } catch (error) {
        if (error !== unreadable) throw error;
        this.unread++;
        this.depth = depth;
        this.noBrace = false;
        this.at = Math.max(this.at, before + 1);
        this.recover();
      }
      if (this.at === before) this.at++;
    }
    this.depth--;
    return all;
  }

  /** To after the next `;`, or to a token that begins a line or closes a block. */
  private recover(): void {
    for (; !this.done; this.at++) {
      if (this.is(';')) {
        this.at++;
        return;
      }
      if (this.fresh || this.is('}')) return;
    }
  }
}

function isBracket({ kind, text }: Token): boolean {
  return kind === 'mark' && text.length === 1 && '()[]{}'.includes(text);
}

/** Of each bracket the place where it is closed, by whatever closes one; of one that closes its own. */
function closersOf(tokens: readonly Token[]): Int32Array {
  const closers = new Int32Array(tokens.length).fill(tokens.length);
  const open: number[] = [];
  for (const [at, token] of tokens.entries()) {
    if (!isBracket(token)) continue;
    if ('([{'.includes(token.text)) open.push(at);
    else {
      closers[at] = at;
      const opener = open.pop();
      if (opener !== undefined) closers[opener] = at;
    }
  }
  return closers;
}

/** Marks the tokens before which a line's end counts: not those within brackets, but again those in a block within them. */
function freshTokens(tokens: readonly Token[], anyBracket: boolean): Uint8Array {
  const fresh = new Uint8Array(tokens.length + 1).fill(0);
  fresh[0] = 1;
  fresh[tokens.length] = 1;
  const open: boolean[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const { kind, text, line } = tokens[i]!;
    if (kind === 'mark' && (text === ')' || text === ']' || text === '}')) open.pop();
    if (i > 0 && (tokens[i - 1]!.line < line || tokens[i - 1]!.text === '?>') && open.at(-1) !== true) fresh[i] = 1;
    if (kind === 'mark' && (text === '(' || text === '[' || text === '{')) open.push(anyBracket || text !== '{');
  }
  return fresh;
}

const end: Token = { kind: 'mark', text: '', line: 0, at: -1 };
/** Blocks and expressions within each other. */
export const deepest = 200;

/** Operators, members and calls one after the other: longer ones are data that a tool wrote. */
export const longest = 1500;

export function functionOf(name: string, params: Param[], body: Stmt[], line: number, annotations: Annotation[] = []): Func {
  return { name, params, body, annotations, line };
}

/** Marks that are written together but come one by one: joined, for the languages that have them. */
const joined: readonly string[] = ['<=>', '**=', '<<=', '...', '<=', '>=', '++', '--', '-=', '*=', '/=', '%=', '.=', '|=', '&=', '^=', '**', '//', '<<', '=~', '!~', '&.', '..', '<>'];

/** Joins marks into operators; splits those that another language has. */
export function withOperators(tokens: readonly Token[], language: string): Token[] {
  const result: Token[] = [];
  let continued = { from: -1, to: -1 };
  for (let i = 0; i < tokens.length; i++) {
    let token = tokens[i]!;
    if (token.line === continued.from) token = { ...token, line: continued.to };
    if (token.text === '\\' && token.kind === 'mark' && (language === 'python' || language === 'ruby') && tokens[i + 1] && tokens[i + 1]!.line > tokens[i]!.line) {
      continued = { from: tokens[i + 1]!.line, to: token.line };
      continue;
    }
    const before = tokens[i - 1];
    if (token.kind === 'word' && before?.kind === 'string' && before.text.startsWith('/') && before.at + before.text.length === token.at && /^[a-z]+$/.test(token.text)) continue;
    if (token.kind === 'word' && language === 'ruby' && isGlued(token, tokens[i + 1]) && /^[?!]$/.test(tokens[i + 1]!.text) && tokens[i + 2]?.text !== '=') {
      result.push({ ...token, text: token.text + tokens[++i]!.text });
      continue;
    }
    if (token.kind !== 'mark') {
      result.push(token);
      continue;
    }
    if (token.text === '<-' && language !== 'go') {
      result.push({ ...token, text: '<' }, { ...token, text: '-', at: token.at + 1 });
      continue;
    }
    let { text } = token;
    let last = i;
    while (tokens[last + 1]?.kind === 'mark' && tokens[last + 1]!.at === token.at + text.length && joined.includes(text + tokens[last + 1]!.text) && !(text === '<' && tokens[last + 1]!.text === '>' && language === 'javascript')) text += tokens[++last]!.text;
    if (last === i && tokens[i + 2]?.kind === 'mark' && joined.includes(text + tokens[i + 1]!.text + tokens[i + 2]!.text) && tokens[i + 1]!.at === token.at + 1 && tokens[i + 2]!.at === token.at + 2) {
      text += tokens[i + 1]!.text + tokens[i + 2]!.text;
      last = i + 2;
    }
    result.push(last === i ? token : { ...token, text });
    i = last;
  }
  return result;
}

function isGlued(token: Token, next: Token | undefined): boolean {
  return next?.kind === 'mark' && next.at === token.at + token.text.length;
}
