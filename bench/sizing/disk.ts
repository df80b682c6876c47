/**
 * Installs and builds each app of `apps.ts`, and writes what it then takes on disk beside what analysis sees of it before and after, into `src/analysis/sizing/measured-disk.json`: what
 * the estimate of disk is trained on, by `train.ts`.
 *
 *     sh scripts/node.sh bench/sizing/disk.ts [name…]
 */
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { analyse } from '../../src/analysis/index.ts';
import { runtimeOf } from '../../src/analysis/sizing/model.ts';
import type { MeasuredDisk } from '../../src/analysis/sizing/disk-features.ts';
import { featuresOf } from '../../src/analysis/sizing/features.ts';
import { apps, type SizedApp } from './apps.ts';
import { prepare, writeFiles } from './prepare.ts';

const target = fileURLToPath(new URL('../../src/analysis/sizing/measured-disk.json', import.meta.url));
const asked = process.argv.slice(2);
const results = new Map((JSON.parse(readFileSync(target, 'utf8')) as MeasuredDisk[]).map((one) => [one.name, one]));
for (const app of apps.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
  const one = await measure(app).catch((error: unknown) => console.log(`${app.name}: ${String(error)}`));
  if (one === undefined) continue;
  console.log(`${app.name}: ${one.listed} dependencies, ${one.installed} packages, ${(one.bytes / 2 ** 20).toFixed(1)} MiB`);
  results.set(app.name, one);
  writeFileSync(target, `[\n${[...results.values()].map((entry) => `  ${JSON.stringify(entry)}`).join(',\n')}\n]\n`);
}

async function measure(app: SizedApp): Promise<MeasuredDisk> {
  const directory = mkdtempSync(join(tmpdir(), 'sizing-disk-'));
  try {
    writeFiles(app, directory);
    const service = (await analyse(directory, { name: 'app' })).services[0]!;
    const { rendersPages } = featuresOf(service);
        prepare(app, directory);
    return { name: app.name, runtime: runtimeOf(service.language ?? ''), rendersPages, listed: listedIn(app), installed: installedIn(directory), bytes: sizeOf(directory) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Dependencies of the manifest. */
function listedIn({ files }: SizedApp): number {
  const manifest = files['package.json'];
  return manifest === undefined ? (files['requirements.txt'] ?? '').split('\n').filter(Boolean).length : Object.keys((JSON.parse(manifest) as { dependencies: object }).dependencies).length;
}

/** Packages that were installed: as many as a lock file would name, without those that every environment of Python has. */
function installedIn(directory: string): number {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const lock = files.includes('package-lock.json') ? JSON.parse(readFileSync(join(directory, 'package-lock.json'), 'utf8')) as { packages: object } : undefined;
  return lock ? Object.keys(lock.packages).length - 1 : files.filter((file) => /^\.venv\/lib\/.*site-packages\/(?!pip-|setuptools-)[^/]+\.dist-info$/.test(file)).length;
}

/** Bytes that a directory takes in blocks of the disk. */
function sizeOf(directory: string): number {
  return readdirSync(directory, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(directory, entry.name);
    return sum + lstatSync(path).blocks * 512 + (entry.isDirectory() ? sizeOf(path) : 0);
  }, 0);
}
