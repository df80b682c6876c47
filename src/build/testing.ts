import { mkdirSync, mkdtempSync, realpathSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import type { PlannedService, Plan } from '../model/index.ts';
import { AppName, ServiceName } from '../model/index.ts';
import { removeTree } from './artefacts.ts';

/** A directory that goes when the test file ends; open to all, because builds run as another user. */
export function temporary(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'stratoswarm-test-')));
  chmodSync(directory, 0o755);
  afterAll(() => removeTree(directory));
  return directory;
}

export function pathsIn(home: string): { home: string; cache: string; programs: string; artefacts: string; secrets: string } {
  return { home, cache: join(home, 'cache'), programs: join(home, 'programs'), artefacts: join(home, 'artefacts'), secrets: join(home, 'secrets') };
}

/** Writes files given by relative path; a path that ends in `/` is a directory. */
export function write(root: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    const at = join(root, path);
    mkdirSync(path.endsWith('/') ? at : dirname(at), { recursive: true });
    if (!path.endsWith('/')) writeFileSync(at, text);
  }
  return root;
}

/** A planned service of which only what is given is special. */
export function planned(name: string, over: Partial<PlannedService> = {}): PlannedService {
  return {
    name: ServiceName.parse(name), path: '.', kind: 'web', language: 'javascript', languages: [], runtime: { name: 'node', version: null }, framework: null, frameworks: [], packageManager: null,
    install: null, build: null, start: 'node server.js', release: null, staticDir: null, ports: [], readsPort: true, bind: null, health: { path: null }, signals: [], stop: { signal: null, grace: null }, env: [], stores: [], keeps: [], queues: [],
    gpu: { needed: false, memory: null, memoryRange: null }, ml: null, resources: { cpu: null, cpuRange: null, memory: null, memoryRange: null, disk: null, diskRange: null, limits: [] }, scaling: { stateless: true, sticky: false, singleton: false, concurrency: null, replicas: 1, reason: '', policy: null }, security: { notes: [] }, patterns: [], confidence: 1, confidences: {}, evidence: [],
    ...over,
  };
}

export function planOf(services: PlannedService[], over: Partial<Plan> = {}): Plan {
  return { schemaVersion: 1, app: { name: AppName.parse('shop'), kind: 'web', confidence: 1 }, services, edges: [], stores: [], external: [], findings: [], questions: [], hints: [], skipped: [], ...over };
}

/** What a promise is rejected with; fails when it is not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then((value) => { throw new Error(`expected a rejection, got ${JSON.stringify(value)}`); }, (error: unknown) => error);
}
