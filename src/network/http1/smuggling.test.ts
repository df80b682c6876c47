import { describe, expect, test } from 'vitest';
import { bodyReader } from './body.ts';
import { Refusal } from './refusal.ts';
import { parseRequestHead } from './request-head.ts';
import { parseResponseHead } from './response-head.ts';

const limits = { headBytes: 4096, headFields: 20 };
const host = 'Host: shop.localhost\r\n';

function statusOf(action: () => unknown): number | 'accepted' {
  try {
    action();
    return 'accepted';
  } catch (error) {
    if (error instanceof Refusal) return error.status;
    throw error;
  }
}

const parse = (text: string) => parseRequestHead(Buffer.from(text, 'latin1'), limits);

describe('request heads that two parsers could read differently are refused', () => {
  test.each<[string, string, number]>([
    ['Content-Length with Transfer-Encoding', `POST / HTTP/1.1\r\n${host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n`, 400],
    ['Transfer-Encoding with Content-Length', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n`, 400],
    ['two equal Content-Lengths', `POST / HTTP/1.1\r\n${host}Content-Length: 4\r\nContent-Length: 4\r\n\r\n`, 400],
    ['two different Content-Lengths', `POST / HTTP/1.1\r\n${host}Content-Length: 4\r\nContent-Length: 5\r\n\r\n`, 400],
    ['a list as Content-Length', `POST / HTTP/1.1\r\n${host}Content-Length: 4, 4\r\n\r\n`, 400],
    ['a signed Content-Length', `POST / HTTP/1.1\r\n${host}Content-Length: +4\r\n\r\n`, 400],
    ['a negative Content-Length', `POST / HTTP/1.1\r\n${host}Content-Length: -4\r\n\r\n`, 400],
    ['a hexadecimal Content-Length', `POST / HTTP/1.1\r\n${host}Content-Length: 0x4\r\n\r\n`, 400],
    ['an empty Content-Length', `POST / HTTP/1.1\r\n${host}Content-Length:\r\n\r\n`, 400],
    ['a Content-Length beyond numbers', `POST / HTTP/1.1\r\n${host}Content-Length: 99999999999999999999\r\n\r\n`, 400],
    ['two Transfer-Encodings', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n`, 400],
    ['an unknown coding before chunked', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: gzip, chunked\r\n\r\n`, 501],
    ['chunked twice', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked, chunked\r\n\r\n`, 501],
    ['a coding that only looks like chunked', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: xchunked\r\n\r\n`, 501],
    ['a vertical tab before chunked', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: \x0bchunked\r\n\r\n`, 400],
    ['a quoted coding', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: "chunked"\r\n\r\n`, 400],
    ['Transfer-Encoding in HTTP/1.0', `POST / HTTP/1.0\r\n${host}Transfer-Encoding: chunked\r\n\r\n`, 400],
    ['a blank before the colon', `POST / HTTP/1.1\r\n${host}Transfer-Encoding : chunked\r\n\r\n`, 400],
    ['obsolete folding', `GET / HTTP/1.1\r\n${host}X: a\r\n b\r\n\r\n`, 400],
    ['folding on the first field', `GET / HTTP/1.1\r\n ${host}\r\n`, 400],
    ['a bare LF between fields', `GET / HTTP/1.1\r\n${host}A: b\nContent-Length: 4\r\n\r\n`, 400],
    ['a bare LF at the end', `GET / HTTP/1.1\nHost: shop.localhost\n\n`, 400],
    ['a bare CR in a value', `GET / HTTP/1.1\r\n${host}A: b\rc\r\n\r\n`, 400],
    ['NUL in a value', `GET / HTTP/1.1\r\n${host}A: b\0c\r\n\r\n`, 400],
    ['NUL in a name', `GET / HTTP/1.1\r\n${host}A\0: b\r\n\r\n`, 400],
    ['an empty name', `GET / HTTP/1.1\r\n${host}: b\r\n\r\n`, 400],
    ['a line without colon', `GET / HTTP/1.1\r\n${host}GET /admin HTTP/1.1\r\n\r\n`, 400],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['no Host in HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n', 400],
    ['an empty Host', 'GET / HTTP/1.1\r\nHost:\r\n\r\n', 400],
    ['two Hosts', `GET / HTTP/1.1\r\n${host}Host: other\r\n\r\n`, 400],
    ['user information in Host', 'GET / HTTP/1.1\r\nHost: a@b\r\n\r\n', 400],
    ['a path in Host', 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', 400],
    ['two blanks in the request line', `GET  / HTTP/1.1\r\n${host}\r\n`, 400],
    ['a tab in the request line', `GET\t/ HTTP/1.1\r\n${host}\r\n`, 400],
    ['HTTP/0.9', `GET /\r\n\r\n`, 400],
    ['HTTP/2 prior knowledge', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
    ['HTTP/1.2', `GET / HTTP/1.2\r\n${host}\r\n`, 505],
    ['lower-case protocol', `GET / http/1.1\r\n${host}\r\n`, 400],
    ['a fragment in the target', `GET /a#b HTTP/1.1\r\n${host}\r\n`, 400],
    ['a target without slash', `GET a HTTP/1.1\r\n${host}\r\n`, 400],
    ['an address with a user', `GET http://u@shop.localhost/ HTTP/1.1\r\n${host}\r\n`, 400],
    ['CONNECT', `CONNECT shop.localhost:80 HTTP/1.1\r\n${host}\r\n`, 501],
    ['too large a head', `GET / HTTP/1.1\r\n${host}A: ${'x'.repeat(5000)}\r\n\r\n`, 431],
    ['too many fields', `GET / HTTP/1.1\r\n${host}${'A: b\r\n'.repeat(30)}\r\n`, 431],
  ])('%s', (_, text, status) => {
    expect(statusOf(() => parse(text))).toBe(status);
  });

  test('an endless head is refused before its end comes', () => {
    expect(statusOf(() => parse(`GET / HTTP/1.1\r\nA: ${'x'.repeat(5000)}`))).toBe(431);
  });
});

describe('request heads that are fine', () => {
  test.each<[string, string, Record<string, unknown>]>([
    ['case, port and trailing dot of Host do not matter', 'GET /a?b HTTP/1.1\r\nHost: SHOP.localhost.:8080\r\n\r\n', { host: 'shop.localhost', path: '/a', target: '/a?b', body: 0, keepAlive: true }],
    ['an IPv6 Host', 'GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n', { host: '[::1]' }],
    ['absolute-form overrides Host', 'GET http://Shop.localhost:81/x?y HTTP/1.1\r\nHost: other\r\n\r\n', { host: 'shop.localhost', target: '/x?y', authority: 'Shop.localhost:81' }],
    ['absolute-form without a path', 'GET http://shop.localhost HTTP/1.1\r\nHost: other\r\n\r\n', { target: '/' }],
    ['OPTIONS of everything', `OPTIONS * HTTP/1.1\r\n${host}\r\n`, { target: '*' }],
    ['chunked in any case', `POST / HTTP/1.1\r\n${host}Transfer-Encoding: Chunked\r\n\r\n`, { body: 'chunked' }],
    ['HTTP/1.0 closes', `GET / HTTP/1.0\r\n${host}\r\n`, { minor: 0, keepAlive: false }],
    ['HTTP/1.0 that asks to stay', `GET / HTTP/1.0\r\n${host}Connection: Keep-Alive\r\n\r\n`, { keepAlive: true }],
    ['HTTP/1.1 that closes', `GET / HTTP/1.1\r\n${host}Connection: foo, Close\r\n\r\n`, { keepAlive: false }],
    ['a WebSocket', `GET / HTTP/1.1\r\n${host}Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n`, { upgrade: 'websocket' }],
    ['h2c is not upgraded to', `GET / HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`, { upgrade: null }],
    ['an upgrade with a body is none', `POST / HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: x\r\nContent-Length: 1\r\n\r\n`, { upgrade: null }],
    ['an empty line before it', `\r\nGET / HTTP/1.1\r\n${host}\r\n`, { path: '/' }],
  ])('%s', (_, text, expected) => {
    expect(parse(text)?.head).toMatchObject(expected);
  });

  test('a head that comes byte by byte is complete at its last byte only', () => {
    const bytes = Buffer.from(`GET / HTTP/1.1\r\n${host}\r\n`);
    for (let end = 0; end < bytes.length; end++) expect(parseRequestHead(bytes.subarray(0, end), limits)).toBeNull();
    expect(parseRequestHead(bytes, limits)?.end).toBe(bytes.length);
  });
});

describe('responses', () => {
  const respond = (text: string, method = 'GET') => parseResponseHead(Buffer.from(text, 'latin1'), method, limits)!.head;

  test.each<[string, string, string, unknown]>([
    ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', 'GET', 5],
    ['the same length twice', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n', 'GET', 5],
    ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', 'GET', 'chunked'],
    ['neither', 'HTTP/1.0 200\r\n\r\n', 'GET', 'until-close'],
    ['an answer to HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', 'HEAD', 0],
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n', 'GET', 0],
    ['304 with the length that it would have', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', 'GET', 0],
  ])('%s frames the body', (_, text, method, body) => {
    expect(respond(text, method).body).toBe(body);
  });

  test.each([
    ['both framings', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['a folded field', 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n'],
  ])('%s are refused', (_, text) => {
    expect(statusOf(() => respond(text))).not.toBe('accepted');
  });
});

describe('chunked bodies', () => {
  function read(text: string, pieces: number): { status: number | 'accepted'; done: boolean; data: string; end: number } {
    const bytes = Buffer.from(text, 'latin1');
    let data = '';
    const reader = bodyReader('chunked', (part) => { data += part.toString('latin1'); });
    let end = 0;
    const status = statusOf(() => {
      for (let at = 0; at < bytes.length && !reader.done; at += pieces) end = at + reader.read(bytes.subarray(at, at + pieces), 0);
    });
    return { status, done: reader.done, data, end };
  }

  test.each([1, 2, 3, 7, 1000])('are read in pieces of %i bytes, up to their end and not beyond', (pieces) => {
    const body = '4\r\nWiki\r\n5;name=value\r\npedia\r\n0\r\nExpires: never\r\n\r\n';
    expect(read(`${body}GET /`, pieces)).toEqual({ status: 'accepted', done: true, data: 'Wikipedia', end: body.length });
  });

  test.each([
    ['a size with a sign', '+4\r\nWiki\r\n0\r\n\r\n'],
    ['a size with a prefix', '0x4\r\nWiki\r\n0\r\n\r\n'],
    ['no size', '\r\nWiki\r\n0\r\n\r\n'],
    ['a negative size', '-1\r\n\r\n'],
    ['a size beyond numbers', 'fffffffffffffffff\r\nWiki'],
    ['a size ended by LF', '4\nWiki\r\n0\r\n\r\n'],
    ['data ended by LF', '4\r\nWiki\n0\r\n\r\n'],
    ['more data than said', '4\r\nWikip\r\n0\r\n\r\n'],
    ['less data than said', '5\r\nWiki\r\n0\r\n\r\n'],
    ['an extension with a bare LF', '4;a\nb\r\nWiki\r\n0\r\n\r\n'],
    ['an extension with a bare CR', '4;a\rb\r\nWiki\r\n0\r\n\r\n'],
    ['an endless extension', `4;${'a'.repeat(2000)}`],
    ['a framing field as trailer', '0\r\nContent-Length: 5\r\n\r\n'],
    ['a trailer without colon', '0\r\nGET / HTTP/1.1\r\n\r\n'],
    ['trailers ended by LF', '0\r\nA: b\n\r\n'],
  ])('%s is refused', (_, text) => {
    for (const pieces of [1, 3, 10_000]) expect(read(text, pieces).status).not.toBe('accepted');
  });
});
