import { knownModels } from './signs.ts';

/** Parameters of a model by its name: its size as it stands in the name (`Llama-2-7b`, `opt-350m`, `8x7B`), else what its publisher states; null when neither is known. */
export function parametersOf(name: string): number | null {
  const text = name.toLowerCase();
  const mixture = /(\d+)x(\d+(?:\.\d+)?)b\b/.exec(text);
  const known = knownModels.find(([pattern]) => pattern.test(text));
  // Experts share their attention: a mixture is smaller than their product. Published ones are in the table.
  if (mixture) return known ? known[1] * 1e6 : Math.round(Number(mixture[1]) * Number(mixture[2]) * 0.83e9);
  const stated = /(?:^|[-_./])(\d+(?:\.\d+)?)([bm])(?=$|[-_.])/.exec(text);
  if (stated) return Math.round(Number(stated[1]) * (stated[2] === 'b' ? 1e9 : 1e6));
  return known ? known[1] * 1e6 : null;
}

export interface Use {
  readonly parameters: number;
  readonly training: boolean;
  /** Bits of a weight; null where the code does not say: 32. */
  readonly bits: number | null;
  /** Only adapters beside the weights are trained. */
  readonly adapters: boolean;
}

/**
 * Bytes of GPU memory that a model needs. Inference: its weights, and a fifth for activations and caches. Training with Adam in mixed precision: 16 bytes a
 * parameter for weights, gradients and the optimizer's state (Rajbhandari et al., ZeRO, 2020, section 3.1), and a quarter for activations; with adapters
 * only the weights count, and what is trained is small. Never less than half a gigabyte, which the driver's context takes.
 */
export function videoMemory({ parameters, training, bits, adapters }: Use): number {
  const weights = parameters * ((bits ?? 32) / 8);
  const bytes = !training ? weights * 1.2 : adapters ? weights * 1.5 : parameters * 16 * 1.25;
  return Math.round(Math.max(bytes, context));
}

/** What the driver keeps of a GPU's memory for a program. */
const context = 0.5 * 2 ** 30;

/**
 * Between what the model cannot do without (its weights, in 16 bits where the code does not say; in training what {@link videoMemory} counts, without activations) and twice the estimate:
 * activations and caches grow with how much is handled at a time, which the code seldom tells.
 */
export function videoMemoryRange(use: Use): [number, number] {
  const { parameters, training, bits, adapters } = use;
  const least = training && !adapters ? parameters * 16 : parameters * ((bits ?? 16) / 8);
  return [Math.round(Math.max(least, context)), 2 * videoMemory(use)];
}
