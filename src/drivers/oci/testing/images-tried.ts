import { spawnSync } from 'node:child_process';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { readStat } from '../../../host/proc.ts';
import { reportOf, type Handle } from '../../../model/index.ts';
import { Bench } from '../../contract/bench.ts';
import { processesOf, writeImage } from '../image.ts';
import { ociSubject } from '../oci.subject.ts';

/** Has a word and a number in its memory only; tells both over HTTP, and the number in a file of its own that stays open. */
const program = `
const word = crypto.randomUUID();
const file = require('node:fs').openSync('/tmp/counted', 'a');
let count = 0;
setInterval(() => { count++; require('node:fs').writeSync(file, count + '\\n'); console.log(word, count); }, 50);
require('node:http').createServer((request, response) => response.end(word)).listen(3000);
`;

/** What is found when an agent in a container is written down with its memory, ends, and another one goes on from that; as JSON, so that another machine can tell. */
export async function tryImages(): Promise<Record<keyof typeof expected, unknown>> {
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
    return (await fetch(`http://${address}:3000/`, { signal: AbortSignal.timeout(10_000) })).text();
  };
  try {
    const { handle, report } = await bench.start([process.execPath, 'count.cjs'], { artefact });
    const { word, count } = await beyond(handle, 2);
    const image = bench.directory('image');
    const order = await driver.images!.order(handle);
    process.kill(report.pid!, 'SIGSTOP');
    await bench.until('it is stopped', () => readStat(report.pid!)?.state === 'T' || undefined);
    const whenStopped = await writeImage(order, join(image, 'memory'), 'running');
    process.kill(report.pid!, 'SIGCONT');
    const refusal = await writeImage(order, join(image, 'memory'), 'stopped');
    for (const { name, path } of order.files) spawnSync('cp', ['--archive', path, join(image, name)]);
    for (const { pid } of processesOf(order.first)) process.kill(pid, 'SIGCONT');
    const ranOn = (await beyond(handle, (await beyond(handle, count)).count)).word === word;
    await driver.stop(handle);

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
      refusal, ranOn, refused,
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
  refusal: null, whenStopped: 'process N is stopped, or is being looked at by a debugger', ranOn: true, sameMemory: true, answers: true, file: true, adopted: true, exit: 'SIGTERM', refused: 'agent.image-refused',
};
