import { release } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { requires } from '../src/host/testing.ts';
import { root, swarms, until } from './harness.ts';

/** A rung that nobody gets unasked, from the command line to the world and back. */
describe.skipIf(!requires('linux', 'root', 'program:runsc', 'program:conmon', 'program:nft', 'program:python3'))('an app under gVisor', { timeout: 300_000 }, () => {
  const { open } = swarms(afterEach);

  test('is deployed when somebody asks for that, held for a snapshot, adopted by the next daemon, replaced when it dies, and removed whole', async () => {
    const swarm = await open();
    await swarm.ok('deploy', join(root, 'examples/python-api'), '--isolation', 'sandbox');
    const [agent] = await swarm.agents();
    expect(agent).toMatchObject({ isolation: 'sandbox', state: 'ready' });
    const created = await swarm.ask('python-api', '/notes', { method: 'POST', body: JSON.stringify({ text: 'kept' }), headers: { 'content-type': 'application/json' } });
    expect(created.status).toBe(201);
    const { stdout } = await swarm.cli(['exec', 'python-api', '--', 'uname', '-r']);
    expect(stdout.trim()).toMatch(/^\d+\./);
    expect(stdout.trim()).not.toBe(release());

    // Its notes are in memory: what answers with them after a hold and a crash of the daemon is the same process.
    await swarm.ok('snapshot', 'create', 'python-api', '--pause');
    await swarm.killDaemon();
    expect(await swarm.answers('python-api', '/notes')).toContain('kept');
    await swarm.startDaemon();
    expect((await swarm.agents()).map(({ id, pid, state }) => ({ id, pid, state }))).toEqual([{ id: agent!.id, pid: agent!.pid, state: 'ready' }]);
    expect(await swarm.answers('python-api', '/notes')).toContain('kept');

    process.kill(agent!.pid!, 'SIGKILL');
    await until('another one takes its place', async () => (await swarm.agents()).some(({ id, isolation, state }) => id !== agent!.id && isolation === 'sandbox' && state === 'ready') || undefined);
    expect(await swarm.answers('python-api', '/notes')).not.toContain('kept');
  });
});
