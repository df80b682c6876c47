import type { Token } from '../syntax/lexer.ts';
import { closerOf, isMark } from '../syntax/match.ts';
import type { KnownReads } from './env-read.ts';
import type { HeldPort } from './port-values.ts';
import { portOf } from './port-values.ts';

/**
 * Go: the port that a function opens for whoever calls it: `func serve(addr string) { http.ListenAndServe(addr, nil) }` and `serve(":8080")` in the same file.
 * `i` is where it is opened, `argument` what it is opened with.
 */
export function handedPort(tokens: readonly Token[], i: number, argument: readonly Token[], held: ReadonlyMap<string, HeldPort>, reads: KnownReads): HeldPort | undefined {
  const head = headBefore(tokens, i);
  if (head === undefined) return undefined;
  const open = head + 1;
  const parameters = parts(tokens, open).map((part) => part[0]?.text);
  const at = argument.map(({ kind, text }) => (kind === 'word' ? parameters.indexOf(text) : -1)).find((index) => index >= 0);
  if (at === undefined) return undefined;
  const name = tokens[head]!.text;
  for (let call = 0; call < tokens.length; call++) {
    if (call === head || tokens[call]!.text !== name || tokens[call]!.kind !== 'word' || !isMark(tokens[call + 1], '(')) continue;
    const port = portOf(parts(tokens, call + 1)[at] ?? [], held, reads);
    if (port) return port;
  }
  return undefined;
}

/** The place of the name of the function that a token is in; undefined outside of functions with a name. */
function headBefore(tokens: readonly Token[], i: number): number | undefined {
  for (let at = i; at >= 0; at--) {
    if (tokens[at]!.text !== 'func' || at > 0 && tokens[at - 1]!.line === tokens[at]!.line) continue;
    const name = isMark(tokens[at + 1], '(') ? closerOf(tokens, at + 1) + 1 : at + 1;
    return tokens[name]?.kind === 'word' && isMark(tokens[name + 1], '(') ? name : undefined;
  }
  return undefined;
}

/** What stands between the commas of a pair of brackets. */
function parts(tokens: readonly Token[], open: number): Token[][] {
  const found: Token[][] = [[]];
  for (let i = open + 1, end = closerOf(tokens, open); i < end; i++) {
    if (isMark(tokens[i], ',')) {
      found.push([]);
      continue;
    }
    const close = isMark(tokens[i], '(', '[', '{') ? Math.min(closerOf(tokens, i), end - 1) : i;
    found.at(-1)!.push(...tokens.slice(i, close + 1));
    i = close;
  }
  return found;
}
