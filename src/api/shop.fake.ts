import type { Plan } from '../model/index.ts';
import type { AgentView, AppView, DeploymentStep, EventView } from './views.ts';

// The app `shop` of the fake backend, as it is at first.

export function shopAgent(slot: number): AgentView {
  return {
    id: `shop-web-${slot}-aaaaaaa${'abcdefghij'[slot] ?? 'x'}`, app: 'shop', service: 'web', slot, revision: 2, node: 'here', state: 'ready', isolation: 'namespace', driver: 'sandbox', pid: 100 + slot,
    address: '10.0.0.2', port: 3000, createdAt: 1000, startedAt: 1000, readyAt: 2000, reason: null, usage: { cpu: 15, memory: 50 * 2 ** 20, pids: 11 },
  };
}

export function shopApp(): AppView {
  return {
    name: 'shop', desired: 'running', status: 'running', url: 'http://shop.localhost:8080', revision: 2, stable: 2, source: { kind: 'path', location: '/srv/shop', version: null },
    services: [{
      name: 'web', kind: 'web', store: null, replicas: 2, ready: 2, status: 'ready', command: ['node', 'server.js'], port: 3000, urls: ['http://shop.localhost:8080'],
      resources: { cpu: 500, memory: 256 * 2 ** 20, pids: 256 }, restarts: 0, lastFailure: null,
    }],
    rollout: { revision: 2, from: 1, kind: 'deploy', state: 'succeeded', startedAt: 1000, readyAt: 2000, reason: null, tail: [] }, createdAt: 500,
  };
}

export function shopPlan(): Plan {
  return {
    schemaVersion: 1, app: { name: 'shop', kind: 'web', confidence: 0.9 },
    services: [{
      name: 'web', path: '.', kind: 'web', language: 'javascript', languages: ['javascript'], runtime: { name: 'node', version: null }, framework: 'express', frameworks: ['express'], packageManager: 'npm',
      install: 'npm ci', build: null, start: 'node server.js', release: null, staticDir: null, ports: [{ port: 3000, protocol: 'http' }], readsPort: true, bind: null, health: { path: '/' }, signals: [], stop: { signal: null, grace: null },
      env: [{ name: 'API_KEY', required: true, secret: true, default: null, evidence: [] }], stores: [], queues: [], gpu: { needed: false, memory: null }, ml: null,
      resources: { cpu: null, memory: null, memoryRange: null, limits: [] }, scaling: { stateless: true, replicas: 1, reason: 'keeps nothing' }, security: { notes: [] }, patterns: [], confidence: 0.9,
      evidence: [{ file: 'package.json', line: 5, why: 'the script start' }],
    }],
    edges: [], stores: [], findings: [], questions: [], hints: [], skipped: [],
  } as unknown as Plan;
}

export function deployScript(): Omit<DeploymentStep, 'deployment' | 'index'>[] {
  return [
    { step: 'analyse', kind: 'begin', text: 'Reading the code', milliseconds: null },
    { step: 'analyse', kind: 'end', text: 'A web service in JavaScript (express)', milliseconds: 12 },
    { step: 'build', kind: 'begin', text: 'Building web with npm ci', milliseconds: null },
    { step: 'build', kind: 'line', text: 'added 3 packages', milliseconds: null },
    { step: 'build', kind: 'end', text: 'Built web', milliseconds: 900 },
    { step: 'ready', kind: 'end', text: 'shop answers', milliseconds: 1500, result: { app: 'shop', url: 'http://shop.localhost:8080', revision: 3 } },
  ];
}

export function eventOf(position: number, type: string, app: string | null): EventView {
  return { position, time: position * 1000, type, actor: 'user:ada', app, text: `${type} ${app ?? ''}`.trim(), tone: 'info', correlation: null, cause: null, body: {} };
}
