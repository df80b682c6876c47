import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { spawn } from './spawn.ts';

test('a process for which no descriptor is left is an error at once, and ends nobody', async () => {
  const program = `
    import { openSync } from 'node:fs';
    import { run } from '${fileURLToPath(new URL('./run.ts', import.meta.url))}';
    import { spawn } from '${fileURLToPath(new URL('./spawn.ts', import.meta.url))}';
    try { for (;;) openSync('/dev/null'); } catch {}
    try { spawn('true', [], { stdio: 'pipe' }); } catch (error) { console.log(error.code); }
    console.log((await run('true', [], { timeout: 50 })).code);`;
  const limited = ['-c', 'ulimit -n 60; exec "$0" "$@"', process.execPath, '--input-type=module', '-e', program];
  const { stdout } = await promisify(execFile)('sh', limited, { env: { PATH: process.env['PATH'] } });
  expect(stdout).toBe('host.no-descriptors\n127\n');
});

test('a program that is missing is an error event, as ever', async () => {
  const child = spawn('/no/such/program', [], { stdio: 'pipe' });
  expect(await new Promise((resolve) => child.once('error', (error: NodeJS.ErrnoException) => resolve(error.code)))).toBe('ENOENT');
});
