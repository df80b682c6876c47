import { expect, it } from 'vitest';
import { Plan } from '../../model/plan.ts';
import { paintWith } from '../render/paint.ts';
import type { Screen } from '../render/screen.ts';
import { explain } from './explain.ts';

const [MiB, GiB] = [2 ** 20, 2 ** 30];

function told(service: object): string {
  const lines: string[] = [];
  const plan = Plan.parse({
    schemaVersion: 1, app: { name: 'shop', kind: 'api', confidence: 0.9 }, edges: [], stores: [], findings: [], questions: [],
    services: [{
      name: 'web', path: '.', kind: 'api', language: 'python', languages: ['python'], runtime: null, framework: null, frameworks: [], packageManager: null, install: null, build: null, start: 'python3 app.py', release: null, staticDir: null,
      ports: [], readsPort: false, health: { path: null }, env: [], stores: [], queues: [], gpu: { needed: false, memory: null }, scaling: { stateless: true, replicas: 1, reason: 'x' }, security: { notes: [] }, patterns: [], confidence: 0.9, evidence: [], ...service,
    }],
  });
  explain({ paint: paintWith(false), line: (text = '') => lines.push(text) } as unknown as Screen, plan);
  return lines.join('\n');
}

it('what a service needs is told as amounts with their ranges', () => {
  const text = told({
    resources: { cpu: 500, cpuRange: [125, 2000], memory: 96 * MiB, memoryRange: [64 * MiB, 256 * MiB], disk: 300 * MiB, diskRange: [100 * MiB, 2 * GiB] },
    gpu: { needed: true, memory: 8 * GiB, memoryRange: [4 * GiB, 16 * GiB] },
  });
  expect(text).toContain('500m cores (between 125m and 2), 96Mi (between 64Mi and 256Mi)');
  expect(text).toContain('300Mi on disk (between 100Mi and 2Gi)');
  expect(text).toContain('a GPU with 8Gi (between 4Gi and 16Gi)');
});

it('how sure each conclusion is, is told, the least sure first', () => {
  expect(told({ confidences: { kind: 0.9, start: 0.72, ports: 0.85 }, resources: { cpu: null, memory: null, memoryRange: null } })).toContain('start 72 %, ports 85 %, kind 90 %');
});

it('what is not known is not told', () => {
  expect(told({ resources: { cpu: null, memory: null, memoryRange: null } })).not.toMatch(/on disk|cores|GPU/);
});

it('what speaks for several things is told once', () => {
  const evidence = [
    { file: 'app.py', line: 3, why: 'kind: listens (listen)' }, { file: 'app.py', line: 9, why: 'start: has a main function' }, { file: 'app.py', line: 3, why: 'port: listens (listen)' },
    { file: 'app.py', line: 3, why: 'port: listens (listen)' }, { file: 'app.py', line: 1, why: 'nobody asked' },
  ];
  expect(told({ evidence, resources: { cpu: null, memory: null, memoryRange: null } }).split('\n').filter((line) => line.includes('because'))).toEqual(['  because   kind, port: listens (listen)  app.py:3', '  because   start: has a main function  app.py:9', '  because   nobody asked  app.py:1']);
});
