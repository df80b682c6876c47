import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requires } from '../../host/testing.ts';
import { containerDirectory, unmountAll } from './mounts.ts';
import { withinReach } from './reach.ts';

describe.skipIf(!requires('linux', 'root', 'program:setpriv'))('binds within reach', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'stratoswarm-reach-'));
    chmodSync(directory, 0o755);
  });
  afterEach(async () => {
    await unmountAll(containerDirectory(directory, 'container', true));
    rmSync(directory, { recursive: true, force: true });
  });

  test('what lies in a private directory is read by others through a mount of its root, once; what is open stays', async () => {
    const container = containerDirectory(directory, 'container', true);
    const agent = join(directory, 'private', 'agent');
    for (const path of [container.path, join(agent, 'tmp')]) mkdirSync(path, { recursive: true });
    writeFileSync(join(agent, 'notes'), 'noted');
    chmodSync(join(directory, 'private'), 0o700);
    const bind = (source: string) => ({ source, path: '/x', writable: true });
    const binds = [bind(join(agent, 'tmp')), bind(join(agent, 'notes')), bind('/usr')];
    const reached = await withinReach(container, binds, [agent]);
    expect(await withinReach(container, binds, [agent])).toEqual(reached);
    expect(reached.map(({ source }) => source)).toEqual([join(container.path, 'reach-0/tmp'), join(container.path, 'reach-0/notes'), '/usr']);
    expect(execFileSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', 'cat', reached[1]!.source], { encoding: 'utf8' })).toBe('noted');
    expect(readFileSync('/proc/self/mountinfo', 'utf8').split(container.path).length - 1).toBe(1);
    await unmountAll(container);
    expect(existsSync(reached[1]!.source)).toBe(false);
  });
});
