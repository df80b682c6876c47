import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Driver, LogChunk } from '../drivers/driver.ts';
import type { Agent, AgentId, AppName } from '../model/index.ts';

/** Bytes of output that are kept of an agent that is gone. */
const kept = 256 * 1024;

/** Agents per app whose output is kept after they are gone. */
const agentsKept = 20;

/** The last output of agents that were removed: what explains a crash is read after it. */
export class Archive {
  readonly #directory: string;

  constructor(logs: string) {
    this.#directory = join(logs, 'agents');
  }

  /** Keeps the end of the agent's output before its directory goes. */
  async keep(agent: Agent, driver: Driver): Promise<void> {
    const directory = join(this.#directory, agent.app);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const chunks = await collect(driver.logs(agent.handle, { from: -kept }));
    const file = this.#file(agent.app, agent.id);
    await writeFile(`${file}.new`, JSON.stringify({ offset: chunks.offset }) + '\n' + chunks.text, { mode: 0o600 });
    await rename(`${file}.new`, file);
    await this.#prune(directory);
  }

  /** What was kept of an agent; undefined when nothing was. `offset` is that of the first byte in its whole output. */
  async read(app: AppName, agent: AgentId): Promise<{ offset: number; text: string } | undefined> {
    const content = await readFile(this.#file(app, agent), 'utf8').catch(() => undefined);
    const end = content?.indexOf('\n') ?? -1;
    if (content === undefined || end < 0) return undefined;
    const { offset } = JSON.parse(content.slice(0, end)) as { offset: number };
    return { offset, text: content.slice(end + 1) };
  }

  /** Agents of an app of which output was kept, oldest first. */
  async agents(app: AppName): Promise<AgentId[]> {
    const directory = join(this.#directory, app);
    return (await byAge(directory)).map((name) => name.replace(/\.log$/, '') as AgentId);
  }

  async forget(app: AppName): Promise<void> {
    await rm(join(this.#directory, app), { recursive: true, force: true });
  }

  async #prune(directory: string): Promise<void> {
    for (const name of (await byAge(directory)).slice(0, -agentsKept)) await rm(join(directory, name), { force: true });
  }

  #file(app: AppName, agent: AgentId): string {
    return join(this.#directory, app, `${agent}.log`);
  }
}

async function byAge(directory: string): Promise<string[]> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.log'));
  const aged = await Promise.all(names.map(async (name) => ({ name, age: (await stat(join(directory, name)).catch(() => undefined))?.mtimeMs ?? 0 })));
  return aged.sort((a, b) => a.age - b.age).map(({ name }) => name);
}

async function collect(chunks: AsyncIterable<LogChunk>): Promise<{ offset: number; text: string }> {
  const parts: Uint8Array[] = [];
  let offset: number | undefined;
  for await (const chunk of chunks) {
    offset ??= chunk.offset;
    parts.push(chunk.data);
  }
  return { offset: offset ?? 0, text: Buffer.concat(parts).toString('utf8') };
}
