import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { SnapshotView } from '../src/api/views.ts';
import { requires } from '../src/host/testing.ts';
import { SeededRandom } from '../src/simulation/random.ts';
import { swarms, until, type Swarm } from './harness.ts';
import { isAlive } from './traces.ts';

const { open } = swarms(afterEach);

/** Deaths of each kind; `STRATOSWARM_KILLS=1000` for more of them, `STRATOSWARM_SEED` for others. */
const kills = Math.ceil(Number(process.env['STRATOSWARM_KILLS'] ?? 40) / 10);
const random = new SeededRandom(Number(process.env['STRATOSWARM_SEED'] ?? 1));

/** Keeps two files that always say the same, and a few megabytes beside them. */
const app = {
  'package.json': JSON.stringify({ name: 'twins', version: '1.0.0', type: 'module', scripts: { start: 'node server.js' }, engines: { node: '>=22' } }),
  'server.js': `import { createServer } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
const database = new DatabaseSync('data/twins.db');
database.exec('PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS words (text TEXT); CREATE TABLE IF NOT EXISTS ballast (bytes BLOB)');
if (database.prepare('SELECT count(*) AS n FROM ballast').get().n === 0) for (let i = 0; i < 20; i++) database.exec('INSERT INTO ballast VALUES (randomblob(500000))');
createServer((request, response) => {
  const word = new URL(request.url, 'http://twins').searchParams.get('is');
  if (word !== null) database.prepare('INSERT INTO words VALUES (?)').run(word);
  const [{ integrity_check: integrity }] = database.prepare('PRAGMA integrity_check').all();
  response.end(JSON.stringify({ words: database.prepare('SELECT text FROM words ORDER BY rowid').all().map((row) => row.text), integrity }));
}).listen(process.env.PORT || 3000);
`,
  'data/.keep': '',
};

interface Twins { words: string[]; integrity: string }
const twins = async (swarm: Swarm, path = '/'): Promise<Twins> => JSON.parse(await swarm.answers('twins', path)) as Twins;

/** Gives a command, and kills the daemon after so many milliseconds of it; whether the command came through before. */
async function killedDuring(swarm: Swarm, argv: readonly string[], milliseconds: number): Promise<boolean> {
  const { pid } = await swarm.status();
  const command = swarm.cli(argv, { timeout: 60_000 });
  await delay(milliseconds);
  process.kill(pid, 'SIGKILL');
  await until('it is gone', () => !isAlive(pid) || undefined);
  const { code } = await command;
  await swarm.startDaemon();
  return code === 0;
}

/** Before and after the app is stopped, its volumes are exchanged, its secrets are back, and the restored revision is decided on. */
const points = ['governor.propose.before:1', 'governor.propose.after:1', 'secrets.restore.before:1', 'secrets.restore.after:1', 'governor.propose.after:2'];

describe.skipIf(!requires('linux'))('a daemon that is killed', { timeout: 900_000 }, () => {
  test('while it takes a snapshot, or brings one back, has all of it or nothing of it, and its ledger verifies', async () => {
    const swarm = await open();
    await swarm.ok('deploy', swarm.directory('twins', app), '--isolation', 'process');
    await twins(swarm, '/?is=before');
    const began = performance.now();
    await swarm.ok('snapshot', 'create', 'twins', '--note', 'whole');
    const takes = performance.now() - began;
    const [{ id }] = ((await swarm.ok('snapshot', 'list')) as { snapshots: [SnapshotView] }).snapshots;

    for (let death = 0; death < kills; death++) {
      const acknowledged = await killedDuring(swarm, ['snapshot', 'create', 'twins', '--note', `death ${death}`], random.next() * takes);
      const { snapshots } = (await swarm.ok('snapshot', 'list')) as { snapshots: SnapshotView[] };
      expect(snapshots.filter(({ damage }) => damage !== null)).toEqual([]);
      if (acknowledged) expect(snapshots.map(({ note }) => note)).toContain(`death ${death}`);
      for (const { id: each } of snapshots) await swarm.ok('snapshot', 'verify', each);
      expect(await twins(swarm)).toEqual({ words: ['before'], integrity: 'ok' });
    }

    for (let death = 0; death < kills; death++) {
      await twins(swarm, '/?is=after');
      const acknowledged = await killedDuring(swarm, ['snapshot', 'restore', id, 'twins', '--yes'], random.next() * takes * 2);
      const found = await twins(swarm);
      expect(found.integrity).toBe('ok');
      expect([['before'], ['before', 'after']]).toContainEqual(found.words);
      if (acknowledged) expect(found.words).toEqual(['before']);
      await swarm.ok('snapshot', 'restore', id, 'twins', '--yes');
      expect(await twins(swarm)).toEqual({ words: ['before'], integrity: 'ok' });
      expect(readdirSync(join(swarm.home, 'volumes', 'twins')).filter((name) => name.startsWith('.'))).toEqual([]);
    }
    expect(await swarm.ok('audit', 'verify')).toMatchObject({ ok: true, finding: null });
    expect((await swarm.status()).warnings).toEqual([]);
  });
  test.each(points)('while it brings one back, at %s, leaves the app running, with its old data or with that of the snapshot', async (point) => {
    const swarm = await open();
    const dieAt = (swarm.env['STRATOSWARM_DIE_AT'] = join(swarm.directory('spec'), 'die-at'));
    await swarm.ok('deploy', swarm.directory('twins', app), '--isolation', 'process');
    await twins(swarm, '/?is=before');
    await swarm.ok('snapshot', 'create', 'twins');
    await twins(swarm, '/?is=after');
    const { pid } = await swarm.status();
    writeFileSync(dieAt, point);
    expect(await swarm.cli(['snapshot', 'restore', 'latest', 'twins', '--yes'])).not.toMatchObject({ code: 0 });
    await until('the daemon is dead', () => !isAlive(pid) || undefined);
    writeFileSync(dieAt, '');
    await swarm.startDaemon();
    expect((await twins(swarm)).words).toEqual(point === points.at(-1) ? ['before'] : ['before', 'after']);
    await until('nothing is left of it', () => readdirSync(join(swarm.home, 'volumes', 'twins')).every((name) => !name.startsWith('.')) || undefined);
    expect(readdirSync(join(swarm.home, 'restoring'))).toEqual([]);
    expect((await swarm.status()).warnings).toEqual([]);
  });
});
