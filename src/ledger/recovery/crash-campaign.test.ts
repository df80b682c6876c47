import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { emptyState, type State } from '../../model/index.ts';
import { SeededRandom } from '../../simulation/random.ts';
import { ArchiveSource } from '../archive/archive-source.ts';
import { JoinedSource, leadingTo } from '../archive/joined-source.ts';
import { verifyArchive } from '../archive/verify-archive.ts';
import { EventCodec, modelSchemas } from '../events/schemas.ts';
import { ledgerFiles } from '../files.ts';
import { Checkpoints } from '../proof/checkpoints.ts';
import { verifyLog } from '../proof/verify.ts';
import { fold } from '../state/fold.ts';
import { Live } from '../state/live.ts';
import { Snapshots } from '../state/snapshots.ts';
import { dumpState, loadState, reducerHash } from '../state/state-file.ts';
import { stateHash } from '../state/state-hash.ts';
import { temporaryDirectory, testLedger } from '../testing/directories.ts';
import { handClock } from '../testing/events.ts';

/** Deaths in the campaign; `STRATOSWARM_KILLS=1000` for more of them, `STRATOSWARM_SEED` for others. */
const kills = Number(process.env['STRATOSWARM_KILLS'] ?? 24);
const random = new SeededRandom(Number(process.env['STRATOSWARM_SEED'] ?? 1));
const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)]!;

const program = (name: string) => fileURLToPath(new URL(`../testing/${name}.ts`, import.meta.url));
const archives: ArchiveSource[] = [];
afterEach(() => archives.splice(0).forEach((archive) => archive.close()));

interface Life {
  readonly died: boolean;
  /** Last acknowledged of each kind. */
  readonly event: number;
  readonly checkpoint: number;
  readonly archive: number;
  readonly recovered: string;
}

/** Runs a program on a directory until it is done, dies where `die` says, or is killed after so many milliseconds. */
async function live(name: string, directory: string, { die, points, after }: { die?: string; points?: string; after?: number }): Promise<Life> {
  const env = { ...process.env, NODE_OPTIONS: `--import ${program('dying')} --disable-warning=ExperimentalWarning`, STRATOSWARM_DIE: die ?? '', ...(points && { STRATOSWARM_POINTS: points }) };
  const child = spawn(process.execPath, [program(name), directory], { stdio: ['ignore', 'pipe', 'inherit'], env });
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  if (after !== undefined) void delay(after, undefined, { ref: false }).then(() => child.kill('SIGKILL'));
  let output = '';
  for await (const chunk of child.stdout) output += String(chunk);
  const [code, signal] = await ended;
  if (signal === null && code !== 0) throw new Error(`it failed with ${code}`);
  const last = (kind: string) => Number([...output.matchAll(new RegExp(`^${kind} (\\d+)`, 'gm'))].at(-1)?.[1] ?? 0);
  return { died: signal !== null, event: last('event'), checkpoint: last('checkpoint'), archive: last('archive'), recovered: /^head \d+ (.+)$/m.exec(output)?.[1] ?? '' };
}

/** Opens what a death left, and checks all of it: nothing acknowledged is gone, everything verifies, nothing was signed that is not so. */
async function check(directory: string, { event, checkpoint, archive, recovered }: Life, about: string): Promise<void> {
  expect(recovered, about).toBe('');
  const ledger = await testLedger({ directory, subjects: join(directory, 'subjects') });
  expect(ledger.recovery, about).toBeNull();
  expect(ledger.head, about).toBeGreaterThanOrEqual(event);
  expect(ledger.beginning, about).toBeGreaterThanOrEqual(archive);
  const signed = await Checkpoints.open({ directory, log: ledger.log, key: join(directory, 'key.json'), clock: handClock() });
  expect(signed.broken, about).toBeNull();
  const place = join(directory, 'archives');
  // Bundles that a death left without the removal are copies; of two with the same end either will do.
  const bundles = (existsSync(place) ? readdirSync(place) : []).filter((name) => name.endsWith('.tar')).map((name) => new ArchiveSource(join(place, name)));
  archives.push(...bundles);
  const leading = leadingTo(ledger.beginning, bundles);
  expect(leading[0]?.head.from ?? 0, about).toBe(0);
  const source = leading.length === 0 ? ledger.log : new JoinedSource(leading, ledger.log);
  const report = await verifyLog(source, { log: signed.verifier });
  expect(report, about).toMatchObject({ ok: true, minimum: 0, events: ledger.head, finding: null });
  if (checkpoint > 0) expect((await ledger.log.checkpoints()).length, about).toBeGreaterThan(0);
  for (const [i, bundle] of leading.entries()) expect(await verifyArchive(bundle, signed.verifier, leading[i - 1]), about).toMatchObject({ ok: true, state: true });

  const codec = new EventCodec(modelSchemas, ledger.subjects);
  let state: State = emptyState;
  for (let rows = await source.rows(0); rows.length > 0; rows = await source.rows(state.position)) {
    for (const one of codec.read(`[${rows.map((row) => row.event).join(',')}]`, '')) state = fold(state, one);
    if (state.position === ledger.head) break;
  }
  const load = (plain: unknown) => loadState(ledger.sealing!.openAll(plain));
  const snapshots = new Snapshots<State>({ directory, reducerHash: reducerHash(), dump: dumpState, load, loadBase: (text) => load(JSON.parse(text)) });
  const now = await Live.open<State>({ ledger, fold, empty: emptyState, snapshots });
  expect(stateHash(now.current), about).toBe(stateHash(state));
  await now.close();
  await ledger.close();
  for (const bundle of archives.splice(0)) bundle.close();
}

