import { openCgroups } from '../open.ts';
import { tryMemory, tryProcesses, tryProcessor } from './tried.ts';

/** What an emulated machine runs: tells on standard output what its control groups do. */
const probe = await openCgroups('/tmp');
if (!probe.works) throw new Error(probe.reason);
const { cgroups } = probe;
const tried = { memory: await tryMemory(cgroups), processes: await tryProcesses(cgroups), processor: await tryProcessor(cgroups) };
for (const id of cgroups.list()) await cgroups.remove(id);
console.log(`\n${JSON.stringify({ version: cgroups.version, lacks: probe.lacks, ...tried, left: cgroups.list() })}`);
