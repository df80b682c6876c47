import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageOrder } from '../drivers/driver.ts';
import { processesOf, writeImage } from '../drivers/oci/image.ts';
import { letGo, type ProcessName } from '../host/pause.ts';
import type { Captured } from './capture.ts';
import type { Manifest } from './manifest.ts';

/** An agent that is to be kept with its memory. */
export interface Remembered {
  readonly agent: string;
  /** Written down when those of this group are paused. */
  readonly group: string;
  readonly order: ImageOrder;
  /** By which a restore finds whose memory it is. */
  readonly of: { readonly app: string; readonly service: string; readonly slot: number };
}

/** What a snapshot says of an agent's memory, as `image/<agent>`. */
export type KeptMemory = { readonly value: Remembered['of'] } | { readonly unavailable: string };

/** Where a snapshot has the trees of an image; `memory` is what CRIU wrote, the others are the agent's own files. */
export const memoryKey = (agent: string, name: string) => `image/${agent}/${name}`;

export const placeOfMemory = (scratch: string, agent: string) => join(scratch, agent, 'memory');

/** Directories that go with the memory of some agents. */
export function filesOf(remembered: readonly Remembered[]): { key: string; path: string; group: string }[] {
  return remembered.flatMap(({ agent, group, order }) => order.files.map(({ name, path }) => ({ key: memoryKey(agent, name), path, group })));
}

/**
 * Writes agents down one after the other; each is stopped from that moment on. `record` names them on disk before, as `pause` does. Returns who is stopped, and why
 * others could not be written down: those run on.
 */
export async function writeMemory(remembered: readonly Remembered[], scratch: string, record: string): Promise<{ stopped: ProcessName[]; refused: Map<string, string> }> {
  const stopped: ProcessName[] = [];
  const refused = new Map<string, string>();
  try {
    for (const { agent, order } of remembered) {
      const before = processesOf(order.first).map(({ pid, start }) => ({ pid, start }));
      writeFileSync(record, JSON.stringify([...stopped, ...before]));
      const why = await writeImage(order, placeOfMemory(scratch, agent), 'stopped');
      if (why !== null) refused.set(agent, why);
      // Some may have come since.
      else stopped.push(...processesOf(order.first).map(({ pid, start }) => ({ pid, start })));
    }
  } catch (error) {
    letGo(stopped);
    throw error;
  }
  return { stopped, refused };
}

/** The leaf of an agent. What it removed of its app is known to the kernel's layers only, so its files would not be those that it remembers. */
export function memoryLeaf({ agent, of }: Remembered, refused: string | undefined, app: Captured | undefined): { key: string; value: KeptMemory } {
  const removed = app?.skipped.some(({ why }) => why === 'a device') ? 'it removed files of its app' : undefined;
  const why = refused ?? removed;
  return { key: `image/${agent}`, value: why === undefined ? { value: of } : { unavailable: why } };
}

/** Agents whose memory a snapshot has. */
export function rememberedIn(manifest: Manifest): { agent: string; of: Remembered['of'] }[] {
  return [...manifest.leaves].flatMap(([key, value]) => {
    const kept = value as KeptMemory;
    return /^image\/[^/]+$/.test(key) && 'value' in kept ? [{ agent: key.slice('image/'.length), of: kept.value }] : [];
  });
}
