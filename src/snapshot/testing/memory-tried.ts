import { spawnSync } from 'node:child_process';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { readStat } from '../../host/proc.ts';
import { reportOf, type Handle } from '../../model/index.ts';
import { Bench } from '../../drivers/contract/bench.ts';
import { writeImage } from '../../drivers/oci/image.ts';
import { ociSubject } from '../../drivers/oci/oci.subject.ts';
import { layTree } from '../lay.ts';
import { SnapshotId, treeAt } from '../manifest.ts';
import { memoryKey, rememberedIn } from '../memory.ts';
import { Store } from '../store.ts';
import { take } from '../take.ts';
import { entriesOf } from '../tree.ts';
import { verify } from '../verify.ts';

/** Milliseconds for an answer; the machine may be an emulated one. */
const patience = 60_000;

/** Has a word and a number in its memory only; tells both over HTTP, and the number in a file of its own that stays open. */
const program = `
const word = crypto.randomUUID();
const file = require('node:fs').openSync('/tmp/counted', 'a');
let count = 0;
setInterval(() => { count++; require('node:fs').writeSync(file, count + '\\n'); console.log(word, count); }, 50);
require('node:http').createServer((request, response) => response.end(word)).listen(3000);
`;

/** What is found when an agent in a container is written down with its memory, ends, and another one goes on from that; as JSON, so that another machine can tell. */
export async function tryMemory(): Promise<Record<keyof typeof expected, unknown>> {
  const bench = new Bench(await ociSubject());
  const { driver } = bench;
  const artefact = bench.artefact({ 'count.cjs': program });
  const told = async (handle: Handle) => (await bench.log(handle)).trimEnd().split('\n').map((line) => line.split(' ') as [string, string]);
  const beyond = (handle: Handle, least: number) => bench.until(`it counted beyond ${least}`, async () => {
    const [word, count] = (await told(handle)).at(-1)!;
    return Number(count) > least ? { word, count: Number(count) } : undefined;
  });
  const asked = async (handle: Handle) => {
    const { address } = await bench.until('it has an address', async () => {
      const report = await driver.recover(handle);
      return report.listeners.length > 0 && report.address !== null ? report : undefined;
    });
    return fetch(`http://${address}:3000/`, { signal: AbortSignal.timeout(patience) }).then((answer) => answer.text(), () => null);
  };
  try {
    const { handle, report } = await bench.start([process.execPath, 'count.cjs'], { artefact });
    const { word, count } = await beyond(handle, 2);
    const order = await driver.images!.order(handle);
    process.kill(report.pid!, 'SIGSTOP');
    await bench.until('it is stopped', () => readStat(report.pid!)?.state === 'T' || undefined);
    const whenStopped = await writeImage(order, join(bench.directory('none'), 'memory'), 'running');
    process.kill(report.pid!, 'SIGCONT');
    const store = new Store(bench.directory('snapshots'));
    const id = SnapshotId.parse('20261121-101500-000001');
    const taken = await take({
      header: { format: 1, id, takenAt: 1, actor: 'user:test', note: '', version: '0', position: 1, apps: [], places: { home: '', program: '', node: '' } }, leaves: [], trees: [], groups: { app: [] }, record: join(store.directory, 'held'), longestPause: 120_000,
      memory: { agents: [{ agent: handle.agent, group: 'app', order, of: { app: 'contract', service: 'agent', slot: 0 } }], scratch: bench.directory('scratch') },
    }, store);
    const ranOn = (await beyond(handle, (await beyond(handle, count)).count)).word === word;
    const answersOn = (await asked(handle)) === word;
    await driver.stop(handle);

    const manifest = store.read(id);
    const whole = verify(manifest, store.objects).root === taken.root;
    const lay = (image: string) => {
      for (const { agent } of rememberedIn(manifest)) for (const name of ['memory', ...order.files.map((file) => file.name)]) layTree(entriesOf(treeAt(manifest, memoryKey(agent, name))!.tree, store.objects), join(image, name), store.objects);
    };
    const image = bench.directory('image');
    lay(image);
    const next = await bench.start([process.execPath, 'count.cjs'], { artefact, image });
    const on = await beyond(next.handle, 0);
    const [, first] = (await told(next.handle))[0]!;
    const adopted = await bench.subject.again().recover(next.handle);
    const answer = await asked(next.handle);
    const { stdout } = spawnSync('cat', [join(next.handle.directory, 'tmp', 'counted')], { encoding: 'utf8' });
    const counted = stdout.trimEnd().split('\n').map(Number);
    await driver.signal(next.handle, 'SIGTERM');
    const { exit } = await bench.ended(next.handle);

    truncateSync(join(image, 'memory', 'pstree.img'), 10);
    const refused = await bench.start([process.execPath, 'count.cjs'], { artefact, image }).then(() => null, (error: unknown) => reportOf(error).code);
    return {
      refusal: taken.memory[0]?.why, whole, ranOn, answersOn, refused,
      whenStopped: whenStopped?.replace(/\d+/, 'N'),
      sameMemory: on.word === word && Number(first) > count,
      answers: answer === word,
      file: counted.every((number, index) => number === index + 1),
      adopted: adopted.status === 'running' && adopted.pid === next.report.pid,
      exit: exit?.signal ?? null,
    };
  } finally {
    await bench.cleanup();
  }
}

export const expected = {
  refusal: null, whole: true, whenStopped: 'process N is stopped, or is being looked at by a debugger', ranOn: true, answersOn: true, sameMemory: true, answers: true, file: true, adopted: true, exit: 'SIGTERM', refused: 'agent.image-refused',
};
