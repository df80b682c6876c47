import { StratoError, type Reading } from '../model/index.ts';

/**
 * What a decision takes from outside of the ledger: the commit of a repository, ports that somebody opened, what a model answers. It is asked through this, so that
 * whatever had a part in a decision stands in it, and a replay asks nobody.
 */
export interface Outside {
  /** The answer to a question: `ask` gives it where the world is asked. It is plain JSON. */
  read<T>(source: string, question: string, ask: () => T): T;
}

/** Asks the world, each question once, and keeps what it said for the decision. */
export class Recorder implements Outside {
  readonly readings: Reading[] = [];

  read<T>(source: string, question: string, ask: () => T): T {
    const known = this.readings.find((reading) => reading.source === source && reading.question === question);
    if (known) return known.answer as T;
    const answer = ask();
    this.readings.push({ source, question, answer });
    return answer;
  }
}

/** Answers from what was kept, and asks nobody. Throws `replay.not-recorded` where that does not suffice. */
export class Recorded implements Outside {
  readonly #readings: readonly Reading[];

  constructor(readings: readonly Reading[]) {
    this.#readings = readings;
  }

  read<T>(source: string, question: string): T {
    const found = this.#readings.find((reading) => reading.source === source && reading.question === question);
    if (!found) throw new StratoError('replay.not-recorded', `what ${source} said about ${JSON.stringify(question)} was not written down`, { next: 'decisions of earlier versions may lack it' });
    return found.answer as T;
  }
}

/** The version of the code that is deployed: the commit of a repository, the hash of a directory. */
export function versionOf(outside: Outside, source: { kind: string; version: string | null }): string | null {
  return outside.read(source.kind, 'its version', () => source.version);
}

/** The port that an agent is believed to serve on, of those that it opened, the lowest first. */
export function openedPort(outside: Outside, driver: string, agent: string, opened: readonly number[]): number | undefined {
  return outside.read(`driver:${driver}`, `ports on which ${agent} listens`, () => [...opened])[0];
}

/** The time by which rules are judged, milliseconds since the epoch. */
export function ruleTime(outside: Outside, now: () => number): number {
  return outside.read('clock', 'the time', now);
}

/** A variable that is a secret, and when its value was set, milliseconds since the epoch. */
export interface SetSecret {
  readonly variable: string;
  readonly at: number;
}

/** Which of the secrets that an app is to get has been as it is for longest; null when it gets none. Earlier versions asked only when any of them was last changed. */
export function oldestSecret(outside: Outside, app: string, ask: () => SetSecret | null): SetSecret | null {
  const answer = outside.read<SetSecret | number | null>('secrets', `when those of ${app} were last changed`, ask);
  return typeof answer === 'number' ? { variable: 'the newest secret', at: answer } : answer;
}

/** What a service is made of, and with which programs of the machine: `node 24.4.0`, and the directories that go first on its PATH. */
export interface BuiltWith {
  readonly artefact: string;
  readonly toolchain: readonly string[];
  readonly programs: readonly string[];
}

/** What a build came to, by service: it depends on what the machine has, and on packages that were fetched. */
export function builtWith(outside: Outside, ask: () => Readonly<Record<string, BuiltWith>>): Readonly<Record<string, BuiltWith>> {
  return outside.read('build', 'what services are made of, and with what', () => Object.fromEntries(Object.entries(ask()).map(([name, { artefact, toolchain, programs }]) => [name, { artefact, toolchain: [...toolchain], programs: [...programs] }])));
}
