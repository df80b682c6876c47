import * as z from 'zod';

/** A bundle that holds events which left the database, as the ledger remembers it. */
export const Archived = z.object({
  /** The bundle holds the events behind this position … */
  from: z.int().min(0),
  /** … up to this one, a multiple of 256. */
  upTo: z.int().min(256).multipleOf(256),
  /** Of its file, without directory. */
  name: z.string().regex(/^[\w.-]{1,120}$/),
  /** Of its file, 64 hexadecimal digits. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().min(0),
  /** SHA-256 of the state that its events lead to, as `base.ts` writes it. */
  state: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Archived = z.infer<typeof Archived>;
