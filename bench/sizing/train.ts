/**
 * Trains the sizing models on what `measure.ts` and `disk.ts` measured, writes them to `src/analysis/sizing/trained.json` and `trained-disk.json`, and prints how each does beside simpler ones.
 *
 *     sh scripts/node.sh bench/sizing/train.ts
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import disks from '../../src/analysis/sizing/measured-disk.json' with { type: 'json' };
import measured from '../../src/analysis/sizing/measured.json' with { type: 'json' };
import { observedDisk } from '../../src/analysis/sizing/disk-features.ts';
import { observed, train, type SizingModel } from '../../src/analysis/sizing/model.ts';
import type { Measured } from '../../src/analysis/sizing/features.ts';

const memory = train((measured as unknown as readonly Measured[]).map(observed));
write('trained.json', memory);
tell('memory', memory);
const disk = { installed: train(disks.map((one) => observedDisk(one, 'installed'))), listed: train(disks.map((one) => observedDisk(one, 'listed'))) };
write('trained-disk.json', disk);
tell('disk, by the packages of a lock file', disk.installed);
tell('disk, by the dependencies of a manifest', disk.listed);

function write(file: string, content: object): void {
  writeFileSync(fileURLToPath(new URL(`../../src/analysis/sizing/${file}`, import.meta.url)), `${JSON.stringify(content, null, 2)}\n`);
}

function tell(what: string, model: SizingModel): void {
  console.log(`${what}: ${model.apps} apps, each estimated by a model that had not seen it; used: ${model.kind}`);
  for (const [kind, { within2, under, error }] of Object.entries(model.scores)) {
    console.log(`${kind.padEnd(16)} within a factor of two ${(100 * within2).toFixed(0)} %, too small ${(100 * under).toFixed(0)} %, off by a factor of ${(2 ** error).toFixed(2)} on average`);
  }
}
