import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { factsOf } from '../facts/file.ts';
import type { Files } from '../fixture.ts';
import { withFiles } from '../fixture.ts';
import { commentHints } from '../hints/comments.ts';
import { securityFindings } from '../security/findings.ts';
import type { Tree } from '../tree/tree.ts';
import { openTree } from '../tree/tree.ts';
import type { SurveyOptions } from './survey.ts';
import { survey, processesFor } from './survey.ts';

/** Code of several languages with something in it for everybody, and files that cannot be read, spread over more than one batch. */
const mixed: Files = {
  'package.json': { dependencies: { express: '4' } }, 'binary.js': new Uint8Array([1, 0, 2]), 'deep.js': `eval(req.query.a${' +\n"a"'.repeat(2000)})`, 'photo.png': 'x', 'generated.js': '// @generated\neval(req.query.a)', 'long.txt': 'a'.repeat(2 << 20),
  'settings.toml': 'retries = 3\n', 'broken.toml': 'a = [', 'conf.py': 'from dynaconf import Dynaconf\ns = Dynaconf(envvar_prefix="X", settings_files=["settings.toml", "broken.toml"])',
  ...Object.fromEntries(Array.from({ length: 30 }, (_, i) => [
    [`a/web${i}.ts`, `// @stratoswarm: memory=${i + 64}Mi\nimport { run } from './db${i % 7}.ts';\napp.get('/u${i}', (req, res) => { run(req.query.id); res.send('<p>' + req.query.n) });\napp.listen(process.env.PORT_${i} ?? ${3000 + i})`],
    [`a/db${i}.ts`, `export function run(id: string) { return db.query('SELECT * FROM t${i} WHERE id = ' + id); }`],
    [`py/m${i}.py`, `import os\nfrom flask import Flask, request\napp = Flask(__name__)\n@app.route('/${i}')\ndef f():\n    os.system('ls ' + request.args['d'])\n    return os.environ['V${i}']`],
    [`java/C${i}.java`, `class C${i} { @GetMapping("/x") String f(@RequestParam String q) { return new D${i}().look(q); } }`],
    [`java/D${i}.java`, `class D${i} { String look(String q) { return jdbc.queryForObject("select " + q, String.class); } }`],
    [`test/t${i}.test.js`, `const key = '${'glpat'}-x7Kq9Lm2Vw4Zr8Tb5Nc${i % 10}'`],
    [`docs/d${i}.md`, `<!-- @stratoswarm: cpu=${i + 1} -->\n`],
  ]).flat()),
};

/** All that is asked of files, for each file. */
function toldOf(tree: Tree) {
  return { findings: securityFindings(tree, Infinity), facts: tree.files.map((file) => factsOf(tree, file)), hints: commentHints(tree), skipped: [...tree.skipped] };
}

async function surveyed(directory: string, options: SurveyOptions) {
  const tree = openTree(directory);
  await survey(tree, { least: 0, ...options });
  return toldOf(tree);
}

describe('a survey', () => {
  it('tells the same in the same order with whatever number of processes, and what is told without one', async () => {
    await withFiles(mixed, async (directory) => {
      const alone = await surveyed(directory, { processes: 0 });
      expect(alone.findings.length).toBeGreaterThan(100);
      expect(alone.hints).toHaveLength(60);
      expect(alone.skipped.map(({ file }) => file).toSorted()).toEqual(['binary.js', 'broken.toml', 'long.txt']);
      for (const processes of [1, 2]) expect(await surveyed(directory, { processes })).toStrictEqual(alone);
      const { skipped, ...asked } = toldOf(openTree(directory));
      expect({ ...asked, skipped: skipped.toSorted((a, b) => (a.file < b.file ? -1 : 1)) }).toStrictEqual({ ...alone, skipped: alone.skipped.toSorted((a, b) => (a.file < b.file ? -1 : 1)) });
    });
  });

  it('tells the same of what was read before, also when a part of it was not', async () => {
    await withFiles(mixed, async (directory) => {
      const alone = await surveyed(directory, { processes: 0 });
      await withFiles({}, async (place) => {
        const kept = { directory: join(place, 'readings'), version: '1' };
        const known = () => readdirSync(kept.directory).length;
        for (const processes of [0, 1, 2]) {
          expect(await surveyed(directory, { processes, kept })).toStrictEqual(alone);
          const batches = known();
          expect(batches).toBeGreaterThan(1);
          expect(await surveyed(directory, { processes, kept })).toStrictEqual(alone);
          expect(known()).toBe(batches);
          rmSync(join(kept.directory, readdirSync(kept.directory)[0]!));
          expect(await surveyed(directory, { processes, kept })).toStrictEqual(alone);
          expect(known()).toBe(batches);
          rmSync(kept.directory, { recursive: true });
        }
        const limits = { steps: 500, characters: 1 << 20 };
        const limited = await surveyed(directory, { processes: 0, limits });
        for (let i = 0; i < 2; i++) expect(await surveyed(directory, { processes: 0, limits, kept })).toStrictEqual(limited);
      });
    });
  });

  it('does the half of a process that cannot begin as well', async () => {
    await withFiles(mixed, async (directory) => {
      expect(await surveyed(directory, { processes: 1, megabytes: 8 })).toStrictEqual(await surveyed(directory, { processes: 0 }));
    });
  });

  it('ends the search for weaknesses at the same file, however many processes have gone on', async () => {
    await withFiles(mixed, async (directory) => {
      const limits = { steps: 500, characters: 1 << 20 };
      const alone = await surveyed(directory, { processes: 0, limits });
      const unsearched = alone.skipped.filter(({ why }) => why.startsWith('not searched')).map(({ file }) => file);
      expect(unsearched.length).toBeGreaterThan(20);
      expect(alone.findings.filter(({ file, rule }) => rule !== 'hard-coded-secret' && unsearched.includes(file))).toEqual([]);
      expect(alone.findings.some(({ rule }) => rule === 'xss')).toBe(true);
      for (const processes of [1, 2]) expect(await surveyed(directory, { processes, limits })).toStrictEqual(alone);
    });
  });

  it('reads nothing of a tree that is small', async () => {
    await withFiles({ 'a.js': 'eval(req.query.a)' }, async (directory) => {
      const tree = openTree(directory);
      await survey(tree);
      expect(tree.bytesRead('a.js')).toBe(0);
    });
  });
});

it.each([[1, 0, 0], [2, 0.7, 1], [2, 1.4, 1], [2, 2, 0], [4, 1, 3], [4, 2.1, 1], [8, 3.2, 4], [8, 7.2, 1], [4, 9, 0]])('of %i processors at a load of %d, %i are used', (processors, load, expected) => {
  expect(processesFor(processors, load)).toBe(expected);
});
