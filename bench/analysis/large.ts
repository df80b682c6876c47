/**
 * What the analysis of a large repository takes: of one that is put together from real source trees until it has so many files of code. See README.md beside this file.
 *
 *     sh scripts/node.sh bench/analysis/large.ts <directory of projects>... [--files 10000] [--rounds 3]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { processTable } from '../../src/host/proc.ts';
import { descendantsOf } from '../../src/host/proc-tree.ts';
import { languageOf } from '../../src/analysis/syntax/languages.ts';
import { openTree } from '../../src/analysis/tree/tree.ts';
import { table } from '../rounds.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { files: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '3' } } });
if (positionals.length === 0) {
  console.error('give directories that hold projects');
  process.exit(2);
}
/** Milliseconds between two looks at the memory. */
const often = 50;
const page = 4096;
const root = mkdtempSync(join(tmpdir(), 'bench-large-'));
process.once('exit', () => rmSync(root, { recursive: true, force: true }));

let [code, files] = [0, 0];
const projects = positionals.flatMap((directory) => readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => join(directory, name)));
for (const [index, project] of projects.entries()) take(project, join(root, 'services', `s${index}`));

console.log(`${code.toLocaleString('en')} files of code among ${files.toLocaleString('en')}; load ${loadavg()[0]!.toFixed(1)}`);
const rounds: string[][] = [];
while (rounds.length < Number(values.rounds)) rounds.push([String(rounds.length + 1), ...await measured()]);
table([['round', 'seconds', 'processor', 'services', 'findings', 'skipped', 'most memory'], ...rounds]);

/** Copies what analysis would see of a project, as long as files are wanted. */
function take(project: string, target: string): void {
  const tree = openTree(project);
  for (const file of tree.files) {
    if (code >= Number(values.files)) return;
    mkdirSync(dirname(join(target, file)), { recursive: true });
    copyFileSync(join(project, file), join(target, file));
    files++;
    if (languageOf(file) !== undefined) code++;
  }
}

/**
 * One analysis in a process of its own, whose start and loading of code are not counted but in its memory. Memory is that of all processes together at one time, and processor time theirs as well; what they
 * share is counted for each.
 */
async function measured(): Promise<string[]> {
  const script = `const { readStat } = await import(${JSON.stringify(new URL('../../src/host/proc.ts', import.meta.url).href)});
const { analyse } = await import(${JSON.stringify(new URL('../../src/analysis/index.ts', import.meta.url).href)});
const before = readStat(process.pid).cpu, begun = performance.now();
const plan = await analyse(${JSON.stringify(root)}, { name: 'large' });
console.log(JSON.stringify([((performance.now() - begun) / 1e3).toFixed(1) + ' s', ((readStat(process.pid).cpu - before) / 1e3).toFixed(1) + ' s', String(plan.services.length), String(plan.findings.length), String(plan.skipped.length)]));`;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let most = 0;
  const looking = setInterval(() => {
    const family = descendantsOf(new Set([process.pid]), processTable());
    most = Math.max(most, family.reduce((sum, { residentPages }) => sum + residentPages * page, 0));
  }, often);
  const [stdout] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  clearInterval(looking);
  return [...JSON.parse(stdout) as string[], `${(most / 2 ** 20).toFixed(0)} MiB`];
}
