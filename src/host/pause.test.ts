import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { pause, resumeRecorded } from './pause.ts';
import { agentProcesses, agentVariable } from './proc-tree.ts';
import { isAlive, readStat } from './proc.ts';
import { requires } from './testing.ts';

const places: string[] = [];
const agents: Parameters<typeof agentProcesses>[0][] = [];
afterEach(async () => {
  for (const agent of agents.splice(0)) {
    const members = agentProcesses(agent);
    for (const { pid } of members) process.kill(pid, 'SIGKILL');
    await until(() => members.every(({ pid, start }) => !isAlive(pid, start)));
  }
  for (const path of places.splice(0)) rmSync(path, { recursive: true, force: true });
});

/** Writes a growing number into a file as fast as it can, by itself, a child, and a child that made itself a daemon. */
const writer = `
  const fs = require('node:fs'); const { spawn } = require('node:child_process');
  const loop = (file) => "let n = 0; setInterval(() => require('node:fs').writeFileSync(" + JSON.stringify(file) + ", String(++n)), 1)";
  spawn(process.execPath, ['-e', loop(process.argv[1] + '/child')], { stdio: 'ignore' });
  spawn(process.execPath, ['-e', loop(process.argv[1] + '/daemon')], { stdio: 'ignore', detached: true }).unref();
  eval(loop(process.argv[1] + '/main'));`;

describe.skipIf(!requires('linux'))('paused agents', () => {
  it('write nothing, whatever session their processes made for themselves, and go on when they are resumed', async () => {
    const { place, agents, record } = await start();
    const files = ['main', 'child', 'daemon'].map((name) => join(place, name));
    const read = () => files.map((file) => readFileSync(file, 'utf8'));
    const paused = await pause(agents, record, () => delay(2));
    expect(paused.processes.length).toBeGreaterThanOrEqual(3);
    const before = read();
    await delay(60);
    expect(read()).toEqual(before);
    expect(paused.held()).toBe(true);
    process.kill(paused.processes[1]!.pid, 'SIGCONT');
    await until(() => !paused.held());
    paused.resume();
    expect(existsSync(record)).toBe(false);
    await until(() => read().every((text, index) => text !== '' && text !== before[index]));
  });

  it('are given seconds to come to rest, as one needs that waits for a busy disk, and no more than that', async () => {
    const { agents, record } = await start();
    let looks = 0;
    const wake = async (times: number) => {
      if (++looks < times) for (const { pid } of agentProcesses(agents[0]!)) process.kill(pid, 'SIGCONT');
    };
    let time = 0;
    const paused = await pause(agents, record, () => wake(250), [], () => (time += 3));
    expect(looks).toBeGreaterThanOrEqual(250);
    paused.resume();
    await expect(pause(agents, record, () => wake(Infinity), [], () => (time += 1_000))).rejects.toMatchObject({ code: 'agent.not-paused', retryable: true });
    expect(existsSync(record)).toBe(false);
  });

  it('are let go by a successor when who paused them died', async () => {
    const { place, agents, record } = await start();
    await pause(agents, record, () => delay(2));
    const before = readFileSync(join(place, 'main'), 'utf8');
    resumeRecorded(record);
    await until(() => !['', before].includes(readFileSync(join(place, 'main'), 'utf8')));
    expect(existsSync(record)).toBe(false);
  });

  it('are not sought by a record that is nonsense', () => {
    const place = mkdtempSync(join(tmpdir(), 'pause-'));
    places.push(place);
    const record = join(place, 'paused.json');
    for (const text of ['', '[1,2]', '[{"pid":1,"start":0}]', '{"pid":1}']) {
      writeFileSync(record, text);
      resumeRecorded(record);
      expect(existsSync(record)).toBe(false);
    }
  });
});

async function start() {
  const place = mkdtempSync(join(tmpdir(), 'pause-'));
  places.push(place);
  const agent = `pause-test-0-${Math.random().toString(36).slice(2)}`;
  const child = spawn(process.execPath, ['-e', writer, place], { stdio: 'ignore', detached: true, env: { ...process.env, [agentVariable]: agent } });
  await once(child, 'spawn');
  await until(() => ['main', 'child', 'daemon'].every((name) => existsSync(join(place, name))));
  const one = { agent, main: { pid: child.pid!, start: readStat(child.pid!)!.start }, log: '-' };
  agents.push(one);
  return { place, agents: [one], record: join(place, 'paused.json') };
}

async function until(done: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    if (done()) return;
    await delay(5);
  }
  throw new Error('it did not come to that');
}
