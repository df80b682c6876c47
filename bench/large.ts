/**
 * A ledger of ten million events in 256 MB of heap: opening, appending, looking back, auditing, and opening again after a kill, each with the processor time of all threads
 * and the most memory so far.
 *
 *     sh scripts/node.sh bench/large.ts [--events 10000000] [--heap 256]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ledgerFiles } from '../src/ledger/files.ts';
import { writeLargeLog } from '../src/ledger/testing/large.ts';
import type { Step } from '../src/ledger/testing/look.ts';
import { progress, table } from './rounds.ts';

const { values } = parseArgs({ options: { events: { type: 'string', default: '10000000' }, heap: { type: 'string', default: '256' } } });
const events = Number(values.events);
const look = fileURLToPath(new URL('../src/ledger/testing/look.ts', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'stratoswarm-large-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));

function steps(...names: string[]): Step[] {
  const { stdout, stderr } = spawnSync(process.execPath, [`--max-old-space-size=${values.heap}`, look, directory, ...names], { encoding: 'utf8' });
  if (!stdout.includes(`"${names.at(-1) ?? 'close'}"`) && !names.includes('kill')) throw new Error(stderr);
  const found = stdout.trim().split('\n').map((line) => JSON.parse(line) as Step);
  progress(found.map(({ step, result }) => `${step} ${JSON.stringify(result)}`).join(', '));
  return found;
}

const begin = performance.now();
writeLargeLog(directory, events);
const bytes = statSync(ledgerFiles(directory).database).size;
progress(`${events} events written in ${((performance.now() - begin) / 1_000).toFixed(0)} s`);
const inOrder = steps('append', 'prepare', 'seek', 'verify', 'kill');
const afterKill = steps('append').map(({ step, ...rest }) => ({ step: `${step}, after a kill`, ...rest }));
console.log(`${events.toLocaleString('en')} events, ${(bytes / 2 ** 20).toFixed(0)} MiB (${(bytes / events).toFixed(0)} bytes each); heap limit ${values.heap} MB; load ${loadavg()[0]!.toFixed(1)}`);
table([
  ['step', 'seconds', 'processor', 'most memory', 'heap'],
  ...[...inOrder, ...afterKill].map(({ step, milliseconds, processor, rss, heap }) => [step, (milliseconds / 1_000).toFixed(1), (processor / 1_000).toFixed(1), `${(rss / 2 ** 20).toFixed(0)} MiB`, `${(heap / 2 ** 20).toFixed(0)} MiB`]),
]);
