import type { Evidence, PlannedService } from '../../model/index.ts';
import { seen } from '../draft.ts';
import type { Tree } from '../tree/tree.ts';
import { diskTerms } from './disk-features.ts';
import { featuresOf } from './features.ts';
import { predict, runtimeOf, type SizingModel } from './model.ts';
import type { Packages } from './packages.ts';
import trained from './trained-disk.json' with { type: 'json' };

const models = trained as unknown as Readonly<Record<'listed' | 'installed', SizingModel>>;

const MiB = 2 ** 20;
const GiB = 2 ** 30;

/** Files whose sizes are added up; of larger trees the rest is taken to be like these. */
const mostFiles = 20_000;

/** One thing that takes disk: least, usual and most bytes, and what shows it. */
interface Part {
  readonly what: string;
  readonly bytes: readonly [least: number, usual: number, most: number];
  readonly at: Evidence | undefined;
}

/**
 * What libraries for deep learning take on disk beyond what other packages do, the GPU's own libraries with them: not measured, the order of magnitude of what their publishers offer for download,
 * which is unpacked when it is installed.
 */
const deepLibraries: Readonly<Record<string, readonly [number, number, number]>> = {
  pytorch: [0.7 * GiB, 5 * GiB, 8 * GiB], tensorflow: [1 * GiB, 2 * GiB, 5 * GiB], jax: [0.4 * GiB, 1 * GiB, 5 * GiB], vllm: [5 * GiB, 8 * GiB, 12 * GiB],
};
/** Brought along by libraries that stand on it. */
const onPytorch = new Set(['pytorch-lightning', 'transformers', 'diffusers', 'sentence-transformers', 'ultralytics', 'detectron2', 'timm', 'fastai', 'openai-whisper', 'deepspeed', 'bitsandbytes']);

/** Runtimes of which apps with packages were measured. */
const measuredWithPackages: ReadonlySet<string> = new Set(['node', 'python']);

/** Of others: what a package takes, a listed one with those that it brings along, and how far from that it may be. */
const rule = { locked: 1 * MiB, listed: 4 * MiB, spread: 4 };

/** Checkpoints that a training keeps; with Adam each holds three numbers of 32 bits a parameter: the weight and two moments. */
const checkpoints = { least: 1, usual: 3, most: 20, bytesPerParameter: 12 };

/** What an app keeps in files of its own: nothing in the code tells how much, so the range says only what is seldom exceeded. */
const ownData = { sqlite: [1 * MiB, 64 * MiB, 2 * GiB], uploads: [0, 1 * GiB, 50 * GiB] } as const;

/**
 * What one agent of a service keeps on disk: its files, what is installed and built, models that it loads, and the data that it keeps by itself; as a range with what led to it. What databases
 * beside it keep is theirs.
 */
export function diskOf(tree: Tree, service: PlannedService, files: readonly string[], packages: Packages): { disk: number; diskRange: [number, number]; evidence: Evidence[] } {
  const parts = [ownFiles(tree, service, files), installed(service, packages), ...learning(service), ...data(service)].filter((part) => part !== undefined);
  const [least, usual, most] = [0, 1, 2].map((index) => Math.max(1, Math.ceil(parts.reduce((sum, { bytes }) => sum + bytes[index]!, 0) / MiB)) * MiB) as [number, number, number];
  const [place] = service.evidence;
  return { disk: usual, diskRange: [least, most], evidence: parts.flatMap(({ what, bytes, at }) => (at ?? place ? [{ ...(at ?? place)!, why: `disk: ${what}, ${inMiB(bytes[1])}` }] : [])) };
}

function inMiB(bytes: number): string {
  return bytes < MiB ? 'less than 1 MiB' : `about ${Math.round(bytes / MiB)} MiB`;
}

function ownFiles(tree: Tree, { path }: PlannedService, files: readonly string[]): Part {
  const looked = files.slice(0, mostFiles);
  const bytes = looked.reduce((sum, file) => sum + tree.sizeOf(file), 0) * (files.length / Math.max(1, looked.length));
  return { what: `${files.length} files of its own`, bytes: [bytes, bytes, bytes], at: files[0] === undefined ? undefined : seen(path === '.' ? files[0] : files.find((file) => file.startsWith(`${path}/`)) ?? files[0], 1, '') };
}

/** Pages that are served as they are written need nothing installed. */
function installed(service: PlannedService, { count, locked, at }: Packages): Part | undefined {
  if (service.install === null && service.build === null) return undefined;
  const { language, rendersPages } = featuresOf(service);
  const runtime = runtimeOf(language);
  const model = models[locked ? 'installed' : 'listed'];
  const what = `what is installed and built, with ${count} ${locked ? 'packages' : 'dependencies'}`;
  if (count === 0 || measuredWithPackages.has(runtime)) {
    const bytes = predict(model, diskTerms({ runtime, rendersPages, packages: count }));
    return { what, bytes: [bytes * Math.min(1, model.spread[0]), bytes, bytes * Math.max(1, model.spread[1])], at };
  }
  const bytes = predict(model, diskTerms({ runtime, rendersPages, packages: 0 })) + count * (locked ? rule.locked : rule.listed);
  return { what: `${what} of which nothing measured the size`, bytes: [bytes / rule.spread, bytes, bytes * rule.spread], at };
}

function learning({ ml }: PlannedService): Part[] {
  if (ml === null) return [];
  const parts: Part[] = [];
  const library = ml.frameworks.find((name) => Object.hasOwn(deepLibraries, name)) ?? (ml.frameworks.some((name) => onPytorch.has(name)) ? 'pytorch' : undefined);
  if (library !== undefined) parts.push({ what: `the library ${library}, which nothing measured`, bytes: deepLibraries[library]!, at: undefined });
  const parameters = ml.model?.parameters ?? 0;
  // A model that has a name is brought from elsewhere, with weights of 16 or 32 bits, sometimes in two formats.
  if (parameters > 0 && ml.model!.name !== null) parts.push({ what: `the weights of ${ml.model!.name}`, bytes: [parameters * 2, parameters * 4, parameters * 8], at: undefined });
  if (parameters > 0 && ml.phase === 'training') {
    const { least, usual, most, bytesPerParameter } = checkpoints;
    parts.push({ what: `${usual} checkpoints`, bytes: [parameters * 4 * least, parameters * bytesPerParameter * usual, parameters * bytesPerParameter * most], at: undefined });
  }
  const examples = ml.dataset?.bytes ?? 0;
  // As it comes, and once more unpacked.
  if (examples > 0) parts.push({ what: `the examples of ${ml.dataset!.name}`, bytes: [examples, examples * 2, examples * 3], at: undefined });
  return parts;
}

function data({ stores, patterns }: PlannedService): Part[] {
  return [
    ...(stores.some(({ kind }) => kind === 'sqlite') ? [{ what: 'a database in a file', bytes: ownData.sqlite, at: undefined }] : []),
    ...(patterns.includes('uploads') && !stores.some(({ kind }) => kind === 's3') ? [{ what: 'what people upload', bytes: ownData.uploads, at: undefined }] : []),
  ];
}
