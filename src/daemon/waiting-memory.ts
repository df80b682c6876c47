import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RestoredApp } from '../api/views.ts';
import type { Paths } from '../host/paths.ts';
import type { Agent, AppName, State } from '../model/index.ts';
import { treeAt, trees, type Manifest } from '../snapshot/manifest.ts';
import { memoryKey, rememberedIn } from '../snapshot/memory.ts';
import { snapshotWork } from './snapshot-process.ts';

type Outcome = RestoredApp['memory'][number];

/**
 * Memory images of an app that is being restored, below `<home>/memory/<app>`. The first agent that is made for a place takes the image that waits for it, by another
 * name: the next one there finds none, and is started anew.
 */
export class WaitingMemory {
  readonly #directory: string;

  constructor({ home }: Pick<Paths, 'home'>) {
    this.#directory = join(home, 'memory');
    // A daemon that died of it starts anew whoever has not gone on yet.
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Lays out what a snapshot has of an app. Returns whom it concerns, and for whom that was in vain. */
  async lay(manifest: Manifest, app: AppName, store: string, home: string): Promise<Outcome[]> {
    this.end(app);
    const found = rememberedIn(manifest).filter(({ of }) => of.app === app);
    // The users of its processes are those of a home, and so are the paths that they know.
    const elsewhere = manifest.header.places.home === home ? null : `its memory is of agents of ${manifest.header.places.home}`;
    for (const { agent, of } of elsewhere === null ? found : []) {
      const place = this.#waiting(of);
      mkdirSync(place, { recursive: true, mode: 0o700 });
      const prefix = memoryKey(agent, '');
      const parts = [...trees(manifest)].filter(({ key }) => key.startsWith(prefix) && treeAt(manifest, key)!.tree.entries.length > 0);
      await snapshotWork(store, 'lay', { id: manifest.header.id, trees: parts.map(({ key }) => ({ key, path: join(place, key.slice(prefix.length)) })) });
    }
    return found.map(({ of: { service, slot } }) => ({ service, slot, why: elsewhere }));
  }

  /** The image from which an agent is to go on; always the same one, until {@link end}. */
  of(agent: Pick<Agent, 'id' | 'app' | 'service' | 'slot'>): string | undefined {
    const taken = this.#taken(agent);
    const waiting = this.#waiting(agent);
    if (!existsSync(taken) && existsSync(waiting)) renameSync(waiting, taken);
    return existsSync(taken) ? taken : undefined;
  }

  /** What has become of those for whom something was laid. */
  outcomes(app: AppName, laid: readonly Outcome[], { agents, slots }: Pick<State, 'agents' | 'slots'>): Outcome[] {
    return laid.map(({ service, slot, why }) => {
      if (why !== null) return { service, slot, why };
      const now = agents.find((agent) => agent.app === app && agent.service === service && agent.slot === slot && agent.state !== 'exited');
      if (now && existsSync(this.#taken(now))) return { service, slot, why: null };
      const [, history] = [...slots].find(([key]) => key === `${app}/${service}/${slot}`) ?? [];
      return { service, slot, why: history?.lastExit?.detail ?? 'no agent took its place' };
    });
  }

  end(app: AppName): void {
    rmSync(join(this.#directory, app), { recursive: true, force: true });
  }

  #waiting({ app, service, slot }: { app: string; service: string; slot: number }): string {
    return join(this.#directory, app, `${service}-${slot}`);
  }

  #taken({ app, id }: Pick<Agent, 'app' | 'id'>): string {
    return join(this.#directory, app, `of-${id}`);
  }
}
