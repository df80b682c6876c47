import * as z from 'zod';

/** One right answer, or several that are as good; `null` says that there is none. */
const answer = <T extends z.ZodType>(value: T) => z.union([value.nullable(), z.array(value.nullable()).min(1)]).optional();
const names = z.array(z.string()).optional();

/** What is known of one service. What is left out is not scored. */
export const ServiceLabel = z.strictObject({
  name: z.string().optional(),
  path: z.string().default('.'),
  kind: answer(z.string()),
  language: answer(z.string()),
  languages: names,
  framework: answer(z.string()),
  frameworks: names,
  packageManager: answer(z.string()),
  /** `version` as far as it is stated: of `3.11.4` major and minor count. */
  runtime: z.strictObject({ name: answer(z.string()), version: answer(z.string()) }).optional(),
  install: answer(z.string()), build: answer(z.string()), start: answer(z.string()), release: answer(z.string()),
  staticDir: answer(z.string()),
  /** All ports that it listens on; empty when it listens on none. */
  ports: z.array(z.int()).optional(),
  readsPort: z.boolean().optional(),
  health: answer(z.string()),
  /** Variables that occur in its code. */
  env: names, requiredEnv: names, secretEnv: names,
  /** Kinds of stores and queues. */
  stores: names, queues: names, topics: names,
  patterns: names,
  gpu: z.boolean().optional(),
  stateless: z.boolean().optional(),
  /** What it was measured to need, in bytes. */
  memory: z.int().optional(),
});
export type ServiceLabel = z.infer<typeof ServiceLabel>;

/** What is known of one app. */
export const Label = z.strictObject({
  /** Where this is known from; for people. */
  source: z.string().optional(),
  kind: answer(z.string()),
  services: z.array(ServiceLabel).optional(),
  /** There are services that the list leaves out: finding more than it names is no fault. */
  partial: z.boolean().default(false),
  stores: names,
  env: names,
  /** `[from, to]` by the names of `services`; a store is named by its kind. */
  edges: z.array(z.tuple([z.string(), z.string()])).optional(),
  /** Places that are dangerous (`bad`) or only look so; without `line`, the whole file. */
  findings: z.array(z.strictObject({ file: z.string(), line: z.int().optional(), rule: z.string().optional(), bad: z.boolean() })).optional(),
  questions: z.int().optional(),
});
export type Label = z.infer<typeof Label>;

/** The acceptable values of a label's field; undefined when it is not labelled. */
export function accepted<T>(value: T | null | (T | null)[] | undefined): (T | null)[] | undefined {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value : [value];
}
