import { brokers } from './kinds/brokers.ts';
import { caches } from './kinds/caches.ts';
import { documents } from './kinds/documents.ts';
import { models } from './kinds/models.ts';
import { objects } from './kinds/objects.ts';
import { relational } from './kinds/relational.ts';
import { search } from './kinds/search.ts';
import { series } from './kinds/series.ts';
import { vectors } from './kinds/vectors.ts';
import type { StoreSigns } from './signs.ts';

/** Adding a kind is an entry in one of these tables. */
export const storeKinds: readonly StoreSigns[] = [...relational, ...documents, ...caches, ...search, ...series, ...vectors, ...brokers, ...objects, ...models];

const byKind = new Map(storeKinds.map((signs) => [signs.kind, signs]));

/** How a kind is recognised. */
export function signsOf(kind: string): StoreSigns | undefined {
  return byKind.get(kind);
}

/** Whether a kind is a server that has to run beside the app, and not a library in it or a service of somebody else. */
export function isServer(kind: string): boolean {
  return signsOf(kind)?.place === undefined;
}

/** The kind of store that an image runs: `docker.io/library/postgres:16-alpine` → `postgresql`. */
export function kindOfImage(image: string): string | undefined {
  const name = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  return storeKinds.find(({ images }) => images.test(name))?.kind;
}
