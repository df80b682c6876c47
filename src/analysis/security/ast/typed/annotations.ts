import { argumentsOf } from '../calls.ts';
import type { Annotation, Expr } from '../nodes.ts';
import type { Parser } from '../parser.ts';
import { dotted, skipAngles } from '../types.ts';

const modifiers = new Set(['public', 'private', 'protected', 'internal', 'static', 'final', 'abstract', 'synchronized', 'native', 'transient', 'volatile', 'strictfp', 'default', 'readonly', 'const', 'sealed', 'virtual', 'override', 'async', 'partial', 'extern', 'unsafe', 'new', 'required', 'non', 'params', 'ref', 'in', 'this', 'out', 'scoped']);

/** Goes past `public static` and the like, and past the types of a method of Java. */
export function skipModifiers(p: Parser): void {
  while (p.isWord() && modifiers.has(p.token.text) && (p.isWord(1) || p.is('@', 1) || p.is('(', 1) === false) && !p.is('.', 1) && !p.is('=', 1) && !p.is(';', 1) && !p.is('(', 1) && !p.is('{', 1) && !p.is(':', 1) && !p.is('->', 1)) p.at++;
  while (p.is('<') && p.dialect.name === 'java') if (p.attempt(() => skipAngles(p)) === undefined) return;
}

/** `@Name(args)`, `[Name(args)]`: kept for what they belong to. */
export function readAnnotations(p: Parser): void {
  const found: Annotation[] = [];
  for (;;) {
    const { line } = p;
    if (p.is('@') && p.isWord(1) && !p.is('interface', 1)) {
      p.at++;
      const name = dotted(p).split('.').at(-1)!;
      found.push({ name, args: p.is('(') ? annotationArguments(p) : [], line });
    } else if (p.dialect.name === 'csharp' && p.is('[') && p.isWord(1)) {
      const read = p.attempt(() => {
        p.at++;
        const all: Annotation[] = [];
        do {
          if (p.isWord() && p.is(':', 1)) p.at += 2;
          const name = dotted(p).split('.').at(-1)!;
          all.push({ name, args: p.is('(') ? annotationArguments(p) : [], line });
        } while (p.take(','));
        p.expect(']');
        return all;
      });
      if (!read) break;
      found.push(...read);
    } else break;
    skipModifiers(p);
  }
  for (const one of found) p.annotations.push(one);
}

function annotationArguments(p: Parser): Expr[] {
  const start = p.at;
  const read = p.attempt(() => argumentsOf(p).args);
  if (read) return read;
  p.at = start;
  p.skipBrackets();
  return [];
}
