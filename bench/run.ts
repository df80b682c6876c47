/**
 * Runs the named subjects, or all of them, one after the other.
 *
 *     sh scripts/node.sh bench/run.ts [recovery redeploy idle adoption reconcile ledger ingress cli]
 */
import { spawnSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';

const subjects = ['recovery', 'redeploy', 'idle', 'adoption', 'reconcile', 'ledger', 'ingress', 'cli'];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !subjects.includes(name));
if (unknown.length > 0) {
  console.error(`there is no ${unknown.join(', ')}; choose from ${subjects.join(', ')}`);
  process.exit(2);
}

console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}`);
const failed: string[] = [];
for (const name of asked.length > 0 ? asked : subjects) {
  console.log(`\n── ${name} (load average ${loadavg().map((load) => load.toFixed(1)).join(' ')})\n`);
  const { status } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, `${name}.ts`)], { stdio: 'inherit' });
  if (status !== 0) failed.push(name);
}
if (failed.length > 0) {
  console.error(`\nended with an error: ${failed.join(', ')}`);
  process.exitCode = 1;
}
