import type { Token } from '../syntax/lexer.ts';
import { closerOf, isMark, nextMark } from '../syntax/match.ts';

/**
 * Of C#, types and extension methods of a file, and all capitalised words in it; of JavaScript, what it exports and imports by name; of Go, what stands at the top of
 * the file, types for their methods, and all words in it.
 */
export interface Declared {
  names: readonly string[];
  speaksOf: ReadonlySet<string>;
}

const nothing: Declared = { names: [], speaksOf: new Set() };

/** What a file declares and speaks of; nothing for other languages, whose imports tell. */
export function declaredIn(language: string, tokens: readonly Token[]): Declared {
  if (language === 'typescript' || language === 'javascript') return exported(tokens);
  if (language === 'go') return topOfGo(tokens);
  if (language !== 'csharp') return nothing;
  const names: string[] = [];
  const speaksOf = new Set<string>();
  for (const [i, { kind, text }] of tokens.entries()) {
    if (kind !== 'word' || !/^[A-Z]/.test(text)) continue;
    const before = tokens[i - 1];
    const open = isMark(tokens[i + 1], '<') ? nextMark(tokens, i + 2, i + 12, '(') : i + 1;
    if (before?.kind === 'word' && /^(class|interface|record|struct|enum)$/.test(before.text)) names.push(text);
    else if (isMark(tokens[open], '(') && tokens[open + 1]?.text === 'this') names.push(text);
    speaksOf.add(text);
  }
  return { names, speaksOf };
}

function exported(tokens: readonly Token[]): Declared {
  const names: string[] = [];
  const speaksOf = new Set<string>();
  for (const [i, { kind, text }] of tokens.entries()) {
    if (kind !== 'word') continue;
    if (text === 'export') {
      let at = i + 1;
      while (/^(default|abstract|async|declare|class|function|const|let|var|interface|type|enum|namespace)$/.test(tokens[at]?.text ?? '')) at++;
      if (at > i + 1 && tokens[at]?.kind === 'word') names.push(tokens[at]!.text);
    } else if (text === 'exports' && isMark(tokens[i + 1], '.') && tokens[i + 2]?.kind === 'word') names.push(tokens[i + 2]!.text);
    if (text !== 'import' && text !== 'const') continue;
    const open = tokens[i + 1]?.text === 'type' ? i + 2 : isMark(tokens[i + 2], ',') ? i + 3 : i + 1;
    if (isMark(tokens[open], '{')) for (let at = open + 1, end = closerOf(tokens, open); at < end; at++) if (tokens[at]!.kind === 'word' && isMark(tokens[at - 1], '{', ',')) speaksOf.add(tokens[at]!.text);
  }
  return { names, speaksOf };
}

function topOfGo(tokens: readonly Token[]): Declared {
  const names: string[] = [];
  let depth = 0;
  let group = false;
  for (const [i, token] of tokens.entries()) {
    const { kind, text } = token;
    if (kind === 'mark') {
      if (group && depth === 1 && text === ')') group = false;
      if (/^[({[]$/.test(text)) depth++;
      else if (/^[)}\]]$/.test(text)) depth--;
      continue;
    }
    if (kind !== 'word') continue;
    if (depth === 0 && /^(func|type|var|const)$/.test(text)) {
      const next = tokens[i + 1];
      group = text !== 'func' && isMark(next, '(');
      // `func (s *Server) Run()` is there for who has a Server.
      const receiver = text === 'func' && isMark(next, '(') ? tokens.slice(i + 2, closerOf(tokens, i + 1)).filter((part) => part.kind === 'word') : undefined;
      const name = receiver ? (receiver[1] ?? receiver[0]) : next;
      if (name?.kind === 'word') names.push(name.text);
    } else if (group && depth === 1 && token.line !== tokens[i - 1]?.line) names.push(text);
  }
  return { names, speaksOf: new Set(tokens.flatMap(({ kind, text }) => (kind === 'word' ? [text] : []))) };
}

/** Files that are one to those who import them, by the names that they declare. */
export class Declarations<File extends { readonly declared: Declared }> {
  readonly files: readonly File[];
  /** Name → places in `files`. */
  readonly #declaring = new Map<string, number[]>();

  constructor(files: readonly File[]) {
    this.files = files;
    for (const [place, { declared }] of files.entries()) {
      for (const name of declared.names) {
        const known = this.#declaring.get(name);
        if (known) known.push(place);
        else this.#declaring.set(name, [place]);
      }
    }
  }

  /** The files that declare one of `names`, in their order. */
  declaring(names: Iterable<string>): File[] {
    const places = new Set<number>();
    for (const name of names) for (const place of this.#declaring.get(name) ?? []) places.add(place);
    return [...places].sort((a, b) => a - b).map((place) => this.files[place]!);
  }

  /** The names declared here that a file speaks of, found by whichever of both has fewer. */
  namesSpokenOf({ speaksOf }: Declared): Iterable<string> {
    return speaksOf.size < this.#declaring.size ? speaksOf.keys().filter((name) => this.#declaring.has(name)) : this.#declaring.keys().filter((name) => speaksOf.has(name));
  }
}
