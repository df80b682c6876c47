import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppName } from '../model/index.ts';

/** A volume that is restored, and whether there was one of that name. */
export interface RestoredVolume {
  readonly name: string;
  readonly existed: boolean;
}

/**
 * Volumes of an app that is restored: `.restored-<volume>` is laid beside the one in use, which makes way as `.replaced-<volume>` and is kept until all is
 * well. Which of the names exist tells how far an exchange came, so that a daemon that was not there when it began can take it back.
 */
export class RestoredVolumes {
  readonly all: readonly RestoredVolume[];
  readonly #directory: string;

  constructor(volumes: string, app: AppName, all: readonly RestoredVolume[]) {
    this.#directory = join(volumes, app);
    this.all = all;
  }

  /** Makes room for volumes to be laid. */
  static async prepare(volumes: string, app: AppName, names: readonly string[]): Promise<RestoredVolumes> {
    mkdirSync(join(volumes, app), { recursive: true, mode: 0o711 });
    const prepared = new RestoredVolumes(volumes, app, names.map((name) => ({ name, existed: existsSync(join(volumes, app, name)) })));
    // Of an earlier restore that did not become ready: what is in place now is newer.
    await prepared.settle();
    await prepared.#removeLaid();
    return prepared;
  }

  /** Where to lay one. */
  restored(name: string): string {
    return join(this.#directory, `.restored-${name}`);
  }

  /** Puts what was laid into its place. */
  exchange(): void {
    for (const { name, existed } of this.all) {
      if (existed) renameSync(this.#place(name), this.#replaced(name));
      renameSync(this.restored(name), this.#place(name));
    }
  }

  /** Puts back what was there before, wherever {@link exchange}, or this, stopped; removes what was laid. */
  async back(): Promise<void> {
    for (const { name, existed } of this.all) {
      const exchanged = existsSync(this.#place(name)) && (!existed || existsSync(this.#replaced(name)));
      if (exchanged) renameSync(this.#place(name), this.restored(name));
      if (existsSync(this.#replaced(name))) renameSync(this.#replaced(name), this.#place(name));
    }
    await this.#removeLaid();
    // Of an app that had none there is nothing then.
    if (this.all.every(({ existed }) => !existed)) await rmdir(this.#directory).catch(() => undefined);
  }

  /** A process that lays volumes outlives the daemon that began it, and writes until it finds its directory gone. */
  async #removeLaid(): Promise<void> {
    for (const { name } of this.all) await rm(this.restored(name), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }

  /** Removes what made way. */
  async settle(): Promise<void> {
    for (const { name } of this.all) await rm(this.#replaced(name), { recursive: true, force: true });
  }

  #place(name: string): string {
    return join(this.#directory, name);
  }

  #replaced(name: string): string {
    return join(this.#directory, `.replaced-${name}`);
  }
}
