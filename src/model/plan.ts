import * as z from 'zod';
import { AppName, EnvName, ServiceName } from './names.ts';

/** Where in the code something was seen. `file` is relative to the app's root, with forward slashes; `line` counts from 1. */
export const Evidence = z.object({ file: z.string(), line: z.int().min(1), why: z.string() });
export type Evidence = z.infer<typeof Evidence>;

/** Between 0 (a guess) and 1 (stated in the code). */
export const Confidence = z.number().min(0).max(1);

export const ServiceKind = z.enum([
  'web', 'api', 'worker', 'cron', 'job', 'static', 'ml-training', 'ml-inference', 'data-pipeline', 'notebook', 'cli', 'library', 'store',
]);
export type ServiceKind = z.infer<typeof ServiceKind>;

export const StoreKind = z.enum(['postgresql', 'redis']).or(z.string().regex(/^[a-z][a-z0-9-]*$/));
export type StoreKind = z.infer<typeof StoreKind>;

export const PlannedEnv = z.object({
  name: EnvName,
  /** That its code reads it: low for what only a sample, an image or a file beside the code tells. Absent in plans of earlier versions. */
  confidence: Confidence.optional(),
  /** The app does not start, or does not work, without it. */
  required: z.boolean(),
  /** Of a required one: only code fails without it that need not run, such as a function or what stands under a condition. */
  conditional: z.literal(true).optional(),
  secret: z.boolean(),
  default: z.string().nullable(),
  /** The value that a file beside the code, such as a Dockerfile, sets it to: without it the app may not run as its authors meant. */
  given: z.string().optional(),
  evidence: z.array(Evidence).default([]),
});
export type PlannedEnv = z.infer<typeof PlannedEnv>;

/**
 * Where a service listens. `address` as its code, its command or its framework has it: `0.0.0.0` and `::` for everybody, `127.0.0.1`, `::1` and `localhost`
 * for programs beside it; null where only `envVar`, the variable that sets it, is known.
 */
export const BindAddress = z.object({ address: z.string().nullable(), envVar: EnvName.nullable(), confidence: Confidence, evidence: z.array(Evidence) });
export type BindAddress = z.infer<typeof BindAddress>;

