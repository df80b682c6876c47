import type { LearningFacts } from '../ml/read.ts';
import type { EnvRead } from './env-read.ts';
import type { OpenFill, Shape } from './env-shapes.ts';
import type { EnvCall, EnvWrapper } from './env-wrappers.ts';
import type { GrpcUse } from './grpc.ts';
import type { Held } from './held.ts';
import type { Host } from './hosts.ts';
import type { Import } from './imports.ts';
import type { TypedMessage } from './messages.ts';
import type { NamedPort } from './named-ports.ts';
import type { Listen } from './ports.ts';
import type { Route } from './routes.ts';
import type { Handled } from './signals.ts';
import type { Declared } from './types.ts';
import type { WrittenUrl } from './urls.ts';
import type { Texts } from './values.ts';

/** All that is remembered of a file of code. The text is parsed once and then forgotten. */
export interface FileFacts {
  path: string;
  language: string;
  imports: Import[];
  env: EnvRead[];
  /** Its functions that read the variable which they are given the name of, and calls that may be of such functions, here or elsewhere. */
  envWrappers: EnvWrapper[];
  envCalls: EnvCall[];
  /** Names of settings that it asks about, wherever they are set. */
  askedSettings: readonly string[];
  /** Types that libraries may fill from the environment, and fills that need those of other files. */
  shapes: Shape[];
  openFills: OpenFill[];
  listens: Listen[];
  namedPorts: NamedPort[];
  /** Addresses to listen on that it sets as configuration. */
  hosts: { host: Host; line: number }[];
  signals: Handled[];
  routes: Route[];
  urls: WrittenUrl[];
  /** What names hold, what may become an address, and what clients are given. */
  texts: Texts;
  grpc: GrpcUse[];
  messages: TypedMessage[];
  /** How often names that sound like an address occur. */
  words: ReadonlyMap<string, number>;
  /** What speaks for a pattern, with its line. */
  telling: ReadonlyMap<string, number>;
  /** `app = Flask(__name__)` → `{ holder: 'app', made: 'Flask' }`, also for dotted names. */
  makes: { holder: string; made: string; line: number }[];
  /** Functions and classes that are called, by their last name. */
  called: Set<string>;
  /** Of C#, whose imports name no files: types and methods that it declares, and those that it speaks of. */
  declared: Declared;
  /** It is meant to be started: it has a main function, or does something when it is run. */
  main: boolean;
  /** It calls what only Bun has, or only Deno. */
  usesBun: boolean;
  usesDeno: boolean;
  /** What it does with plain sockets: it writes the lines of HTTP itself, or sends datagrams. */
  raw: { http: boolean; datagrams: boolean };
  /** It goes on until it is stopped: an endless loop, a timer, a subscription. */
  loops: boolean;
  /** What it keeps in memory, and changes while it runs. */
  held: Held[];
  /** It takes messages from a broker: by which call, and where it imports the client. */
  takes: { line: number; call: string } | undefined;
  /** It reads its command line, or asks at the terminal. */
  commandLine: boolean;
  /** It asks whoever sits at the terminal. */
  asks: boolean;
  /** Of code that imports a framework of machine learning: what it does with it. */
  learning: LearningFacts | undefined;
  /** The shape of its code, to compare it with others. */
  shingles: Uint32Array;
}
