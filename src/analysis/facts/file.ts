import { isNamedCall } from '../calls/clients.ts';
import { takenIn } from '../kinds/work.ts';
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
import { KnownReads } from './env-read.ts';
import { schemaReads } from './env-schemas.ts';
import { settingsOf } from './env-settings.ts';
import { envReads } from './env.ts';
import { askedSettings } from './env-asked.ts';
import { envCalls, envWrappers } from './env-wrappers.ts';
import { declaredReads } from './declared.ts';
import { declaredIn } from './types.ts';
import { grpcOf } from './grpc.ts';
import { messagesOf } from './messages.ts';
import { heldIn } from './held.ts';
import { configuredHosts } from './hosts.ts';
import { importsOf } from './imports.ts';
import { namedPorts } from './named-ports.ts';
import { listensOf } from './ports.ts';
import { withoutTests } from './rust-tests.ts';
import { routesOf } from './routes.ts';
import { signalsOf } from './signals.ts';
import { urlsOf } from './urls.ts';
import { shellReads } from './shell-env.ts';
import { withConditions } from './env-conditional.ts';
import { tellingOf } from './telling.ts';
import { textsOf } from './values.ts';
import { addressWords } from './words.ts';
import type { FileFacts } from './file-facts.ts';

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
