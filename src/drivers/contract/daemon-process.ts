import { text } from 'node:stream/consumers';
import type { Handle } from '../../model/index.ts';
import type { Driver, Task } from '../driver.ts';

/** A stand-in for the daemon, to be killed: makes a driver, prepares and starts one agent, prints both, and stays. */
const { source, handle, task } = JSON.parse(await text(process.stdin)) as { source: { module: string; name: string; options: unknown }; handle: Handle; task: Task };
const module = (await import(source.module)) as Record<string, (options: unknown) => Driver | Promise<Driver>>;
const driver = await module[source.name]!(source.options);

await driver.prepare(handle, task);
process.stdout.write('"prepared"\n');
const report = await driver.start(handle);
process.stdout.write(`${JSON.stringify(report)}\n`);
setInterval(() => {}, 1000);
