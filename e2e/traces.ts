import { readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { homeTag } from '../src/host/home-tag.ts';

/** A process that belongs to a home. */
export interface Trace {
  readonly pid: number;
  readonly command: string;
  /** The agent that it is part of. */
  readonly agent: string | null;
}

/** Every process that has to do with a home: by its environment, its arguments or its control group. Zombies do not count. */
export function processesOf(home: string): Trace[] {
  const tag = `stratoswarm-${homeTag(home)}`;
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => pid !== process.pid).flatMap((pid) => {
    const command = textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
    const environment = textOf(`/proc/${pid}/environ`).split('\0');
    const groups = textOf(`/proc/${pid}/cgroup`);
    const belongs = environment.includes(`STRATOSWARM_HOME=${home}`) || command.includes(home) || groups.includes(`/${tag}/`) || groups.includes(`/${tag}\n`);
    if (!belongs || command === '' || isZombie(pid)) return [];
    const agent = environment.find((entry) => entry.startsWith('STRATOSWARM_AGENT='))?.slice('STRATOSWARM_AGENT='.length) ?? null;
    return [{ pid, command: command.slice(0, 160), agent }];
  });
}

/** All that a home has on this machine outside its own files, one line each. */
export function tracesOf(home: string): string[] {
  const tag = homeTag(home);
  return [
    ...processesOf(home).map(({ pid, command }) => `process ${pid} ${command}`),
    ...mountsOf(home).map((point) => `mount ${point}`),
    ...namespacesOf(home).map((name) => `network namespace ${name}`),
    ...namesIn('/sys/class/net').filter((name) => name === `strato-${tag}` || name.startsWith(`sv${tag}`)).map((name) => `link ${name}`),
    ...groupsOf(home).map((path) => `control group ${path}`),
    ...tablesOf(tag).map((table) => `nft table ${table}`),
  ];
}

/** Ids of the agents of which anything is left in processes, mounts, network namespaces or control groups. */
export function agentsInWorld(home: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const note = (text: string, what: string) => {
    const id = /[a-z][a-z0-9-]*-\d+-[a-z2-7]{8}(?![a-z0-9])/.exec(text.replace(/^.*stratoswarm-[0-9a-f]{8}[-/]/, ''))?.[0];
    if (id !== undefined) found.set(id, [...(found.get(id) ?? []), what]);
  };
  for (const { pid, agent, command } of processesOf(home)) if (agent !== null) note(agent, `process ${pid} ${command}`);
  for (const point of mountsOf(home)) note(point, `mount ${point}`);
  for (const name of namespacesOf(home)) note(name, `network namespace ${name}`);
  for (const path of groupsOf(home)) note(path, `control group ${path}`);
  return found;
}

/** Ends and removes all of it, for a test that failed before it could do so properly. */
export function sweep(home: string): void {
  const tag = homeTag(home);
  for (let round = 0; round < 5 && processesOf(home).length > 0; round++) {
    for (const { pid } of processesOf(home)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  for (const point of mountsOf(home).toReversed()) spawnSync('umount', ['-l', point]);
  for (const name of namespacesOf(home)) spawnSync('ip', ['netns', 'delete', name]);
  for (const name of namesIn('/sys/class/net')) if (name === `strato-${tag}` || name.startsWith(`sv${tag}`)) spawnSync('ip', ['link', 'delete', name]);
  for (const table of tablesOf(tag)) spawnSync('nft', ['delete', 'table', ...table.split(' ')]);
  for (const path of groupsOf(home).toReversed()) {
    try {
      rmdirSync(path);
    } catch {
      // What keeps it shows in the next look for traces.
    }
  }
}

export function isAlive(pid: number): boolean {
  return textOf(`/proc/${pid}/stat`) !== '' && !isZombie(pid);
}

function isZombie(pid: number): boolean {
  return /^\d+ \(.*\) Z/s.test(textOf(`/proc/${pid}/stat`));
}

function mountsOf(home: string): string[] {
  return textOf('/proc/self/mountinfo').split('\n').map((line) => line.split(' ')[4] ?? '').filter((point) => point.startsWith(`${home}/`));
}

function namespacesOf(home: string): string[] {
  return namesIn('/run/netns').filter((name) => name.startsWith(`stratoswarm-${homeTag(home)}-`));
}

function groupsOf(home: string): string[] {
  const parent = `stratoswarm-${homeTag(home)}`;
  const below = (path: string): string[] => namesIn(path, true).flatMap((name) => [`${path}/${name}`, ...below(`${path}/${name}`)]);
  return ['/sys/fs/cgroup', ...namesIn('/sys/fs/cgroup', true).map((name) => `/sys/fs/cgroup/${name}`)]
    .flatMap((mount) => (namesIn(mount, true).includes(parent) ? [`${mount}/${parent}`, ...below(`${mount}/${parent}`)] : []));
}

function tablesOf(tag: string): string[] {
  const { stdout } = spawnSync('nft', ['list', 'tables'], { encoding: 'utf8' });
  return (stdout ?? '').split('\n').filter((line) => line.endsWith(`stratoswarm_${tag}`)).map((line) => line.replace(/^table /, ''));
}

function namesIn(path: string, directoriesOnly = false): string[] {
  try {
    return readdirSync(path, { withFileTypes: true }).filter((entry) => !directoriesOnly || entry.isDirectory()).map((entry) => entry.name);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
