import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const buildOf = async (build: string) => (await planOf({ 'package.json': { dependencies: { express: '5' }, scripts: { start: 'node web.js', build } }, 'web.js': "require('express')().listen(3000)" })).services[0]!.build;

describe('the build of a package', () => {
  it('is its script, unless that does no more than change a database', async () => {
    expect(await buildOf('prisma migrate reset -f')).toBeNull();
    expect(await buildOf('knex migrate:latest')).toBeNull();
    expect(await buildOf('prisma migrate deploy && tsc')).toBe('npm run build');
  });
});

describe('the migrations of Drizzle', () => {
  const releaseOf = async (settings: string) => (await planOf({ 'package.json': { dependencies: { express: '5', 'drizzle-orm': '1' }, devDependencies: { 'drizzle-kit': '1' }, scripts: { start: 'node web.js' } }, 'web.js': "require('express')().listen(3000)", 'drizzle/0000_first.sql': 'CREATE TABLE t (a int);', 'drizzle.config.ts': settings })).services[0]!.release;

  it('are carried out before a release where its settings say in which database', async () => {
    expect(await releaseOf("export default { dialect: 'sqlite', schema: './s.ts', dbCredentials: { url: process.env.DB } }")).toBe('npx drizzle-kit migrate');
    expect(await releaseOf("export default { dialect: 'sqlite', schema: './s.ts', out: './drizzle' }")).toBeNull();
  });
});
