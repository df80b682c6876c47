import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ApiClient } from '../../api/client.ts';
import type { Restored, SnapshotDifference, SnapshotTaken, SnapshotView } from '../../api/views.ts';
import { StratoError, errorFrom, type ErrorReport } from '../../model/errors.ts';
import { confirm } from '../ask.ts';
import type { Invocation } from '../command.ts';
import { usage } from '../usage.ts';
import { bytes, clockTime } from '../render/units.ts';
import { table } from '../render/table.ts';
import { checkName } from '../target.ts';

const program = fileURLToPath(new URL('../../daemon/seed.ts', import.meta.url));

/** All of `snapshot …`: one command each. */
export async function run(invocation: Invocation): Promise<void> {
  if (invocation.command.name === 'snapshot restore') return restore(invocation);
  const client = await invocation.connect();
  await verbs[invocation.command.name]!(invocation, client);
}

const verbs: Readonly<Record<string, (invocation: Invocation, client: ApiClient) => Promise<void>>> = {
  async 'snapshot create'({ command, values, screen }, client) {
    if (values.flag('pause') && values.flag('no-pause')) throw usage('usage.option', '--pause and --no-pause exclude each other', command);
    if (values.flag('memory') && values.flag('no-pause')) throw usage('usage.option', '--memory and --no-pause exclude each other', command);
    const hold = values.flag('pause') ? 'all' : values.flag('no-pause') ? 'none' : 'writers';
    const apps = values.many('app').map((app) => checkName(app));
    const taken = await client.post<SnapshotTaken>('/v1/snapshots', { apps, note: values.option('note'), hold, processes: values.flag('processes'), memory: values.flag('memory') });
    const file = values.option('output');
    if (file !== undefined) await client.post(`/v1/snapshots/${taken.id}/export`, { file: resolve(file) });
    if (values.json) return screen.json({ snapshot: taken, file: file === undefined ? null : resolve(file) });
    const held = Object.entries(taken.held).map(([app, milliseconds]) => `${app} for ${milliseconds} ms`).join(', ');
    screen.line(`Snapshot ${taken.id} of ${taken.apps.join(', ') || 'no app'}: ${taken.files} files, ${bytes(taken.bytes)}, of which ${bytes(taken.added)} are new${held === '' ? '' : `; held ${held}`}`);
    screen.line(`Root ${taken.root}`);
    if (taken.events !== null) screen.line(`With the ledger up to event ${taken.events}, and its keys`);
    for (const { agent, why } of taken.memory) screen.line(why === null ? `With the memory of ${agent}` : `Without the memory of ${agent}: ${why}`);
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
    const verified = await client.post<{ root: string; entries: number; objects: number; bytes: number; events: number | null; taken: number | null }>(`/v1/snapshots/${id}/verify`, {});
    if (values.json) return screen.json({ snapshot: id, ...verified });
    screen.line(`${id} is whole: ${verified.entries} entries and ${verified.objects} objects (${bytes(verified.bytes)}) match the root ${verified.root}`);
    if (verified.events !== null) screen.line(`The ledger in it is whole: its ${verified.events} events are those for which its checkpoint was signed`);
    screen.line(verified.taken === null ? 'The ledger in use here does not tell its root: it was taken elsewhere, its event is archived, or the daemon died before it was written down' : `The root is that of event ${verified.taken} in the ledger`);
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

/** On an empty machine the ledger comes along: it has to be there before a daemon begins one. */
async function restore({ values, screen, paths, env, connect }: Invocation): Promise<void> {
  const given = values.argument('snapshot');
  const named = values.many('app').map((app) => checkName(app));
  const isEmpty = given.includes('/') && named.length === 0 && !existsSync(paths.ledger) && !env['STRATOSWARM_LEDGER'];
  const agreed = async (question: string) => {
    if (values.flag('yes')) return;
    if (!screen.interactive) throw new StratoError('usage.confirm', 'Restoring needs a yes', { why: 'this is no terminal to ask on', next: `write \`stratoswarm snapshot restore ${given}${named.map((app) => ` ${app}`).join('')} --yes\`` });
    if (!(await confirm(screen, question))) throw new StratoError('interrupted', 'nothing was restored');
  };
  if (isEmpty) await agreed(`Bring back all that ${given} holds?`);
  const seeded = isEmpty ? await seed(resolve(given), { ...env, STRATOSWARM_HOME: paths.home }) : undefined;
  const client = await connect();
  const { id, apps: held } = seeded ? await find(client, seeded.snapshot) : given.includes('/') ? await client.post<SnapshotView>('/v1/snapshots/import', { file: resolve(given) }) : await find(client, given);
  const apps = named.length === 0 ? held : named;
  if (!isEmpty) await agreed(`Replace ${apps.join(', ')} and all of their data by what snapshot ${id} holds?`);
  const restored = await client.post<Restored>(`/v1/snapshots/${id}/restore`, { apps: named.length === 0 ? undefined : named, memory: values.flag('memory') });
  if (values.json) return screen.json({ snapshot: id, ...restored, ledger: seeded?.events ?? null });
  for (const app of restored.apps) screen.line(`${app.app} is back as revision ${app.revision}${app.volumes.length === 0 ? '' : `, with ${app.volumes.join(', ')}`}${app.url === null ? '' : `, at ${app.url}`}`);
  for (const { service, slot, why } of restored.apps.flatMap(({ memory }) => memory)) screen.line(`${service} ${slot} ${why === null ? 'went on from its memory' : `was started anew: ${why}`}`);
  if (seeded && seeded.events !== null) screen.line(`The ledger came along: its first ${seeded.events} events are those of the machine where the snapshot was taken`);
  if (restored.history !== null) screen.line(`The history of the machine where it was taken is in ${restored.history}; check it with \`audit verify --history ${restored.history}\``);
}

/** Has a program of its own take the ledger out of the file. */
async function seed(file: string, env: NodeJS.ProcessEnv): Promise<{ snapshot: string; events: number | null }> {
  const child = spawn(process.execPath, ['--max-old-space-size=1024', '--disable-warning=ExperimentalWarning', program, file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  await new Promise<void>((done, fail) => child.once('error', fail).once('close', () => done()));
  const answer = JSON.parse(said === '' ? '{}' : said) as { seeded?: { snapshot: string; events: number | null }; error?: ErrorReport };
  if (answer.seeded) return answer.seeded;
  throw answer.error ? errorFrom(answer.error) : new StratoError('snapshot.failed', 'the file could not be taken in');
}

function find(client: ApiClient, text = 'latest'): Promise<SnapshotView> {
  if (!/^[\w-]{1,60}$/.test(text)) throw new StratoError('snapshot.unknown', `${JSON.stringify(text.slice(0, 60))} is no snapshot`, { next: 'list them with `stratoswarm snapshot list`' });
  return client.get<SnapshotView>(`/v1/snapshots/${text}`);
}
