import type { ServiceName } from '../model/index.ts';
import type { Built } from '../build/build.ts';
import { ArtefactId } from '../model/index.ts';
import { storeDefinitions, type ProvidedStore } from './stores/index.ts';

export const someArtefact = ArtefactId.parse(`sha256-${'a'.repeat(64)}`);

/** As if each of the services had been built. */
export function builtFor(names: readonly string[], over: Partial<Built> = {}): Map<ServiceName, Built> {
  return new Map(names.map((name) => [name as ServiceName, { artefact: someArtefact, toolchain: ['/opt/tool'], programs: ['tool 1.0.0'], cached: false, start: ['node', 'server.js'], release: null, env: {}, notes: [], ...over }]));
}

/** Stores as if their programs had been found. */
export function storesOf(...kinds: string[]): Map<string, ProvidedStore> {
  return new Map(kinds.map((kind) => [kind, { definition: storeDefinitions[kind]!, program: { argv: ['run', kind], ready: ['ready', kind], toolchain: ['/opt/store'], description: kind } }]));
}
