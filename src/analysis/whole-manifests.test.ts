import { describe, expect, it } from 'vitest';
import { planOf, type Files } from './fixture.ts';
import { brokenManifestError, brokenManifestRule } from './whole-manifests.ts';

const server = { 'server.js': "require('http').createServer(() => {}).listen(process.env.PORT)" };
const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]', ...'bcdefghi'.split('').map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[at]}`).join(', ')}]`), 'services: *i'].join('\n');

describe('a broken manifest is told with file, line and reason', () => {
  it.each<[string, Files, string, string, RegExp]>([
    ['package.json', { ...server, 'package.json': '{\n  "name": "shop",\n  "scripts": { "start": "node server.js" \n' }, 'package.json', 'is not valid JSON', /^package\.json:4 /],
    ['package.json with a comment', { ...server, 'package.json': '{\n  // ours\n  "name": "shop"\n}' }, 'package.json', 'is not valid JSON', /^package\.json:2 /],
    ['a Compose file that multiplies itself', { 'compose.yaml': bomb }, 'compose.yaml', 'is a YAML bomb', /^compose\.yaml its aliases multiply/],
    ['a Compose file with an error', { 'compose.yaml': 'services:\n  web:\n   image: [x\n' }, 'compose.yaml', 'is not valid YAML', /^compose\.yaml:\d /],
  ])('%s', async (_, files, file, what, why) => {
    const told = await planOf(files).then(({ findings }) => brokenManifestError(findings.find(({ rule }) => rule === brokenManifestRule)!), (error: unknown) => error);
    expect(told).toMatchObject({ code: 'analysis.broken-manifest', message: `${file} ${what}`, why: expect.stringMatching(why) });
  });

  it('but not one that belongs to a sample', async () => {
    const plan = await planOf({ ...server, 'package.json': { name: 'shop', scripts: { start: 'node server.js' } }, 'samples/broken/package.json': '{' });
    expect(plan.services.map(({ start }) => start)).toEqual(['npm start']);
  });
});