describe('a process that keeps a ledger and is killed', { timeout: 3_600_000 }, () => {
  it('at each point at which it changes a file: rows, tiles, checkpoints, snapshots, archives', async () => {
    const notes = join(temporaryDirectory(), 'points');
    const first = temporaryDirectory();
    for (let run = 0; run < 2; run++) await live('keeper', first, { points: notes });
    const points = Map.groupBy(readFileSync(notes, 'utf8').trimEnd().split('\n'), (point) => point);
    for (const needed of ['commit', 'write slot', 'rename checkpoint', 'rename N.json', 'rename retention.json', 'rename N-N-N.tar', 'rename closed.json', 'rm N.json', 'rm closed.json']) expect([...points.keys()]).toContain(needed);
    let directory = temporaryDirectory();
    const names = [...points.keys()];
    let deaths = 0;
    for (let turn = 0; deaths < kills; turn++) {
      if (turn > kills * 4) throw new Error('the points are not reached');
      // Each point comes up before any comes again.
      const point = names[turn % names.length]!;
      const passing = 1 + Math.floor(random.next() * Math.ceil(points.get(point)!.length / 2));
      const die = `${pick(['before', 'after'])} ${point}:${passing}`;
      const result = await live('keeper', directory, { die });
      if (result.died) deaths++;
      await check(directory, result, die);
      if (turn % 12 === 11) directory = temporaryDirectory();
    }
  });

  it('at any moment', async () => {
    const directory = temporaryDirectory();
    for (let deaths = 0; deaths < kills / 5; deaths++) await check(directory, await live('keeper', directory, { after: 150 + random.next() * 2_500 }), `death ${deaths}`);
  });

  it('while it brings a ledger of format 1 to today’s: the old one is there, or the new one', async () => {
    const golden = join(import.meta.dirname, '..', 'testing', 'golden');
    const history = new EventCodec(modelSchemas).read(`[${readFileSync(join(golden, 'history-1.jsonl'), 'utf8').trimEnd().split('\n').join(',')}]`, '');
    const put = () => {
      const directory = temporaryDirectory();
      writeFileSync(join(directory, 'events.db'), gunzipSync(readFileSync(join(golden, 'format-1-closed.db.gz'))));
      copyFileSync(join(golden, 'format-1-closed.json'), join(directory, 'closed.json'));
      return directory;
    };
    const notes = join(temporaryDirectory(), 'points');
    await live('opener', put(), { points: notes });
    const points = [...new Set(readFileSync(notes, 'utf8').trimEnd().split('\n'))];
    for (const needed of ['rename events.db', 'rename recovering.json', 'rm recovering.json']) expect(points).toContain(needed);
    for (const [n, point] of points.entries()) {
      for (const side of kills > 100 ? ['before', 'after'] : [['before', 'after'][n % 2]]) {
        const directory = put();
        const { died } = await live('opener', directory, { die: `${side} ${point}:1` });
        expect(died, point).toBe(true);
        const ledger = await testLedger({ directory });
        expect(ledger.recovery, point).toBeNull();
        expect((await ledger.read(0)).slice(0, history.length), point).toEqual(history);
        await ledger.close();
        expect(existsSync(ledgerFiles(directory).intent), point).toBe(false);
      }
    }
  });
});
