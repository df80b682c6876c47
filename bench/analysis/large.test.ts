import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let home: string;
beforeEach(() => { home = mkdtempSync(join(tmpdir(), 'bench-projects-')); });
afterEach(() => rmSync(home, { recursive: true, force: true }));

it('puts a repository of as many files of code as are asked for together, without what is ignored, and analyses it', () => {
  for (const name of ['a', 'b', 'c']) {
    mkdirSync(join(home, name, 'node_modules'), { recursive: true });
    writeFileSync(join(home, name, 'package.json'), '{"scripts": {"start": "node a.js"}}');
    writeFileSync(join(home, name, 'a.js'), 'require("http").createServer().listen(3000)');
    writeFileSync(join(home, name, 'node_modules/x.js'), '');
  }
  const output = execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'large.ts'), home, '--files', '2', '--rounds', '1'], { encoding: 'utf8' });
  expect(output).toMatch(/^2 files of code among 3;/);
  expect(output).toMatch(/1 .* s .* s .*1 .*0 .* MiB/);
});
