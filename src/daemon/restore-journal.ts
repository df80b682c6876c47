import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeDurably } from '../ledger/files.ts';
import { AppName, Service } from '../model/index.ts';

/** A restore of one app, from the moment before anything of it is laid. It says what a daemon that finds it has to take back, or to finish. */
export const Restoring = z.object({
  snapshot: z.string(),
  root: z.string(),
  source: AppName,
  app: AppName,
  fork: z.boolean(),
  actor: z.string(),
  reasoning: z.string(),
  /** Of the revision that is proposed: by them it is known again. */
  services: z.array(Service),
  volumes: z.array(z.object({ name: z.string(), existed: z.boolean() })),
  /** Of the app as it was: the revision it should run, null where there was none; whether it ran; its secrets, null where none were kept. */
  before: z.object({ revision: z.number().nullable(), running: z.boolean(), secrets: z.unknown() }),
  /** As the snapshot has it, for when the new revision is ready. */
  then: z.object({ scale: z.record(z.string(), z.number()), desired: z.string() }),
});
export type Restoring = z.output<typeof Restoring>;

/** One file for each app that is being restored, mode 0600: the secrets that made way are in it. */
export class RestoreJournal {
  readonly #directory: string;

  constructor(home: string) {
    this.#directory = join(home, 'restoring');
  }

  /** Those that a daemon left when it died. One that cannot be read is told and left where it is: it is no reason not to start. */
  open(report: (error: unknown, about: string) => void): Restoring[] {
    if (!existsSync(this.#directory)) return [];
    return readdirSync(this.#directory).filter((name) => name.endsWith('.json')).flatMap((name) => {
      try {
        return [Restoring.parse(JSON.parse(readFileSync(join(this.#directory, name), 'utf8')))];
      } catch (error) {
        report(error, `reading ${join(this.#directory, name)}`);
        return [];
      }
    });
  }

  begin(restoring: Restoring): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    writeDurably(this.#file(restoring.app), JSON.stringify(restoring));
  }

  end({ app }: Restoring): void {
    rmSync(this.#file(app), { force: true });
  }

  #file(app: AppName): string {
    return join(this.#directory, `${app}.json`);
  }
}
