import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AgentId, StratoError, hashOf, type Handle } from '../model/index.ts';
import type { Paths } from '../host/paths.ts';
import type { DriverName, Task } from './driver.ts';
import { workingDirectory } from './working-directory.ts';

/**
 * Everything that there is about one agent on disk: `<agents>/<driver>/<agent id>/`. A new daemon finds all it needs
 * here. Files that are damaged or half-written count as absent.
 */
export interface AgentDirectory {
  readonly agent: AgentId;
  readonly path: string;
  /** The {@link Task}, JSON, mode 0600: it holds secrets. */
  readonly task: string;
  /** Output of the agent, only ever appended to. */
  readonly log: string;
  /** Written by shim.sh; see there. */
  readonly started: string;
  readonly pid: string;
  readonly exit: string;
  readonly notes: string;
  /** While it is there, the program waits to begin; see shim/hold.ts. Elsewhere for agents that do not see this directory. */
  readonly hold: string;
  /** Rewritten by the shim after `pid` and after `exit`; in one directory for all agents of a driver. */
  readonly hint: string;
  /** The agent's own writable copy of its artefact (process), or the mount point of its root (sandbox, oci). */
  readonly root: string;
  readonly home: string;
  readonly temporary: string;
  /** Writable layer and scratch directory of an overlay. */
  readonly upper: string;
  readonly work: string;
}

/** Directory with the hints of all agents of one driver. No agent id is called so: those have a dash. */
export function hintsDirectory(paths: Pick<Paths, 'agents'>, driver: DriverName): string {
  return join(paths.agents, driver, 'exits');
}

/** The handle of an agent whose directory lies where all of its driver's do. */
export function agentHandle(paths: Pick<Paths, 'agents'>, driver: DriverName, agent: AgentId, port: number | null): Handle {
  return { driver, agent, directory: join(paths.agents, driver, agent), port };
}

/** Where the files of an agent are. Pure. Asked for at every look at every agent: the paths are put together without being taken apart again. */
export function agentDirectory({ agent, directory: path }: Pick<Handle, 'agent' | 'directory'>): AgentDirectory {
  return {
    agent, path,
    task: `${path}/task.json`, log: `${path}/log`, started: `${path}/started`, pid: `${path}/pid`, exit: `${path}/exit`, notes: `${path}/notes`, hold: `${path}/hold`,
    hint: `${dirname(path)}/exits/${agent}`,
    root: `${path}/root`, home: `${path}/home`, temporary: `${path}/tmp`, upper: `${path}/upper`, work: `${path}/work`,
  };
}

/** Bytes that the shim will overwrite with how the agent ended: so that can be written when the disk is full. */
const room = `${' '.repeat(255)}\n`;

/** Creates the directory with task, empty log and room for the exit. What is there already is kept, so it may be repeated. */
export function createAgentDirectory(handle: Handle, task: Task): AgentDirectory {
  const directory = agentDirectory(handle);
  mkdirSync(join(handle.directory, '..', 'exits'), { recursive: true, mode: 0o711 });
  mkdirSync(directory.path, { recursive: true, mode: 0o711 });
  if (!existsSync(directory.log)) writeFileSync(directory.log, '', { mode: 0o600, flag: 'a' });
  for (const path of [directory.exit, directory.notes]) if (!existsSync(path)) writeAtomically(path, room);
  writeTask(directory, handle, task);
  return directory;
}

/** The task that an agent was prepared with; undefined when there is none that is whole. */
export function readTask(directory: AgentDirectory): Task | undefined {
  return readTaskFile(directory)?.task;
}

/**
 * Gives an agent that was not started another artefact and label. False, and nothing is changed, when the tasks differ in anything else; without
 * `otherCode` also when the artefact differs.
 */
export function replaceTask(handle: Handle, task: Task, { otherCode }: { readonly otherCode: boolean }): boolean {
  const directory = agentDirectory(handle);
  const known = readTask(directory);
  if (!known || frameOf(known) !== frameOf(task) || (!otherCode && known.artefact !== task.artefact)) return false;
  workingDirectory(task);
  if (hashOf(known) !== hashOf(task)) writeTask(directory, handle, task);
  return true;
}

/** All of a task but its code, and by what name it goes. */
function frameOf(task: Task): string {
  return hashOf({ ...task, artefact: null, label: undefined });
}

function writeTask(directory: AgentDirectory, { port }: Handle, task: Task): void {
  writeAtomically(directory.task, JSON.stringify({ format: 1, port, task }));
}

interface TaskFile { format: 1; port: number | null; task: Task }

function readTaskFile(directory: Pick<AgentDirectory, 'task'>): TaskFile | undefined {
  try {
    const value = JSON.parse(readFileSync(directory.task, 'utf8')) as Partial<TaskFile> | null;
    return value?.format === 1 && Array.isArray(value.task?.argv) ? (value as TaskFile) : undefined;
  } catch {
    return undefined;
  }
}

/** What is told of an agent over and over; undefined when it has no task that is whole. */
interface Label { readonly port: number | null; readonly label: Task['label'] }

const labels = new Map<string, { readonly stamp: string; readonly label: Label | undefined }>();

/** Read from the task, and again only when that was replaced. */
function readLabel({ task }: AgentDirectory): Label | undefined {
  const stat = statSync(task, { throwIfNoEntry: false });
  if (!stat) {
    labels.delete(task);
    return undefined;
  }
  const stamp = `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
  const known = labels.get(task);
  if (known?.stamp === stamp) return known.label;
  const file = readTaskFile({ task });
  const label = file && { port: file.port, label: file.task.label };
  labels.set(task, { stamp, label });
  return label;
}

/** What an agent was labelled with; undefined when it has no task that is whole. */
export function labelOf(directory: AgentDirectory): Task['label'] {
  return readLabel(directory)?.label;
}

/** {@link readTask}, or the error of a start without a preparation. */
export function requireTask(directory: AgentDirectory): Task {
  const task = readTask(directory);
  if (task !== undefined) return task;
  throw new StratoError('agent.not-prepared', `${directory.agent} was not prepared`, { why: `there is no readable ${directory.task}`, next: 'the control loop replaces the agent' });
}

/** Handles of all agents that have a directory, whoever made it. */
export function listAgents(paths: Pick<Paths, 'agents'>, driver: DriverName): Handle[] {
  return namesIn(join(paths.agents, driver)).flatMap((name) => {
    const agent = AgentId.safeParse(name);
    if (!agent.success) return [];
    const handle = agentHandle(paths, driver, agent.data, null);
    return [{ ...handle, port: readLabel(agentDirectory(handle))?.port ?? null }];
  });
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** Removes the directory and the hint of an agent; also what the agent made unreadable for its own user. Idempotent. */
export async function eraseAgentDirectory(directory: AgentDirectory): Promise<void> {
  labels.delete(directory.task);
  await rm(directory.hint, { force: true });
  try {
    await rm(directory.path, { recursive: true, force: true });
  } catch {
    openUp(directory.path);
    await rm(directory.path, { recursive: true, force: true });
  }
}

/** Entries go meanwhile: processes that are ending still clear up after themselves, and another one may remove the same directory. */
function openUp(path: string): void {
  try {
    chmodSync(path, 0o700);
    for (const entry of readdirSync(path, { withFileTypes: true })) if (entry.isDirectory()) openUp(join(path, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** Replaces a file as a whole, so that a reader sees the old or the new one. Mode 0600. */
export function writeAtomically(path: string, content: string): void {
  writeFileSync(`${path}.new`, content, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
