import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { requires } from '../src/host/testing.ts';
import { serverApp } from './apps.ts';
import { Swarm, until } from './harness.ts';
import { isAlive, processesOf } from './traces.ts';

const strangers: ChildProcess[] = [];
afterEach(() => {
  for (const child of strangers.splice(0)) process.kill(-child.pid!, 'SIGKILL');
});

describe.skipIf(!requires('linux', 'root'))('a pid that was given to a stranger while no daemon ran', { timeout: 300_000 }, () => {
  test.each(['process', 'namespace', 'container'] as const)('is not taken for the agent that had it: the stranger is left alone, the agent replaced (%s)', async (isolation) => {
    const swarm = await Swarm.open();
    try {
      await swarm.ok('deploy', swarm.directory('tiny', serverApp('v1')), '--isolation', isolation);
      const [agent] = await swarm.agents('tiny');
      await swarm.ok('daemon', 'stop');
      // With whoever would write down how it ended.
      const all = processesOf(swarm.home).filter((one) => one.agent === agent!.id || one.command.includes(agent!.id));
      for (const { pid } of all) process.kill(pid, 'SIGKILL');
      await until('its pid is free', () => !existsSync(`/proc/${agent!.pid}`) || undefined);
      const said = join(swarm.directory('stranger'), 'signals');
      const stranger = await startWith(agent!.pid!, said);

      await swarm.startDaemon();
      const successor = await until('the agent was replaced', async () => (await swarm.agents('tiny')).find(({ id, state }) => id !== agent!.id && state === 'ready'));
      expect(successor.pid).not.toBe(stranger);
      expect((await swarm.ask('tiny')).body).toBe('v1');
      await swarm.ok('rm', 'tiny', '--yes');
      expect(isAlive(stranger)).toBe(true);
      expect(stateOf(stranger)).toBe('S');
      expect(existsSync(said)).toBe(false);
    } finally {
      expect(await swarm.close()).toEqual([]);
    }
  });
});

/** Starts a process that has that very pid and notes every signal that it gets: the kernel gives the number after the last one (proc(5), ns_last_pid). */
async function startWith(pid: number, said: string): Promise<number> {
  const script = `until [ "$found" = "$1" ]; do
  echo $(($1 - 1)) > /proc/sys/kernel/ns_last_pid
  sh -c 'for name in HUP INT QUIT USR1 USR2 TERM CONT; do trap "echo $name >> $0" $name; done; while :; do sleep 1000 & wait $!; done' "$2" &
  found=$!
  [ "$found" = "$1" ] || kill -9 $found
done
echo found
wait`;
  const child = spawn('sh', ['-c', script, 'sh', String(pid), said], { stdio: ['ignore', 'pipe', 'ignore'], detached: true, env: { PATH: process.env['PATH'] } });
  strangers.push(child);
  let output = '';
  child.stdout!.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  await until('somebody has the pid', () => output.includes('found') || undefined, 30_000);
  return pid;
}

function stateOf(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').slice(0, 1);
}
