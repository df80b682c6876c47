import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { requires } from '../host/testing.ts';

const count = 40_000;
const root = mkdtempSync(join(tmpdir(), 'analysis-many-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A generated tree: an app, and very many small files of code, settings and text beside it. Gives the bytes of all. */
function generate(): number {
  let bytes = 0;
  const write = (path: string, text: string) => {
    writeFileSync(join(root, path), text);
    bytes += text.length;
  };
  write('package.json', '{"scripts": {"start": "node a.js"}}');
  write('a.js', "require('http').createServer(f).listen(process.env.PORT || 3000)");
  for (let i = 0; i < count; i++) {
    const directory = `src/d${Math.floor(i / 500)}`;
    if (i % 500 === 0) mkdirSync(join(root, directory), { recursive: true });
    write(`${directory}/f${i}.${['ts', 'json', 'yaml', 'md'][i % 4]}`, [`import { g } from './f${i + 4}.ts';\nexport const h${i} = () => process.env.V${i % 40} ?? g();\n`, '{"a": 1}', 'a: 1\n', '# x\n'][i % 4]!);
  }
  return bytes;
}

/** Analyses in a process of its own, and says what the kernel counted of it: bytes that it read, and the most memory that it had. */
const measured = `const { readFileSync } = await import('node:fs');
const { analyse } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
const read = () => Number(/^rchar: (\\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))[1]);
const before = read();
const plan = await analyse(${JSON.stringify(root)});
console.log(JSON.stringify({ services: plan.services.map(({ start, env }) => [start, env.length]), skipped: plan.skipped, read: read() - before, memory: process.resourceUsage().maxRSS * 1024 }));`;

describe.skipIf(!requires('linux'))(`a tree of ${count} small files`, () => {
  it('is read once, in memory that is bounded', () => {
    const bytes = generate();
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', measured], { encoding: 'utf8', maxBuffer: 1 << 24 });
    const { services, skipped, read, memory } = JSON.parse(stdout || JSON.stringify({ stderr })) as { services: unknown; skipped: unknown; read: number; memory: number };
    expect(services).toEqual([['npm start', 11]]);
    expect(skipped).toEqual([]);
    // Beside the files themselves, the parsers of the formats in them are loaded.
    expect(read).toBeLessThan(bytes + 8 * 2 ** 20);
    expect(memory).toBeLessThan(600 * 2 ** 20);
  });
});
