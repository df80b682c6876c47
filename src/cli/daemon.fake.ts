import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeBackend } from '../api/backend.fake.ts';
import { serveApi } from '../api/server.ts';
import { pathsOf } from '../host/paths.ts';

// What stands for the daemon in tests of starting one. It writes down each start, and ends when its home says so or with SIGTERM.
const paths = pathsOf();
appendFileSync(join(paths.home, 'starts'), `${process.pid}\n`);
console.log('starting');
const server = await serveApi({ backend: new FakeBackend(), paths, clock: { now: Date.now, monotonic: () => performance.now(), after: () => () => undefined } });
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
