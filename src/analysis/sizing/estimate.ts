import type { Evidence, PlannedService } from '../../model/index.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { featuresOf } from './features.ts';
import { bytesOf, librariesIn } from './libraries.ts';
import { likened, predict, runtimeOf, termsOf, type SizingModel } from './model.ts';
import trained from './trained.json' with { type: 'json' };

const model = trained as unknown as SizingModel;

/** What is kept free above what was seen under load: garbage that waits, a rush, a larger answer. */
const headroom = 1.5;

const MiB = 2 ** 20;

/** Bytes that a library for deep learning takes when it is loaded, beside the weights: not measured here; as its publishers' issue trackers report it, several hundred megabytes. */
const deepLibrary = 512 * MiB;

const deep = new Set(['pytorch', 'pytorch-lightning', 'tensorflow', 'keras', 'jax', 'mxnet', 'paddle', 'transformers', 'diffusers', 'sentence-transformers', 'ultralytics', 'detectron2', 'timm', 'fastai', 'openai-whisper', 'vllm']);

/** Files are served by a program of ours that needs no more. */
const staticFiles = { cpu: 50, memory: 64 * MiB, range: [32 * MiB, 128 * MiB] as const };

/** How far from the rule what a service needs may be, either way: as nothing was measured, the range says little more than the order of magnitude. */
const ruleSpread = 4;

/** Millicores to begin with, by kind: not measured, because how many requests come is nowhere in the code. */
const cores: Readonly<Partial<Record<PlannedService['kind'], number>>> = { web: 500, api: 500, worker: 500, cron: 250, job: 500, 'ml-inference': 2000, 'ml-training': 4000, 'data-pipeline': 1000, notebook: 1000 };

export interface Estimate {
  readonly resources: PlannedService['resources'];
  /** The features that led to it. */
  readonly evidence: Evidence[];
}

/**
 * CPU and memory of a service with this code that nobody has stated, memory as a range from what most such apps need to what few need more than. An estimate never becomes a
 * limit: an app that needs more goes on.
 */
export function estimate(service: PlannedService, code: readonly FileFacts[]): Estimate {
  if (service.kind === 'static') return { resources: { ...coresFor(staticFiles.cpu), memory: staticFiles.memory, memoryRange: [...staticFiles.range], disk: null, diskRange: null, limits: [] }, evidence: [] };
  const features = featuresOf(service);
  const extra = learned(service);
  const [low, high] = model.spread;
  const terms = termsOf(features);
  const libraries = librariesIn(code);
  const base = predict(model, terms) + bytesOf(libraries);
  const at = (factor: number) => Math.ceil((base * factor * headroom + extra) / (16 * MiB)) * 16 * MiB;
  const why = `estimated from ${[...Object.keys(terms), ...libraries].join(', ')}${runtimeOf(features.language) in likened ? ' (this runtime was not measured: likened to another)' : ''}${extra > 0 ? ', and a model in memory' : ''}`;
  const [place] = service.evidence;
  return {
    resources: { ...coresFor(cores[service.kind] ?? null), memory: at(1), memoryRange: [at(Math.min(1, low)), at(Math.max(1, high))], disk: null, diskRange: null, limits: [] },
    evidence: place ? [seen(place.file, place.line, `memory: ${why}`), ...(service.kind in cores ? [seen(place.file, place.line, `cpu: the rule for ${service.kind}, which nothing measured`)] : [])] : [],
  };
}

function coresFor(cpu: number | null): Pick<PlannedService['resources'], 'cpu' | 'cpuRange'> {
  return { cpu, cpuRange: cpu === null ? null : [Math.ceil(cpu / ruleSpread), cpu * ruleSpread] };
}

/** What a model takes of the machine's own memory: its library, and its weights unless a GPU holds them (while they are loaded, half of them). */
function learned({ ml, gpu }: PlannedService): number {
  if (ml === null || !ml.frameworks.some((name) => deep.has(name))) return 0;
  const weights = (ml.model?.parameters ?? 0) * 4;
  return deepLibrary + (gpu.needed ? weights / 2 : ml.phase === 'training' ? weights * 4 : weights);
}
