import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram } from '../programs.ts';
import { requires } from '../testing.ts';

const project = join(import.meta.dirname, '../../..');

/** In a mount namespace of its own, nft is a file that nobody can execute. */
const script = 'mount --bind /dev/null "$1" && shift && exec "$@"';

/** The suite once more, on a machine as it were without nft. */
describe.skipIf(!requires('linux', 'root', 'program:unshare', 'program:nft', 'program:iptables', 'program:ip'))('without nft', () => {
  it('agents have a network of their own by iptables, and what that cannot do is refused', { timeout: 300_000 }, async () => {
    const vitest = [process.execPath, 'node_modules/vitest/vitest.mjs', 'run', '--configLoader', 'runner', '--config', './vitest.config.ts', '--reporter', 'verbose', 'src/host/network/network.test.ts'];
    const child = spawn('unshare', ['--mount', '--propagation', 'slave', '/bin/sh', '-c', script, 'sh', findProgram('nft')!, ...vitest], {
      cwd: project, stdio: ['ignore', 'pipe', 'pipe'], timeout: 280_000, killSignal: 'SIGKILL', env: { ...process.env, STRATOSWARM_NO_SKIP: '1', NO_COLOR: '1' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code, output.slice(-8000)).toBe(0);
    expect(output).toContain('✓ |deep| src/host/network/network.test.ts > the network of a home > refuses to contain an agent where it cannot');
  });
});
