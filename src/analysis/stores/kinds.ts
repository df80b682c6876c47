import { brokers } from './kinds/brokers.ts';
import { caches } from './kinds/caches.ts';
import { documents } from './kinds/documents.ts';
import { models } from './kinds/models.ts';
import { objects } from './kinds/objects.ts';
import { relational } from './kinds/relational.ts';
import { search } from './kinds/search.ts';
import { series } from './kinds/series.ts';
import { vectors } from './kinds/vectors.ts';

/** How the use of one kind of store is recognised. */
export interface StoreSigns {
  kind: string;
  /** Packages of any language whose presence among what the app depends on, or imports, says it. */
  packages: readonly string[];
  /** Modules as code imports them, where that is no package's name: matched at the start. */
  imports?: readonly string[];
  schemes: readonly string[];
  /** Names of variables that tell its address. */
  envVars: RegExp;
  /** Variables that its usual client reads by itself. */
  ambient?: readonly string[];
  /** Functions and types whose use chooses it. */
  calls?: RegExp;
  /** Keys of configuration, as `settingKey` spells them, that are only there for it; `key=value` to ask for a value, too. */
  keys?: RegExp;
  /** Words by which data layers choose it: dialects, drivers, adapters, backends. */
  dialects?: RegExp;
  /** What an AWS client is made for. */
  clients?: RegExp;
  /** Hosts of a service that is reached over HTTP. */
  hosts?: RegExp;
  images: RegExp;
  ports: readonly number[];
}

/** Adding a kind is an entry in one of these tables. */
export const storeKinds: readonly StoreSigns[] = [...relational, ...documents, ...caches, ...search, ...series, ...vectors, ...brokers, ...objects, ...models];

const byKind = new Map(storeKinds.map((signs) => [signs.kind, signs]));

/** How a kind is recognised. */
export function signsOf(kind: string): StoreSigns | undefined {
  return byKind.get(kind);
}

/** The kind of store that an image runs: `docker.io/library/postgres:16-alpine` → `postgresql`. */
export function kindOfImage(image: string): string | undefined {
  const name = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  return storeKinds.find(({ images }) => images.test(name))?.kind;
}
