import type { Evidence } from '../../model/index.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import type { Tree } from '../tree/tree.ts';

/** Lines that bring a name into a file, or are no code. */
const bringing = /^(?:import|from|using|use|require|export[ \t]+(?:\*|\{)|package|namespace|#include|\/\/|#|\*|\/\*)/;
const mostFiles = 2;

/** Where code uses a name that stands at `defined`: the first line in each of a few files, without those that import it. */
export function usesOf(tree: Tree, code: readonly FileFacts[], name: string, defined: Evidence, why: string): Evidence[] {
  const word = new RegExp(String.raw`(?<![\w$])${RegExp.escape(name)}(?![\w$])`);
  const found: Evidence[] = [];
  for (const { path, words } of code) {
    if (!words.has(name) || found.length === mostFiles) continue;
    const line = lineOfUse(tree.text(path), word, path === defined.file ? defined.line : 0);
    if (line > 0) found.push(seen(path, line, why));
  }
  return found;
}

/** The first line, from 1, where a word stands and is not brought in; 0 without one. `not` is passed over. */
export function lineOfUse(text: string | undefined, word: RegExp, not: number): number {
  return (text ?? '').split('\n').findIndex((line, index) => index + 1 !== not && word.test(line) && !bringing.test(line.trimStart())) + 1;
}
