import { headEnd, listMembers, parseFields, parseLength, type Fields } from './fields.ts';
import { Refusal } from './refusal.ts';
import type { HeadLimits } from './request-head.ts';

export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly fields: Fields;
  /** How the body ends: after so many bytes, by its last chunk, or when the sender closes. */
  readonly body: number | 'chunked' | 'until-close';
  /** The sender keeps the connection open after this response. */
  readonly keepAlive: boolean;
  /** Milliseconds for which the sender says it keeps an idle connection (`Keep-Alive: timeout=…`), or null. */
  readonly idleTimeout: number | null;
  readonly eventStream: boolean;
  readonly perConnection: readonly string[];
}

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/;

/**
 * Parses the head of a response to a request with `method` at the start of `bytes` (RFC 9112 §4, §6.3). Returns null while it
 * is incomplete. Throws {@link Refusal}.
 */
export function parseResponseHead(bytes: Buffer, method: string, limits: HeadLimits): { head: ResponseHead; end: number } | null {
  const end = headEnd(bytes, limits.headBytes);
  if (end < 0) return null;
  const text = bytes.toString('latin1', 0, end - 2);
  const lineEnd = text.indexOf('\r\n');
  return { head: interpret(text.slice(0, lineEnd), parseFields(text, lineEnd + 2, limits.headFields), method), end };
}

function interpret(first: string, fields: Fields, method: string): ResponseHead {
  const line = statusLine.exec(first);
  if (line === null) throw new Refusal(502, 'the status line is malformed');
  const status = Number(line[2]);

  let length: string | null = null;
  let coding: string | null = null;
  let connection = '';
  let idleTimeout: number | null = null;
  let eventStream = false;
  const { keys, values } = fields;
  for (let i = 0; i < keys.length; i++) {
    const value = values[i]!;
    switch (keys[i]) {
      case 'content-length':
        if (length !== null && length !== value) throw new Refusal(502, 'two different Content-Length fields');
        length = value;
        break;
      case 'transfer-encoding': coding = coding === null ? value : `${coding}, ${value}`; break;
      case 'connection': connection = connection === '' ? value : `${connection},${value}`; break;
      case 'content-type': eventStream = /^text\/event-stream\b/i.test(value); break;
      case 'keep-alive': {
        const seconds = /\btimeout=(\d{1,6})/i.exec(value)?.[1];
        if (seconds !== undefined) idleTimeout = Number(seconds) * 1000;
        break;
      }
    }
  }

  const body = bodyOf(status, method, length, coding);
  const perConnection = connection === '' ? [] : listMembers(connection);
  const persistent = line[1] === '1' ? !perConnection.includes('close') : perConnection.includes('keep-alive');
  return {
    status, fields, body, idleTimeout, eventStream, perConnection,
    reason: line[3] ?? '',
    keepAlive: persistent && body !== 'until-close' && status !== 101,
  };
}

function bodyOf(status: number, method: string, length: string | null, coding: string | null): ResponseHead['body'] {
  if (length !== null && coding !== null) throw new Refusal(502, 'both Content-Length and Transfer-Encoding are given');
  if (coding !== null && coding.toLowerCase() !== 'chunked') throw new Refusal(502, 'the only transfer coding understood is chunked');
  const given = length === null ? null : parseLength(length);
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return 0;
  if (coding !== null) return 'chunked';
  return given ?? 'until-close';
}
