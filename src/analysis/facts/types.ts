import type { Token } from '../syntax/lexer.ts';
import { isMark, nextMark } from '../syntax/match.ts';

/** Types and extension methods of a file, and all capitalised words in it. */
export interface Declared {
  names: readonly string[];
  speaksOf: ReadonlySet<string>;
}

const nothing: Declared = { names: [], speaksOf: new Set() };

/** What a file of C# declares and speaks of; nothing for other languages, whose imports tell. */
export function declaredIn(language: string, tokens: readonly Token[]): Declared {
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
