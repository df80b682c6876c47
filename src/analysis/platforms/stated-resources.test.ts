import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const MiB = 2 ** 20;
const app = { 'shop/package.json': { dependencies: { express: '4' }, scripts: { start: 'node a.js' } }, 'shop/a.js': "require('express')().listen(3000)" };
const compose = (lines: string) => ({ 'compose.yaml': `services:\n  shop:\n    build: shop\n${lines}` });
const pod = (resources: string) => ({ 'k8s/shop.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\nspec:\n  template:\n    spec:\n      containers:\n        - name: shop\n          image: shop\n          resources: ${resources}\n` });

describe('resources that files beside the code state', () => {
  it.each<[string, Files, object]>([
    ['a limit of Compose', compose('    mem_limit: 256m\n    cpus: "0.5"\n'), { memory: 256 * MiB, cpu: 500, memoryRange: [256 * MiB, 256 * MiB] }],
    ['a deployment of Compose', compose('    deploy:\n      resources:\n        limits: { memory: 1G }\n        reservations: { memory: 300M }\n'), { memory: 600 * MiB, memoryRange: [300 * MiB, 1024 * MiB] }],
    ['a container of Kubernetes', pod('{ requests: { cpu: 100m, memory: 128Mi }, limits: { cpu: "1", memory: 200Mi } }'), { memory: 200 * MiB, cpu: 200, memoryRange: [128 * MiB, 200 * MiB] }],
    ['a request of Kubernetes in powers of ten', pod('{ requests: { memory: 100M } }'), { memory: 100e6 }],
  ])('are expected by %s, and limit nobody', async (_, files, expected) => {
    const plan = await planOf({ ...app, ...files });
    expect(plan.services[0]!.resources).toMatchObject({ ...expected, limits: [] });
    expect(plan.services[0]!.evidence.some(({ why }) => why.startsWith('resources:'))).toBe(true);
  });

  it.each([['nonsense', compose('    mem_limit: lots\n')], ['a placeholder', pod('{ limits: { memory: "{{ .Values.memory }}" } }')]])('are estimated by %s', async (_, files) => {
    const plan = await planOf({ ...app, ...files });
    expect(plan.services[0]!.evidence.some(({ why }) => why.startsWith('memory: estimated'))).toBe(true);
  });
});
