/** A process that opens a ledger, and with that brings it to today's format, and closes it: `node opener.ts <directory>`. */
import { openLedger } from '../open.ts';
import { handClock } from './events.ts';

await (await openLedger({ directory: process.argv[2]!, clock: handClock() })).close();
