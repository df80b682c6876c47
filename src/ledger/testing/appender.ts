/** A process that appends until it is killed: `node appender.ts <directory>`. Prints `open <head>`, then each acknowledged position. */
import { writeSync } from 'node:fs';
import { openLedger } from '../open.ts';
import { handClock, samples } from './events.ts';

const ledger = await openLedger({ directory: process.argv[2]!, clock: handClock() });
writeSync(1, `open ${ledger.head} ${ledger.recovery?.reason ?? ''}\n`);

/** Appends of one to four events, each holding the positions at which its append begins and ends. */
async function appendForEver(lane: number): Promise<void> {
  for (let n = 0; ; n++) {
    const events = await ledger.append(samples(1 + ((n + lane) % 4), n));
    writeSync(1, `${events.at(-1)!.position}\n`);
  }
}

await Promise.all([0, 1, 2].map((lane) => appendForEver(lane)));
