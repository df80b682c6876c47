import type { PlannedService } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { resemblance, signatureBytes, signatureOf } from './minhash.ts';
import { sketchOf } from './shingles.ts';
import { cosine, vectorBytes, vectorOf } from './vector.ts';

/** The first byte; another one is of another way to make fingerprints, and is not compared. */
const version = 1;
export const fingerprintBytes = 2 + signatureBytes + vectorBytes;

/**
 * Least similarity of a service whose experience counts. Measured on the examples and the samples beside this file: an app and itself a month later
 * 0.93, two processes of one app 0.65, different apps of one framework 0.29 to 0.56, others below 0.5.
 */
export const nearEnough = 0.75;

/**
 * What a service is like, in 130 bytes (174 characters of base64url): version, whether there is code, MinHash signature of the shape of its code, hashed vector of what it
 * uses and offers. It says nothing that could be read back. Equal code gives equal fingerprints, wherever it lies and however it is formatted.
 */
export function fingerprintOf(service: PlannedService, draft: Draft, code: readonly FileFacts[]): string {
  const sketch = sketchOf(code);
  const bytes = Buffer.concat([Uint8Array.of(version, sketch.length > 0 ? 1 : 0), signatureOf(sketch), vectorOf(featuresOf(service, draft, code))]);
  return bytes.toString('base64url');
}

/** Undefined for what is no fingerprint, or one of another version. */
export function readFingerprint(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length === fingerprintBytes && bytes[0] === version ? new Uint8Array(bytes) : undefined;
}

/**
 * How alike two services are, 0 to 1: half the resemblance of their code, half the cosine of what they use and offer. Pages without code are compared by the latter alone.
 */
export function similarity(a: Uint8Array, b: Uint8Array): number {
  const features = cosine(a, b, 2 + signatureBytes);
  if (a[1] === 0 && b[1] === 0) return features;
  const code = a[1] === b[1] ? resemblance(a, b, 2) : 0;
  return (code + features) / 2;
}

/** What a service uses and offers, each with its weight. No names of its own, no versions. */
function featuresOf(service: PlannedService, draft: Draft, code: readonly FileFacts[]): Map<string, number> {
  const features = new Map<string, number>();
  const add = (group: string, names: Iterable<string | null | undefined>, weight: number) => {
    for (const name of names) if (name) features.set(`${group} ${name.toLowerCase()}`, weight);
  };
  add('language', service.languages, 2);
  add('kind', [service.kind], 1);
  add('runtime', [service.runtime?.name], 1);
  add('framework', [service.framework], 3);
  add('framework', service.frameworks.filter((name) => name !== service.framework), 1);
  add('package', draft.dependencies.keys(), 1);
  add('import', code.flatMap(({ imports }) => imports.flatMap(({ name }) => (name.startsWith('.') ? [] : [name]))), 0.5);
  add('variable', service.env.map(({ name }) => name), 0.5);
  add('route', code.flatMap(({ routes }) => routes.map(({ path }) => path.replace(/:\w+|\{[^}]*\}|<[^>]*>/g, '*'))), 0.5);
  add('store', service.stores.map(({ kind }) => kind), 1.5);
  add('queue', service.queues.map(({ kind }) => kind), 1);
  add('pattern', service.patterns, 0.5);
  return features;
}
