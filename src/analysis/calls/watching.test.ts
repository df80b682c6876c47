import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const node = (directory: string, port: number): Files => ({ [`${directory}/package.json`]: { dependencies: { express: '4' }, scripts: { start: 'node a.js' } }, [`${directory}/a.js`]: `require('express')().listen(${port})` });
const scrapes = (targets: string) => `scrape_configs:\n  - job_name: all\n    static_configs:\n      - targets: ${targets}\n`;
const compose = 'services:\n  orders: { build: ./orders, ports: ["4100:3000"] }\n  users: { build: ./users }\n  metrics: { image: "prom/prometheus:v3" }\n';
const watched = async (files: Files) => {
  const { edges } = await planOf({ ...node('orders', 3000), ...node('users', 3001), ...files });
  return edges.filter(({ from }) => from === 'metrics').map(({ to, evidence }) => `${to} ${evidence[0]!.file}:${evidence[0]!.line}`);
};

describe('a monitor beside an app', () => {
  it('asks the services that its configuration lists, by name or by the port at which they are published', async () => {
    expect(await watched({ 'compose.yaml': compose, 'monitoring/prometheus.yml': scrapes("['users:3001', 'elsewhere:9100']") })).toEqual(['users monitoring/prometheus.yml:4']);
    expect(await watched({ 'compose.yaml': compose, 'prometheus.yml': scrapes('\n          - host.docker.internal:4100') })).toEqual(['orders prometheus.yml:5']);
  });

  it('asks nobody where none is run', async () => {
    expect(await watched({ 'compose.yaml': compose.replace(/ {2}metrics.*\n/, ''), 'prometheus.yml': scrapes("['users:3001']") })).toEqual([]);
  });
});
