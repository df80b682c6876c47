import '../bounded-patterns.ts';
import type { FromReader, ToReader } from './readers.ts';
import type { Part } from './reading.ts';
import { Reader } from './reading.ts';
import { version } from './version.ts';
import { compileLater } from './warm.ts';

/** The program of a process of {@link Readers}: a directory and then batches of its files in, their readings out. Nothing but its channel keeps it, so it ends with whoever started it. */
compileLater();
let reader: Reader;
let part: Part;
const tell = (message: FromReader) => process.send!(message);
process.on('message', (message: ToReader) => {
  if ('listing' in message) {
    // One that was compiled after whoever started it would read otherwise.
    if (message.version !== version) process.exit(1);
    reader = new Reader(message.listing);
    part = message.part;
    tell('ready');
  } else tell(reader.read(message.paths, message.isSpent, part));
});
