import * as z from 'zod';
import { Isolation } from './isolation.ts';
import { ArtefactId, EnvName, ServiceName, VolumeName } from './names.ts';
import { ServiceKind, StopSignal, StoreKind } from './plan.ts';
import { Resources } from './resources.ts';

/**
 * A variable of an agent's environment. Secrets and addresses are referred to, never written down: they are filled in
 * when an agent is prepared, so the ledger holds none.
 */
export const EnvVar = z.union([
  z.object({ name: EnvName, value: z.string() }),
  /** A fact of a store service of the same app. `form`: how the client wants a `url`, with its parts in braces; absent, as the store's own clients write it. */
  z.object({ name: EnvName, store: ServiceName, fact: z.enum(['url', 'host', 'port', 'user', 'password', 'database']), form: z.string().optional() }),
  /** The address by which another service of the same app is reached through the ingress. */
  z.object({ name: EnvName, service: ServiceName, fact: z.enum(['url', 'host', 'hostport']) }),
  /** A value that a person set with `--env`; kept in the secrets of the app. */
  z.object({ name: EnvName, secret: z.string() }),
]);
export type EnvVar = z.infer<typeof EnvVar>;

export const ProbeAction = z.discriminatedUnion('kind', [
  /** Succeeds on any status from 200 to 399; `any` accepts every answer below 500. */
  z.object({ kind: z.literal('http'), path: z.string().startsWith('/'), accept: z.enum(['success', 'any']) }),
  z.object({ kind: z.literal('tcp') }),
  /** Succeeds when the server answers as its protocol has it, and is not starting or ending. */
  z.object({ kind: z.literal('greeting'), protocol: z.enum(['memcached', 'mysql', 'postgresql', 'redis']) }),
  z.object({ kind: z.literal('exec'), argv: z.array(z.string()).min(1) }),
]);
export type ProbeAction = z.infer<typeof ProbeAction>;

/** Milliseconds throughout. The thresholds give hysteresis: so many in a row flip the verdict. */
export const ProbeSpec = z.object({
  action: ProbeAction,
  interval: z.int().min(10),
  timeout: z.int().min(10),
  failures: z.int().min(1),
  successes: z.int().min(1),
});
export type ProbeSpec = z.infer<typeof ProbeSpec>;

/**
 * `startup` decides when an agent counts as started (absent: when it runs); `readiness` whether it gets traffic;
 * `liveness` whether it is replaced. Readiness and liveness begin after startup has passed.
 */
export const HealthSpec = z.object({
  startup: ProbeSpec.nullable(),
  readiness: ProbeSpec.nullable(),
  liveness: ProbeSpec.nullable(),
  /** Milliseconds from start within which startup must pass. */
  deadline: z.int().min(100),
});
export type HealthSpec = z.infer<typeof HealthSpec>;

export const VolumeMount = z.object({ volume: VolumeName, path: z.string().startsWith('/') });

export const UpdateSpec = z.object({
  /** `recreate` stops the old agent first: for those that own a volume. */
  strategy: z.enum(['rolling', 'recreate']),
  /** Slots that are replaced at the same time. */
  parallelism: z.int().min(1),
  /** Milliseconds for which the new revision is watched after all its agents were ready. */
  monitor: z.int().min(0),
  /** Share of slots that may fail before the rollout is rolled back. */
  maxFailureRatio: z.number().min(0).max(1),
});
export type UpdateSpec = z.infer<typeof UpdateSpec>;

/** Backoff before the n-th replacement in a row: `min(cap, base · 2^(n-2))` ± jitter; the first is immediate. */
export const RestartSpec = z.object({
  policy: z.enum(['always', 'on-failure', 'never']),
  base: z.int().min(1),
  cap: z.int().min(1),
  /** An agent that ran this long resets the count. */
  stableAfter: z.int().min(1),
  /** Failures in a row of one slot that fail a rollout. */
  attempts: z.int().min(1),
});
export type RestartSpec = z.infer<typeof RestartSpec>;

/** One service of an admitted revision: all that is needed to run an agent of it, and nothing of how it was found. */
export const Service = z.object({
  name: ServiceName,
  kind: ServiceKind,
  /** For `store`: which one. */
  store: StoreKind.nullable(),
  replicas: z.int().min(0).max(1000),
  argv: z.array(z.string()).min(1),
  /** Directory within the artefact in which it runs. */
  cwd: z.string(),
  artefact: ArtefactId.nullable(),
  /** Directories of host programs that go first on its PATH (a language runtime). */
  toolchain: z.array(z.string()),
  env: z.array(EnvVar),
  /** The port it is told to use (`PORT`) and expected to listen on; null when it serves nothing. */
  port: z.int().min(1).max(65535).nullable(),
  protocol: z.enum(['http', 'tcp']),
  /** False when the port is written in the code: then it cannot be moved by `PORT`. */
  portAssignable: z.boolean(),
  health: HealthSpec,
  resources: Resources,
  volumes: z.array(VolumeMount),
  /** Its agents reach others of the same app and nothing else: a fork must not act on the world. */
  contained: z.boolean().optional(),
  /** System calls that its agents may make at most, by name; absent for all that the rung allows. Needs containers. */
  syscalls: z.array(z.string()).optional(),
  /** Asked for by name; null takes the best rung that works. */
  isolation: Isolation.nullable(),
  stopSignal: StopSignal,
  /** Milliseconds between the stop signal and SIGKILL. */
  grace: z.int().min(0),
  update: UpdateSpec,
  restart: RestartSpec,
  /** Services of the same app that must be ready (jobs: completed) before this one is created. */
  after: z.array(ServiceName),
  /** Paths under the app's host name that lead here; empty for none. `/` is the whole host. */
  routes: z.array(z.string().startsWith('/')),
});
export type Service = z.infer<typeof Service>;
