import type { Token } from '../syntax/lexer.ts';
import { closerOf, isMark } from '../syntax/match.ts';
import type { EnvRead, KnownReads } from './env-read.ts';

/** A port as code holds it: a number, or the variable of the environment that it is taken from. */
export interface HeldPort {
  port: number | null;
  env: string | null;
}

/** The port named in the arguments of a call. */
export function portOf(argument: readonly Token[], held: ReadonlyMap<string, HeldPort>, reads: KnownReads): HeldPort | undefined {
  const named = argument.findIndex((token, i) => /^:?(port|Port|PORT|http_port)$/.test(token.text) && (isMark(argument[i + 1], ':', '=', '=>') || (isMark(argument[i + 1], ',') && (token.kind === 'string' || isMark(argument[i - 1], ':')))) && argument[i + 2] !== undefined);
  const from = named >= 0 ? argument.slice(named + 2, named + 26) : argument;
  const direct = inTokens(named >= 0 ? untilComma(from) : from, held, reads);
  if (direct || named >= 0) return direct;
  return argument.some((token) => token.text === 'port' || token.text === 'PORT') ? held.get('port') ?? held.get('PORT') : undefined;
}

function untilComma(tokens: readonly Token[]): readonly Token[] {
  for (let i = 0; i < tokens.length; i++) {
    if (isMark(tokens[i], '(', '[', '{')) i = closerOf(tokens, i);
    else if (isMark(tokens[i], ',', '}')) return tokens.slice(0, i);
  }
  return tokens;
}

function inTokens(tokens: readonly Token[], held: ReadonlyMap<string, HeldPort>, reads: KnownReads): HeldPort | undefined {
  let depth = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (isMark(token, '[') && tokens[i + 1]?.kind === 'number') i = closerOf(tokens, i);
    if (token.text === 'Ipv4Addr' && isMark(tokens[i + 1], '::') && isMark(tokens[i + 3], '(')) i = closerOf(tokens, i + 3) + 1;
    if (i >= tokens.length) break;
    if (isMark(token, '=>', '{') && i > 0 && depth === 0 && isMark(token, '=>')) return undefined;
    if (isMark(token, '{', '(')) depth++;
    if (isMark(token, '}', ')')) depth--;
    const read = reads.at(token.line, token.text);
    if (read && /PORT|ADDR|LISTEN|BIND/.test(read.name)) return { port: portNumber(read.default), env: read.name };
    if (token.kind === 'number' && !isOtherOption(tokens, i)) {
      const port = plainPort(token.text);
      if (port !== null) return { port, env: null };
    }
    if (token.kind === 'string') {
      const inner = token.inner && inTokens(token.inner, held, reads);
      if (inner) return inner;
      const port = portNumber(token.text);
      if (port !== null) return { port, env: null };
    }
    if (token.kind === 'word') {
      const value = held.get(token.text);
      if (value) return value;
    }
  }
  return undefined;
}

/** The number is the value of an option that is no port: `{ pingInterval: 15000 }`, `bufsize=4096`. */
function isOtherOption(tokens: readonly Token[], i: number): boolean {
  const isMember = isMark(tokens[i - 1], ':') && isMark(tokens[i - 3], '{', ',');
  const isNamed = isMark(tokens[i - 1], '=') && tokens[i - 2]?.kind === 'word' && (i === 2 || isMark(tokens[i - 3], ','));
  return (isMember || isNamed) && !/port|addr|listen|bind/i.test(tokens[i - 2]?.text ?? '');
}

