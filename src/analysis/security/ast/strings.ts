import { languageOf } from '../../syntax/languages.ts';
import { tokenize } from '../../syntax/lexer.ts';
import type { Expr } from './nodes.ts';
import type { Parser } from './parser.ts';
import { withOperators } from './parser.ts';

/** A string, with what stands in its holes. */
export function textOf(p: Parser): Expr {
  const { token, line } = p;
  p.at++;
  const { inner } = token;
  const php = p.dialect.name === 'php' && p.text[token.at] !== "'" ? interpolated(p, token.text, line) : [];
  const csharp = p.dialect.name === 'csharp' && !inner && p.text[token.at] === '@' && p.text[token.at - 1] === '$' ? verbatim(p, token.text, line) : [];
  let whole: Expr;
  if (inner && inner.length > 0) whole = { k: 'text', parts: [{ k: 'lit', value: token.text, line }, ...partsOf(p, withOperators(inner, p.dialect.name))], line };
  else if (php.length > 0 || csharp.length > 0) whole = { k: 'text', parts: [{ k: 'lit', value: token.text, line }, ...php, ...csharp], line };
  else whole = { k: 'lit', value: unescaped(token.text), line };
  if (p.token.kind === 'string' && (p.dialect.name === 'python' || (p.dialect.name === 'ruby' && !p.fresh)) && !p.dialect.stops?.has(p.token.text)) {
    const next = textOf(p);
    return whole.k === 'lit' && next.k === 'lit' ? { k: 'lit', value: String(whole.value) + String(next.value), line } : { k: 'text', parts: [whole, next], line };
  }
  return whole;
}

/** Expressions one after the other, as the holes of a string give them. */
function partsOf(p: Parser, tokens: ReturnType<typeof withOperators>): Expr[] {
  const inner = p.within(tokens);
  const parts: Expr[] = [];
  while (!inner.done) {
    const before = inner.at;
    const part = inner.attempt(() => inner.expression());
    if (part) parts.push(part);
    if (inner.at === before) inner.at++;
  }
  return parts;
}

/** `$a`, `$a->b`, `$a[b]` and `{$…}` of PHP's strings. */
function interpolated(p: Parser, text: string, line: number): Expr[] {
  if (!text.includes('$')) return [];
  return [...text.matchAll(/\$[A-Za-z_]\w*(?:->\w+|\[[^\]\n]{1,60}\])*/g)].flatMap(([source]) => {
    const quoted = source.replace(/\[([A-Za-z_]\w*)\]/g, "['$1']");
    return partsOf(p, withOperators(tokenize(`<?php ${quoted}`, languageOf('a.php')!.lexis), 'php').map((token) => ({ ...token, line }))).slice(0, 1);
  });
}

function verbatim(p: Parser, text: string, line: number): Expr[] {
  return [...text.matchAll(/\{([^{}]{1,200})\}/g)].flatMap(([, source]) => partsOf(p, withOperators(tokenize(source!, languageOf('a.cs')!.lexis), 'csharp').map((token) => ({ ...token, line }))));
}

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\(.)/gs, (_, c: string) => ({ n: '\n', t: '\t', r: '\r', 0: '\0' })[c] ?? c) : text;
}
