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
