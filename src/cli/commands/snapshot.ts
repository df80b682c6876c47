import { resolve } from 'node:path';
import type { ApiClient } from '../../api/client.ts';
import type { RestoredApp, SnapshotDifference, SnapshotTaken, SnapshotView } from '../../api/views.ts';
import { StratoError } from '../../model/errors.ts';
import { confirm } from '../ask.ts';
import type { Invocation } from '../command.ts';
import { usage } from '../parse.ts';
import { bytes, clockTime } from '../render/units.ts';
import { table } from '../render/table.ts';
import { checkName } from '../target.ts';

/** All of `snapshot …`: one command each. */
export async function run(invocation: Invocation): Promise<void> {
  const client = await invocation.connect();
  await verbs[invocation.command.name]!(invocation, client);
}

const verbs: Readonly<Record<string, (invocation: Invocation, client: ApiClient) => Promise<void>>> = {
  async 'snapshot create'({ command, values, screen }, client) {
    if (values.flag('pause') && values.flag('no-pause')) throw usage('usage.option', '--pause and --no-pause exclude each other', command);
    const hold = values.flag('pause') ? 'all' : values.flag('no-pause') ? 'none' : 'writers';
    const apps = values.many('app').map((app) => checkName(app));
    const taken = await client.post<SnapshotTaken>('/v1/snapshots', { apps, note: values.option('note'), hold, processes: values.flag('processes') });
    const file = values.option('output');
    if (file !== undefined) await client.post(`/v1/snapshots/${taken.id}/export`, { file: resolve(file) });
    if (values.json) return screen.json({ snapshot: taken, file: file === undefined ? null : resolve(file) });
    const held = Object.entries(taken.held).map(([app, milliseconds]) => `${app} for ${milliseconds} ms`).join(', ');
    screen.line(`Snapshot ${taken.id} of ${taken.apps.join(', ') || 'no app'}: ${taken.files} files, ${bytes(taken.bytes)}, of which ${bytes(taken.added)} are new${held === '' ? '' : `; held ${held}`}`);
    screen.line(`Root ${taken.root}`);
    for (const { path, why } of taken.skipped.slice(0, 20)) screen.line(`not kept: ${path}: ${why}`);
    if (file !== undefined) screen.line(`Written to ${resolve(file)}; it holds the secrets of the apps`);
  },

  async 'snapshot list'({ values, screen }, client) {
    const { snapshots } = await client.get<{ snapshots: SnapshotView[] }>('/v1/snapshots');
    if (values.json) return screen.json({ snapshots });
    if (snapshots.length === 0) return screen.line('no snapshot yet: `stratoswarm snapshot create` takes one');
    screen.line(table(screen, ['SNAPSHOT', 'TAKEN', 'BY', 'APPS', 'FILES', 'SIZE', 'NOTE'], snapshots.map((snapshot) => (snapshot.takenAt === null
      ? [snapshot.id, '', '', '', '', '', { text: `damaged: ${snapshot.damage}`, tone: 'bad' as const }]
      : [snapshot.id, clockTime(snapshot.takenAt), snapshot.actor ?? '', snapshot.apps.join(', '), String(snapshot.files), bytes(snapshot.bytes), snapshot.note]))));
  },

  async 'snapshot verify'({ values, screen }, client) {
    const { id } = await find(client, values.optional('snapshot'));
    const verified = await client.post<{ root: string; entries: number; objects: number; bytes: number }>(`/v1/snapshots/${id}/verify`, {});
    if (values.json) return screen.json({ snapshot: id, ...verified });
    screen.line(`${id} is whole: ${verified.entries} entries and ${verified.objects} objects (${bytes(verified.bytes)}) match the root ${verified.root}`);
  },

  async 'snapshot diff'({ values, screen }, client) {
    const [from, to] = [await find(client, values.argument('from')), await find(client, values.optional('to'))];
    const { differences } = await client.get<{ differences: SnapshotDifference[] }>(`/v1/snapshots/${from.id}/diff/${to.id}`);
    if (values.json) return screen.json({ from: from.id, to: to.id, differences });
    if (differences.length === 0) return screen.line(`${from.id} and ${to.id} hold the same`);
    for (const { key, what, details, count } of differences) {
      screen.line(`${{ added: '+', removed: '-', changed: '~' }[what]} ${key}${count > 0 && !key.startsWith('volume/') && !key.startsWith('artefact/') ? `: ${details.join(', ')}` : ''}`);
      if (/^(volume|artefact)\//.test(key)) for (const line of details) screen.line(`    ${line}`);
      if (count > details.length) screen.line(`    and ${count - details.length} more`);
    }
  },

  async 'snapshot restore'({ values, screen }, client) {
    const given = values.argument('snapshot');
    const { id, apps: held } = given.includes('/') ? await client.post<SnapshotView>('/v1/snapshots/import', { file: resolve(given) }) : await find(client, given);
    const named = values.many('app').map((app) => checkName(app));
    const apps = named.length === 0 ? held : named;
    if (!values.flag('yes')) {
      if (!screen.interactive) throw new StratoError('usage.confirm', 'Restoring needs a yes', { why: 'this is no terminal to ask on', next: `write \`stratoswarm snapshot restore ${given}${named.map((app) => ` ${app}`).join('')} --yes\`` });
      if (!(await confirm(screen, `Replace ${apps.join(', ')} and all of their data by what snapshot ${id} holds?`))) throw new StratoError('interrupted', 'nothing was restored');
    }
    const { apps: restored } = await client.post<{ apps: RestoredApp[] }>(`/v1/snapshots/${id}/restore`, { apps: named.length === 0 ? undefined : named });
    if (values.json) return screen.json({ snapshot: id, apps: restored });
    for (const app of restored) screen.line(`${app.app} is back as revision ${app.revision}${app.volumes.length === 0 ? '' : `, with ${app.volumes.join(', ')}`}${app.url === null ? '' : `, at ${app.url}`}`);
  },

  async 'snapshot export'({ values, screen }, client) {
    const { id } = await find(client, values.argument('snapshot'));
    const file = resolve(values.argument('file'));
    const { objects } = await client.post<{ objects: number }>(`/v1/snapshots/${id}/export`, { file });
    if (values.json) return screen.json({ snapshot: id, file, objects });
    screen.line(`${id} written to ${file}; it holds the secrets of the apps`);
  },

  async 'snapshot import'({ values, screen }, client) {
    const snapshot = await client.post<SnapshotView>('/v1/snapshots/import', { file: resolve(values.argument('file')) });
    if (values.json) return screen.json({ snapshot });
    screen.line(`${snapshot.id} is whole and here: it holds ${snapshot.apps.join(', ')}`);
  },

  async 'snapshot rm'({ values, screen }, client) {
    const { id } = await find(client, values.argument('snapshot'));
    await client.delete(`/v1/snapshots/${id}`, {});
    if (values.json) return screen.json({ removed: id });
    screen.line(`${id} was removed`);
  },
};

function find(client: ApiClient, text = 'latest'): Promise<SnapshotView> {
  if (!/^[\w-]{1,60}$/.test(text)) throw new StratoError('snapshot.unknown', `${JSON.stringify(text.slice(0, 60))} is no snapshot`, { next: 'list them with `stratoswarm snapshot list`' });
  return client.get<SnapshotView>(`/v1/snapshots/${text}`);
}
