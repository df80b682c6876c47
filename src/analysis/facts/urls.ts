import type { Token } from '../syntax/lexer.ts';

/** An address written in code: its holes stand as `*`. */
export interface WrittenUrl {
  url: string;
  scheme: string;
  /** Without port; empty when it is computed. */
  host: string;
  port: number | null;
  line: number;
}

const written = /^(jdbc:)?([a-z][a-z0-9+.-]{1,30}):\/\/(?:[^@/\s"'`]*@)?(\[[^\]]*\]|[\w.*-]*)(?::(\d{1,5}))?/;

/** Addresses in a file's strings. */
export function urlsOf(tokens: readonly Token[]): WrittenUrl[] {
  return tokens.flatMap((token) => {
    const inner = token.inner ? urlsOf(token.inner) : [];
    if (token.kind !== 'string') return inner;
    const url = parseUrl(token.text, token.line);
    return url ? [url, ...inner] : inner;
  });
}

/** The address that a text starts with; undefined when it starts with none. */
export function parseUrl(text: string, line: number): WrittenUrl | undefined {
  if (!text.includes('://')) return undefined;
  const match = written.exec(text.slice(0, 300).replace(/[#$]\{[^}]*\}|\{[^}]*\}/g, '*'));
  if (!match) return undefined;
  return { url: match[0], scheme: match[2]!, host: match[3]!, port: match[4] ? Number(match[4]) : null, line };
}
