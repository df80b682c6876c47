/**
 * What the analysis of a large repository takes: of one that is put together from real source trees until it has so many files of code. See README.md beside this file.
 *
 *     sh scripts/node.sh bench/analysis/large.ts <directory of projects>... [--files 10000] [--rounds 3]
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { languageOf } from '../../src/analysis/syntax/languages.ts';
import { openTree } from '../../src/analysis/tree/tree.ts';
import { table } from '../rounds.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { files: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '3' } } });
if (positionals.length === 0) {
  console.error('give directories that hold projects');
  process.exit(2);
}
const root = mkdtempSync(join(tmpdir(), 'bench-large-'));
process.once('exit', () => rmSync(root, { recursive: true, force: true }));

let [code, files] = [0, 0];
const projects = positionals.flatMap((directory) => readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => join(directory, name)));
for (const [index, project] of projects.entries()) take(project, join(root, 'services', `s${index}`));

console.log(`${code.toLocaleString('en')} files of code among ${files.toLocaleString('en')}; load ${loadavg()[0]!.toFixed(1)}`);
table([
  ['round', 'seconds', 'processor', 'most memory', 'services', 'findings', 'skipped'],
  ...Array.from({ length: Number(values.rounds) }, (_, round) => [String(round + 1), ...measured()]),
]);

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

/** One analysis in a process of its own, whose start and loading of code are not counted but in its memory. */
function measured(): string[] {
  const script = `const { analyse } = await import(${JSON.stringify(new URL('../../src/analysis/index.ts', import.meta.url).href)});
const before = process.cpuUsage(), begun = performance.now();
const plan = await analyse(${JSON.stringify(root)}, { name: 'large' });
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify([((performance.now() - begun) / 1e3).toFixed(1) + ' s', ((user + system) / 1e6).toFixed(1) + ' s', (process.resourceUsage().maxRSS / 1024).toFixed(0) + ' MiB', String(plan.services.length), String(plan.findings.length), String(plan.skipped.length)]));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script], { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as string[];
}
