import { Refusal } from './refusal.ts';

/** Header fields in the order they came: the name as written, the same in lower case, and the value without outer blanks. */
export interface Fields {
  readonly names: string[];
  readonly keys: string[];
  readonly values: string[];
}

/**
 * One `name: value CRLF` (RFC 9112 §5). It admits no blank before the colon, no line folding, no bare CR or LF, no NUL: whatever
 * two parsers could read differently is refused, because that difference is what request smuggling lives on.
 */
const line = /([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)\r\n/y;

/** Parses the field lines of `text` from `from` to its end. Throws {@link Refusal} 400 on bad syntax, 431 on more than `maxCount`. */
export function parseFields(text: string, from: number, maxCount: number): Fields {
  const fields: Fields = { names: [], keys: [], values: [] };
  line.lastIndex = from;
  while (line.lastIndex < text.length) {
    const at = line.lastIndex;
    const match = line.exec(text);
    if (match === null) throw new Refusal(400, `header line ${fields.names.length + 1} is malformed: ${JSON.stringify(text.slice(at, at + 40))}`);
    if (fields.names.length === maxCount) throw new Refusal(431, `more than ${maxCount} header fields`);
    const name = match[1]!;
    fields.names.push(name);
    fields.keys.push(name.toLowerCase());
    fields.values.push(withoutTrailingBlanks(match[2]!));
  }
  return fields;
}

function withoutTrailingBlanks(value: string): string {
  const last = value.charCodeAt(value.length - 1);
  return last === 32 || last === 9 ? value.replace(/[ \t]+$/, '') : value;
}

/** Index after the empty line that ends a head in `bytes`, or -1 when it is not there yet. A bare LF is refused at once. */
export function headEnd(bytes: Buffer, limit: number): number {
  const at = bytes.indexOf('\r\n\r\n');
  if (at >= 0 && at + 4 <= limit) return at + 4;
  if (at >= 0 || bytes.length >= limit) throw new Refusal(431, `the head is larger than ${limit} bytes`);
  const newline = bytes.lastIndexOf(10);
  if (newline === 0 || (newline > 0 && bytes[newline - 1] !== 13)) throw new Refusal(400, 'a line ends without CR');
  return -1;
}

/** The lower-case, comma-separated members of a list field such as `Connection`. */
export function listMembers(value: string): string[] {
  return value.toLowerCase().split(',').map((member) => member.trim()).filter((member) => member !== '');
}

/** `Content-Length` as a number. Throws {@link Refusal} unless it is plain digits that a number can hold. */
export function parseLength(value: string): number {
  if (!/^\d{1,15}$/.test(value)) throw new Refusal(400, 'Content-Length is not a number');
  return Number(value);
}
