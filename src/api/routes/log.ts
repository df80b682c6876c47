import * as z from 'zod';
import { Archived } from '../../ledger/archive/archived.ts';
import { json, route, type Route } from '../route.ts';

const base64 = z.string();
const extent = z.object({ key: z.string(), head: z.int(), minimum: z.int(), hash: base64, archives: z.array(Archived), stray: z.int().optional() });
const row = z.object({ position: z.int(), remaining: z.int(), hash: base64, event: z.string() });
const posting = z.object({ term: z.string(), block: z.int(), offsets: base64 });
const block = z.coerce.number().int().min(0);
/** No more than about a megabyte. */
const Blocks = z.strictObject({ first: block, last: block }).refine(({ first, last }) => last >= first && last - first < 100, { message: 'at most a hundred blocks, the first first' });
const encoded = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** What an audit reads while the daemon has the ledger open: rows, tiles and checkpoints as they are stored, nothing of it checked. */
export const logRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/v1/log', role: 'viewer', summary: 'Where the log begins and ends, and the key that signs it', answer: extent,
    handle: async ({ backend: { signedLog: log } }) => {
      const { head, minimum, hash, archives, stray } = await log.source.extent();
      return json({ key: log.key, head, minimum, hash: encoded(hash), archives: [...archives], stray });
    },
  }),
  route({
    method: 'GET', path: '/v1/log/rows', role: 'viewer', summary: 'Stored rows behind a position, about a megabyte', query: z.strictObject({ after: z.coerce.number().int().min(0) }), answer: z.object({ rows: z.array(row) }),
    handle: async ({ backend: { signedLog: log }, query: { after } }) => json({ rows: (await log.source.rows(after)).map((stored) => ({ ...stored, hash: encoded(stored.hash) })) }),
  }),
  route({
    method: 'GET', path: '/v1/log/tiles/{level}/{index}', role: 'viewer', summary: 'Hashes of a tile as far as it goes; null when there is none',
    params: z.strictObject({ level: z.coerce.number().int().min(0).max(63), index: z.coerce.number().int().min(0) }), answer: z.object({ hashes: base64.nullable() }),
    handle: async ({ backend: { signedLog: log }, params: { level, index } }) => {
      const hashes = await log.source.tile(level, index);
      return json({ hashes: hashes === undefined ? null : encoded(hashes) });
    },
  }),
  route({
    method: 'GET', path: '/v1/log/checkpoints', role: 'viewer', summary: 'Signed checkpoints that are kept, the smallest first', answer: z.object({ checkpoints: z.array(z.string()) }),
    handle: async ({ backend: { signedLog: log } }) => json({ checkpoints: await log.source.checkpoints() }),
  }),
  route({
    method: 'GET', path: '/v1/log/postings', role: 'viewer', summary: 'By what the store finds the events of blocks of 256: at which offsets of them those with a term are', query: Blocks, answer: z.object({ postings: z.array(posting) }),
    handle: async ({ backend: { signedLog: log }, query: { first, last } }) => json({ postings: ((await log.source.postings?.(first, last)) ?? []).map((stored) => ({ ...stored, offsets: encoded(stored.offsets) })) }),
  }),
  route({
    method: 'POST', path: '/v1/log/checkpoints', role: 'operator', summary: 'Sign a checkpoint of everything up to now', body: z.strictObject({}), answer: z.object({ checkpoint: z.string() }),
    handle: async ({ backend: { signedLog: log } }) => json({ checkpoint: await log.sign() }, 201),
  }),
  route({
    method: 'POST', path: '/v1/log/archives', role: 'admin', localOnly: true, summary: 'Let the ledger begin behind events that the caller has put into a bundle and verified', body: Archived, answer: z.object({ minimum: z.int() }),
    handle: async ({ backend: { signedLog: log }, body, identity }) => {
      await log.archive(body, identity.actor);
      return json({ minimum: body.upTo }, 201);
    },
  }),
  route({
    method: 'POST', path: '/v1/log/erasures', role: 'admin', localOnly: true, summary: 'Remove the keys of a person: what the ledger says about them cannot be read any more', body: z.strictObject({ subject: z.string().min(1).max(200) }),
    answer: z.object({ erased: z.record(z.string(), z.string()) }),
    handle: async ({ backend: { signedLog: log }, body: { subject } }) => json({ erased: await log.erase(subject) }, 201),
  }),
];
