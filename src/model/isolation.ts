import * as z from 'zod';

/** From weakest to strongest. */
export const isolations = ['process', 'namespace', 'container', 'sandbox', 'vm', 'enclave'] as const;
export const Isolation = z.enum(isolations);
export type Isolation = z.infer<typeof Isolation>;
