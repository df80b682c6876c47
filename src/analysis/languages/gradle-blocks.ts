import { linesIn } from '../syntax/lines.ts';

/** A build script, or a part of one, that says something of a project. */
export interface Script {
  readonly file: string;
  /** Without comments, with its lines kept. */
  readonly text: string;
  /** Lines of the file before it. */
  readonly offset: number;
}

interface Block {
  /** Where its head begins, and where it ends: after its brace, or with the script. */
  readonly from: number;
  readonly to: number;
}

/**
 * Parts of a script between the braces that follow a match of `head`, which ends in one. `wanted` sees the beginning of each. What
 * lies within another of them is in that one's text and no part by itself, so that all of them together are no longer than the script.
 */
export function blocksIn(script: Script, head: RegExp, wanted: (beginning: string) => boolean = () => true): Script[] {
  const { file, text, offset } = script;
  const parts: Script[] = [];
  let end = 0;
  for (const { from, to } of found(text, head)) {
    if (from < end || !wanted(text.slice(from, Math.min(to, from + 200)))) continue;
    parts.push({ file, text: text.slice(from, to), offset: offset + linesIn(text).at(from) - 1 });
    end = to;
  }
  return parts;
}

/** The script with blanks in place of such parts, but for those that are to be `kept` by their beginning. */
export function withoutBlocks(script: Script, head: RegExp, kept: (beginning: string) => boolean): Script {
  const { text } = script;
  const pieces: string[] = [];
  let end = 0;
  for (const { from, to } of found(text, head)) {
    if (to <= end || kept(text.slice(from, Math.min(to, from + 200)))) continue;
    pieces.push(text.slice(end, from), text.slice(from, to).replace(/[^\n]/g, ' '));
    end = to;
  }
  return { ...script, text: pieces.join('') + text.slice(end) };
}

function found(text: string, head: RegExp): Block[] {
  const heads = [...text.matchAll(head)];
  if (heads.length === 0) return [];
  const ends = endsOf(text);
  return heads.map((match) => ({ from: match.index, to: ends.get(match.index + match[0].length - 1) ?? text.length }));
}

/** Where the block that each opening brace begins ends, found in one walk. */
function endsOf(text: string): Map<number, number> {
  const ends = new Map<number, number>();
  const open: number[] = [];
  for (const { 0: brace, index } of text.matchAll(/[{}]/g)) {
    if (brace === '{') open.push(index);
    else if (open.length > 0) ends.set(open.pop()!, index + 1);
  }
  return ends;
}
