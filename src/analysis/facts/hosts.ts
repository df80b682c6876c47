import type { Token } from '../syntax/lexer.ts';
import { closerOf, isMark } from '../syntax/match.ts';
import type { EnvRead } from './env-read.ts';
import { KnownReads } from './env-read.ts';

/** The address that a server is told to listen on: `address` null where only the variable is known that holds it. */
export interface Host {
  address: string | null;
  env: string | null;
}

/** Names that libraries give to addresses. */
const constants: Readonly<Record<string, string>> = {
  UNSPECIFIED: '0.0.0.0', LOCALHOST: '127.0.0.1', INADDR_ANY: '0.0.0.0', INADDR_LOOPBACK: '127.0.0.1', anyIPv4: '0.0.0.0', anyIPv6: '::', loopbackIPv4: '127.0.0.1', loopbackIPv6: '::1',
  getLoopbackAddress: '127.0.0.1', ListenLocalhost: 'localhost', ListenAnyIP: '::',
};
/** `IPAddress.Any`, `IPAddress.IPv6Loopback`. */
const ofDotnet: Readonly<Record<string, string>> = { Any: '0.0.0.0', IPv6Any: '::', Loopback: '127.0.0.1', IPv6Loopback: '::1' };

const named = /^:?(?:host|hostname|addr|address|bind|ip|interface|listen|server_name|server_host|bind_host|bind_address|listen_addr|listen_address)$/i;
const variable = /HOST|ADDR|BIND|LISTEN|INTERFACE|(?:^|_)IP$|URLS$/;
const noServer = /^(DB|DATABASE|PG|POSTGRES|MYSQL|MARIADB|REDIS|MONGO|RABBIT|KAFKA|SMTP|MAIL|ES|ELASTIC|MEMCACHE|AMQP|NATS|CLICKHOUSE|CASSANDRA|ALLOWED|TRUSTED)/;
/** Languages where an address without a host, such as `:8080`, is that of all families; elsewhere it is IPv4. */
const bothFamilies = new Set(['go', 'javascript', 'typescript', 'java', 'kotlin', 'scala', 'ruby', 'csharp']);

/**
 * The host in a text that is an address: `127.0.0.1`, `0.0.0.0:80`, `[::1]:80`, `http://*:80`, `tcp://localhost:80`. Null for what is none. With `portOnly`
 * also in `:80`. All addresses are `::` in languages that open both families by it.
 */
export function hostIn(text: string, language: string, portOnly = true): string | null {
  const match = /^(?:\w+:\/\/)?(\*|\+|localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:]+\]|::1?|)(?::(?:\d{1,5}|\$?\{?\w*\}?|%\w))?\/?$/i.exec(text);
  if (!match || (match[1] === '' && (!portOnly || !/^:./.test(text)))) return null;
  const host = match[1]!.toLowerCase().replace(/^\[|\]$/g, '');
  return host === '' || host === '*' || host === '+' ? (bothFamilies.has(language) ? '::' : '0.0.0.0') : host;
}

/** Variables of a file that hold an address to listen on. */
export function heldHosts(language: string, tokens: readonly Token[], reads: readonly EnvRead[]): Map<string, Host> {
  const held = new Map<string, Host>();
  for (let i = 1; i + 1 < tokens.length; i++) {
    if (!isMark(tokens[i], '=', ':=', ':')) continue;
    const name = isMark(tokens[i - 2], ':') && tokens[i - 3]?.kind === 'word' ? tokens[i - 3]! : tokens[i - 1]!;
    const value = tokens[i + 1]!;
    if (name.kind !== 'word' || value.kind !== 'string' || held.has(name.text) || !/host|addr|bind|listen|interface|^ip$/i.test(name.text)) continue;
    const address = hostIn(value.text, language);
    if (address !== null) held.set(name.text, { address, env: null });
  }
  for (const { holder, name, default: usual } of reads) {
    if (holder === null || !variable.test(name) || noServer.test(name)) continue;
    held.set(holder, { address: hostIn(usual ?? '', language) ?? held.get(holder)?.address ?? null, env: name });
  }
  return held;
}

