import { isNamedCall } from '../calls/clients.ts';
import { takenIn } from '../kinds/work.ts';
import type { LearningFacts } from '../ml/read.ts';
import { learningFacts } from '../ml/read.ts';
import { isLearningModule } from '../ml/signs.ts';
import { isMessageCall } from '../queues/clients.ts';
import { isStoreCall } from '../stores/in-code.ts';
import { languageOf } from '../syntax/languages.ts';
import type { Token } from '../syntax/lexer.ts';
import { tokenize } from '../syntax/lexer.ts';
import { isMark } from '../syntax/match.ts';
import { perWord } from '../syntax/words.ts';
import { searchFile } from '../security/findings.ts';
import { shinglesOf } from '../similarity/shingles.ts';
import { toldBy } from '../survey/told.ts';
import { isGenerated } from '../tree/ignored.ts';
import type { Tree } from '../tree/tree.ts';
import { dynaconfIn, dynaconfReads } from './dynaconf.ts';
import { asksAtTerminal, readsCommandLine } from './command-line.ts';
import { goesOn } from './endless.ts';
import { inBlocks } from './env-blocks.ts';
import { libraryReads } from './env-library-reads.ts';
import { heldReads, listedReads } from './env-lists.ts';
import type { EnvRead } from './env-read.ts';
import { KnownReads } from './env-read.ts';
import { schemaReads } from './env-schemas.ts';
import { settingsOf } from './env-settings.ts';
import type { OpenFill, Shape } from './env-shapes.ts';
import { envReads } from './env.ts';
import type { EnvCall, EnvWrapper } from './env-wrappers.ts';
import { askedSettings } from './env-asked.ts';
import { envCalls, envWrappers } from './env-wrappers.ts';
import { declaredReads } from './declared.ts';
import type { Declared } from './types.ts';
import { declaredIn } from './types.ts';
import type { GrpcUse } from './grpc.ts';
import { grpcOf } from './grpc.ts';
import type { TypedMessage } from './messages.ts';
import { messagesOf } from './messages.ts';
import type { Held } from './held.ts';
import { heldIn } from './held.ts';
import type { Host } from './hosts.ts';
import { configuredHosts } from './hosts.ts';
import type { Import } from './imports.ts';
import { importsOf } from './imports.ts';
import type { NamedPort } from './named-ports.ts';
import { namedPorts } from './named-ports.ts';
import type { Listen } from './ports.ts';
import { listensOf } from './ports.ts';
import type { Route } from './routes.ts';
import { withoutTests } from './rust-tests.ts';
import { routesOf } from './routes.ts';
import type { Handled } from './signals.ts';
import { signalsOf } from './signals.ts';
import type { WrittenUrl } from './urls.ts';
import { urlsOf } from './urls.ts';
import { shellReads } from './shell-env.ts';
import { withConditions } from './env-conditional.ts';
import { tellingOf } from './telling.ts';
import type { Texts } from './values.ts';
import { textsOf } from './values.ts';
import { addressWords } from './words.ts';

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

const cache = new WeakMap<Tree, Map<string, FileFacts | undefined>>();

/** The facts of a file; undefined for what is no code, is generated, or cannot be read. */
export function factsOf(tree: Tree, path: string): FileFacts | undefined {
  const told = toldBy(tree, path)?.facts;
  if (told !== undefined) return told ?? undefined;
  const known = cache.get(tree) ?? new Map<string, FileFacts | undefined>();
  cache.set(tree, known);
  if (!known.has(path)) known.set(path, read(tree, path));
  return known.get(path);
}

function read(tree: Tree, path: string): FileFacts | undefined {
  if (!languageOf(path)) return undefined;
  const text = tree.textOnce(path);
  return text === undefined || isGenerated(path, text) ? undefined : understand(tree, path, text, (tokens) => searchFile(tree, path, text, tokens));
}

/** The facts in a file of code; undefined, and it is listed, when they cannot be told. `use`: what else the tokens are good for. */
export function understand(tree: Tree, path: string, text: string, use: (tokens: readonly Token[]) => void): FileFacts | undefined {
  const { language, lexis } = languageOf(path)!;
  try {
    const tokens = tokenize(text, lexis);
    use(tokens);
    const facts = readFacts(path, language, language === 'rust' ? withoutTests(tokens) : tokens, text);
    const settings = dynaconfIn(language, tokens);
    if (settings) facts.env.push(...dynaconfReads(tree, path, settings));
    return facts;
  } catch (error) {
    tree.skip(path, `could not be understood: ${(error as Error).message.slice(0, 100)}`);
    return undefined;
  }
}

