import { rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planOf, withFiles } from '../fixture.ts';
import { analyse } from '../index.ts';
import { fileLimit, Tree } from './tree.ts';

const server = { 'package.json': { scripts: { start: 'node a.js' } }, 'a.js': "require('http').createServer(f).listen(process.env.PORT || 3000)" };
const isUp = (plan: { services: { start: string | null }[] }) => expect(plan.services).toMatchObject([{ start: 'npm start', ports: [{ port: 3000 }] }]);

describe('a tree', () => {
  it('leaves out what is ignored, depended on or built', async () => {
    await withFiles({ '.gitignore': 'secret/\n*.log\n', 'a.js': '', 'secret/b.js': '', 'x.log': '', 'node_modules/c/index.js': '', 'package.json': {}, 'dist/d.js': '', 'sub/.gitignore': '/e.js', 'sub/e.js': '', 'sub/f.js': '' }, (directory) => {
      expect(new Tree(directory).files).toEqual(['.gitignore', 'a.js', 'package.json', 'sub/.gitignore', 'sub/f.js']);
    });
  });

  it('leaves out packages of Python that were copied in, and keeps a directory that has a name of one', async () => {
    const copied = Object.fromEntries(['requests', 'urllib3', 'certifi', 'idna', 'bs4'].map((name) => [`lib/${name}/__init__.py`, '']));
    await withFiles({ 'a.py': '', ...copied, 'lib/own/x.py': '', 'src/requests/views.py': '', 'src/click/views.py': '' }, (directory) => {
      expect(new Tree(directory).files).toEqual(['a.py', 'src/click/views.py', 'src/requests/views.py']);
    });
  });

  it('takes what a directory says of itself before what is said above it', async () => {
    await withFiles({ '.gitignore': 'made/\n', 'shop/.gitignore': '!/made/\n', 'shop/made/a.js': '', 'other/made/b.js': '' }, (directory) => {
      expect(new Tree(directory).files).toEqual(['.gitignore', 'shop/.gitignore', 'shop/made/a.js']);
    });
  });

  it('keeps a directory called lib that somebody wrote, and not one that something was installed into', async () => {
    await withFiles({ '.gitignore': 'lib/\n', 'web/lib/client.ts': '', 'env/lib/python3.13/site.py': '', 'made/lib/index.js': '', 'made/lib/index.d.ts': '' }, (directory) => {
      expect(new Tree(directory).files).toEqual(['.gitignore', 'web/lib/client.ts']);
    });
  });

  it('keeps the file that makes it a project where all of its ending are ignored', async () => {
    await withFiles({ '.gitignore': '*.json\n', 'package.json': {}, 'rows.json': {} }, (directory) => {
      expect(new Tree(directory).files).toEqual(['.gitignore', 'package.json']);
    });
  });

  it('follows a link to a file inside, lists those that lead out, to directories or nowhere', async () => {
    await withFiles({ 'real.txt': 'inside', 'sub/x.txt': '' }, (directory) => {
      symlinkSync('real.txt', join(directory, 'in.txt'));
      symlinkSync('/etc/passwd', join(directory, 'out.txt'));
      symlinkSync('..', join(directory, 'sub/up'));
      symlinkSync('.', join(directory, 'self'));
      symlinkSync('none', join(directory, 'broken'));
      const tree = new Tree(directory);
      expect(tree.text('in.txt')).toBe('inside');
      expect(tree.text('out.txt')).toBeUndefined();
      expect(Object.fromEntries(tree.skipped.map(({ file, why }) => [file, why]))).toEqual({
        'out.txt': 'a symbolic link that leaves the directory', 'sub/up': 'a symbolic link to a directory', self: 'a symbolic link to a directory', broken: 'a symbolic link to nothing',
      });
    });
  });

  it('does not read a file that became a link out of the tree after it was listed', async () => {
    await withFiles({ 'sub/a.txt': 'x' }, (directory) => {
      const tree = new Tree(directory);
      rmSync(join(directory, 'sub/a.txt'));
      symlinkSync('/etc/passwd', join(directory, 'sub/a.txt'));
      expect(tree.text('sub/a.txt')).toBeUndefined();
    });
  });

  it('counts a file once however often it is read, and forgets all when it is told to', async () => {
    await withFiles({ 'a.txt': 'abc', 'b.txt': new Uint8Array([0]) }, (directory) => {
      const tree = new Tree(directory);
      tree.textOnce('b.txt');
      expect([tree.text('a.txt'), tree.bytesRead('a.txt'), tree.skipped.length]).toEqual(['abc', 3, 1]);
      expect(tree.admits('big.txt', (768 << 20) - 4)).toBe(true);
      expect([tree.admits('a.txt', 3), tree.admits('c.txt', 1)]).toEqual([true, false]);
      tree.forget();
      expect([tree.bytesRead('a.txt'), tree.skipped.length, tree.admits('c.txt', 1), tree.text('a.txt')]).toEqual([0, 0, true, 'abc']);
    });
  });

  it('stops at its limits and says so', async () => {
    await withFiles(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}.txt`, 'x'])), (directory) => {
      const tree = new Tree(directory, { entries: 20, depth: 5 });
      expect(tree.files).toHaveLength(20);
      expect(tree.skipped[0]!.why).toContain('more than 20 files');
    });
    await withFiles({ [`${'d/'.repeat(10)}x.txt`]: 'x' }, (directory) => {
      expect(new Tree(directory, { entries: 1000, depth: 5 }).skipped[0]!.why).toContain('deeper than 5');
    });
  });

  it('reads text in any encoding and no binary', async () => {
    const utf16 = new Uint8Array([0xff, 0xfe, ...[...'hi'].flatMap((c) => [c.charCodeAt(0), 0])]);
    await withFiles({ 'a.txt': utf16, 'b.txt': new Uint8Array([0x63, 0x61, 0x66, 0xe9]), 'c.txt': '\uFEFFplain', 'd.bin': new Uint8Array([1, 0, 2]) }, (directory) => {
      const tree = new Tree(directory);
      expect(['a.txt', 'b.txt', 'c.txt', 'd.bin'].map((file) => tree.text(file))).toEqual(['hi', 'café', 'plain', undefined]);
      expect(tree.skipped).toEqual([{ file: 'd.bin', why: 'binary' }]);
    });
  });
});

describe('bad input beside an app', () => {
  it.each<[string, Record<string, string | Uint8Array>, string]>([
    ['JSON that is cut off', { 'sub/package.json': '{"name": ' }, 'sub/package.json'],
    ['YAML that multiplies itself', { 'deploy/compose.yaml': `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.split('').map((c, i) => `${c}: &${c} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[i]}`).join(',')}]`).join('\n')}\nservices: *i\n` }, 'deploy/compose.yaml'],
    ['TOML that is wrong', { 'sub/pyproject.toml': '[a\nb = ', 'sub/x.py': '' }, 'sub/pyproject.toml'],
    ['binary code', { 'b.js': new Uint8Array([0, 1, 2, 3]) }, 'b.js'],
  ])('survives %s and lists it', async (_, files, skipped) => {
    const plan = await planOf({ ...server, ...files });
    isUp(plan);
    expect(plan.skipped.map(({ file }) => file)).toContain(skipped);
  });

  it('survives syntax errors, odd names and squeezed code', async () => {
    isUp(await planOf({ ...server, 'b.js': 'function ( { [ "unclosed `${ /re', 'we ird $(touch x)\n.js': 'process.env.A', 'ünï/çode.js': "'", 'c.min.js': 'x', 'big.js': `var a="${'x'.repeat(200_000)}"` }));
  });

  it('survives nesting without end', async () => {
    const files = { 'a/b.js': '`${\n'.repeat(20_000), 'a/c.js': '([{\n'.repeat(50_000), 'a/d.rb': '<<A\n'.repeat(50_000), 'a/package.json': '['.repeat(200_000), 'a/compose.yaml': '- '.repeat(5_000), 'a/e.py': 'f"{\n'.repeat(50_000) };
    isUp(await planOf({ ...server, ...files }));
  });

  it('does not read files that are too large', async () => {
    await withFiles(server, async (directory) => {
      writeFileSync(join(directory, 'huge.js'), '');
      truncateSync(join(directory, 'huge.js'), 100 * fileLimit);
      const plan = await analyse(directory);
      isUp(plan);
      expect(plan.skipped).toEqual([{ file: 'huge.js', why: 'larger than 1 MiB' }]);
    });
  });

  it('lists a file that cannot be read', async () => {
    await withFiles({ 'a.txt': 'x' }, (directory) => {
      const tree = new Tree(directory);
      rmSync(join(directory, 'a.txt'));
      expect(tree.text('a.txt')).toBeUndefined();
      expect(tree.skipped).toEqual([{ file: 'a.txt', why: 'cannot be read: ENOENT' }]);
    });
  });

  it('ends with workspaces that need each other', async () => {
    const pkg = (name: string, other: string) => ({ name, scripts: { start: 'node a.js', build: 'tsc' }, dependencies: { [other]: '*', express: '4' } });
    const plan = await planOf({ 'package.json': { workspaces: ['*'] }, 'package-lock.json': '{}', 'a/package.json': pkg('a', 'b'), 'b/package.json': pkg('b', 'a'), 'a/a.js': '', 'b/a.js': '' });
    expect(plan.services.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});
