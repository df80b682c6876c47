import type { Evidence, MachineLearning, PlannedService, ServiceKind } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { asData, asList } from '../syntax/formats.ts';
import { languageOf } from '../syntax/languages.ts';
import { tokenize } from '../syntax/lexer.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { cudaVersion, gpuReservation } from './cuda.ts';
import { parametersOf, videoMemory, videoMemoryRange, type Use } from './model-size.ts';
import { learningFacts, type LearningFacts } from './read.ts';
import { knownDatasets, learningFrameworks, type LearningFramework } from './signs.ts';

export interface Learning {
  readonly ml: MachineLearning;
  readonly gpu: PlannedService['gpu'];
  readonly kind: { readonly value: ServiceKind; readonly confidence: number } | null;
  readonly evidence: Evidence[];
}

/** Parameters from which a CPU is of no use for answering. */
const tooLarge = 500e6;

/** What a service does with models; undefined for one that has nothing to do with them. */
export function machineLearning(tree: Tree, draft: Draft, everything: readonly FileFacts[], serves: boolean): Learning | undefined {
  const code = everything.filter(({ path }) => !/(^|\/)(examples?|samples?|demos?)\//.test(path));
  const used = frameworksOf(draft, code);
  if (used.length === 0) return undefined;
  const facts = [...code.map(({ learning }) => learning), ...notebooks(tree, draft.path)].filter((one) => one !== undefined);
  const all = <K extends 'trains' | 'infers' | 'gpu' | 'gpuIfThere' | 'models' | 'layers' | 'datasets' | 'checkpoints' | 'distributed'>(key: K) => facts.flatMap((one) => one[key] as LearningFacts[K][number][]) as LearningFacts[K];
  const trains = all('trains');
  const infers = all('infers');
  const phase = trains.length > 0 && !serves ? 'training' : trains.length > 0 && infers.length === 0 ? 'training' : infers.length > 0 || serves ? 'inference' : trains.length > 0 ? 'training' : null;
  const model = modelOf(all('models'), all('layers'));
  const cuda = cudaVersion(tree, draft.path);
  const reserved = gpuReservation(tree, draft.path);
  const bits = facts.map((one) => one.bits).filter((bits) => bits !== null).sort((a, b) => a - b)[0] ?? null;
  // Who asks once whether there is a GPU does without one, in whatever file it is used.
  const asks = facts.some((one) => one.asks);
  const gpu = gpuNeed({ used, phase, facts: { gpu: asks ? [] : all('gpu'), gpuIfThere: asks ? [...all('gpuIfThere'), ...all('gpu')] : all('gpuIfThere') }, model, cuda: cuda?.isChosen ? cuda : undefined, reserved });
  const dataset = datasetOf(tree, draft.path, all('datasets'));
  const evidence = [
    ...used.slice(0, 3).map(({ framework, at }) => ({ ...at, why: `ml: uses ${framework.name}` })),
    ...trains.slice(0, 2).map((at) => ({ ...at, why: `ml: trains with ${at.why}` })),
    ...(gpu.at ? [{ ...gpu.at, why: `gpu: ${gpu.at.why}` }] : []),
    ...(model?.at ? [{ ...model.at, why: `ml: model ${model.name ?? 'of its own'}` }] : []),
    ...(cuda ? [{ ...cuda.at, why: `gpu: CUDA ${cuda.version}` }] : []),
    ...(dataset ? [{ ...dataset.at, why: `ml: learns from ${dataset.name}` }] : []),
  ];
  const deep = used.some(({ framework }) => framework.deep);
  return {
    ml: {
      frameworks: used.map(({ framework }) => framework.name), phase, cuda: cuda?.version ?? null,
      model: model === undefined ? null : { name: model.name, parameters: model.parameters },
      dataset: dataset === undefined ? null : { name: dataset.name, bytes: dataset.bytes },
      checkpoints: [...new Set(all('checkpoints').map(({ path }) => path))].slice(0, 10),
      distributed: all('distributed').length > 0,
      tracking: [...new Set(facts.flatMap((one) => [...one.trackers.keys()]))],
    },
    gpu: { needed: gpu.needed, ...videoMemoryOf(gpu.needed ? model?.parameters : null, { training: phase === 'training', bits, adapters: facts.some((one) => one.adapters) }) },
    kind: phase === 'training' && !serves ? { value: 'ml-training', confidence: deep || trains.length > 1 ? 0.9 : 0.75 } : phase === 'inference' && serves && (deep || infers.length > 0) ? { value: 'ml-inference', confidence: model || infers.length > 0 ? 0.9 : 0.7 } : null,
    evidence,
  };
}

function videoMemoryOf(parameters: number | null | undefined, use: Omit<Use, 'parameters'>): Pick<PlannedService['gpu'], 'memory' | 'memoryRange'> {
  return parameters ? { memory: videoMemory({ parameters, ...use }), memoryRange: videoMemoryRange({ parameters, ...use }) } : { memory: null, memoryRange: null };
}

/** Module → the frameworks that it is of. */
const byModule = new Map<string, LearningFramework[]>();
for (const framework of learningFrameworks) for (const name of framework.modules) byModule.set(name, [...(byModule.get(name) ?? []), framework]);

function frameworksOf(draft: Draft, code: readonly FileFacts[]): { framework: LearningFramework; at: Evidence }[] {
  const imported = new Map<LearningFramework, Evidence>();
  for (const { language, path, imports } of code) {
    for (const { name, line } of language === 'python' ? imports : []) {
      for (const framework of byModule.get(name.split('.', 1)[0]!) ?? []) if (!imported.has(framework)) imported.set(framework, seen(path, line, `imports ${name}`));
    }
  }
  return learningFrameworks.flatMap((framework) => {
    const at = imported.get(framework);
    if (at) return [{ framework, at }];
    // A package that only stands in a list may be there for another: it counts when nothing else would explain it.
    const listed = framework.packages.find((name) => draft.dependencies.has(name));
    return listed !== undefined && (framework.gpuOnly || code.length === 0) ? [{ framework, at: draft.dependencies.get(listed)! }] : [];
  });
}

/** The code of notebooks; the line is that within all cells, because a cell has none in the file that people see. */
function notebooks(tree: Tree, directory: string): (LearningFacts | undefined)[] {
  return tree.filesBelow(directory).filter((file) => file.endsWith('.ipynb')).slice(0, 50).map((file) => {
    const text = tree.textOnce(file);
    try {
      const cells = asList(asData(JSON.parse(text ?? '{}'))['cells']);
      const source = cells.flatMap((cell) => (asData(cell)['cell_type'] === 'code' ? asList(asData(cell)['source']).join('') : [])).join('\n');
      return learningFacts(file, tokenize(source, languageOf('x.py')!.lexis));
    } catch {
      return undefined;
    }
  });
}

interface Model {
  readonly name: string | null;
  readonly parameters: number | null;
  readonly at: Evidence;
}

/** The largest model that is loaded by name; else the layers that are written out, together. */
function modelOf(models: LearningFacts['models'], layers: LearningFacts['layers']): Model | undefined {
  const sized = models.map(({ name, at }) => ({ name, parameters: parametersOf(name), at })).sort((a, b) => (b.parameters ?? 0) - (a.parameters ?? 0));
  const own = layers.reduce((sum, { parameters }) => sum + parameters, 0);
  if (sized[0] && (sized[0].parameters ?? 0) >= own) return sized[0];
  return own > 0 ? { name: null, parameters: own, at: layers[0]!.at } : sized[0];
}

interface Signs {
  readonly used: readonly { framework: LearningFramework; at: Evidence }[];
  readonly phase: MachineLearning['phase'];
  readonly facts: Pick<LearningFacts, 'gpu' | 'gpuIfThere'>;
  readonly model: Model | undefined;
  readonly cuda: { at: Evidence } | undefined;
  readonly reserved: Evidence | undefined;
}

/** Whether it needs a GPU, and what says so: a file that reserves one, a library that works on one only, code that uses one without asking, or work that no CPU does in time. */
function gpuNeed({ used, phase, facts, model, cuda, reserved }: Signs): { needed: boolean; at?: Evidence | undefined } {
  const only = used.find(({ framework }) => framework.gpuOnly);
  const large = (model?.parameters ?? 0) >= tooLarge;
  const at = reserved ?? only?.at ?? facts.gpu[0] ?? cuda?.at ?? (phase === 'training' || large ? facts.gpuIfThere[0] : undefined) ?? (large && used.some(({ framework }) => framework.deep) ? model!.at : undefined);
  return { needed: at !== undefined, at };
}

function datasetOf(tree: Tree, directory: string, datasets: LearningFacts['datasets']): { name: string; bytes: number | null; at: Evidence } | undefined {
  const known = datasets.map(({ name, at }) => ({ name, bytes: knownDatasets.find(([pattern]) => pattern.test(name))?.[1] ?? localSize(tree, directory, name), at }));
  return known.find(({ bytes }) => bytes !== null) ?? known[0];
}

/** Bytes of a file or directory of examples that lies beside the code. */
function localSize(tree: Tree, directory: string, name: string): number | null {
  if (!/^[\w./-]+$/.test(name) || name.includes('..')) return null;
  const path = within(directory, name.replace(/^\.\//, ''));
  const files = tree.has(path) ? [path] : tree.filesBelow(path);
  return files.length === 0 ? null : files.reduce((sum, file) => sum + tree.sizeOf(file), 0);
}
