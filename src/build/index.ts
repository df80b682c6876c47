export { Artefacts } from './artefacts.ts';
export { buildApp, type BuildOptions, type Built } from './build.ts';
export { collectCache } from './collect.ts';
export { type SourceLimits, sourceLimits } from './limits.ts';
export { neededPaths, snapshot, type Snapshot, type SnapshotOptions } from './snapshot.ts';
export { fetchSource, type FetchedSource, type FetchOptions } from './source.ts';
export { resolveToolchain, staticToolchain, type Toolchain } from './toolchains.ts';
