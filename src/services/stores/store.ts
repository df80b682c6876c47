import type { AppName, Clock, ProbeAction } from '../../model/index.ts';
import type { Paths } from '../../host/paths.ts';

/** The programs by which a store runs on this machine. */
export interface StoreProgram {
  readonly argv: readonly string[];
  /** Directories that must be visible and go on PATH. */
  readonly toolchain: readonly string[];
  /** Succeeds once the store answers; run beside it, with its environment. Null where to answer in its protocol is to be ready, from the first moment on. */
  readonly ready: readonly string[] | null;
  /** One sentence for people: which program it is and where it comes from. */
  readonly description: string;
}

export interface ProvideOptions {
  readonly paths: Pick<Paths, 'cache' | 'programs'>;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
}

/** How one kind of store is run and spoken of. Adding a kind is adding one of these to the registry. */
export interface StoreDefinition {
  readonly kind: string;
  readonly port: number;
  /** What it is asked in whether it answers. */
  readonly protocol: Extract<ProbeAction, { kind: 'greeting' }>['protocol'];
  /** Name of the user that the app gets; null where there are no users, no passwords and no databases. */
  readonly user: string | null;
  readonly stopSignal: 'SIGTERM' | 'SIGINT';
  /** It can be told, by `STORE_OPEN`, to let in whoever reaches it: for apps that have no way to learn a password. */
  readonly mayBeOpen: boolean;
  /** It has a volume for its data. */
  readonly keeps: boolean;
  /** Milliseconds to shut down cleanly. */
  readonly grace: number;
  /** Finds the programs, bringing them when that is possible. Throws `store.unavailable`. */
  provide(options: ProvideOptions): Promise<StoreProgram>;
  /** Name of the database that an app gets. */
  database(app: AppName): string;
  /** The address as clients write it. */
  url(facts: StoreFacts): string;
}

/** All that an app needs to reach a store. */
export interface StoreFacts {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}
