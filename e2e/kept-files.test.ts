import { afterEach, describe, test } from 'vitest';
import { swarms } from './harness.ts';

const { open } = swarms(afterEach);

/** Takes notes in the directory that its image declares as a volume, and pictures where uploads go. */
const notes = (version: string) => ({
  'package.json': JSON.stringify({ name: 'notes', version, scripts: { start: 'node server.js' } }),
  'server.js': `const { appendFileSync, readFileSync, mkdirSync } = require('node:fs');
mkdirSync('data', { recursive: true });
require('node:http').createServer((request, response) => {
  if (request.method === 'POST') appendFileSync('data/notes', request.headers['x-note'] + ' ');
  let kept = '';
  try { kept = readFileSync('data/notes', 'utf8'); } catch { kept = 'nothing'; }
  response.end('${version}: ' + kept.trim());
}).listen(process.env.PORT || 3000);
`,
  'data/.gitkeep': '',
  Dockerfile: 'FROM node:22\nWORKDIR /srv/notes\nCOPY . .\nVOLUME /srv/notes/data\nCMD ["npm", "start"]\n',
});

describe('files that a service keeps', () => {
  test.each([[], ['--isolation', 'process']])('are there for the next revision, the next agent and after a rollback (options: %j)', async (...isolation) => {
    const swarm = await open();
    const directory = swarm.directory('notes', notes('one'));
    await swarm.ok('deploy', directory, '--yes', ...isolation);
    await swarm.answers('notes', '/', (body) => body === 'one: nothing');
    await swarm.ask('notes', '/', { method: 'POST', headers: { 'x-note': 'milk' } });
    swarm.directory('notes', notes('two'));
    await swarm.ok('deploy', directory, '--yes', ...isolation);
    await swarm.answers('notes', '/', (body) => body === 'two: milk');
    await swarm.ask('notes', '/', { method: 'POST', headers: { 'x-note': 'bread' } });
    const [agent] = (await swarm.agents('notes')).filter(({ state }) => state === 'ready');
    process.kill(agent!.pid!, 'SIGKILL');
    await swarm.answers('notes', '/', (body) => body === 'two: milk bread');
    await swarm.ok('rollback', 'notes');
    await swarm.answers('notes', '/', (body) => body === 'one: milk bread');
  });
});