/** What a service does when it gets a signal: `other` for what is handled in a way that was not understood. */
export const HandledSignal = z.object({
  signal: z.enum(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH']),
  effect: z.enum(['stop', 'reload', 'ignore', 'other']),
  confidence: Confidence,
  evidence: z.array(Evidence),
});
export type HandledSignal = z.infer<typeof HandledSignal>;

/** Signals by which an agent may be asked to end. */
export const StopSignal = z.enum(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGKILL']);
export type StopSignal = z.infer<typeof StopSignal>;

export const PlannedPort = z.object({ port: z.int().min(1).max(65535), protocol: z.enum(['http', 'tcp', 'grpc', 'udp']) });

/**
 * A store as one service uses it: which kind, and by which variables it is told where it is. For one in files, such as SQLite, `files` are those
 * that the code names: relative to the service's `path`, or absolute. `optional`: the code asks whether it is there, and goes on without it.
 */
export const StoreUse = z.object({ kind: StoreKind, envVars: z.array(EnvName), files: z.array(z.string()).optional(), optional: z.literal(true).optional() });

/**
 * A directory with files that nothing makes again, relative to the service's `path` or absolute. `envVars`: variables that name it. `shared`: several agents may have it at once, as uploads; what else lies in it, a
 * database perhaps, is used by one at a time. `inside`: variables that name something in it, with its path there.
 */
export const KeptDirectory = z.object({ path: z.string(), envVars: z.array(EnvName), inside: z.record(EnvName, z.string()).optional(), shared: z.boolean(), evidence: z.array(Evidence) });
export type KeptDirectory = z.infer<typeof KeptDirectory>;

/** What a service does with models of machine learning. */
export const MachineLearning = z.object({
  frameworks: z.array(z.string()),
  phase: z.enum(['training', 'inference']).nullable(),
  /** Version of CUDA that is asked for, `12.1`. */
  cuda: z.string().nullable(),
  /** `name` as it is loaded; null for one whose layers are written out here. */
  model: z.object({ name: z.string().nullable(), parameters: z.int().nullable() }).nullable(),
  dataset: z.object({ name: z.string(), bytes: z.number().nullable() }).nullable(),
  checkpoints: z.array(z.string()),
  /** It can be trained on several devices or machines. */
  distributed: z.boolean(),
  /** Where runs are recorded: `tensorboard`, `mlflow` … */
  tracking: z.array(z.string()),
});
export type MachineLearning = z.infer<typeof MachineLearning>;

/**
 * What many services do besides their own work: `jwt`, `sessions` and `oauth` are ways to know who asks; `uploads` takes files; `background-jobs` are
 * done later or at set times; `health` answers whether it is well; `graceful-shutdown` finishes its work when it is told to stop.
 */
export const Pattern = z.enum([
  'jwt', 'sessions', 'oauth', 'rate-limiting', 'caching', 'cors', 'websocket', 'sse', 'uploads', 'background-jobs', 'feature-flags', 'tracing', 'health', 'graceful-shutdown',
]);
export type Pattern = z.infer<typeof Pattern>;

/**
 * What a service may be confined to, as far as its code shows it. Of it only `seccomp` is enforced, and that only where somebody asks (`confined`). `writable`: directories
 * relative to the service's `path`, or absolute. `egress`: services and stores by name, `host:port`, `*` for hosts that the code computes;
 * empty when it calls nobody. `seccomp`: system calls that a recording of the runtime (`base`) and what the code does (`features`) need;
 * null for runtimes without a recording.
 */
export const SecurityPolicy = z.object({
  capabilities: z.array(z.string()),
  writable: z.array(z.string()),
  egress: z.array(z.string()),
  seccomp: z.object({ base: z.string(), features: z.array(z.string()), calls: z.array(z.string()) }).nullable(),
});
export type SecurityPolicy = z.infer<typeof SecurityPolicy>;

/**
 * How one agent does several things at a time. `event-loop`: one thread that never waits, or one for each core. `threads`, `processes`: one for each request. `lightweight-threads`: of the runtime, many on few of the system (goroutines, fibres,
 * Erlang's processes, tasks). `one-at-a-time`: the next begins when the last is done. `workers`: processes, or threads, that its start command asks for.
 */
export const Concurrency = z.object({
  model: z.enum(['event-loop', 'threads', 'processes', 'lightweight-threads', 'one-at-a-time']),
  workers: z.int().min(1).nullable(),
});
export type Concurrency = z.infer<typeof Concurrency>;

/**
 * How many agents to begin with, and what should change that: `cpu` in percent of what one agent may use, `connections` that one agent holds, messages that wait in its `queue` for each agent. `metric` null: always as many as
 * `min`. Nothing scales by itself yet: it is what an operator, or a scaler, can begin with.
 */
export const ScalingPolicy = z.object({
  min: z.int().min(0), max: z.int().min(0),
  metric: z.enum(['cpu', 'connections', 'queue']).nullable(),
  target: z.int().nullable(),
  reason: z.string(),
});
export type ScalingPolicy = z.infer<typeof ScalingPolicy>;

/**
 * `stateless`: an agent keeps nothing that another would miss. `sticky`: several agents do if each client stays with one. `singleton`: a second agent
 * would do its work twice.
 */
export const Scaling = z.object({
  stateless: z.boolean(),
  sticky: z.boolean().default(false),
  singleton: z.boolean().default(false),
  concurrency: Concurrency.nullable().default(null),
  replicas: z.int().min(0),
  reason: z.string(),
  policy: ScalingPolicy.nullable().default(null),
});
export type Scaling = z.infer<typeof Scaling>;

/** A service that ran before and is like one of a plan: 1 for equal code. `observed` is what it needed; null where that was not measured. */
export const SimilarService = z.object({
  app: AppName,
  service: ServiceName,
  similarity: z.number().min(0).max(1),
  /** Deployments of it that stayed well, and that did not. */
  succeeded: z.int(),
  failed: z.int(),
  /** Of one agent: memory in bytes at most, CPU on average in millicores, milliseconds until it was ready. */
  observed: z.object({ cpu: z.number().nullable(), memory: z.number().nullable(), replicas: z.int(), health: z.string().nullable(), ready: z.number().nullable() }),
  /** It has proved itself so often that the memory expected of the new one follows it. */
  followed: z.boolean(),
});
export type SimilarService = z.infer<typeof SimilarService>;

/**
 * How sure each conclusion about a service is, by the field that holds it: about the share of such conclusions that are right on repositories that nobody has seen (`bench/analysis`
 * prints both side by side). What was not concluded from the code is absent; what somebody said is 1.
 */
export const Confidences = z.object({
  kind: Confidence, language: Confidence, runtime: Confidence, framework: Confidence, packageManager: Confidence, install: Confidence, build: Confidence,
  start: Confidence, release: Confidence, staticDir: Confidence, ports: Confidence, health: Confidence,
}).partial();
export type Confidences = z.infer<typeof Confidences>;

/**
 * One role of an app as the code shows it. Commands are written as a person would type them at the service's `path`
 * (`npm start`); {@link commandArgv} turns them into arguments. `null` means that there is none.
 */
export const PlannedService = z.object({
  name: ServiceName,
  /** Directory relative to the app's root, `.` for the root. */
  path: z.string(),
  kind: ServiceKind,
  language: z.string().nullable(),
  languages: z.array(z.string()),
  /** `version` is the leading number of what the code asks for; `range` is that as it is written, when it allows several. */
  runtime: z.object({ name: z.string(), version: z.string().nullable(), range: z.string().optional() }).nullable(),
  framework: z.string().nullable(),
  frameworks: z.array(z.string()),
  packageManager: z.string().nullable(),
  install: z.string().nullable(),
  build: z.string().nullable(),
  start: z.string().nullable(),
  /** Runs once per revision before the new one starts: migrations. */
  release: z.string().nullable(),
  /** For `static`: the directory that is served, relative to `path`, after the build. */
  staticDir: z.string().nullable(),
  /** Of pages: the service whose server shows them, and where in the app's tree it looks for them. They have no server of their own then. */
  servedBy: z.object({ service: ServiceName, at: z.string() }).optional(),
  /** Of pages: what they ask for at their own address and another service answers, by the beginning of the path. */
  passes: z.array(z.object({ path: z.string(), service: ServiceName })).optional(),
  ports: z.array(PlannedPort),
  /** True when the code takes its port from the variable `PORT`. */
  readsPort: z.boolean(),
  /** Null for what does not listen, and where nothing tells. */
  bind: BindAddress.nullable().default(null),
  health: z.object({ path: z.string().nullable() }),
  signals: z.array(HandledSignal).default([]),
  /** How it is asked to end and how many milliseconds it gets; null for the usual: SIGTERM, and the grace period of this machine. */
  stop: z.object({ signal: StopSignal.nullable(), grace: z.int().min(0).nullable() }).default({ signal: null, grace: null }),
  env: z.array(PlannedEnv),
  stores: z.array(StoreUse),
  keeps: z.array(KeptDirectory).default([]),
  queues: z.array(z.object({ kind: z.string(), topics: z.array(z.string()) })),
  /** Memory of the GPU in bytes, and how far it may be from that; null where nothing is known. */
  gpu: z.object({ needed: z.boolean(), memory: z.int().nullable(), memoryRange: z.tuple([z.int(), z.int()]).nullable().default(null) }),
  ml: MachineLearning.nullable().default(null),
  /**
   * CPU in millicores, memory and disk in bytes; null where nothing is known. `disk` is what one agent keeps: what is built and installed, models, its own data. What `limits` names was asked for, and an agent gets no more; the rest is
   * estimated, and limits nobody.
   */
  resources: z.object({ cpu: z.int().nullable(), cpuRange: z.tuple([z.int(), z.int()]).nullable().default(null), memory: z.int().nullable(), memoryRange: z.tuple([z.int(), z.int()]).nullable(), disk: z.int().nullable().default(null), diskRange: z.tuple([z.int(), z.int()]).nullable().default(null), limits: z.array(z.enum(['cpu', 'memory'])).default([]) }),
  scaling: Scaling,
  /** `confined`: somebody asked that system calls outside of `policy.seccomp` are refused to it. */
  security: z.object({ notes: z.array(z.string()), policy: SecurityPolicy.optional(), confined: z.literal(true).optional() }),
  patterns: z.array(Pattern),
  /** What its code is like, to be compared with that of others: base64url, opaque, equal for equal code however that is formatted. */
  fingerprint: z.string().optional(),
  /** Services that ran here and are like it, the nearest first; absent where there is none. */
  similar: z.array(SimilarService).optional(),
  /** The least of what decides whether it runs: its kind, its start command or directory, its port. */
  confidence: Confidence,
  confidences: Confidences.default({}),
  evidence: z.array(Evidence),
});
export type PlannedService = z.infer<typeof PlannedService>;

/**
 * `from` calls `to`; a store is named by its kind, what is outside of the app's code by its name in `external`. What stands there may call, too: a monitor those whom it
 * watches. `envVar` is the variable by which the caller learns the address.
 */
export const PlannedEdge = z.object({
  from: z.string(),
  to: z.string(),
  protocol: z.string(),
  envVar: EnvName.nullable().default(null),
  /** Absent in plans of earlier versions. */
  confidence: Confidence.optional(),
  evidence: z.array(Evidence),
});
export type PlannedEdge = z.infer<typeof PlannedEdge>;

/**
 * What services call that is neither the app's code nor one of its stores. `kind`: what it does (`service-discovery`, `configuration`, `tracing`,
 * `gateway` …) for infrastructure that is run beside the app, then `name` is that of its Compose or Kubernetes service, or else the kind again;
 * `repository` and `host` for places elsewhere, then `name` is the host.
 */
export const PlannedExternal = z.object({ name: z.string(), kind: z.string(), evidence: z.array(Evidence) });
export type PlannedExternal = z.infer<typeof PlannedExternal>;

export const PlannedStore = z.object({ kind: StoreKind, usedBy: z.array(ServiceName), confidence: Confidence, evidence: z.array(Evidence) });
export type PlannedStore = z.infer<typeof PlannedStore>;

export const Finding = z.object({
  rule: z.string(), severity: z.enum(['info', 'low', 'medium', 'high', 'critical']),
  file: z.string(), line: z.int().min(0), message: z.string(), fix: z.string(),
});
export type Finding = z.infer<typeof Finding>;

export const Question = z.object({
  id: z.string(), text: z.string(),
  options: z.array(z.object({ value: z.string(), label: z.string() })),
  default: z.string(),
});
export type Question = z.infer<typeof Question>;

/** What a person said beside the code, with the command or in a comment, and what came of it. */
export const Hint = z.object({
  hint: z.string(),
  /** A wish, a setting, or a part of the plan written by hand. */
  level: z.enum(['hint', 'preference', 'detailed']),
  service: ServiceName,
  /** The comment; null for one that came with the command. */
  from: z.object({ file: z.string(), line: z.int().min(1) }).nullable(),
  effect: z.string(),
});
export type Hint = z.infer<typeof Hint>;

/**
 * What analysis, a manifest, a graph or a sentence says should run, before it is admitted. The JSON that
 * `stratoswarm plan --json` prints.
 */
export const Plan = z.object({
  schemaVersion: z.literal(1),
  app: z.object({ name: AppName, kind: z.string(), confidence: Confidence }),
  services: z.array(PlannedService),
  edges: z.array(PlannedEdge),
  stores: z.array(PlannedStore),
  external: z.array(PlannedExternal).default([]),
  findings: z.array(Finding),
  questions: z.array(Question),
  hints: z.array(Hint).default([]),
  /** Files and directories that could not be read or were too large, with the reason. */
  skipped: z.array(z.object({ file: z.string(), why: z.string() })).default([]),
});
export type Plan = z.infer<typeof Plan>;
