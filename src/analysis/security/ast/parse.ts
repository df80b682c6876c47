import { languageOf } from '../../syntax/languages.ts';
import type { Token } from '../../syntax/lexer.ts';
import { tokenize } from '../../syntax/lexer.ts';
import { go } from './go.ts';
import { javascript } from './javascript.ts';
import type { Unit } from './nodes.ts';
import type { Dialect } from './parser.ts';
import { Parser, withOperators } from './parser.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import { ruby } from './ruby.ts';
import { csharp, java } from './typed.ts';

const dialects: Readonly<Record<string, Dialect>> = { java, csharp, javascript, typescript: javascript, php, go, python, ruby };

/** Languages of which trees are made. */
export function isParsed(path: string): boolean {
  return Object.hasOwn(dialects, languageOf(path)?.language ?? '');
}

/**
 * The tree of a file. It never fails: a statement that cannot be read is left out and counted. Linear in the text but for
 * what is tried and given up, which is bounded by the depth of brackets. `tokens`: those of the text, where somebody has them already.
 */
export function parse(path: string, text: string, tokens?: readonly Token[]): Unit {
  const { language, lexis } = languageOf(path)!;
  const dialect = dialects[language]!;
  const parser = new Parser(withOperators(tokens ?? tokenize(text, lexis), dialect.name), text, dialect);
  const body = parser.statements(() => false);
  return { path, language: dialect.name, body, imports: parser.imports, package: parser.package, unread: parser.unread };
}
