import type { Token } from '../syntax/lexer.ts';
import { chainBefore, isMark } from '../syntax/match.ts';
import type { EnvRead } from './env-read.ts';
import { KnownReads } from './env-read.ts';

/** A port that code keeps under a name for what listens elsewhere: `const config = { server: { port: 8080 } }` → `config`, `server`, `port`. */
export interface NamedPort {
  path: string[];
  port: number;
  /** The variable that it is taken from, with `port` when that is not set. */
  env: string | null;
  line: number;
}

/** Names, without separators, of what is listened to by others, or beside the app. */
export const foreignPort = /db|database|pool|redis|mysql|postgres|mongo|smtp|mail|transport|kafka|rabbit|amqp|elastic|metrics|prometheus|debug|pprof|admin|proxy|client|jaeger|otel|consul|cache|nats|minio|s3|ldap|https|ssl|tls|frontend|influx|vault|etcd|zookeeper|mqtt/;

const portName = /^(?:\w+_|[a-z]+(?=P))?port$/i;
const addressName = /(?:port|addr|address)$/i;
const longestValue = 24;
/** Blocks within each other in which ports are named. */
const deepest = 40;

/** The ports that a file of JavaScript, Python or Go gives a name to, with the names around it. */
export function namedPorts(language: string, tokens: readonly Token[], reads: readonly EnvRead[]): NamedPort[] {
  if (!['javascript', 'typescript', 'python', 'go'].includes(language)) return [];
  const found: NamedPort[] = [];
  const known = new KnownReads(reads);
  const around: string[] = [];
  let inClass: string | undefined;
  for (const [i, token] of tokens.entries()) {
    if (isMark(token, '{')) around.push(openedBy(tokens, i));
    else if (isMark(token, '}')) around.pop();
    if (language === 'python' && token.text === 'class' && tokens[i + 1]?.kind === 'word') inClass = tokens[i + 1]!.text;
    if (language === 'python' && token.text === 'define') found.push(...definedPort(tokens, i));
    if (token.kind === 'mark' || !isMark(tokens[i + 1], ':', '=') || !portName.test(token.text) || isMark(tokens[i - 1], '.', '?', '(') || around.length > deepest) continue;
    const path = [...(inClass === undefined || around.length > 0 ? [] : [inClass]), ...around.filter((name) => name !== ''), token.text];
    const value = portIn(valueFrom(tokens, i + 2), known);
    if (value && !foreignPort.test(plain(path)) && !(value.env !== null && foreignPort.test(value.env.toLowerCase()))) found.push({ path, ...value, line: token.line });
  }
  return found;
}

/** Options of Tornado: `define("port", default=8000)`, which code asks for as `options.port`. */
function definedPort(tokens: readonly Token[], i: number): NamedPort[] {
  const name = tokens[i + 2];
  if (!isMark(tokens[i + 1], '(') || name?.kind !== 'string' || !portName.test(name.text) || foreignPort.test(name.text.toLowerCase())) return [];
  const given = tokens.slice(i + 3, i + 3 + longestValue);
  const at = given.findIndex(({ text }, place) => text === 'default' && isMark(given[place + 1], '='));
  const port = at < 0 ? NaN : Number(given[at + 2]?.text);
  return port >= 80 && port <= 65535 ? [{ path: ['options', name.text], port, env: null, line: name.line }] : [];
}

/** What a block of braces belongs to: the key or the variable before it, over types and calls; empty when there is none. */
function openedBy(tokens: readonly Token[], open: number): string {
  for (let i = open - 1; i > open - 9 && i > 0; i--) {
    if (isMark(tokens[i], ':') && tokens[i - 1]!.kind !== 'mark' && !isMark(tokens[i - 2], '=', ':=')) {
      if (isMark(tokens[open - 1], '=')) continue;
      return tokens[i - 1]!.text;
    }
    if (isMark(tokens[i], '=', ':=')) return (isMark(tokens[i - 2], ':') ? tokens[i - 3] : tokens[i - 1])?.text ?? '';
    if (isMark(tokens[i], ',', ';', '{', '}')) return '';
  }
  return '';
}

/** The tokens of a value as far as the next comma, closing bracket or statement. */
function valueFrom(tokens: readonly Token[], from: number): readonly Token[] {
  let depth = 0;
  let end = from;
  for (; end < tokens.length && end < from + longestValue; end++) {
    const token = tokens[end]!;
    if (isMark(token, '(', '[', '{')) depth++;
    else if (isMark(token, ')', ']', '}') && --depth < 0) break;
    else if (depth === 0 && isMark(token, ',', ';')) break;
    else if (depth === 0 && token.line > tokens[end - 1]!.line + 1) break;
    else if (depth === 0 && token.line > tokens[end - 1]!.line && isMark(tokens[end + 1], ':', '=') && token.kind === 'word') break;
  }
  return tokens.slice(from, end);
}

function portIn(value: readonly Token[], reads: KnownReads): { port: number; env: string | null } | undefined {
  const [read] = value.flatMap(({ line, text }) => reads.at(line, text) ?? []);
  const port = [read?.default ?? '', ...value.filter(({ kind }) => kind === 'number' || kind === 'string').map(({ text }) => text)].map((text) => Number(/^:?(\d{2,5})$/.exec(text)?.[1])).findLast((number) => number >= 80 && number <= 65535);
  return port === undefined ? undefined : { port, env: read?.name ?? null };
}

/** The name by which the arguments of a call ask for a port that is kept elsewhere: `config.server.port`, `config.get('server.port')`, `config['port']`; undefined when they name none. */
export function askedName(argument: readonly Token[]): string[] | undefined {
  const all = argument.flatMap((token) => [token, ...(token.inner ?? [])]);
  for (const [i, token] of all.entries()) {
    if (isMark(all[i + 1], ':', '=') || isMark(all[i + 1], '.', '?.')) continue;
    if (token.kind === 'string' && /^[\w.]*port$/i.test(token.text) && isMark(all[i - 1], '(')) return token.text.split('.');
    if (token.kind === 'string' && /^\w*port$/i.test(token.text) && isMark(all[i - 1], '[') && all[i - 2]?.kind === 'word') return [...chainBefore(all, i - 2), token.text];
    if (token.kind === 'word' && addressName.test(token.text) && !isMark(all[i + 1], '(')) return chainBefore(all, i);
  }
  return undefined;
}

/** How many names at the end of `asked` are those at the end of `path`, however they are written: `settings.web.PORT` is `WEB_PORT`. */
export function likenessOf(asked: readonly string[], path: readonly string[]): number {
  for (let many = asked.length; many > 0; many--) {
    const wanted = plain(asked.slice(-many));
    if (path.some((_, from) => plain(path.slice(from)) === wanted)) return many;
  }
  return 0;
}

function plain(path: readonly string[]): string {
  return path.join('').toLowerCase().replace(/[_-]/g, '');
}