/** The facts in a file's tokens, and in its text. */
export function readFacts(path: string, language: string, tokens: readonly Token[], text: string): FileFacts {
  const settings = settingsOf(path, language, tokens, text);
  const written = language === 'shell' ? shellReads(text) : [...inBlocks(language, tokens, text, envReads(tokens)), ...schemaReads(language, tokens), ...declaredReads(language, tokens), ...listedReads(tokens), ...heldReads(tokens)];
  const known = new KnownReads(written);
  const all = [...written];
  for (const read of [...settings.reads, ...libraryReads(language, tokens)]) if (known.add(read)) all.push(read);
  const env = withConditions(language, tokens, text, all);
  const imports = importsOf(language, tokens);
  const called = calledIn(tokens);
  return {
    path, language, env, imports, envWrappers: envWrappers(tokens), envCalls: envCalls(tokens).filter(({ read }) => known.at(read.line, read.name) === undefined),
    askedSettings: /config|settings|conf|cfg/i.test(text) ? askedSettings(tokens) : [],
    shapes: settings.shapes, openFills: settings.openFills,
    listens: listensOf(language, tokens, env),
    namedPorts: namedPorts(language, tokens, env),
    hosts: configuredHosts(path, language, tokens, env),
    signals: signalsOf(language, tokens),
    routes: routesOf(language, tokens),
    urls: urlsOf(tokens),
    texts: textsOf(language, tokens, env, isNoted),
    grpc: grpcOf(tokens),
    messages: messagesOf(language, tokens),
    words: addressWords(tokens),
    telling: tellingOf(tokens),
    makes: makesOf(tokens),
    called, takes: takenIn(imports, called),
    usesBun: text.includes('Bun') && isUsed(tokens, 'Bun'), usesDeno: text.includes('Deno') && isUsed(tokens, 'Deno'),
    declared: declaredIn(language, tokens),
    main: /[Mm]ain|App|Server/.test(text) && isMain(language, tokens),
    raw: { http: text.includes('HTTP/1') || text.includes('http') || text.includes('Content-Type'), datagrams: text.includes('SOCK_DGRAM') },
    loops: goesOn(language, tokens, text),
    held: heldIn(language, tokens, text),
    commandLine: readsCommandLine(language, tokens, imports), asks: asksAtTerminal(language, tokens),
    learning: language === 'python' && imports.some(({ name }) => isLearningModule(name)) ? learningFacts(path, tokens) : undefined,
    shingles: shinglesOf(tokens),
  };
}

const isNoted = perWord((name) => isMessageCall(name) || isNamedCall(name) || isStoreCall(name));

function calledIn(tokens: readonly Token[]): Set<string> {
  const called = new Set<string>();
  for (let i = 0; i + 1 < tokens.length; i++) if (tokens[i]!.kind === 'word' && isMark(tokens[afterTypes(tokens, i + 1)], '(')) called.add(tokens[i]!.text);
  return called;
}

/** Where the arguments of types end that begin here, as in `AddHostedService<Mailer>()`; here itself when none do. */
function afterTypes(tokens: readonly Token[], from: number): number {
  if (!isMark(tokens[from], '<')) return from;
  let depth = 0;
  for (let at = from; at < from + longestTypes; at++) {
    const token = tokens[at];
    if (isMark(token, '<')) depth++;
    else if (isMark(token, '>')) depth--;
    else if (token?.kind !== 'word' && !isMark(token, '.', ',', '?', '[', ']')) return from;
    if (depth === 0) return at + 1;
  }
  return from;
}

/** Tokens of arguments that are looked through: more are none of types. */
const longestTypes = 24;

function isUsed(tokens: readonly Token[], global: string): boolean {
  for (let i = 0; i < tokens.length; i++) if (tokens[i]!.text === global && tokens[i]!.kind === 'word' && isMark(tokens[i + 1], '.')) return true;
  return false;
}

function makesOf(tokens: readonly Token[]): FileFacts['makes'] {
  const makes: FileFacts['makes'] = [];
  for (let i = 1; i + 2 < tokens.length; i++) {
    if (!isMark(tokens[i], '=') || tokens[i - 1]!.kind !== 'word') continue;
    let at = tokens[i + 1]!.text === 'new' || tokens[i + 1]!.text === 'await' ? i + 2 : i + 1;
    while (tokens[at]?.kind === 'word' && isMark(tokens[at + 1], '.') && tokens[at + 2]?.kind === 'word') at += 2;
    if (tokens[at]?.kind === 'word' && isMark(tokens[at + 1], '(')) {
      const typed = isMark(tokens[i - 2], ':') && tokens[i - 3]?.kind === 'word';
      makes.push({ holder: tokens[typed ? i - 3 : i - 1]!.text, made: tokens[at]!.text, line: tokens[at]!.line });
    }
  }
  return makes;
}

function isMain(language: string, tokens: readonly Token[]): boolean {
  const has = (first: string, ...words: string[]) => tokens.some(({ text }, i) => text === first && words.every((word, at) => tokens[i + at + 1]?.text === word));
  if (language === 'python') return has('if', '__name__', '==', '__main__');
  if (language === 'go') return has('package', 'main') && has('func', 'main');
  if (language === 'rust') return has('fn', 'main');
  if (language === 'java' || language === 'groovy') return has('void', 'main', '(');
  if (language === 'kotlin') return has('fun', 'main') || has('JvmStatic', 'fun', 'main');
  if (language === 'scala') return has('def', 'main') || has('@', 'main') || tokens.some(({ text }, i) => text === 'extends' && /^(\w*App(Default)?|TwitterServer|HttpServer)$/.test(tokens[i + 1]?.text ?? '')) || has('extends', 'cask', '.', 'MainRoutes');
  if (language === 'haskell') return has('main', ':', ':') || has('main', '::') || has('main', '=');
  if (language === 'ruby') return has('__FILE__', '==') || has('==', '__FILE__');
  if (language === 'dart') return has('main', '(');
  if (language === 'c' || language === 'cpp') return has('int', 'main');
  return false;
}
