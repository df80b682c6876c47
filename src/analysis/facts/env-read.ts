import type { Token } from '../syntax/lexer.ts';
import { isMark } from '../syntax/match.ts';
import { isAsked } from './env-asked.ts';
import type { Fallback } from './env-fallbacks.ts';
import { failsSoon, fallbackAfter, given, laterUse, none } from './env-fallbacks.ts';

/** A place where code reads an environment variable. */
export interface EnvRead {
  name: string;
  line: number;
  /** The literal that is used when it is not set. */
  default: string | null;
  /** Something is used instead when it is not set, known or not. */
  optional: boolean;
  /** The code fails when it is not set. */
  required: boolean;
  /** It fails only where code runs that need not. */
  conditional?: boolean;
  /** The variable of the code that holds the value. */
  holder: string | null;
  /** The code asks whether it is set. */
  asked?: true;
}

/** Where a file reads what, for whoever meets the names again. */
export class KnownReads {
  readonly #reads = new Map<string, EnvRead>();

  constructor(reads: readonly EnvRead[]) {
    for (const read of reads) this.add(read);
  }

  /** Takes a read in; false when one of the same variable in the same line is known. */
  add(read: EnvRead): boolean {
    if (this.at(read.line, read.name)) return false;
    this.#reads.set(`${read.line} ${read.name}`, read);
    return true;
  }

  /** The first read of a variable in a line. */
  at(line: number, name: string): EnvRead | undefined {
    return this.#reads.size === 0 ? undefined : this.#reads.get(`${line} ${name}`);
  }
}

/** The read from `start`, whose name ends before `end`, with what stands around it. `strict`: it fails by itself. */
export function completedRead(tokens: readonly Token[], start: number, end: number, strict = false): EnvRead {
  const name = tokens[end - 1]!.text;
  const fallback = bareFallback(tokens, end) ?? fallbackAfter(tokens, end);
  const holder = holderBefore(tokens, start);
  const later = holder === null ? none : laterUse(tokens, end, holder);
  // An empty text takes the place of nothing where the code gives up without a value.
  const optional = fallback.optional && !(fallback.value === '' && later.fails) || later.optional;
  const direct = fallback.fails || (isMark(tokens[start - 1], '!') && failsSoon(tokens, end));
  const required = !optional && (strict || direct || later.fails);
  return { name, line: tokens[start]!.line, default: fallback.value ?? later.value, optional, required, holder, ...(!required && isAsked(tokens, start, end, holder) && { asked: true }) };
}

/** What stands behind the name on its line where arguments stand without brackets: `setting "PORT" 8080`. */
function bareFallback(tokens: readonly Token[], end: number): Fallback | undefined {
  const next = tokens[end];
  const isBare = tokens[end - 2]?.kind === 'word' && tokens[end - 1]!.kind === 'string' && next?.line === tokens[end - 1]!.line;
  return isBare && (next!.kind === 'string' || next!.kind === 'number') ? given(next) : undefined;
}

/** `const port = <read>`, `port := <read>`, `PORT: int = <read>`; a conversion around it counts as part of it. */
export function holderBefore(tokens: readonly Token[], start: number): string | null {
  for (let i = start - 1, steps = 0; i > 0 && steps < 8; i--, steps++) {
    const token = tokens[i]!;
    if (isMark(token, '=', ':=')) {
      const last = beforeArguments(tokens, i - 1);
      let name = last;
      while (name > 0 && last - name < 5 && !(tokens[name]!.kind === 'word' && (!isMark(tokens[name - 1], ':', '.', '<', '|') || startsBlock(tokens, name)))) name--;
      if (isMark(tokens[name + 1], ',') || isMark(tokens[name - 1], ',')) name = tokens[name]!.text === 'ok' || tokens[name]!.text === 'err' || tokens[name]!.text === '_' ? name - 2 : name;
      return tokens[name]?.kind === 'word' ? tokens[name]!.text : null;
    }
    if (token.kind !== 'word' && !isMark(token, '(', '.', '+', '::', '!')) return null;
    if (token.kind === 'word' && /^(return|if|throw|await|case)$/.test(token.text)) return null;
  }
  return null;
}

/** What goes before the arguments of a type that end at `i`: `Map` in `env: Map<String, String>`; `i` itself when none do. */
function beforeArguments(tokens: readonly Token[], i: number): number {
  if (!isMark(tokens[i], '>')) return i;
  for (let at = i - 1; at > i - 12 && at > 0; at--) if (isMark(tokens[at], '<')) return at - 1;
  return i;
}

/** A colon at the end of the line above opens a block of Python; it announces no type. */
function startsBlock(tokens: readonly Token[], i: number): boolean {
  return isMark(tokens[i - 1], ':') && tokens[i - 1]!.line < tokens[i]!.line;
}
