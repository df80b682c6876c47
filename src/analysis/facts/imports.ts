import type { Token } from '../syntax/lexer.ts';
import { closerOf, isMark } from '../syntax/match.ts';

export interface Import {
  /** As written: a package, a module or a relative path. */
  name: string;
  line: number;
}

type Finder = (tokens: readonly Token[], i: number) => Import[];

const javascript: Finder = (tokens, i) => {
  const token = tokens[i]!;
  const next = tokens[i + 1];
  if (token.text === 'from' && next?.kind === 'string') return [{ name: next.text, line: next.line }];
  if ((token.text === 'import' || token.text === 'require') && (next?.kind === 'string' || isMark(next, '('))) {
    const name = next?.kind === 'string' ? next : tokens[i + 2];
    return name?.kind === 'string' ? [{ name: name.text, line: name.line }] : [];
  }
  return [];
};

const python: Finder = (tokens, i) => {
  const token = tokens[i]!;
  // `uvicorn.run("shop.web:app")` imports by a string.
  if (token.text === 'uvicorn' && isMark(tokens[i + 1], '.') && isMark(tokens[i + 3], '(') && tokens[i + 4]?.kind === 'string') {
    const module = /^([\w.]+):\w+$/.exec(tokens[i + 4]!.text)?.[1];
    return module === undefined ? [] : [{ name: module, line: token.line }];
  }
  const firstOfLine = tokens[i - 1]?.line !== token.line || isMark(tokens[i - 1], ';', ':');
  if (!firstOfLine || (token.text !== 'import' && token.text !== 'from')) return [];
  const names: Import[] = [];
  let name = '';
  let at = i + 1;
  for (; at < tokens.length && tokens[at]!.line === token.line; at++) {
    const part = tokens[at]!;
    if (isMark(part, '.', '...')) name += part.text;
    else if (part.kind === 'word' && part.text === 'import') break;
    else if (part.kind === 'word' && part.text === 'as') at++;
    else if (part.kind === 'word') name += part.text;
    else if (isMark(part, ',')) {
      names.push({ name, line: token.line });
      name = '';
    } else break;
  }
  if (name !== '') names.push({ name, line: token.line });
  if (token.text === 'from' && tokens[at]?.text === 'import') {
    const end = isMark(tokens[at + 1], '(') ? closerOf(tokens, at + 1) : lineEnd(tokens, at);
    for (const member of tokens.slice(at + 1, end)) if (member.kind === 'word' && member.text !== 'as') names.push({ name: `${name}${name.endsWith('.') ? '' : '.'}${member.text}`, line: member.line });
  }
  return names;
};

/** Where the line of the token at `at` ends. */
function lineEnd(tokens: readonly Token[], at: number): number {
  let end = at + 1;
  while (end < tokens.length && tokens[end]!.line === tokens[at]!.line) end++;
  return end;
}

const go: Finder = (tokens, i) => {
  if (tokens[i]!.text !== 'import') return [];
  const end = isMark(tokens[i + 1], '(') ? closerOf(tokens, i + 1) : i + 4;
  return tokens.slice(i + 1, end).filter((token) => token.kind === 'string').map((token) => ({ name: token.text, line: token.line }));
};

/** `import a.b.C;`, `use a::b;`, `using A.B;`: the path up to what is no part of it. */
const dotted = (keyword: RegExp): Finder => (tokens, i) => {
  const token = tokens[i]!;
  if (!keyword.test(token.text) || (tokens[i - 1] !== undefined && tokens[i - 1]!.line === token.line && !isMark(tokens[i - 1], ';', '}') && tokens[i - 1]!.text !== 'pub' && tokens[i - 1]!.text !== 'global')) return [];
  let name = '';
  let at = i + 1;
  if (tokens[at]?.text === 'static' || tokens[at]?.text === 'function') at++;
  for (; at < tokens.length && tokens[at]!.line === token.line && (tokens[at]!.kind === 'word' || isMark(tokens[at], '.', '::', '\\', '*')); at++) name += tokens[at]!.text;
  return name === '' ? [] : [{ name, line: token.line }];
};

/** `#include <a/b.hpp>` and `#include "a.h"`: the header's path. */
const header: Finder = (tokens, i) => {
  const token = tokens[i]!;
  if (token.text !== 'include' || !isMark(tokens[i - 1], '#')) return [];
  const next = tokens[i + 1];
  if (next?.kind === 'string') return [{ name: next.text, line: next.line }];
  let name = '';
  for (let at = i + 2; isMark(next, '<') && at < tokens.length && tokens[at]!.line === token.line && !isMark(tokens[at], '>'); at++) name += tokens[at]!.text;
  return name === '' ? [] : [{ name, line: token.line }];
};

const quoted = (keyword: RegExp): Finder => (tokens, i) => {
  const name = isMark(tokens[i + 1], '(') ? tokens[i + 2] : tokens[i + 1];
  return keyword.test(tokens[i]!.text) && name?.kind === 'string' ? [{ name: name.text, line: name.line }] : [];
};

const finders: Readonly<Record<string, Finder>> = {
  javascript, typescript: javascript, python, go,
  rust: dotted(/^(use|mod)$/), java: dotted(/^import$/), kotlin: dotted(/^import$/), scala: dotted(/^import$/), groovy: dotted(/^import$/), csharp: dotted(/^using$/), fsharp: dotted(/^open$/), php: dotted(/^use$/),
  elixir: dotted(/^(alias|use|import)$/), swift: dotted(/^import$/), haskell: dotted(/^import$/), gleam: dotted(/^import$/), c: header, cpp: header, ruby: quoted(/^(require|require_relative|gem)$/), crystal: quoted(/^require$/), dart: quoted(/^import$/),
};

/** What a file imports, in its order. */
export function importsOf(language: string, tokens: readonly Token[]): Import[] {
  const find = Object.hasOwn(finders, language) ? finders[language] : undefined;
  if (!find) return [];
  const found: Import[] = [];
  for (let i = 0; i < tokens.length; i++) if (tokens[i]!.kind === 'word') for (const one of find(tokens, i)) found.push(one);
  return found;
}
