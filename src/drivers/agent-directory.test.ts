import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AgentId, AppName, ServiceName } from '../model/index.ts';
import { agentDirectory, agentHandle, createAgentDirectory, eraseAgentDirectory, listAgents, readTask, requireTask } from './agent-directory.ts';
import type { Task } from './driver.ts';
import { readExtent } from './logs-extent.ts';
import { readExit, readShim } from './shim/records.ts';

const agent = AgentId.parse('shop-web-0-abcdefgh');
const task: Task = { app: AppName.parse('shop'), service: ServiceName.parse('web'), slot: 0, argv: ['true'], env: { SECRET: 'ü\n"' }, artefact: null, cwd: '', volumes: [], resources: {}, addressKey: 'k', hosts: {}, toolchain: [] };

let paths: { agents: string };
beforeEach(() => {
  paths = { agents: mkdtempSync(join(tmpdir(), 'stratoswarm-agents-')) };
});
afterEach(() => rmSync(paths.agents, { recursive: true, force: true }));

describe('the directory of an agent', () => {
  test('keeps its task, for its owner only', () => {
    const directory = createAgentDirectory(agentHandle(paths, 'process', agent, 4000), task);
    expect(readTask(directory)).toEqual(task);
    expect(requireTask(directory)).toEqual(task);
    expect(statSync(directory.task).mode & 0o777).toBe(0o600);
    expect(statSync(directory.log).mode & 0o777).toBe(0o600);
    expect(readShim(directory)).toEqual({ status: 'prepared', main: null, exit: null });
  });

  test('is listed with the port; what is no agent is not', () => {
    const handle = agentHandle(paths, 'process', agent, 4000);
    createAgentDirectory(handle, task);
    writeFileSync(join(paths.agents, 'process', 'stray.txt'), '');
    expect(listAgents(paths, 'process')).toEqual([handle]);
    expect(listAgents(paths, 'oci')).toEqual([]);
  });

  test('is made again without harm to what the agent has written', () => {
    const handle = agentHandle(paths, 'process', agent, null);
    const directory = createAgentDirectory(handle, task);
    writeFileSync(directory.log, 'said');
    writeFileSync(directory.exit, '3 code .\n');
    createAgentDirectory(handle, task);
    expect(statSync(directory.log).size).toBe(4);
    expect(readExit(directory)).toMatchObject({ code: 3 });
  });

  test('may be damaged in any way: then its files count as absent', () => {
    const handle = agentHandle(paths, 'process', agent, 4000);
    const directory = createAgentDirectory(handle, task);
    const good = ['1 2 b .\n', '137 signal .\n', '0 code .\n', JSON.stringify({ format: 1, port: 1, task })];
    const content = fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.constantFrom(...good).chain((text) => fc.nat(text.length).map((length) => Buffer.from(text.slice(0, length)))));
    const damage = fc.array(fc.record({ file: fc.constantFrom('task', 'pid', 'started', 'exit', 'log'), content }), { maxLength: 5 });
    fc.assert(fc.property(damage, (damages) => {
      for (const { file, content } of damages) writeFileSync(directory[file as 'task'], content);
      writeFileSync(`${directory.log}.extent`, damages[0]?.content ?? '');
      expect(['prepared', 'starting', 'running', 'exited']).toContain(readShim(directory).status);
      readTask(directory);
      readExtent(directory.log);
      expect(listAgents(paths, 'process').map((found) => found.agent)).toEqual([agent]);
    }), { numRuns: 300 });
  });

  test('is erased with its hint, and follows no link out of it', async () => {
    const directory = createAgentDirectory(agentHandle(paths, 'process', agent, null), task);
    const outside = join(paths.agents, 'kept');
    writeFileSync(outside, '');
    symlinkSync(paths.agents, join(directory.path, 'link'));
    writeFileSync(directory.hint, '');
    await eraseAgentDirectory(directory);
    await eraseAgentDirectory(directory);
    expect(readdirSync(paths.agents).toSorted()).toEqual(['kept', 'process']);
    expect(readdirSync(join(paths.agents, 'process', 'exits'))).toEqual([]);
    expect(readShim(agentDirectory({ agent, directory: directory.path })).status).toBe('absent');
    expect(() => requireTask(directory)).toThrow(expect.objectContaining({ code: 'agent.not-prepared' }));
  });
});