/** The host among the arguments of the call of `call` that opens a port; undefined where they name none. */
export function hostOf(language: string, call: string, argument: readonly Token[], held: ReadonlyMap<string, Host>, reads: KnownReads): Host | undefined {
  if (Object.hasOwn(constants, call)) return { address: constants[call]!, env: null };
  const before = beforeCallbacks(language, argument);
  const at = before.findIndex((token, i) => named.test(token.text) && isMark(before[i + 1], ':', '=', '=>'));
  return (at < 0 ? undefined : among(language, before.slice(at + 2, at + 14), held, reads, true)) ?? among(language, before, held, reads, false);
}

function among(language: string, tokens: readonly Token[], held: ReadonlyMap<string, Host>, reads: KnownReads, isHost: boolean): Host | undefined {
  for (const [i, token] of tokens.entries()) {
    if (isHost && isMark(token, ',')) return undefined;
    const read = reads.at(token.line, token.text);
    if (read && (isHost || variable.test(read.name)) && !noServer.test(read.name)) return { address: hostIn(read.default ?? '', language), env: read.name };
    if (token.kind === 'string') {
      const inner = token.inner && among(language, token.inner, held, reads, false);
      if (inner) return inner;
      const empty = token.text === '' && language === 'python' && isMark(tokens[i + 1], ',');
      const written = empty ? '0.0.0.0' : hostIn(token.text.replace(/(?<=:)[#$]?\{.*\}$/, '1'), language);
      if (written !== null) return { address: written, env: null };
    } else if (token.kind === 'word') {
      const known = held.get(token.text) ?? (Object.hasOwn(constants, token.text) ? { address: constants[token.text]!, env: null } : undefined);
      if (known) return tokens[i - 2]?.text === 'Ipv6Addr' ? { address: known.address === '127.0.0.1' ? '::1' : '::', env: null } : known;
      if (tokens[i - 2]?.text === 'IPAddress' && Object.hasOwn(ofDotnet, token.text)) return { address: ofDotnet[token.text]!, env: null };
    } else if (token.kind === 'number') {
      const octets = numbersFrom(tokens, i);
      if (octets.length === 4 && octets.every((value) => value < 256)) return { address: octets.join('.'), env: null };
      if (octets.length === 8 && octets.slice(0, 7).every((value) => value === 0)) return { address: octets[7] === 0 ? '::' : octets[7] === 1 ? '::1' : null, env: null };
      if (isMark(tokens[i - 1], '[', '{', '(') && octets.length > 1) return undefined;
    }
  }
  return undefined;
}

/** `127, 0, 0, 1` in brackets of its own. */
function numbersFrom(tokens: readonly Token[], i: number): number[] {
  if (!isMark(tokens[i - 1], '[', '{', '(')) return [];
  const numbers: number[] = [];
  for (let at = i; tokens[at]?.kind === 'number'; at += 2) {
    numbers.push(Number(tokens[at]!.text));
    if (!isMark(tokens[at + 1], ',')) return isMark(tokens[at + 1], ']', '}', ')') ? numbers : [];
  }
  return [];
}

/** The arguments without functions among them, which write where they listen, and without inner objects. */
function beforeCallbacks(language: string, argument: readonly Token[]): readonly Token[] {
  if (language !== 'javascript' && language !== 'typescript') return argument;
  const kept: Token[] = [];
  for (let i = 0; i < argument.length; i++) {
    const token = argument[i]!;
    if (isMark(token, '=>') || token.text === 'function') break;
    if (i > 0 && isMark(token, '{') && isMark(argument[i - 1], ':', ')')) i = closerOf(argument, i);
    else kept.push(token);
  }
  return kept;
}

/** Addresses that configuration written as code sets: `ip: {127, 0, 0, 1}` of Phoenix, `bind = "…"` of Gunicorn. */
export function configuredHosts(path: string, language: string, tokens: readonly Token[], reads: readonly EnvRead[]): { host: Host; line: number }[] {
  const key = language === 'elixir' ? 'ip' : /(^|\/)(gunicorn|hypercorn)[\w.-]*\.py$/.test(path) ? 'bind' : null;
  if (key === null) return [];
  const known = new KnownReads(reads);
  return tokens.flatMap((token, i) => {
    if (token.text !== key || token.kind !== 'word' || !isMark(tokens[i + 1], ':', '=')) return [];
    const host = among(language, tokens.slice(i + 2, i + 20), new Map(), known, true);
    return host ? [{ host, line: token.line }] : [];
  });
}
