import type { Token } from '../syntax/lexer.ts';
import { closerOf, columnOf, isMark, matchAt } from '../syntax/match.ts';

/** Calls after which a program goes on until it is stopped: timers, subscriptions, servers. */
const lasting = new Set(('setInterval subscribe consume start_consuming run_forever infinity_polling run_polling run_pending BlockingScheduler KafkaListener RabbitListener JmsListener SqsListener StreamListener PulsarListener Worker ' +
  'eachMessage serve_forever addPeriodicTimer').split(' '));

/** How programs wait for nothing but their end. */
const waitsForEnd: readonly (readonly string[])[] = [
  ['select', '{', '}'], ['signal', '.', 'pause', '('], ['ctrl_c', '('], ['Timeout', '.', 'Infinite'], ['Timeout', '.', 'InfiniteTimeSpan'], ['Thread', '.', 'currentThread', '(', ')', '.', 'join'],
  ['range', 'ticker', '.', 'C', '{'], ['range', 'time', '.', 'Tick', '('], ['range', 'tick', '.', 'C', '{'], ['range', 't', '.', 'C', '{'],
  ['Loop', '::', 'repeat', '('], ['Loop', '::', 'run', '('], ['EventLoop', '::', 'repeat', '('], ['EventLoop', '::', 'run', '('], ['$loop', '->', 'run', '('],
];

/** Names of what is set when a program is to end. */
const endNames = /stop|shutdown|quit|terminat|interrupt/i;

/** What a loop that serves or takes something waits for; one that only pauses may as well try again until it succeeds. */
const waitsForWork = /^(select|accept\w*|recv\w*|receive\w*|poll\w*|consume\w*|readmessage|fetchmessage|b[lr]pop\w*|xread\w*|getupdates|\w*_wait)$/i;
const pauses = /^(u?sleep\w*|\w*delay|wait\w*|tick)$/i;

/** By what such a loop is left that is for ever all the same. */
const stops = /^(\w*interrupt\w*|\w*stop\w*|\w*shutdown\w*|\w*cancel\w*|\w*quit\w*|\w*terminat\w*|running)$/i;

/** What a loop reads that asks whoever sits at the terminal until the answer will do. */
const asks = /^(input|raw_input|readline|question|prompt|getline|gets|fgets|scanf|scanln|read_line|nextline|nextint|cin)$/i;

/** Statements out of which `break` leads, and no further. */
const breakable = /^(for|while|loop|switch|select|do)$/;

/** Whether code goes on until it is stopped: by a timer, a subscription, by waiting for its end, or in a loop that nothing in it leaves. `text` is that of the tokens. */
export function goesOn(language: string, tokens: readonly Token[], text: string): boolean {
  if (waitsForSignal(language, tokens)) return true;
  let beside: ((at: number) => boolean) | undefined;
  const isBeside = (at: number) => language === 'go' && (beside ??= besideMain(tokens))(at);
  return tokens.some((token, i) => {
    if (token.kind !== 'word') return false;
    if (lasting.has(token.text) && isMark(tokens[i + 1], '(') || isUntilStopped(tokens, i) || waitsForEnd.some((pattern) => pattern[0] === token.text && matchAt(tokens, i, pattern) > 0)) return true;
    return isEndless(language, tokens, i) && staysIn(bodyOf(language, tokens, i, text)) && !isBeside(i);
  });
}

/** Go: whether a place is in a function that the program's own file only starts beside itself (`go upload(files)`): a loop there ends with the program, which waits for something else. */
function besideMain(tokens: readonly Token[]): (at: number) => boolean {
  const functions = tokens.flatMap(({ text, line }, i) => (text === 'func' && columnIsFirst(tokens, i, line) && tokens[i + 1]?.kind === 'word' ? [i + 1] : []));
  if (!functions.some((i) => tokens[i]!.text === 'main')) return () => false;
  const declared = new Set(functions);
  const started = new Map<string, boolean>();
  for (const [i, { text, kind }] of tokens.entries()) {
    if (kind === 'word' && isMark(tokens[i + 1], '(') && !declared.has(i)) started.set(text, started.get(text) !== false && tokens[i - 1]?.text === 'go');
  }
  const inside = new Uint8Array(tokens.length);
  for (const [n, i] of functions.entries()) if (tokens[i]!.text !== 'main' && started.get(tokens[i]!.text) === true) inside.fill(1, i + 1, functions[n + 1] ?? tokens.length);
  return (at) => inside[at] === 1;
}

/** Whether a token is the first of its line. */
function columnIsFirst(tokens: readonly Token[], i: number, line: number): boolean {
  return i === 0 || tokens[i - 1]!.line < line;
}

