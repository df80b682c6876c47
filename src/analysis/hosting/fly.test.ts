import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const express = { 'package.json': { dependencies: { express: '5' }, scripts: { start: 'node web.js' } }, 'web.js': "require('express')().listen(process.env.PORT || 3000, process.env.MODE)" };

describe('a fly.toml', () => {
  it('says where the service of its directory is reached, what it is given, and what is done before a release', async () => {
    const plan = await planOf({ ...express, 'fly.toml': "app = 'shop'\n[deploy]\n  release_command = 'node migrate.js'\n[env]\n  PORT = '8080'\n[http_service]\n  internal_port = 8080\n" });
    expect(plan.services).toMatchObject([{ ports: [{ port: 8080 }], release: 'node migrate.js' }]);
  });

  it('says at which path a service is asked how it is', async () => {
    const asked = async (checks: string) => (await planOf({ ...express, 'fly.toml': `app = 'shop'\n${checks}` })).services[0]!.health.path;
    expect(await asked("[[services]]\ninternal_port = 3000\n[[services.http_checks]]\npath = '/well'\n")).toBe('/well');
    expect(await asked("[http_service]\ninternal_port = 3000\n[[http_service.checks]]\npath = '/well'\n")).toBe('/well');
    expect(await asked("[checks]\n[checks.alive]\ntype = 'http'\npath = '/well'\n")).toBe('/well');
  });

  it('without a port changes none, and is passed over beside pages that are served as they are', async () => {
    expect((await planOf({ ...express, 'fly.toml': "app = 'shop'\n" })).services).toMatchObject([{ ports: [{ port: 3000 }] }]);
    expect((await planOf({ 'index.html': '<p>hello</p>', 'fly.toml': '[http_service]\ninternal_port = 8080\n' })).services).toMatchObject([{ kind: 'static' }]);
  });

  it('may set variables of any name, and thousands of them', async () => {
    const names = Array.from({ length: 20_000 }, (_, n) => `V_${n} = 'x'`).join('\n');
    const plan = await planOf({ ...express, 'fly.toml': `[env]\n"A(" = "x"\n'B[' = 1\nLEVEL = "debug"\n${names}\n[http_service]\ninternal_port = 8081\n` });
    expect(plan.services).toMatchObject([{ ports: [{ port: 8081 }] }]);
    expect(plan.services[0]!.evidence).toContainEqual(expect.objectContaining({ file: 'fly.toml', line: 20_006 }));
  });
});
