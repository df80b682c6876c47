import type { Observation } from './model.ts';
import { likened } from './model.ts';

/** One app that was installed and built; `bytes` in blocks of the disk. */
export interface MeasuredDisk {
  readonly name: string;
  readonly runtime: string;
  readonly rendersPages: boolean;
  /** Dependencies in its manifest, and packages that were installed because of them. */
  readonly listed: number;
  readonly installed: number;
  readonly bytes: number;
}

export interface DiskFeatures {
  readonly runtime: string;
  readonly rendersPages: boolean;
  readonly packages: number;
}

/** Less is not told apart. */
const least = 2 ** 20;

/** What the size of what is installed and built is estimated from. `packages` are those of a lock file, or the listed ones: a model each. */
export function diskTerms({ runtime, rendersPages, packages }: DiskFeatures): Observation['terms'] {
  return {
    [`runtime:${likened[runtime] ?? runtime}`]: 1,
    ...(packages > 0 ? { packages: Math.log2(1 + packages) } : {}),
    ...(rendersPages ? { 'renders pages': 1 } : {}),
  };
}

/** What was measured, to be trained on. */
export function observedDisk({ runtime, rendersPages, bytes, ...counts }: MeasuredDisk, by: 'listed' | 'installed'): Observation {
  return { terms: diskTerms({ runtime, rendersPages, packages: counts[by] }), bytes: Math.max(least, bytes) };
}
