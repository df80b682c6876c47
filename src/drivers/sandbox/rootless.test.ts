import { spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requires } from '../../host/testing.ts';

const project = join(import.meta.dirname, '../../..');
const nobodySpecial = 64711;

/** In a mount namespace of its own the project and Node are where that user may go; it ends with the run. */
const script = 'mount --bind "$1" "$2/project" && mount --bind "$3" "$2/runtime/bin/node" && cd "$2/project" && shift 3 && exec setpriv "$@"';

/** The whole suite once more, as a user without any privilege. */
describe.skipIf(!requires('linux', 'root', 'unprivileged-namespaces', 'program:setpriv', 'program:unshare'))('without root', () => {
  it('a sandbox does the same, but for limits and network', { timeout: 600_000 }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'stratoswarm-rootless-'));
    try {
      chmodSync(directory, 0o755);
      for (const path of ['project', 'runtime/bin', 'home', 'tmp']) mkdirSync(join(directory, path), { recursive: true });
      for (const path of ['home', 'tmp']) chownSync(join(directory, path), nobodySpecial, nobodySpecial);
      const node = join(directory, 'runtime/bin/node');
      writeFileSync(node, '', { mode: 0o755 });
      const vitest = [node, 'node_modules/vitest/vitest.mjs', 'run', '--configLoader', 'runner', '--config', './vitest.config.ts', '--reporter', 'dot', 'src/drivers/sandbox.contract.test.ts'];
      const child = spawn('unshare', ['--mount', '/bin/sh', '-c', script, 'sh', project, directory, process.execPath, '--reuid', String(nobodySpecial), '--regid', String(nobodySpecial), '--clear-groups', '--', ...vitest], {
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 560_000,
        killSignal: 'SIGKILL',
        env: { PATH: `${join(directory, 'runtime/bin')}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`, HOME: join(directory, 'home'), TMPDIR: join(directory, 'tmp'), STRATOSWARM_NO_SKIP: '1', NO_COLOR: '1' },
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
      const code = await new Promise((resolve) => child.once('exit', resolve));
      expect(code, output.slice(-8000)).toBe(0);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
