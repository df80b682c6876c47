import { headEnd, listMembers, parseFields, parseLength, type Fields } from './fields.ts';
import { Refusal } from './refusal.ts';

export interface RequestHead {
  readonly method: string;
  /** As forwarded: origin-form, or `*`. */
  readonly target: string;
  /** The target without its query. */
  readonly path: string;
  /** 0 or 1: the minor version of HTTP/1. */
  readonly minor: number;
  readonly fields: Fields;
  /** Lower case, without port and trailing dot. */
  readonly host: string;
  /** What `Host` shall be when the target was in absolute-form, which overrides the field (RFC 9112 §3.2.2). */
  readonly authority: string | null;
  /** Bytes of the body, or `chunked`. */
  readonly body: number | 'chunked';
  readonly keepAlive: boolean;
  /** The protocol that the client wants to change to: `websocket`. */
  readonly upgrade: string | null;
  readonly accept: string;
  readonly requestId: string | null;
  /** Lower-case names that `Connection` declares to be for this connection only. */
  readonly perConnection: readonly string[];
}

export interface HeadLimits {
  readonly headBytes: number;
  readonly headFields: number;
}

const requestLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}) ([\x21-\x7e\x80-\xff]+) HTTP\/(\d)\.(\d)$/;
const hostSyntax = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)\.?(?::\d{0,5})?$/;
const absoluteForm = /^https?:\/\/([^/?#@]+)([/?][^#]*)?$/i;

/**
 * Parses a request's head at the start of `bytes` (RFC 9112), strictly. Returns null while it is incomplete, else the head and
 * the index after it. Throws {@link Refusal}.
 */
export function parseRequestHead(bytes: Buffer, limits: HeadLimits): { head: RequestHead; end: number } | null {
  const start = leadingEmptyLines(bytes);
  const message = start === 0 ? bytes : bytes.subarray(start);
  if (message.length === 0) return null;
  const end = headEnd(message, limits.headBytes);
  if (end < 0) return null;
  const text = message.toString('latin1', 0, end - 2);
  const lineEnd = text.indexOf('\r\n');
  return { head: interpret(text.slice(0, lineEnd), parseFields(text, lineEnd + 2, limits.headFields)), end: start + end };
}

/** Empty lines before a request are skipped, as RFC 9112 §2.2 recommends for robustness. */
function leadingEmptyLines(bytes: Buffer): number {
  let at = 0;
  while (at < 8 && bytes[at] === 13 && bytes[at + 1] === 10) at += 2;
  return at;
}

function interpret(first: string, fields: Fields): RequestHead {
  const line = requestLine.exec(first);
  if (line === null) throw new Refusal(400, 'the request line is malformed');
  const [, method, rawTarget, major, minorDigit] = line as unknown as [string, string, string, string, string];
  if (major !== '1' || (minorDigit !== '0' && minorDigit !== '1')) throw new Refusal(505, 'only HTTP/1.0 and HTTP/1.1 are spoken here');
  const minor = Number(minorDigit);

  let host: string | null = null;
  let length: string | null = null;
  let coding: string | null = null;
  let connection = '';
  let upgrade: string | null = null;
  let accept = '';
  let requestId: string | null = null;
  const { keys, values } = fields;
  for (let i = 0; i < keys.length; i++) {
    const value = values[i]!;
    switch (keys[i]) {
      case 'host': host = once(host, value, 'Host'); break;
      case 'content-length': length = once(length, value, 'Content-Length'); break;
      case 'transfer-encoding': coding = once(coding, value, 'Transfer-Encoding'); break;
      case 'connection': connection = connection === '' ? value : `${connection},${value}`; break;
      case 'upgrade': upgrade = upgrade === null ? value : `${upgrade}, ${value}`; break;
      case 'accept': accept = value; break;
      case 'x-request-id': requestId = value; break;
    }
  }

  const perConnection = connection === '' ? [] : listMembers(connection);
  const { target, authority } = targetOf(method, rawTarget);
  const query = target.indexOf('?');
  const body = bodyOf(length, coding, minor);
  return {
    method, target, minor, fields, authority, body, accept, requestId, perConnection,
    path: query < 0 ? target : target.slice(0, query),
    host: hostOf(authority ?? host),
    keepAlive: minor === 1 ? !perConnection.includes('close') : perConnection.includes('keep-alive'),
    upgrade: upgrade !== null && minor === 1 && body === 0 && perConnection.includes('upgrade') && !/\bh2c\b/i.test(upgrade) ? upgrade : null,
  };
}

function once(before: string | null, value: string, name: string): string {
  if (before !== null) throw new Refusal(400, `${name} is given twice`);
  return value;
}

function targetOf(method: string, raw: string): { target: string; authority: string | null } {
  if (raw.includes('#')) throw new Refusal(400, 'the request target has a fragment');
  if (raw.startsWith('/')) return { target: raw, authority: null };
  if (raw === '*' && method === 'OPTIONS') return { target: raw, authority: null };
  if (method === 'CONNECT') throw new Refusal(501, 'CONNECT is not offered');
  const absolute = absoluteForm.exec(raw);
  if (absolute === null) throw new Refusal(400, 'the request target is neither a path nor an http address');
  const rest = absolute[2] ?? '/';
  return { target: rest.startsWith('?') ? `/${rest}` : rest, authority: absolute[1]! };
}

function hostOf(raw: string | null): string {
  if (raw === null || raw === '') throw new Refusal(400, 'the Host field is missing');
  const match = hostSyntax.exec(raw);
  if (match === null) throw new Refusal(400, 'the Host field is malformed');
  return match[1]!.toLowerCase();
}

/** RFC 9112 §6: a message that could be framed in two ways is refused instead of guessed at. */
function bodyOf(length: string | null, coding: string | null, minor: number): number | 'chunked' {
  if (coding === null) return length === null ? 0 : parseLength(length);
  if (length !== null) throw new Refusal(400, 'both Content-Length and Transfer-Encoding are given');
  if (minor === 0) throw new Refusal(400, 'HTTP/1.0 has no Transfer-Encoding');
  if (coding.toLowerCase() === 'chunked') return 'chunked';
  if (!/^[a-z-]+(\s*,\s*[a-z-]+)*$/i.test(coding)) throw new Refusal(400, 'Transfer-Encoding is malformed');
  throw new Refusal(501, 'the only transfer coding understood is chunked');
}
