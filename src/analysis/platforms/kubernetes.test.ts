import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const app = (directory: string, code: string): Files => ({ [`${directory}/package.json`]: { dependencies: { express: '4' }, scripts: { start: 'node a.js' } }, [`${directory}/a.js`]: `require('express')().listen(config.port)\n${code}` });
const deployment = (name: string, container: string, more = '') => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
${more}  template:
    metadata:
      labels: { app: ${name} }
    spec:
      containers:
        - name: main
${container.replace(/^/gm, '          ')}
---
apiVersion: v1
kind: Service
metadata:
  name: ${name}-svc
spec:
  selector: { app: ${name} }
  ports: [{ port: 80, targetPort: 9001 }]
`;
const callsOf = (plan: Awaited<ReturnType<typeof planOf>>) => plan.edges.map(({ from, to, envVar }) => [from, to, envVar]);

describe('manifests of Kubernetes', () => {
  it('tell ports, probes, replicas, and who is reached by which variable', async () => {
    const plan = await planOf({
      ...app('front', 'connect(process.env.UPSTREAM_A)'), ...app('basket', ''),
      'k8s/all.yaml': `${deployment('shop-front', 'image: registry.test/shop/front:1\nenv:\n  - name: UPSTREAM_A\n    value: shop-basket-svc:80\nreadinessProbe: { httpGet: { path: /ready, port: 9001 } }', '  replicas: 3\n')}---\n${deployment('shop-basket', 'image: registry.test/shop/basket\nports: [{ name: metrics, containerPort: 9100 }, { name: grpc, containerPort: 7070 }]')}`,
    });
    expect(plan.services).toMatchObject([
      { name: 'basket', ports: [{ port: 7070, protocol: 'grpc' }] },
      { name: 'front', ports: [{ port: 9001 }], health: { path: '/ready' }, scaling: { replicas: 3 } },
    ]);
    expect(callsOf(plan)).toEqual([['front', 'basket', 'UPSTREAM_A']]);
    expect(plan.edges[0]!.evidence).toContainEqual(expect.objectContaining({ file: 'k8s/all.yaml', line: 15 }));
  });

  it('take values from config maps, also such as Kustomize generates, and show stores', async () => {
    const plan = await planOf({
      ...app('front', "require('redis').createClient({ host: process.env.KEEP })"), ...app('basket', ''),
      'deploy/base/front.yaml': deployment('front', 'image: front\nenvFrom: [{ configMapRef: { name: settings } }]\nenv: [{ name: KEEP, value: keeper }]'),
      'deploy/base/basket.yaml': deployment('basket', 'image: basket'), 'deploy/base/keeper.yaml': deployment('keeper', 'image: docker.io/library/redis:7'),
      'deploy/base/kustomization.yaml': 'kind: Kustomization\nconfigMapGenerator:\n  - name: settings\n    literals: ["PARTNER=http://basket-svc"]\n',
    });
    expect(plan.services.map(({ name }) => name)).toEqual(['basket', 'front']);
    expect(callsOf(plan)).toContainEqual(['front', 'basket', 'PARTNER']);
    expect(plan.stores).toMatchObject([{ kind: 'redis', usedBy: ['front'] }]);
  });

  it('start jobs by the clock, also as another process of an image', async () => {
    const cron = 'apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: sweep\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n            - { name: c, image: front, command: [node, sweep.js] }\n';
    const plan = await planOf({ ...app('front', ''), 'front/sweep.js': 'done()', 'k8s/a.yaml': deployment('front', 'image: front'), 'k8s/b.yaml': cron });
    expect(plan.services).toMatchObject([{ name: 'front', kind: 'api' }, { name: 'sweep', kind: 'cron', path: 'front', start: 'node sweep.js', ports: [] }]);
  });

  it('make no services of images from elsewhere, and survive what is broken', async () => {
    const plan = await planOf({ ...app('front', ''), 'k8s/a.yaml': deployment('grafana', 'image: grafana/grafana'), 'k8s/b.yaml': 'kind: Deployment\n  a: [b\n', 'k8s/c.yaml': 'kind: Deployment\nspec: 7\n' });
    expect(plan.services.map(({ name }) => name)).toEqual(['front']);
  });

  it('as templates of Helm have the values of their chart', async () => {
    const plan = await planOf({
      ...app('front', 'connect(process.env.UPSTREAM_A)'), ...app('basket', ''),
      'charts/front/Chart.yaml': 'name: front\n', 'charts/front/values.yaml': 'image:\n  repository: registry.test/front\n  tag: 1\nport: 7300\nupstream: basket:7400\n',
      'charts/front/templates/all.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ include "front.fullname" . }}\n  labels:\n    {{- include "front.labels" . | nindent 4 }}\nspec:\n  {{- if not .Values.autoscaling }}\n  replicas: {{ .Values.count | default 2 }}\n  {{- end }}\n  template:\n    spec:\n      containers:\n        - name: {{ .Chart.Name }}\n          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"\n          ports:\n            - containerPort: {{ .Values.port }}\n          env:\n            - name: UPSTREAM_A\n              value: {{ .Values.upstream | quote }}\n',
    });
    expect(plan.services[1]).toMatchObject({ name: 'front', ports: [{ port: 7300 }], scaling: { replicas: 2 } });
    expect(callsOf(plan)).toEqual([['front', 'basket', 'UPSTREAM_A']]);
  });

  it('are of the project in whose directory they are, where they are the only ones there', async () => {
    const job = { 'mail/main.py': 'if __name__ == "__main__":\n    send()\n', 'mail/Dockerfile': 'FROM python:3.12\nCMD ["python", "main.py"]\n', 'mail/k8s/cron.yaml': 'apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: newsletter\nspec:\n  schedule: "0 8 * * *"\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n            - { name: one, image: letters }\n' };
    expect((await planOf(job)).services).toMatchObject([{ path: 'mail', kind: 'cron' }]);
    expect((await planOf({ ...job, 'mail/k8s/web.yaml': deployment('front', 'image: front') })).services).toMatchObject([{ path: 'mail', kind: 'job' }]);
  });

  it('find what Skaffold builds by the image', async () => {
    const plan = await planOf({
      ...app('src/one', ''), ...app('src/two', ''), 'skaffold.yaml': 'kind: Config\nbuild:\n  artifacts:\n    - { image: shop/alpha, context: src/one }\n',
      'k8s/a.yaml': deployment('alpha', 'image: shop/alpha\nports: [{ containerPort: 7200 }]'),
    });
    expect(plan.services.map(({ name, ports }) => [name, ports[0]?.port])).toEqual([['one', 7200], ['two', 3000]]);
  });
});

describe('dapr.yaml', () => {
  it('names the apps that call each other, and where they listen', async () => {
    const plan = await planOf({ ...app('a', "client.invoker.invoke('till', 'pay')"), ...app('b', ''), 'dapr.yaml': 'version: 1\napps:\n  - appID: desk\n    appDirPath: ./a/\n    appPort: 7001\n  - appID: till\n    appDirPath: ./b/\n    appPort: 7002\n' });
    expect(plan.services.map(({ name, ports }) => [name, ports[0]?.port])).toEqual([['a', 7001], ['b', 7002]]);
    expect(callsOf(plan)).toEqual([['a', 'b', null]]);
  });
});
