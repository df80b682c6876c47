import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requires, systemTime } from '../host/testing.ts';
import { type Isolation, openWorkshop, probeIsolation, runIsolated } from './isolate.ts';
import { temporary, write } from './testing.ts';

const home = temporary();
const parent = join(home, 'workshops');

async function run(script: string, isolation: Isolation, over: { visible?: string[]; timeout?: number; outputLimit?: number } = {}) {
  const workshop = openWorkshop(parent, join(home, 'downloads'), isolation);
  const lines: string[] = [];
  const result = await runIsolated({ argv: ['/bin/sh', '-c', script], cwd: '.', env: { PATH: '/usr/bin:/bin', APP: '{app}', CACHE: '{cache}' }, visible: [], clock: systemTime, timeout: 60_000, onLine: (line) => lines.push(line), ...over }, workshop, isolation);
  return { workshop, result, lines };
}

describe.skipIf(!requires('linux', 'program:unshare', 'program:setpriv'))('a command in namespaces', () => {
  it('is shown the directories that it needs at their own place, under /tmp too, and cannot write to them', async () => {
    const tools = write(join(home, 'tools'), { 'hello': '#!/bin/sh\necho hello\n' });
    chmodSync(join(tools, 'hello'), 0o755);
    const { lines } = await run(`${tools}/hello; touch ${tools}/x || echo refused; ls ${home}`, await probeIsolation({ cache: home }, systemTime), { visible: [tools] });
    expect(lines[0]).toBe('hello');
    expect(lines).toContain('refused');
    expect(lines).toContain('tools');
    expect(existsSync(join(tools, 'x'))).toBe(false);
  });

  it('writes to its tree and the shared caches', async () => {
    const { workshop, result } = await run('echo a >"$APP/a"; echo b >"$CACHE/b"', await probeIsolation({ cache: home }, systemTime));
    expect(result).toMatchObject({ exitCode: 0, ended: 'exit' });
    expect(readFileSync(join(workshop.tree, 'a'), 'utf8') + readFileSync(join(workshop.cache, 'b'), 'utf8')).toBe('a\nb\n');
  });
});

describe('a command of a build', () => {
  const plain: Isolation = { kind: 'none', reason: 'for the test', user: null };

  it('without namespaces has its own directories all the same', async () => {
    const { workshop, lines, result } = await run('pwd; echo "$HOME"; echo "$APP"; exit 7', plain);
    expect(lines).toEqual([workshop.tree, join(workshop.directory, 'home'), workshop.tree]);
    expect(result.exitCode).toBe(7);
  });

  it('is ended when it takes too long or says too much', async () => {
    expect((await run('sleep 1000', plain, { timeout: 200 })).result.ended).toBe('timeout');
    expect((await run('yes', plain, { outputLimit: 100_000 })).result.ended).toBe('output');
  });

  it('gives its output line by line, as a terminal would show it', async () => {
    const { lines } = await run('printf "one\\r\\n10%%\\r100%%\\n\\033[31mred\\033[0m\\n\\n"; printf "d\\303\\244" >&2; sleep 0.05; printf "\\303\\266" >&2', plain);
    expect(lines.sort()).toEqual(['100%', 'däö', 'one', 'red']);
  });

  it('that a signal ends has the code that shells give', async () => {
    expect((await run('kill -TERM $$', plain)).result.exitCode).toBe(143);
  });
});
