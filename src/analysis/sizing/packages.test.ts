import { describe, expect, it } from 'vitest';
import { withFiles } from '../fixture.ts';
import { openTree } from '../tree/tree.ts';
import { packagesOf } from './packages.ts';

const entries: readonly [file: string, text: string][] = [
  ['package-lock.json', JSON.stringify({ lockfileVersion: 3, packages: { '': { name: 'x' }, 'node_modules/a': { version: '1' }, 'node_modules/a/node_modules/b': { version: '1' } } }, null, 2)],
  ['pnpm-lock.yaml', "lockfileVersion: '9.0'\npackages:\n\n  a@1.0.0:\n    resolution: {integrity: x}\n\n  '@b/c@2.0.0':\n    resolution: {integrity: y}\n\nsnapshots:\n\n  a@1.0.0: {}\n"],
  ['yarn.lock', '# yarn lockfile v1\n\n\na@^1.0.0:\n  version "1.0.0"\n  dependencies:\n    b "^2"\n\n"@b/c@^2", "@b/c@^2.1":\n  version "2.1.0"\n'],
  ['bun.lock', '{\n  "lockfileVersion": 1,\n  "packages": {\n    "a": ["a@1.0.0", "", {}, "x"],\n    "@b/c": ["@b/c@2.0.0", "", {}, "y"],\n  }\n}\n'],
  ['poetry.lock', '[[package]]\nname = "a"\n\n[[package]]\nname = "b"\n'],
  ['uv.lock', 'version = 1\n\n[[package]]\nname = "a"\n\n[[package]]\nname = "b"\n'],
  ['Cargo.lock', '[[package]]\nname = "a"\n\n[[package]]\nname = "b"\n'],
  ['Gemfile.lock', 'GEM\n  remote: https://rubygems.org/\n  specs:\n    a (1.0)\n      b (>= 1)\n    b (2.0)\n\nPLATFORMS\n  ruby\n'],
  ['composer.lock', JSON.stringify({ packages: [{ name: 'a/a', version: '1' }, { name: 'b/b', version: '1' }] }, null, 4)],
  ['go.sum', 'a.example/a v1.0.0 h1:x=\na.example/a v1.0.0/go.mod h1:x=\nb.example/b v1.0.0 h1:y=\nb.example/b v1.0.0/go.mod h1:y=\nc.example/c v1.0.0/go.mod h1:z=\n'],
  ['mix.lock', '%{\n  "a": {:hex, :a, "1.0.0"},\n  "b": {:hex, :b, "1.0.0"},\n}\n'],
];

describe('packages that an app is installed with', () => {
  it.each(entries)('are those of %s', async (file, text) => {
    await withFiles({ [file]: text }, (root) => expect(packagesOf(openTree(root), '.', new Map())).toMatchObject({ count: 2, locked: true, at: { file, line: 1 } }));
  });

  it('are those of the workspace above, and of its own lock file first', async () => {
    const lock = (count: number) => '[[package]]\n'.repeat(count);
    await withFiles({ 'uv.lock': lock(3), 'a/uv.lock': lock(5), 'b/x.py': '' }, (root) => {
      expect(packagesOf(openTree(root), 'a', new Map()).count).toBe(5);
      expect(packagesOf(openTree(root), 'b', new Map()).count).toBe(3);
    });
  });

  it('are what is depended on where nothing is locked', async () => {
    const at = { file: 'requirements.txt', line: 2, why: 'x' };
    await withFiles({ 'requirements.txt': '\nflask' }, (root) => expect(packagesOf(openTree(root), '.', new Map([['flask', at]]))).toEqual({ count: 1, locked: false, at: { file: 'requirements.txt', line: 2, why: '1 dependencies' } }));
  });
});
