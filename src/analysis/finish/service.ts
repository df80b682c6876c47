import type { Evidence, PlannedService, ServiceName } from '../../model/index.ts';
import type { Resolver } from '../calls/resolve.ts';
import type { Setting } from '../calls/settings.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { claimUnattended } from '../kinds/attended.ts';
import { claimByLibraries } from '../kinds/ending.ts';
import { claimModel } from '../kinds/models.ts';
import { claimTriggered } from '../kinds/triggers.ts';
import { gpuImage } from '../ml/cuda.ts';
import { gpuAsked } from '../ml/gpu-code.ts';
import { machineLearning } from '../ml/machine-learning.ts';
import { dataFilesOf } from '../stores/data-files.ts';
import { storesOf } from '../stores/find.ts';
import { estimate } from '../sizing/estimate.ts';
import { withStated } from '../platforms/stated-resources.ts';
import type { Tree } from '../tree/tree.ts';
import { bindOf, claimBind } from './bind.ts';
import { confidencesOf, listening, overall } from './confidence.ts';
import { envOf } from './env.ts';
import { claimHealth, claimHealthFile } from './health.ts';
import { keptDirectories } from './kept-directories.ts';
import { claimPorts } from './ports.ts';
import { signalsOf } from './signals.ts';

/** Whether a worker brings a web server that listens whatever else the program does. */
function webStarter({ dependencies }: Draft): boolean {
  return [...dependencies.keys()].some((name) => /(?:^|:)spring-boot-starter-web(?:flux)?$|(?:^|:)quarkus-(?:rest|resteasy)[\w-]*$/.test(name));
}

/** A service's code, and what of it is reached from where it starts. */
export interface Code {
  code: readonly FileFacts[];
  reached: readonly FileFacts[];
  /** All its files, and those of the packages that it has from the same tree. */
  files: readonly string[];
  settings: readonly Setting[];
  resolver: Resolver;
}

/** Settles a draft: the surest claim of each field counts, and what its code shows is added. */
export function finishService(tree: Tree, draft: Draft, { code, reached, files, settings, resolver }: Code, name: ServiceName): { service: PlannedService; storeConfidence: Map<string, number>; storeEvidence: Map<string, Evidence[]> } {
  claimPorts(draft, reached, settings);
  claimBind(draft, reached, settings);
  claimHealth(draft, reached);
  if ((draft.best('port')?.confidence ?? 0) < 0.85) claimPorts(draft, code, settings);
  if (!draft.best('health')) claimHealth(draft, code);
  if (!draft.best('health')) claimHealthFile(tree, draft);
  claimTriggered(tree, draft, code);
  claimByLibraries(draft, code);
  const isUnattended = claimUnattended(draft, code);
  const learning = machineLearning(tree, draft, code, listening.has(draft.best('kind')?.value ?? 'job'));
  if (learning?.kind && learning.evidence[0]) draft.claim('kind', learning.kind.value, learning.kind.confidence, learning.evidence[0]);
  claimModel(tree, draft);
  const image = learning ? undefined : gpuImage(tree, files) ?? gpuAsked(tree, draft, code);
  const kind = draft.best('kind')?.value ?? 'job';
  // What is asked how it is listens for that; what takes messages answers requests besides where its settings say at which port.
  const serves = listening.has(kind) || isUnattended || kind === 'worker' && (draft.best('port')?.confidence ?? 0) >= 0.95 && webStarter(draft);
  const start = draft.best('start');
  const stores = storesOf(tree, draft, { code, files, settings, resolver });
  const readsPort = serves && draft.value('readsPort') === true;
  const surest = draft.best('port');
  // A guess is worth nothing where the port is given.
  const port = readsPort && surest && surest.confidence <= 0.5 ? undefined : surest;
  const service: PlannedService = {
    name, path: draft.path, kind,
    language: draft.language, languages: [...draft.languages],
    runtime: draft.value('runtime') ?? null,
    framework: draft.value('framework') ?? null,
    frameworks: [...draft.frameworks],
    packageManager: draft.value('packageManager') ?? null,
    install: draft.value('install') ?? null,
    build: draft.value('build') ?? null,
    start: kind === 'static' ? null : start?.value ?? null,
    release: draft.value('release') ?? null,
    staticDir: kind === 'static' ? draft.value('staticDir') ?? '.' : null,
    ports: serves && port ? [port.value] : [],
    readsPort,
    bind: bindOf(draft, serves),
    health: { path: serves ? draft.value('health') || null : null },
    ...signalsOf(draft, reached, settings),
    env: envOf(tree, draft, code),
    stores: stores.map(({ kind, envVars, optional }) => ({ kind, envVars, ...(kind === 'sqlite' && { files: dataFilesOf(tree, draft, code) }), ...(optional && { optional }) })),
    keeps: [],
    queues: [],
    gpu: learning?.gpu ?? { needed: image !== undefined, memory: null, memoryRange: null },
    ml: learning?.ml ?? null,
    resources: { cpu: null, cpuRange: null, memory: null, memoryRange: null, disk: null, diskRange: null, limits: [] },
    scaling: { stateless: true, sticky: false, singleton: false, concurrency: null, replicas: 1, reason: '', policy: null },
    security: { notes: [] },
    patterns: [],
    confidence: 0,
    confidences: {},
    evidence: [...evidenceOf(draft, stores), ...(learning?.evidence ?? []), ...(image ? [image] : [])],
  };
  service.keeps = kind === 'library' || kind === 'static' ? [] : keptDirectories(tree, draft, code, service.env);
  service.confidences = confidencesOf(draft, service, port?.confidence);
  service.confidence = overall(service);
  const { resources, evidence } = estimate(service, code);
  service.resources = draft.resources ? withStated(resources, draft.resources) : resources;
  service.evidence.push(...(draft.resources ? [draft.resources.evidence] : evidence));
  return { service, storeConfidence: new Map(stores.map((store) => [store.kind, round(store.confidence)])), storeEvidence: new Map(stores.map((store) => [store.kind, store.evidence])) };
}

function round(value: number): number {
  return Math.round(Math.max(0, value) * 100) / 100;
}

const explained = ['kind', 'framework', 'packageManager', 'runtime', 'install', 'build', 'start', 'release', 'staticDir', 'port', 'readsPort', 'health', 'replicas', 'stopSignal', 'grace'] as const;

function evidenceOf(draft: Draft, stores: readonly { kind: string; evidence: Evidence[] }[]): Evidence[] {
  const all = [
    ...explained.flatMap((field) => (draft.best(field)?.evidence ?? []).slice(0, 3).map(({ file, line, why }) => seen(file, line, `${field}: ${why}`))),
    ...stores.flatMap(({ kind, evidence }) => evidence.slice(0, 3).map(({ file, line, why }) => seen(file, line, `store ${kind}: ${why}`))),
  ];
  return all.filter((one, index) => all.findIndex((other) => other.file === one.file && other.line === one.line && other.why === one.why) === index);
}
