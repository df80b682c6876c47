import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const app: Files = { 'package.json': { dependencies: { express: '4' }, scripts: { start: 'node a.js' } }, 'a.js': "require('express')().listen(3000)\nprocess.on('SIGTERM', stop)" };

describe('how a service is asked to end', () => {
  it.each<[string, Files, object]>([
    ['a Dockerfile', { Dockerfile: 'FROM node:22\nSTOPSIGNAL INT\nCMD ["node", "a.js"]\n' }, { signal: 'SIGINT', grace: null }],
    ['Compose', { 'compose.yaml': 'services:\n  web:\n    build: .\n    stop_signal: SIGQUIT\n    stop_grace_period: 1m30s\n' }, { signal: 'SIGQUIT', grace: 90_000 }],
    ['Kubernetes', { 'k8s/web.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  template:\n    spec:\n      terminationGracePeriodSeconds: 3600\n      containers: [{ name: web, image: web }]\n' }, { signal: null, grace: 300_000 }],
    ['nonsense', { 'compose.yaml': 'services:\n  web:\n    build: .\n    stop_signal: SIGLOUD\n    stop_grace_period: soon\n' }, { signal: null, grace: null }],
  ])('is what %s asks for', async (_, files, expected) => {
    expect((await planOf({ ...app, ...files })).services[0]!.stop).toEqual(expected);
  });
});
