import { argumentsOf, rubyBlock, withBlock } from './calls.ts';
import type { Expr } from './nodes.ts';
import { braced } from './operands.ts';
import type { Parser } from './parser.ts';
import { longest, unreadable } from './parser.ts';
import { textOf } from './strings.ts';
import { skipAngles } from './types.ts';

/** What may follow an operand: members, calls, indexes. */
export function postfix(p: Parser, start: Expr): Expr {
  let left = start;
  const { name } = p.dialect;
  for (let turns = 0; turns < longest; turns++) {
    const { token, line } = p;
    if (p.done) break;
    if (name === 'ruby' && ((token.text === 'do' && token.kind === 'word' && !p.noBrace) || (token.text === '{' && token.kind === 'mark')) && (left.k === 'member' || left.k === 'name') && !p.fresh) {
      const block = rubyBlock(p);
      if (!block) break;
      left = { k: 'call', callee: left, args: [block], names: null, made: false, line };
      continue;
    }
    if (name === 'csharp' && p.is('switch') && p.is('{', 1)) {
      left = switchValue(p, left);
      continue;
    }
    if (token.kind !== 'mark') break;
    const fresh = p.fresh;
    if ((token.text === '.' && name !== 'php') || token.text === '?.' || token.text === '->' || token.text === '::' || token.text === '&.') {
      if (token.text === '->' && name !== 'php') break;
      if (token.text === '::' && name === 'python') break;
      p.at++;
      if (p.is('(') || p.is('[')) {
        if (name === 'go' && token.text === '.' && p.is('(')) {
          p.skipBrackets();
          continue;
        }
        if (name === 'ruby') left = { k: 'member', object: left, name: 'call', line };
        continue;
      }
      if (p.is('<') && name === 'java') skipAngles(p);
      if (p.is('{') && name === 'php') {
        p.at++;
        left = { k: 'index', object: left, index: p.expression(), line };
        p.expect('}');
        continue;
      }
      if (!p.isWord()) {
        if (p.dialect.name === 'java' && token.text === '::') break;
        throw unreadable;
      }
      const calls = p.dialect.command?.(p);
      left = { k: 'member', object: left, name: p.word(), line };
      if (calls) return p.dialect.commandArguments!(p, left);
    } else if (token.text === '(') {
      if (fresh && (name === 'ruby' || name === 'go' || name === 'python')) break;
      left = { k: 'call', callee: left, ...argumentsOf(p), made: false, line };
      left = withBlock(p, left);
    } else if (token.text === '[') {
      if (fresh && name !== 'java' && name !== 'php' && name !== 'csharp') break;
      if (name === 'ruby' && p.at > 0 && p.tokens[p.at - 1]!.at + p.tokens[p.at - 1]!.text.length !== token.at && left.k === 'name') break;
      left = indexed(p, left, line);
    } else if (token.text === '!' && (name === 'javascript' || name === 'csharp') && !fresh && p.peek().text !== '=') p.at++;
    else if ((token.text === '++' || token.text === '--') && !fresh) {
      p.at++;
      left = { k: 'unary', op: token.text, operand: left, line };
    } else if (token.text === '<' && (name === 'javascript' || name === 'csharp' || name === 'java')) {
      const called = p.attempt(() => {
        skipAngles(p);
        return p.is('(') || (p.is('::') && name === 'java') || (p.is('.') && name === 'csharp') ? true : undefined;
      });
      if (!called) break;
    } else if (token.text === '{' && !p.noBrace && name === 'go' && !fresh && (left.k === 'name' || left.k === 'member')) left = goLiteral(p, left, line);
    else break;
  }
  // A template that is tagged: sql`…`.
  if (p.token.kind === 'string' && name === 'javascript' && p.text[p.token.at] === '`' && !p.fresh) {
    const { line } = p;
    left = { k: 'call', callee: left, args: [textOf(p)], names: null, made: false, line };
  }
  return left;
}

function goLiteral(p: Parser, type: Expr, line: number): Expr {
  const fields = braced(p);
  return { k: 'call', callee: type, args: [fields], names: null, made: true, line };
}

/** `x switch { pattern => value, … }`: one of the values. */
function switchValue(p: Parser, subject: Expr): Expr {
  const { line } = p;
  const parts = [subject];
  p.at += 2;
  while (!p.is('}') && !p.done) {
    while (!p.is('=>') && !p.done) if (p.is('(') || p.is('{') || p.is('[')) p.skipBrackets(); else p.at++;
    p.expect('=>');
    parts.push(p.expression());
    if (!p.take(',')) break;
  }
  p.expect('}');
  return { k: 'many', parts, line };
}

function indexed(p: Parser, object: Expr, line: number): Expr {
  const { noBrace } = p;
  p.noBrace = false;
  p.expect('[');
  if (p.take(']')) {
    p.noBrace = noBrace;
    return { k: 'index', object, index: null, line };
  }
  // `params[:id]` of Ruby is a name, `list[:3]` of others a part.
  let index: Expr | null = p.is(':') && p.dialect.name !== 'ruby' ? null : p.expression();
  const parts: Expr[] = index ? [index] : [];
  let slice = false;
  while (p.is(':') || p.is(',') || p.is('..')) {
    slice ||= !p.is(',');
    p.at++;
    if (!p.is(']') && !p.is(':')) parts.push(p.expression());
  }
  p.expect(']');
  p.noBrace = noBrace;
  if (slice) return { k: 'call', callee: { k: 'member', object, name: 'slice', line }, args: parts, names: null, made: false, line };
  if (parts.length > 1) index = { k: 'many', parts, line };
  return { k: 'index', object, index, line };
}
