/**
 * A process that does all that changes a ledger's files, until it is done or dies: `node keeper.ts <directory>`. Prints what it has acknowledged: `head <position>` as it was opened, `event <position>`,
 * `checkpoint <size>`, `archive <position>`.
 */
import { mkdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { emptyState, type State } from '../../model/index.ts';
import { beginBehind } from '../archive/begin-behind.ts';
import { boundaryBefore, makeArchive } from '../archive/make.ts';
import { openLedger } from '../open.ts';
import { parseCheckpoint } from '../proof/checkpoint.ts';
import { Checkpoints } from '../proof/checkpoints.ts';
import { readBase, writeBase } from '../state/base.ts';
import { fold } from '../state/fold.ts';
import { Live } from '../state/live.ts';
import { Snapshots } from '../state/snapshots.ts';
import { dumpState, loadState, reducerHash } from '../state/state-file.ts';
import { handClock, sample } from './events.ts';

const directory = process.argv[2]!;
const archives = join(directory, 'archives');
mkdirSync(archives, { recursive: true });
const tell = (line: string) => void writeSync(1, `${line}\n`);

const ledger = await openLedger({ directory, subjects: join(directory, 'subjects'), clock: handClock() });
tell(`head ${ledger.head} ${ledger.recovery?.reason ?? ''}`);
const checkpoints = await Checkpoints.open({ directory, log: ledger.log, key: join(directory, 'key.json'), clock: handClock() });
const load = (plain: unknown) => loadState(ledger.sealing!.openAll(plain));
const snapshots = new Snapshots<State>({ directory, reducerHash: reducerHash(), dump: (state) => ledger.sealing!.sealAll(dumpState(state)), load, loadBase: (text) => load(JSON.parse(text)), keep: 2 });
const live = await Live.open<State>({ ledger, fold, empty: emptyState, snapshots });

for (let round = 0; round < 6; round++) {
  for (let n = 0; n < 12; n++) {
    const written = await ledger.append([sample(n, 20), { type: 'NodeSeen', actor: `user:${round % 3}`, body: { node: `n${n}`, cpu: ledger.head + 1, memory: 1, isolations: [], ownNetwork: false } }, ...Array.from({ length: n }, (_, i) => sample(i))]);
    tell(`event ${written.at(-1)!.position}`);
  }
  tell(`checkpoint ${parseCheckpoint(await checkpoints.sign()).size}`);
  await live.save();
}

const upTo = await boundaryBefore(ledger.log, ledger.head - 100);
if (upTo > 0) {
  const file = join(archives, `${ledger.beginning}-${upTo}-${ledger.head}.tar`);
  const base = ledger.beginning === 0 ? undefined : readBase(directory, ledger.beginning);
  const { archived, state } = await makeArchive({ source: ledger.log, log: checkpoints.verifier, checkpoint: await checkpoints.sign(), upTo, base, file });
  writeBase(directory, upTo, state);
  await beginBehind(archived, 'user:0', { ledger, directory });
  tell(`archive ${upTo}`);
}
tell(`event ${(await ledger.append([sample(1)]))[0]!.position}`);
await live.save();
await live.close();
await ledger.close();