/** Go: a channel of signals that is read. */
function waitsForSignal(language: string, tokens: readonly Token[]): boolean {
  return language === 'go' && tokens.some(({ text }, i) => text === 'signal' && matchAt(tokens, i, ['signal', '.', 'Notify', '(']) > 0) && tokens.some((token) => isMark(token, '<-'));
}

/** An event that is set when the program is to end, and waited for without a limit: `await stop.wait()`, `while not shutdown.is_set()`. */
function isUntilStopped(tokens: readonly Token[], i: number): boolean {
  if (!endNames.test(tokens[i]!.text) || !isMark(tokens[i + 1], '.') || !isMark(tokens[i + 3], '(') || !isMark(tokens[i + 4], ')')) return false;
  const asked = tokens[i + 2]!.text;
  return asked === 'wait' || asked === 'is_set' && tokens.slice(Math.max(0, i - 4), i).some(({ text }) => text === 'while');
}

/** `for { … }` is a loop for ever in Go and V; in Scala it draws from what stands in it. */
function isEndless(language: string, tokens: readonly Token[], i: number): boolean {
  const next = isMark(tokens[i + 1], '(') ? tokens[i + 2] : tokens[i + 1];
  switch (tokens[i]!.text) {
    case 'while': return /^(True|true|1)$/.test(next?.text ?? '');
    case 'for': return language !== 'scala' && isMark(next, '{') || (isMark(next, ';') && isMark(tokens[i + 3], ';'));
    case 'loop': return next?.text === 'do' || isMark(next, '{');
    default: return false;
  }
}

/** The tokens of a loop's body; none where they cannot be told. */
function bodyOf(language: string, tokens: readonly Token[], i: number, text: string): readonly Token[] {
  if (language === 'python') return tokens.slice(i + 3, i + 3 + indented(tokens, i, text));
  let open = i + 1;
  while (open < i + 12 && !isMark(tokens[open], '{')) open++;
  return open === i + 12 ? [] : tokens.slice(open + 1, closerOf(tokens, open));
}

/** How many tokens after the head of a block of Python stand further to the right than it does. */
function indented(tokens: readonly Token[], i: number, text: string): number {
  const own = columnOf(tokens[i]!, text);
  let line = tokens[i]!.line;
  const rest = tokens.slice(i + 3);
  const end = rest.findIndex((token) => {
    const isFirst = token.line > line;
    line = Math.max(line, token.line);
    return isFirst && columnOf(token, text) <= own;
  });
  return end < 0 ? rest.length : end;
}

/** Whether a loop with this body is for ever: nothing leaves it, or only the end of what it waits for. */
function staysIn(body: readonly Token[]): boolean {
  if (body.some(({ kind, text }) => kind === 'word' && asks.test(text))) return false;
  const { leaves, answers } = exits(body);
  if (!leaves || body.some((token, i) => isMark(token, '<-') || token.kind === 'word' && waitsForWork.test(token.text) && !isValue(body, i))) return true;
  const says = (words: RegExp) => body.some(({ kind, text }) => kind === 'word' && words.test(text));
  return !answers && says(pauses) && says(stops);
}

/** Whether a word is handed on or reckoned with, as what holds a value is, rather than called or begun: `sleep(poll_interval)`. */
function isValue(body: readonly Token[], i: number): boolean {
  return body[i + 1]?.line === body[i]!.line && isMark(body[i + 1], ')', ',', '=', ':=', '<', '>', '<=', '>=', '==', '+', '-', '*', '/');
}

/** Whether something in a body leaves its loop, and whether with a result; what functions in it do is theirs. */
function exits(body: readonly Token[]): { leaves: boolean; answers: boolean } {
  let [leaves, answers, inner] = [false, false, 0];
  for (let i = 0; i < body.length; i++) {
    const { kind, text, line } = body[i]!;
    if (isMark(body[i], '=>') && isMark(body[i + 1], '{')) i = closerOf(body, i + 1);
    if (kind !== 'word') continue;
    const sameLine = body[i + 1]?.line === line && !isMark(body[i + 1], ';', '}', ',') ? body[i + 1] : undefined;
    if (/^(func|function|def|fn)$/.test(text)) i = Math.max(i, blockEnd(body, i));
    else if (breakable.test(text)) inner = Math.max(inner, blockEnd(body, i));
    else if (text === 'break' && (i > inner || sameLine?.kind === 'word')) leaves = true;
    else if (text === 'return' || text === 'sys' && body[i + 2]?.text === 'exit') {
      leaves = true;
      answers ||= text === 'return' && sameLine !== undefined;
    }
  }
  return { leaves, answers };
}

/** Where the block that follows a keyword ends: at its closing bracket, or in Python with the line, which is enough for what stands alone in it. */
function blockEnd(body: readonly Token[], i: number): number {
  const open = body.findIndex((token, at) => at > i && at < i + 40 && isMark(token, '{'));
  return open < 0 ? i : closerOf(body, open);
}
