import type { IncomingMessage } from 'node:http';
import type * as z from 'zod';
import { StratoError } from '../model/index.ts';

/** Bytes of a request's body. */
const bodyLimit = 1024 * 1024;

/** Parses what came from outside; the error names every field that is wrong, and unknown ones. Throws `request.invalid`. */
export function parseInput<T extends z.ZodType>(schema: T, value: unknown, where: 'body' | 'query' | 'path'): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => ({
    field: issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys.join(', ')].join('.') : issue.path.join('.'),
    problem: issue.code === 'unrecognized_keys' ? 'unknown' : issue.message,
  }));
  const first = fields.map(({ field, problem }) => (field === '' ? problem : `${field}: ${problem}`)).slice(0, 5).join('; ');
  throw new StratoError('request.invalid', `The ${where} of the request cannot be used`, { why: first, next: 'docs/reference/api.md says what it takes', details: { where, fields } });
}

/** Query parameters as an object; one that comes twice is refused. */
export function queryOf(url: URL): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of url.searchParams) {
    if (name in values) throw new StratoError('request.invalid', `The query parameter ${name.slice(0, 60)} is there twice`);
    values[name] = value;
  }
  return values;
}

/** The JSON body, at most 1 MB. Throws `request.too-large`, `request.media-type`, `request.json`. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type'];
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > bodyLimit) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > bodyLimit) throw tooLarge();
    chunks.push(chunk as Buffer);
  }
  if (size === 0) return {};
  if (type === undefined || !/^application\/([\w.-]+\+)?json\b/i.test(type)) {
    throw new StratoError('request.media-type', 'The body must be JSON', { why: `its Content-Type is ${type?.slice(0, 60) ?? 'not given'}` });
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch (error) {
    throw new StratoError('request.json', 'The body is no JSON', { why: (error as Error).message });
  }
}

function tooLarge(): StratoError {
  return new StratoError('request.too-large', 'The body of the request is too large', { why: 'at most 1 MB is read' });
}
