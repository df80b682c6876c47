import type { RequestHead } from '../http1/request-head.ts';
import type { ResponseHead } from '../http1/response-head.ts';

/** What the ingress tells a target about the client that it stands for. */
export interface ClientFacts {
  readonly address: string;
  /** A client on this machine may itself be a proxy (one that ends TLS): what it says about its own client is kept. */
  readonly trusted: boolean;
}

/** Fields that belong to one connection (RFC 9110 §7.6.1); those marked here are never passed on. */
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization', 'te', 'transfer-encoding', 'upgrade', 'http2-settings']);

/** Naming one of these in `Connection` does not remove it: that would change what the message means. */
const neverPerConnection = new Set(['host', 'content-length', 'content-type', 'cookie', 'set-cookie', 'authorization', 'expect', 'trailer', 'cache-control', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-request-id', 'forwarded']);

const ours = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-request-id']);

const requestIdSyntax = /^[A-Za-z0-9._:+/=-]{1,128}$/;

/** The id under which a request is known in logs: the client's own when it is well-formed. */
export function requestIdOf(head: RequestHead, ids: { freshId(): string }): string {
  return head.requestId !== null && requestIdSyntax.test(head.requestId) ? head.requestId : ids.freshId();
}

/** The head that the target gets for a client's request, as latin1 text. */
export function requestHeadFor(head: RequestHead, client: ClientFacts, requestId: string): string {
  const { names, keys, values } = head.fields;
  let text = `${head.method} ${head.target} HTTP/1.1\r\n`;
  let forwardedFor = client.address;
  let proto = 'http';
  let forwardedHost: string | null = null;
  let host = head.authority ?? '';
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const value = values[i]!;
    if (key === 'host') {
      host = head.authority ?? value;
      text += `Host: ${host}\r\n`;
    } else if (key.charCodeAt(0) === 120 && ours.has(key)) {
      if (!client.trusted) continue;
      if (key === 'x-forwarded-for') forwardedFor = `${value}, ${client.address}`;
      else if (key === 'x-forwarded-proto') proto = value;
      else if (key === 'x-forwarded-host') forwardedHost = value;
    } else if (isForOneConnection(key, head.perConnection)) {
      if (key === 'te' && /\btrailers\b/i.test(value)) text += 'TE: trailers\r\n';
    } else if (key === 'forwarded' ? client.trusted : !imitatesOurs(key)) {
      text += `${names[i]!}: ${value}\r\n`;
    }
  }
  if (head.authority !== null && !keys.includes('host')) text += `Host: ${host}\r\n`;
  if (head.body === 'chunked') text += 'Transfer-Encoding: chunked\r\n';
  if (head.upgrade !== null) text += `Connection: Upgrade\r\nUpgrade: ${head.upgrade}\r\n`;
  return `${text}X-Forwarded-For: ${forwardedFor}\r\nX-Forwarded-Proto: ${proto}\r\nX-Forwarded-Host: ${forwardedHost ?? host}\r\nX-Request-Id: ${requestId}\r\n\r\n`;
}

/** `X_Forwarded_For` becomes the same CGI variable as `X-Forwarded-For` and would let a client lie about its address. */
function imitatesOurs(key: string): boolean {
  return key.includes('_') && ours.has(key.replaceAll('_', '-'));
}

function isForOneConnection(key: string, perConnection: readonly string[]): boolean {
  if (hopByHop.has(key)) return true;
  return perConnection.length > 0 && perConnection.includes(key) && !neverPerConnection.has(key);
}

export interface ResponseFraming {
  /** `chunked` when the body is (or is made) chunked on the client's side; `as-is` leaves Content-Length or nothing. */
  readonly body: 'chunked' | 'as-is';
  /** What the client is told about its connection: nothing (it stays, HTTP/1.1), that it closes, or that it stays (HTTP/1.0). */
  readonly connection: 'close' | 'keep-alive' | null;
  readonly requestId: string;
}

/** The head that the client gets for a target's response, as latin1 text. */
export function responseHeadFor(head: ResponseHead, framing: ResponseFraming): string {
  const { names, keys, values } = head.fields;
  let text = `HTTP/1.1 ${head.status} ${head.reason}\r\n`;
  let lengthSeen = false;
  let idSeen = false;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (isForOneConnection(key, head.perConnection)) continue;
    if (key === 'content-length') {
      if (lengthSeen || head.status === 204 || head.status < 200) continue;
      lengthSeen = true;
    } else if (key === 'x-request-id') idSeen = true;
    text += `${names[i]!}: ${values[i]!}\r\n`;
  }
  if (framing.body === 'chunked') text += 'Transfer-Encoding: chunked\r\n';
  if (!idSeen && head.status >= 200) text += `X-Request-Id: ${framing.requestId}\r\n`;
  if (framing.connection !== null) text += `Connection: ${framing.connection}\r\n`;
  return `${text}\r\n`;
}

/** The head of a 101: the only response whose `Upgrade` is for the client too. */
export function switchingHeadFor(head: ResponseHead): string {
  const { names, keys, values } = head.fields;
  let text = `HTTP/1.1 101 ${head.reason}\r\n`;
  for (let i = 0; i < keys.length; i++) {
    if (keys[i] === 'upgrade' || !isForOneConnection(keys[i]!, head.perConnection)) text += `${names[i]!}: ${values[i]!}\r\n`;
  }
  return `${text}Connection: Upgrade\r\n\r\n`;
}
