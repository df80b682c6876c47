import { afterEach, describe, expect, test } from 'vitest';
import { requires } from '../src/host/testing.ts';
import { type Swarm, swarms, until } from './harness.ts';

const { open } = swarms(afterEach);

/** Keeps notes in MySQL: told by an address, or by its parts. */
const notes = (name: string, connection: string) => ({
  'package.json': JSON.stringify({ name, version: '1.0.0', type: 'module', scripts: { start: 'node server.js' }, dependencies: { mysql2: '3.11.5' } }),
  'server.js': `import { createServer } from 'node:http';
import mysql from 'mysql2/promise';

const pool = mysql.createPool(${connection});
await pool.query('CREATE TABLE IF NOT EXISTS notes (id int AUTO_INCREMENT PRIMARY KEY, text varchar(200))');
createServer(async (request, response) => {
  try {
    if (request.method === 'POST') await pool.execute('INSERT INTO notes (text) VALUES (?)', [decodeURIComponent(request.url.slice(1))]);
    const [rows] = await pool.query('SELECT text FROM notes ORDER BY id');
    response.end(rows.map(({ text }) => text).join());
  } catch (error) {
    response.writeHead(500).end(error.message);
  }
}).listen(process.env.PORT);
`,
});
const address = 'process.env.DATABASE_URL';
const parts = '{ host: process.env.MYSQL_HOST, port: process.env.MYSQL_PORT, user: process.env.MYSQL_USER, password: process.env.MYSQL_PASSWORD, database: process.env.MYSQL_DATABASE }';

const write = async (swarm: Swarm, app: string, text: string) => await swarm.ask(app, `/${encodeURIComponent(text)}`, { method: 'POST' });

/** Ends the server that an app's store is, as a crash would, and waits for its successor. */
async function kill(swarm: Swarm, app: string, service: string): Promise<void> {
  const [before] = await swarm.agents(app, service);
  process.kill(before!.pid!, 'SIGKILL');
  await until(`another ${service} is ready`, async () => (await swarm.agents(app, service)).some(({ id, state }) => id !== before!.id && state === 'ready') || undefined);
}

describe.skipIf(!requires('linux', 'root', 'program:mariadbd', 'program:npm', 'program:runsc'))('an app that uses MySQL', { timeout: 400_000 }, () => {
  test.each([['process', address], ['container', parts], ['sandbox', address]])('finds what it wrote when the server was killed (%s)', async (isolation, connection) => {
    const swarm = await open();
    await swarm.ok('deploy', swarm.directory('notes', notes('notes', connection)), '--isolation', isolation);
    expect((await swarm.agents('notes')).map((agent) => `${agent.service} ${agent.isolation}`).sort()).toEqual([`mysql ${isolation}`, `web ${isolation}`]);
    expect(await write(swarm, 'notes', 'ä😀')).toMatchObject({ status: 200, body: 'ä😀' });
    await kill(swarm, 'notes', 'mysql');
    expect(await swarm.answers('notes')).toBe('ä😀');
  });

  test('keeps its password and its data when it is deployed again, moved to another isolation, stopped, removed and forked from a snapshot', async () => {
    const swarm = await open();
    const directory = swarm.directory('notes', notes('notes', address));
    await swarm.ok('deploy', directory);
    await write(swarm, 'notes', 'first');
    const [server] = await swarm.agents('notes', 'mysql');
    swarm.directory('notes', notes('notes', parts));
    expect(await swarm.ok('deploy', directory)).toMatchObject({ revision: 2 });
    expect((await swarm.agents('notes', 'mysql'))[0]).toMatchObject({ id: server!.id });
    expect((await write(swarm, 'notes', 'second')).body).toBe('first,second');
    const { snapshot } = (await swarm.ok('snapshot', 'create', 'notes')) as { snapshot: { id: string } };
    await write(swarm, 'notes', 'third');
    await swarm.ok('fork', 'notes', '--name', 'trial');
    expect((await write(swarm, 'trial', 'in the fork')).body).toBe('first,second,third,in the fork');
    expect(await swarm.answers('notes')).toBe('first,second,third');
    await swarm.ok('snapshot', 'restore', snapshot.id, '--yes');
    expect(await swarm.answers('notes')).toBe('first,second');
    await swarm.ok('deploy', directory, '--isolation', 'process');
    await swarm.ok('stop', 'notes');
    await swarm.ok('start', 'notes');
    expect(await swarm.answers('notes')).toBe('first,second');
    await swarm.ok('rm', 'notes', '--yes');
    await swarm.ok('deploy', directory);
    expect(await swarm.answers('notes')).toBe('first,second');
  });
});

/** Keeps the last note in memcached, and speaks to it itself. */
const lastNote = {
  'package.json': JSON.stringify({ name: 'last', version: '1.0.0', type: 'module', scripts: { start: 'node server.js' } }),
  'server.js': `import { createServer } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

const [host, port] = process.env.MEMCACHED_SERVERS.split(':');
async function ask(command) {
  const socket = connect(port, host);
  socket.end(command);
  return (await text(socket)).split('\\r\\n');
}
createServer(async (request, response) => {
  try {
    if (request.method === 'POST') await ask('set note 0 0 ' + (request.url.length - 1) + '\\r\\n' + request.url.slice(1) + '\\r\\n');
    const [found, note] = await ask('get note\\r\\n');
    response.end(found === 'END' ? 'nothing' : note);
  } catch (error) {
    response.writeHead(500).end(error.message);
  }
}).listen(process.env.PORT);
`,
};

describe.skipIf(!requires('linux', 'root', 'program:memcached'))('an app that uses memcached', { timeout: 200_000 }, () => {
  test.each(['process', 'container'])('finds it where it was when it was killed, with nothing in it (%s)', async (isolation) => {
    const swarm = await open();
    await swarm.ok('deploy', swarm.directory('last', lastNote), '--isolation', isolation);
    expect((await swarm.agents('last')).map(({ service }) => service).sort()).toEqual(['memcached', 'web']);
    expect(await write(swarm, 'last', 'first')).toMatchObject({ status: 200, body: 'first' });
    await kill(swarm, 'last', 'memcached');
    expect(await swarm.answers('last')).toBe('nothing');
    expect((await write(swarm, 'last', 'second')).body).toBe('second');
  });
});
