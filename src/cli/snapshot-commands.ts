import type { ArgumentSpec, Command } from './command.ts';

const load = () => import('./commands/snapshot.ts');
const snapshot: ArgumentSpec = { name: 'snapshot', summary: 'its id, the beginning of it, or latest' };
const apps: ArgumentSpec = { name: 'app', summary: 'names of apps (default: all)', optional: true, many: true };

/** Snapshots of the system, and clones made from them. */
export const snapshotCommands: readonly Command[] = [
  {
    name: 'snapshot create', summary: 'Take a snapshot of apps: state, volumes, artefacts, secrets, routes; of all of them also the ledger',
    about: 'Everything is read while the apps run. For the last look, which reads only what has changed meanwhile, the agents that write to volumes are held for some milliseconds, so that what is kept was there at one moment; databases recover from it as from a power failure. --pause holds all agents of the app, --no-pause none: then files that are written meanwhile may not fit together.',
    arguments: [apps],
    options: [
      { name: 'note', value: 'TEXT', summary: 'what it is for' },
      { name: 'pause', summary: 'hold every agent of the app for the last look' },
      { name: 'no-pause', summary: 'hold nobody' },
      { name: 'processes', summary: 'also keep what /proc tells of the processes: memory maps, registers, open files, connections' },
      { name: 'memory', summary: 'also keep the memory of agents in containers, where CRIU works; who cannot be kept with it is named' },
      { name: 'output', short: 'o', value: 'FILE', summary: 'also write it into one file, for a backup elsewhere' },
    ],
    examples: [{ line: 'snapshot create shop --note "before the fair"', does: 'of one app' }, { line: 'snapshot create -o /backup/all.tar', does: 'of everything, into one file' }],
    load,
  },
  { name: 'snapshot list', summary: 'List the snapshots', arguments: [], options: [], examples: [{ line: 'snapshot list', does: 'newest first' }], load },
  {
    name: 'snapshot verify', summary: 'Read all of a snapshot and check it against its Merkle root', arguments: [{ ...snapshot, optional: true, summary: `${snapshot.summary} (default: latest)` }], options: [],
    examples: [{ line: 'snapshot verify', does: 'the newest one' }], load,
  },
  {
    name: 'snapshot diff', summary: 'Show what differs between two snapshots',
    arguments: [{ ...snapshot, name: 'from' }, { ...snapshot, name: 'to', optional: true, summary: `${snapshot.summary} (default: latest)` }], options: [],
    examples: [{ line: 'snapshot diff 20261121-0715', does: 'what has changed since, down to the files' }], load,
  },
  {
    name: 'snapshot restore', summary: 'Bring apps back as a snapshot has them',
    about: 'The snapshot is read and checked whole first. Then each app is stopped, its volumes and secrets are replaced, and its revision is deployed again by a decision like any other. Apps that the snapshot does not hold stay as they are. On an empty machine, give the file that `snapshot export` wrote: then the ledger comes along, when it is one of the whole system.',
    arguments: [{ ...snapshot, summary: `${snapshot.summary}; or a file, with a slash in its path` }, apps],
    options: [
      { name: 'memory', summary: 'let agents go on from their memory, if the snapshot has it; who cannot is started anew' },
      { name: 'yes', short: 'y', summary: 'ask nothing' },
    ],
    examples: [{ line: 'snapshot restore latest shop', does: 'asks, then brings shop back' }, { line: 'snapshot restore /backup/all.tar --yes', does: 'brings everything back, also on another machine' }],
    load,
  },
  {
    name: 'snapshot export', summary: 'Write a snapshot into one file', about: 'The file holds the secrets of the apps. Only its owner may read it: keep it so.',
    arguments: [snapshot, { name: 'file', summary: 'the tarball to write' }], options: [], examples: [{ line: 'snapshot export latest /backup/shop.tar', does: 'for a backup, or another machine' }], load,
  },
  {
    name: 'snapshot import', summary: 'Take in a file that was exported', arguments: [{ name: 'file', summary: 'a file that `snapshot export` wrote' }], options: [],
    examples: [{ line: 'snapshot import /backup/shop.tar', does: 'checks it whole, and keeps it' }], load,
  },
  { name: 'snapshot rm', summary: 'Remove a snapshot', arguments: [snapshot], options: [], examples: [{ line: 'snapshot rm 20261121-0715', does: 'and what no other snapshot needs' }], load },
  {
    name: 'fork', summary: 'Start a clone of an app from a snapshot, which reaches neither the original nor the world',
    about: 'The clone runs beside the original, with copies of its volumes and secrets. Its agents reach each other and the stores among them, and nothing beyond: what is tried there has no effect on the world. It needs a network of its own for each agent.',
    arguments: [{ name: 'app', summary: 'name of an app' }],
    options: [{ name: 'snapshot', value: 'ID', summary: 'the snapshot to start from (default: one that is taken now)' }, { name: 'name', value: 'NAME', summary: 'name of the clone (default: APP-fork)' }],
    examples: [{ line: 'fork shop', does: 'as it is now' }, { line: 'fork shop --snapshot latest --name shop-trial', does: 'as it was' }],
    load: () => import('./commands/fork.ts'),
  },
];
