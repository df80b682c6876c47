import type { Case, Expr, Stmt } from './nodes.ts';
import type { Parser } from './parser.ts';

/** A block in braces. */
export function block(p: Parser): Stmt[] {
  const { noBrace } = p;
  p.noBrace = false;
  p.expect('{');
  const body = p.statements(() => p.is('}'));
  p.take('}');
  p.noBrace = noBrace;
  return body;
}

/** A block, or one statement in its place; of PHP also `: … endif;`. */
export function bodyOf(p: Parser): Stmt[] {
  if (p.is('{')) return block(p);
  if (p.take(';')) return [];
  return p.dialect.statement(p);
}

function condition(p: Parser): Expr {
  p.expect('(');
  const test = p.expression();
  p.expect(')');
  return test;
}

/** Statements that the languages with braces and parentheses share; undefined when none begins here. */
export function controlStatement(p: Parser): Stmt[] | undefined {
  const { token, line } = p;
  if (token.kind === 'mark') {
    if (token.text === '{') return [{ s: 'block', body: block(p) }];
    if (token.text === ';' || token.text === '?>') {
      p.at++;
      return [];
    }
    return undefined;
  }
  if (token.kind !== 'word') return undefined;
  switch (token.text) {
    case 'if': return [ifStatement(p)];
    case 'while': {
      p.at++;
      const test = condition(p);
      return [{ s: 'loop', before: [], test, body: alternative(p, 'endwhile') ?? p.dialect.body(p), after: [], once: false }];
    }
    case 'do': {
      if (!p.is('{', 1)) return undefined;
      p.at++;
      const body = block(p);
      p.expect('while');
      const test = condition(p);
      p.take(';');
      return [{ s: 'loop', before: [], test, body, after: [], once: true }];
    }
    case 'switch': return p.is('(', 1) ? [switchStatement(p)] : undefined;
    case 'try': return [tryStatement(p)];
    case 'return': {
      p.at++;
      const value = endsStatement(p) ? null : p.expression();
      p.take(';');
      return [{ s: 'return', value, line }];
    }
    case 'throw': {
      p.at++;
      const value = endsStatement(p) ? null : p.expression();
      p.take(';');
      return [{ s: 'jump', to: 'throw', value }];
    }
    case 'break': case 'continue': {
      p.at++;
      while (!endsStatement(p)) p.at++;
      p.take(';');
      return [{ s: 'jump', to: token.text, value: null }];
    }
    default: return undefined;
  }
}

function endsStatement(p: Parser): boolean {
  return p.done || p.is(';') || p.is('}') || p.is('?>') || p.is(')') || (p.fresh && p.dialect.name === 'javascript');
}

function ifStatement(p: Parser): Stmt {
  p.at++;
  const test = condition(p);
  if (p.is(':') && p.dialect.name === 'php') {
    p.at++;
    const then = p.statements(() => /^(?:elseif|else|endif)$/.test(p.token.text));
    return { s: 'if', test, then, other: phpElse(p) };
  }
  const then = p.dialect.body(p);
  if (p.is('elseif')) return { s: 'if', test, then, other: [ifStatement(p)] };
  return { s: 'if', test, then, other: p.take('else') ? p.dialect.body(p) : [] };
}

function phpElse(p: Parser): Stmt[] {
  if (p.is('elseif')) return [ifStatement(p)];
  if (p.take('else')) {
    if (p.is('if')) return [ifStatement(p)];
    p.take(':');
    const other = p.statements(() => p.is('endif'));
    p.take('endif');
    return other;
  }
  p.take('endif');
  return [];
}

/** `: … endwhile;` of PHP. */
export function alternative(p: Parser, end: string): Stmt[] | undefined {
  if (p.dialect.name !== 'php' || !p.take(':')) return undefined;
  const body = p.statements(() => p.is(end));
  p.take(end);
  return body;
}

function switchStatement(p: Parser): Stmt {
  p.at++;
  const subject = condition(p);
  const closes = p.is(':') ? 'endswitch' : '}';
  p.at++;
  return { s: 'switch', subject, cases: casesOf(p, closes) };
}

/** `case a: … default: …`, also with arrows, up to the closing brace. */
export function casesOf(p: Parser, closes = '}'): Case[] {
  const cases: Case[] = [];
  while (!p.done && !p.is(closes)) {
    const tests: Expr[] = [];
    if (p.take('case')) {
      do tests.push(p.expression(4));
      while (p.take(','));
      if (p.is('when')) {
        p.at++;
        p.expression();
      }
    } else if (!p.take('default')) {
      p.at++;
      continue;
    }
    if (p.take('->') || p.take('=>')) {
      cases.push({ tests, body: p.dialect.statement(p), falls: false });
      continue;
    }
    if (!p.take(':')) p.take(';');
    const body = p.statements(() => p.is('case') || (p.is('default') && (p.is(':', 1) || p.is('->', 1))) || p.is(closes));
    cases.push({ tests, body, falls: true });
  }
  p.take(closes);
  return cases;
}

function tryStatement(p: Parser): Stmt {
  p.at++;
  const body: Stmt[] = [];
  if (p.take('(')) {
    while (!p.done && !p.is(')')) {
      body.push(...p.dialect.statement(p));
      p.take(';');
    }
    p.take(')');
  }
  body.push(...block(p));
  const handlers: Stmt[][] = [];
  while (p.take('catch')) {
    if (p.is('(')) p.skipBrackets();
    if (p.take('when')) p.skipBrackets();
    handlers.push(block(p));
  }
  return { s: 'try', body, handlers, final: p.take('finally') ? block(p) : [] };
}
