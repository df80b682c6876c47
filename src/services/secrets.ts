import { createHmac, randomBytes } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type AppName, type Clock, type Service, type ServiceName, StratoError } from '../model/index.ts';
import type { Paths } from '../host/paths.ts';

const StoreCredentials = z.object({ user: z.string(), password: z.string(), database: z.string() });
export type StoreCredentials = Readonly<z.infer<typeof StoreCredentials>>;

/**
 * What is kept of one app. A value lives under a key made of its name and its fingerprint, so that an earlier revision
 * still finds the value that it was deployed with.
 */
const KeptSecrets = z.object({
  salt: z.string(),
  /** Key → value. */
  values: z.record(z.string(), z.string()),
  /** Key → milliseconds since the epoch at which its value was first kept. */
  since: z.record(z.string(), z.number()).default({}),
  /** Keys whose values the system made. */
  made: z.array(z.string()).default([]),
  stores: z.record(z.string(), StoreCredentials),
});
export type KeptSecrets = z.infer<typeof KeptSecrets>;

/** Passwords of stores and values set with `--env`, one file of mode 0600 for each app. Nothing of them is in the ledger. */
export class Secrets {
  private readonly directory: string;
  private readonly clock: Pick<Clock, 'now'>;

  constructor(paths: Pick<Paths, 'secrets'>, clock: Pick<Clock, 'now'>) {
    this.directory = paths.secrets;
    this.clock = clock;
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
  }

  /** Credentials of a store, made on first use. */
  forStore(app: AppName, store: ServiceName, names: { user: string; database: string }): StoreCredentials {
    const kept = this.read(app);
    const known = kept.stores[store];
    if (known) return known;
    const made = { ...names, password: randomBytes(24).toString('base64url') };
    this.write(app, { ...kept, stores: { ...kept.stores, [store]: made } });
    return made;
  }

  /**
   * Keeps values of variables. Returns the key of each, by name, for `EnvVar.secret`: which of them a variable has is said by the revisions that were admitted. A value that was kept before is as old as it was.
   */
  keep(app: AppName, values: Readonly<Record<string, string>>): Record<string, string> {
    return this.add(app, values, false);
  }

  /** Keeps a random value for each of the names. Returns as {@link Secrets.keep}. */
  make(app: AppName, names: readonly string[]): Record<string, string> {
    return this.add(app, Object.fromEntries(names.map((name) => [name, randomBytes(48).toString('base64url')])), true);
  }

  private add(app: AppName, values: Readonly<Record<string, string>>, isMade: boolean): Record<string, string> {
    const kept = this.read(app);
    const now = this.clock.now();
    const keys: Record<string, string> = {};
    const next = { ...kept, values: { ...kept.values }, since: { ...kept.since } };
    for (const [name, value] of Object.entries(values)) {
      const key = `${name}.${createHmac('sha256', kept.salt).update(value).digest('hex').slice(0, 16)}`;
      keys[name] = key;
      next.values[key] = value;
      next.since[key] = Math.min(next.since[key] ?? now, now);
    }
    if (Object.keys(keys).length > 0) this.write(app, isMade ? { ...next, made: [...next.made, ...Object.values(keys)] } : next);
    return keys;
  }

  /** Whether the system made the value under a key, by {@link Secrets.make}. */
  isMade(app: AppName, key: string): boolean {
    return this.read(app).made.includes(key);
  }

  /** The value under a key that {@link Secrets.keep} gave. */
  value(app: AppName, key: string): string | undefined {
    return this.read(app).values[key];
  }

  /** Names of variables of these services whose values are kept no more. */
  lost(app: AppName, services: readonly Pick<Service, 'env'>[]): string[] {
    const { values } = this.read(app);
    return services.flatMap(({ env }) => env.flatMap((variable) => ('secret' in variable && values[variable.secret] === undefined ? [variable.name] : [])));
  }

  /** All values that are kept of an app, those of its stores among them, by name of the variable or the store. */
  values(app: AppName): [name: string, value: string][] {
    const { values, stores } = this.read(app);
    return [...Object.entries(values).map(([key, value]): [string, string] => [key.slice(0, key.lastIndexOf('.')), value]), ...Object.entries(stores).map(([store, { password }]): [string, string] => [store, password])];
  }

  /**
   * Of variables, by name with their keys, the one whose value has been kept for longest, with the milliseconds since the epoch since which it is; null for none. What an earlier version kept is as old as its file.
   */
  oldest(app: AppName, keys: ReadonlyMap<string, string>): { variable: string; at: number } | null {
    const { since } = this.read(app);
    const known = [...keys].flatMap(([variable, key]) => (since[key] === undefined ? [] : [{ variable, at: since[key] }]));
    return known.reduce<{ variable: string; at: number } | null>((oldest, each) => (oldest === null || each.at < oldest.at ? each : oldest), null);
  }

  /** Forgets an app. Its stores' passwords are kept with `keepStores`: their volumes are still there. */
  remove(app: AppName, options: { keepStores: boolean }): void {
    const { salt, stores } = this.read(app);
    if (options.keepStores && Object.keys(stores).length > 0) return this.write(app, { salt, values: {}, since: {}, made: [], stores });
    try {
      unlinkSync(this.file(app));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  /** All that is kept of an app, for a backup. It is secret. */
  dump(app: AppName): KeptSecrets {
    return this.read(app);
  }

  /** Brings back what {@link Secrets.dump} gave: it holds from now on. Values that earlier revisions of this machine refer to stay. */
  restore(app: AppName, dumped: unknown): void {
    const before = this.read(app);
    const { salt, values, since, made, stores } = KeptSecrets.parse(dumped);
    const times = Object.fromEntries(Object.keys(values).map((key) => [key, since[key] ?? before.since[key] ?? this.clock.now()]));
    this.write(app, { salt, values: { ...before.values, ...values }, since: { ...before.since, ...times }, made: [...new Set([...before.made, ...made])], stores: { ...before.stores, ...stores } });
  }

  /** Apps of which something is kept. */
  apps(): string[] {
    return readdirSync(this.directory).flatMap((name) => /^(.+)\.json$/.exec(name)?.[1] ?? []);
  }

  private file(app: AppName): string {
    return join(this.directory, `${app}.json`);
  }

  private read(app: AppName): KeptSecrets {
    let text: string;
    let written: number;
    try {
      const file = openSync(this.file(app), 'r');
      try {
        text = readFileSync(file, 'utf8');
        written = fstatSync(file).mtimeMs;
      } finally {
        closeSync(file);
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { salt: randomBytes(16).toString('hex'), values: {}, since: {}, made: [], stores: {} };
      throw error;
    }
    try {
      const kept = KeptSecrets.parse(JSON.parse(text));
      return { ...kept, since: { ...Object.fromEntries(Object.keys(kept.values).map((key) => [key, written])), ...kept.since } };
    } catch (cause) {
      throw new StratoError('secrets.damaged', `the secrets of ${app} cannot be read`, { why: `${this.file(app)} is damaged`, next: 'restore it from a backup, or move it away and set the variables again', cause });
    }
  }

  private write(app: AppName, kept: KeptSecrets): void {
    const fresh = `${this.file(app)}.${randomBytes(6).toString('hex')}.new`;
    const file = openSync(fresh, 'wx', 0o600);
    try {
      writeSync(file, JSON.stringify(kept));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(fresh, this.file(app));
  }
}
