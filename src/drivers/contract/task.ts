import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Traits } from './traits.ts';
import { Bench, type Subject } from './bench.ts';
import { promised } from './promised.ts';

const printTask = 'process.stdout.write(JSON.stringify({ argv: process.argv.slice(1), env: process.env, cwd: process.cwd() }))';

/** What an agent gets of its task: arguments, environment, files, volumes. */
export function taskContract(make: () => Promise<Subject>, traits: Traits): void {
  describe('task of an agent', () => {
    let bench: Bench;
    beforeEach(async () => {
      bench = new Bench(await make());
    });
    afterEach(() => bench.cleanup());

    test('arguments and environment arrive as they are, whatever is in them', async () => {
      const values = ['two words', `it's "quoted"`, 'line\nbreak\n', '$(touch /tmp/x) `id` $HOME ; & | > *', '\\', 'äöü ☃', '', '-n', 'tab\tand\rreturn', 'x'.repeat(100_000)];
      const env = Object.fromEntries(values.map((value, index) => [`VALUE_${index}`, value]));
      const awkward = { IFS: ',', name: 'lower', UID: '4711', OPTIND: 'text', stat: 's', pid: 'p', dir: 'd', ENV: '/nowhere', STRATOSWARM_ARGC: '7', STRATOSWARM_NAMES: 'x' };
      const seen = JSON.parse(await bench.output([...bench.node(printTask), '--', ...values], { env: { ...env, ...awkward } })) as { argv: string[]; env: Record<string, string> };
      expect(seen.argv.slice(-values.length)).toEqual(values);
      expect(seen.env).toMatchObject({ ...env, ...awkward });
    });

    test('nothing of the daemon comes with it', async () => {
      process.env['CONTRACT_CANARY'] = 'sings';
      try {
        const seen = JSON.parse(await bench.output(bench.node(printTask), { env: { MINE: '1' } })) as { env: Record<string, string> };
        const allowed = new Set(['PATH', 'MINE', 'HOME', 'TMPDIR', 'HOSTNAME', 'PWD', 'OLDPWD', 'SHLVL', '_', 'STRATOSWARM_AGENT']);
        expect(Object.keys(seen.env).filter((name) => !allowed.has(name))).toEqual([]);
      } finally {
        delete process.env['CONTRACT_CANARY'];
      }
    });

    test('of open files it gets input, output and error only', async () => {
      const log = await bench.output(['sh', '-c', 'for fd in /proc/self/fd/*; do readlink "$fd"; done']);
      const daemons = readdirSync('/proc/self/fd').flatMap((descriptor) => linkOf(`/proc/self/fd/${descriptor}`)).filter((target) => target !== '/dev/null');
      expect(log.split('\n').filter((target) => daemons.includes(target))).toEqual([]);
    });

    test('its input is empty', async () => {
      expect(await bench.output(['sh', '-c', 'cat; echo end'])).toBe('end\n');
    });

    promised(traits.hostKernel)('no signal is ignored or blocked', async () => {
      const log = await bench.output(['sh', '-c', 'cat /proc/self/status']);
      expect(log).toMatch(/SigBlk:\s0+\n/);
      expect(log).toMatch(/SigIgn:\s0+\n/);
    });

    test('it works in its own writable copy of the artefact; the artefact stays as it was', async () => {
      const artefact = bench.artefact({ 'sub/data.txt': 'original', 'node_modules/lib/index.js': 'module.exports = "found"', 'run.sh': { content: '#!/bin/sh\necho ran\n', mode: 0o755 } });
      const script = 'cat data.txt && echo mine > data.txt && echo new > new.txt && echo new > ../also.txt && cat data.txt new.txt && ../run.sh && node -p "require(\'lib\')"';
      const over = { artefact, cwd: 'sub' };
      expect(await bench.output(['sh', '-c', script], over)).toBe('originalmine\nnew\nran\nfound\n');
      expect(await bench.output(['sh', '-c', script], over)).toBe('originalmine\nnew\nran\nfound\n');
      expect(readFileSync(join(artefact, 'sub/data.txt'), 'utf8')).toBe('original');
      expect(readdirSync(artefact).toSorted()).toEqual(['node_modules', 'run.sh', 'sub']);
    });

    test('a program of the artefact is found by its relative path', async () => {
      const artefact = bench.artefact({ 'bin/hello': { content: '#!/bin/sh\necho "hello $1"\n', mode: 0o755 } });
      expect(await bench.output(['./bin/hello', 'world'], { artefact })).toBe('hello world\n');
    });

    test('HOME and TMPDIR are writable and its own', async () => {
      const script = 'for place in "$HOME" "$TMPDIR"; do test ! -e "$place/mine" && echo x > "$place/mine" && cat "$place/mine"; done; umask';
      expect(await bench.output(['sh', '-c', script])).toBe('x\nx\n0022\n');
      expect(await bench.output(['sh', '-c', script])).toBe('x\nx\n0022\n');
    });

    test('a volume outlives the agent', async () => {
      const source = bench.directory('volume');
      const over = { volumes: [{ source, path: '/srv/contract-data' }], env: { DATA: '/srv/contract-data/file' } };
      expect(await bench.output(['sh', '-c', 'echo kept > "$DATA" && cat "$1/file"', 'sh', '/srv/contract-data'], over)).toBe('kept\n');
      expect(readFileSync(join(source, 'file'), 'utf8')).toBe('kept\n');
      expect(await bench.output(['sh', '-c', 'cat "$DATA"; echo again > "$DATA"; cat "$DATA"'], over)).toBe('kept\nagain\n');
      if (traits.volumesAtPath) expect(await bench.output(['sh', '-c', 'cat /srv/contract-data/file'], over)).toBe('again\n');
    });

    test('a program that is not there exits 127 and is named', async () => {
      const { handle } = await bench.start(['no-such-program-anywhere', 'x']);
      const { exit } = await bench.ended(handle);
      expect(exit).toMatchObject({ code: 127, detail: expect.stringContaining('no-such-program-anywhere') });
    });

    test('a file that may not be executed exits 126 and is named', async () => {
      const { handle } = await bench.start(['./plain.txt'], { artefact: bench.artefact({ 'plain.txt': 'text' }) });
      const { exit } = await bench.ended(handle);
      expect(exit).toMatchObject({ code: 126, detail: expect.stringContaining('plain.txt') });
    });

    test.each(['missing', '../outside', '/etc'])('a working directory %j that is not in the artefact is refused before anything starts', async (cwd) => {
      const handle = bench.handle();
      await expect(bench.driver.prepare(handle, bench.task(['true'], { artefact: bench.artefact({ 'a.txt': '' }), cwd }))).rejects.toMatchObject({ name: 'StratoError', code: 'task.cwd', retryable: false });
    });
  });
}

function linkOf(path: string): string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    return [];
  }
}
