import type { Evidence, PlannedService, ServiceKind, StopSignal } from '../model/index.ts';
import type { StatedResources } from './platforms/stated-resources.ts';

/** What can be claimed of a service, with the type of each. A `null` command says that there is none. */
export interface Fields {
  kind: ServiceKind;
  runtime: { name: string; version: string | null; range?: string };
  framework: string;
  packageManager: string;
  install: string | null;
  build: string | null;
  start: string | null;
  release: string | null;
  staticDir: string;
  port: PlannedService['ports'][number];
  readsPort: boolean;
  bind: { address: string | null; envVar: string | null };
  stopSignal: StopSignal;
  /** Milliseconds. */
  grace: number;
  health: string;
  replicas: number;
}

export interface Claim<T> {
  value: T;
  /** Between 0 and 1; of several claims the surest counts. */
  confidence: number;
  evidence: Evidence[];
}

/** All claims of a field. */
interface Claims {
  /** The surest first. */
  readonly sorted: Claim<unknown>[];
  readonly byValue: Map<string, Claim<unknown>>;
}

export interface Given {
  value: string | null;
  /** It names a neighbour as that is called there, which is of no use elsewhere. */
  isAddress?: boolean;
  evidence: Evidence;
}

/**
 * A service in the making. Detectors claim things about it, each with a confidence and the place where it was seen; what
 * counts in the end is the surest claim of each field.
 */
export class Draft {
  name: string;
  /** Its directory, relative to the app's root. */
  readonly path: string;
  readonly language: string;
  /** Other languages that it needs, such as a build of its pages. */
  readonly languages = new Set<string>();
  readonly frameworks = new Set<string>();
  /** The file that its start command runs, when that is known: only what this file reaches is its code. */
  entry: string | null = null;
  /** Other names by which the app's code may call it. */
  readonly aliases = new Set<string>();
  /** Programs that its build leaves, where its manifest names several. */
  readonly programs = new Set<string>();
  /** Directories of other projects of the tree whose code it contains. */
  readonly libraries = new Set<string>();
  /** Packages that it needs when it runs, with the place that says so. */
  readonly dependencies = new Map<string, Evidence>();
  /** Variables that files beside the code give it. */
  readonly given = new Map<string, Given>();
  /** Variables that its configuration files read. */
  readonly placeholders: { name: string; default: string | null; optional?: boolean; evidence: Evidence }[] = [];
  /** Ports at which it is reached on the machine of whoever develops it, when that is told apart from where it listens. */
  readonly published = new Set<number>();
  /** What such files say that it may use. */
  resources: StatedResources | undefined;
  /** Stores that files beside the code put next to it: kind, and where it is said. */
  readonly stores = new Map<string, Evidence>();
  /** Stores that stand near it, without a word that it uses them. */
  readonly nearby = new Map<string, Evidence>();
  /** Volumes that files beside the code declare: the directory as its code sees it, and in the image. */
  readonly kept: { path: string; inImage: string; evidence: Evidence }[] = [];
  readonly #claims = new Map<keyof Fields, Claims>();

  constructor(name: string, path: string, language: string) {
    this.name = name;
    this.path = path;
    this.language = language;
    this.languages.add(language);
  }

  claim<F extends keyof Fields>(field: F, value: Fields[F], confidence: number, evidence: Evidence | Evidence[]): this {
    const claims: Claims = this.#claims.get(field) ?? { sorted: [], byValue: new Map() };
    this.#claims.set(field, claims);
    const { sorted, byValue } = claims;
    const list = Array.isArray(evidence) ? evidence : [evidence];
    const key = JSON.stringify(value);
    const same = byValue.get(key);
    if (same) same.evidence.push(...list);
    if (same && same.confidence >= confidence) return this;
    const claim = same ?? { value, confidence, evidence: list };
    if (same) sorted.splice(sorted.indexOf(same), 1);
    claim.confidence = confidence;
    byValue.set(key, claim);
    // After those that are as sure, which came before it.
    const at = sorted.findIndex((other) => other.confidence < confidence);
    sorted.splice(at < 0 ? sorted.length : at, 0, claim);
    return this;
  }

  /** Takes back all claims of a field. */
  without(field: keyof Fields): this {
    this.#claims.delete(field);
    return this;
  }

  /** All claims of a field, the surest first. */
  claims<F extends keyof Fields>(field: F): readonly Claim<Fields[F]>[] {
    return (this.#claims.get(field)?.sorted ?? []) as Claim<Fields[F]>[];
  }

  best<F extends keyof Fields>(field: F): Claim<Fields[F]> | undefined {
    return this.claims(field)[0];
  }

  value<F extends keyof Fields>(field: F): Fields[F] | undefined {
    return this.best(field)?.value;
  }

  /** Another process of the same code: all claims but those about how it is started and reached. */
  sibling(name: string): Draft {
    const draft = new Draft(name, this.path, this.language);
    for (const language of this.languages) draft.languages.add(language);
    for (const framework of this.frameworks) draft.frameworks.add(framework);
    for (const library of this.libraries) draft.libraries.add(library);
    for (const [dependency, evidence] of this.dependencies) draft.dependencies.set(dependency, evidence);
    for (const field of ['runtime', 'framework', 'packageManager', 'install', 'build'] as const) {
      for (const claim of this.claims(field)) draft.claim(field, claim.value, claim.confidence, [...claim.evidence]);
    }
    return draft;
  }
}

/** The first evidence of each place. */
export function differing(all: readonly Evidence[]): Evidence[] {
  const places = new Map<string, Evidence>();
  for (const one of all) {
    const place = `${one.line} ${one.file}`;
    if (!places.has(place)) places.set(place, one);
  }
  return [...places.values()];
}

/** Evidence in one place. */
export function seen(file: string, line: number, why: string): Evidence {
  return { file, line: Math.max(1, line), why };
}
