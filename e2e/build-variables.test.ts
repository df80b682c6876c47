import { afterEach, describe, test } from 'vitest';
import { swarms } from './harness.ts';

const { open } = swarms(afterEach);

/** A page that has the colour written into it when it is built, and a server that reads a key of its own. */
const sign = (version: string) => ({
  'package.json': JSON.stringify({ name: 'sign', version, scripts: { build: 'node build.js', start: 'node server.js' } }),
  'build.js': `require('node:fs').writeFileSync('page.txt', '${version} ' + (process.env.COLOUR ?? 'white') + ' ' + (process.env.SESSION_SECRET ? 'keyed' : 'open'));\n`,
  'server.js': `const page = require('node:fs').readFileSync('page.txt', 'utf8');
if (!process.env.SESSION_SECRET) process.exit(1);
require('node:http').createServer((request, response) => response.end(page)).listen(process.env.PORT || 3000);
`,
});

describe('variables of builds', () => {
  test('are those that were set for earlier revisions, too, and none that the system made values for', async () => {
    const swarm = await open();
    const directory = swarm.directory('sign', sign('one'));
    await swarm.ok('deploy', directory, '--yes', '--env', 'COLOUR=red');
    await swarm.answers('sign', '/', (body) => body === 'one red open');
    swarm.directory('sign', sign('two'));
    await swarm.ok('deploy', directory, '--yes');
    await swarm.answers('sign', '/', (body) => body === 'two red open');
    swarm.directory('sign', sign('three'));
    await swarm.ok('deploy', directory, '--yes', '--unset', 'COLOUR');
    await swarm.answers('sign', '/', (body) => body === 'three white open');
  });
});