/** Variables of the file that hold a port: a number, an address with one, or a variable read from the environment. */
export function heldPorts(tokens: readonly Token[], reads: readonly EnvRead[]): Map<string, HeldPort> {
  const held = new Map<string, HeldPort>();
  for (let i = 1; i < tokens.length; i++) {
    if (!isMark(tokens[i], '=', ':=', ':')) continue;
    const value = tokens[i + 1];
    const typed = isMark(tokens[i - 2], ':') && tokens[i - 3]?.kind === 'word';
    const name = tokens[typed ? i - 3 : i - 1];
    if (!value || name?.kind !== 'word' || held.has(name.text)) continue;
    if (value.kind === 'number' && /port/i.test(name.text)) {
      const port = plainPort(value.text);
      if (port !== null) held.set(name.text, { port, env: null });
    } else if (value.kind === 'string' && /port|addr|listen|bind|host/i.test(name.text)) {
      const port = portNumber(value.text);
      if (port !== null) held.set(name.text, { port, env: null });
    } else if (value.kind === 'word' && /port|addr|listen|bind/i.test(name.text)) {
      const port = otherwise(tokens, i + 1) ?? (/port/i.test(name.text) ? handedOver(tokens, i + 1) : null);
      if (port !== null) held.set(name.text, { port, env: null });
    }
  }
  for (const read of reads) {
    if (read.holder === null || !/PORT|ADDR|LISTEN|BIND/.test(read.name) || storePort.test(read.name)) continue;
    held.set(read.holder, { port: portNumber(read.default) ?? held.get(read.holder)?.port ?? null, env: read.name });
  }
  for (let i = 1; i + 1 < tokens.length; i++) {
    const name = tokens[i - 1]!;
    if (!isMark(tokens[i], '=', ':=') || name.kind !== 'word' || held.has(name.text) || !/port|addr|address|server|url/i.test(name.text)) continue;
    const used = tokens.slice(i + 1, i + 16).find((token) => token.line - name.line <= 2 && ((token.kind === 'word' && held.has(token.text) && token.text !== name.text) || token.inner?.some((inner) => held.has(inner.text))));
    const source = used && (held.get(used.text) ?? held.get(used.inner?.find((inner) => held.has(inner.text))?.text ?? ''));
    if (source) held.set(name.text, source);
  }
  return held;
}

/** What a value that may be absent is otherwise, in the statement from `start`: `args.port.value_or(8080)`, `cli.listen.unwrap_or_else(|| "0.0.0.0:8080".into())`. */
function otherwise(tokens: readonly Token[], start: number): number | null {
  for (let i = start; i < start + 24 && tokens[i] && !isMark(tokens[i], ';', '='); i++) {
    if (!/^(?:value_or|unwrap_or|unwrap_or_else|getOrElse|orElse)$/.test(tokens[i]!.text) || !isMark(tokens[i + 1], '(')) continue;
    const value = tokens.slice(i + 2, i + 5).find((token) => !isMark(token, '|', '||'));
    if (value?.kind === 'number') return plainPort(value.text);
    if (value?.kind === 'string' && /:\d+$/.test(value.text)) return portNumber(value.text);
  }
  return null;
}

/** What a function is given that looks for a port and takes this one when there is none: `tools.PortOr("3000")`. */
function handedOver(tokens: readonly Token[], start: number): number | null {
  let at = start;
  while (tokens[at]?.kind === 'word' && isMark(tokens[at + 1], '.', '::')) at += 2;
  const [name, argument] = [tokens[at], tokens[at + 2]];
  const isAlone = isMark(tokens[at + 1], '(') && isMark(tokens[at + 3], ')') && (argument?.kind === 'string' || argument?.kind === 'number');
  return isAlone && name?.kind === 'word' && /port/i.test(name.text) && !storePort.test(name.text.toUpperCase()) ? portNumber(argument!.text) : null;
}

export const storePort = /^(DB|DATABASE|PG|POSTGRES|MYSQL|MARIADB|REDIS|MONGO|RABBIT|KAFKA|SMTP|MAIL|ES|ELASTIC|MEMCACHE|AMQP|NATS|CLICKHOUSE|CASSANDRA|CONSUL|EUREKA|VAULT|ETCD|ZOOKEEPER|ZK_|MQTT|INFLUX|JAEGER|OTEL|STATSD|MINIO|S3_|LDAP|NEO4J|QDRANT|MILVUS|SOLR)/;

/** `8080`, `:8080`, `0.0.0.0:8080`, `http://*:8080` → 8080; otherwise null. */
export function portNumber(text: string | null): number | null {
  const match = /^(?:[\w.+*[\]:/-]*:)?(\d{2,5})\/?$/.exec(text ?? '');
  return match ? plainPort(match[1]!) : null;
}

export function plainPort(text: string): number | null {
  const value = Number(text.replace(/_/g, '').replace(/(u16|u32|i32|usize|[uU]?[lL]?)$/, ''));
  return Number.isInteger(value) && value >= 80 && value <= 65535 ? value : null;
}
