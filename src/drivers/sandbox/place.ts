import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically, type AgentDirectory } from '../agent-directory.ts';

/** How an agent's sandbox was prepared: what later verbs need, also those of a new daemon. Holds no secrets. */
export interface Place {
  /** IP address from the host. */
  readonly address: string;
  /** By IPv6; null where there is none, absent when an earlier version prepared it. */
  readonly address6?: string | null;
  /** Pin of its network namespace; null when it shares the host's. */
  readonly network: string | null;
  /** User on the host; null when that is the daemon's own. */
  readonly uid: number | null;
  /** The program runs in a user namespace of its own. */
  readonly nested: boolean;
  readonly hostname: string;
  readonly cwd: string;
}

const file = (directory: AgentDirectory) => join(directory.path, 'place.json');

export function writePlace(directory: AgentDirectory, place: Place): void {
  writeAtomically(file(directory), JSON.stringify(place));
}

/** Null when there is none that is whole. */
export function readPlace(directory: AgentDirectory): Place | null {
  try {
    const value = JSON.parse(readFileSync(file(directory), 'utf8')) as Place;
    return typeof value?.address === 'string' ? value : null;
  } catch {
    return null;
  }
}
