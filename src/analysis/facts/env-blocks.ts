import type { Token } from '../syntax/lexer.ts';
import { closerOf, columnOf, isMark } from '../syntax/match.ts';
import type { EnvRead } from './env-read.ts';

/** Lines within which names begin with something. */
interface Block {
  from: number;
  to: number;
  prefix: string;
}

/** `with env.prefixed("SHOP_"):` of environs: what is read within begins so, also one within another. */
export function inBlocks(language: string, tokens: readonly Token[], text: string, reads: readonly EnvRead[]): EnvRead[] {
  const blocks = language === 'python' ? blocksIn(tokens, text) : [];
  if (blocks.length === 0) return [...reads];
  return reads.map((read) => {
    const prefix = blocks.filter(({ from, to }) => from < read.line && read.line < to).map((block) => block.prefix).join('');
    return prefix === '' || read.name.startsWith(prefix) ? read : { ...read, name: `${prefix}${read.name}` };
  });
}

/** More blocks of a file are not looked for. */
const mostBlocks = 60;

function blocksIn(tokens: readonly Token[], text: string): Block[] {
  let count = 0;
  return tokens.flatMap((token, i) => {
    if (token.text !== 'prefixed' || !isMark(tokens[i - 1], '.') || !isMark(tokens[i + 1], '(') || tokens[i + 2]?.kind !== 'string' || count++ > mostBlocks) return [];
    let first = i;
    while (first > 0 && tokens[first - 1]!.line === token.line) first--;
    if (tokens[first]!.text !== 'with') return [];
    const column = columnOf(tokens[first]!, text);
    let end = closerOf(tokens, i + 1);
    while (end < tokens.length && (tokens[end]!.line === token.line || tokens[end]!.line === tokens[end - 1]!.line || columnOf(tokens[end]!, text) > column)) end++;
    return [{ from: token.line, to: tokens[end]?.line ?? Number.MAX_SAFE_INTEGER, prefix: tokens[i + 2]!.text }];
  });
}
