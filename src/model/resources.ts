import * as z from 'zod';

/** Limits of one agent. What is absent is not limited. */
export const Resources = z.object({
  /** Millicores. */
  cpu: z.int().min(1).optional(),
  /** Bytes. */
  memory: z.int().min(1).optional(),
  /** Processes and threads together. */
  pids: z.int().min(1).optional(),
});
export type Resources = z.infer<typeof Resources>;
