/**
 * Trains the sizing model on what `measure.ts` measured, writes it to `src/analysis/sizing/trained.json`, and prints how it does beside the simpler ones.
 *
 *     sh scripts/node.sh bench/sizing/train.ts
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import measured from '../../src/analysis/sizing/measured.json' with { type: 'json' };
import { train } from '../../src/analysis/sizing/model.ts';
import type { Measured } from '../../src/analysis/sizing/features.ts';

const model = train(measured as unknown as readonly Measured[]);
writeFileSync(fileURLToPath(new URL('../../src/analysis/sizing/trained.json', import.meta.url)), `${JSON.stringify(model, null, 2)}\n`);
console.log(`${model.apps} apps, each estimated by a model that had not seen it; used: ${model.kind}`);
for (const [kind, { within2, under, error }] of Object.entries(model.scores)) {
  console.log(`${kind.padEnd(16)} within a factor of two ${(100 * within2).toFixed(0)} %, too small ${(100 * under).toFixed(0)} %, off by a factor of ${(2 ** error).toFixed(2)} on average`);
}
