import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Style rules that a machine can check. */
const root = fileURLToPath(new URL('..', import.meta.url));
const run = spawnSync(process.execPath, [`${root}/node_modules/oxlint/bin/oxlint`, '--deny-warnings'], { cwd: root, stdio: 'inherit' });
process.exitCode = run.status ?? 1;
