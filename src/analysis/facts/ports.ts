import type { Token } from '../syntax/lexer.ts';
import { closerOf, isMark } from '../syntax/match.ts';
import { declaredPorts, optionalPort } from './declared-ports.ts';
import type { EnvRead } from './env-read.ts';
import { KnownReads } from './env-read.ts';
import { handedPort } from './handed-ports.ts';
import type { Host } from './hosts.ts';
import { heldHosts, hostIn, hostOf } from './hosts.ts';
import { askedName } from './named-ports.ts';
import type { HeldPort } from './port-values.ts';
import { heldPorts, portNumber, portOf, storePort } from './port-values.ts';

/** A place where code opens a port. */
export interface Listen {
  /** Null when the code takes it from somewhere that was not understood. */
  port: number | null;
  /** The variable that the port is taken from. */
  env: string | null;
  line: number;
  /** The function that opens it. */
  call: string;
  /** What the function belongs to: `net` of `net.Listen`. */
  owner?: string;
  /** The address that it is opened on; absent where the call names none. */
  host?: Host;
  /** The name under which the port is kept elsewhere, in parts. */
  asked?: string[];
  /** It is only said which port is meant, by an option or a setting's default; the place that opens it is elsewhere. */
  declared?: true;
}

const named = (names: string): ReadonlySet<string> => new Set(names.split(' '));

/** Calls that open a port, by language family; `needsPort` for names that mean other things too. */
const calls: Readonly<Record<string, { names: ReadonlySet<string>; needsPort: ReadonlySet<string> }>> = {
  javascript: { names: named('listen serve bindAsync'), needsPort: named('serve server start listenAndServe set createServer Server startStandaloneServer WebSocketServer bind') },
  python: { names: named('HTTPServer ThreadingHTTPServer SimpleXMLRPCServer TCPServer ThreadingTCPServer run_app make_server WSGIServer run_simple add_insecure_port'), needsPort: named('run run_server serve listen bind start_server create_server launch') },
  go: { names: named('ListenAndServe ListenAndServeTLS'), needsPort: named('Listen ListenPacket ListenUDP ListenTCP Run Start RunTLS StartTLS Addr Address Serve WithHostPorts WithAddress') },
  rust: { names: new Set(), needsPort: named('bind bind_auto_h2c try_bind bind_rustls bind_openssl from run serve listen new port') },
  java: { names: new Set(), needsPort: named('port start listen ServerSocket InetSocketAddress embeddedServer bindHttp bindAndHandle newServerAt forPort setPort create Server') },
  ruby: { names: named('add_http2_port'), needsPort: named('set port run! TCPServer new bind') },
  php: { names: new Set(), needsPort: named('Server SocketServer listen') },
  csharp: { names: new Set(), needsPort: named('Run UseUrls ListenAnyIP ListenLocalhost Listen Add') },
  dart: { names: new Set(), needsPort: named('serve bind') },
  c: { names: new Set(), needsPort: named('htons port listen AddListeningPort addListener') },
};
const families: Readonly<Record<string, string>> = { typescript: 'javascript', kotlin: 'java', scala: 'java', groovy: 'java', crystal: 'ruby', cpp: 'c', fsharp: 'csharp', swift: 'javascript' };

/** Families whose settings in code are read. */
const asksElsewhere = named('javascript python go');

/** Where `Bun.serve` listens unless it is told (Bun documentation, "Server"). */
const bunDefault = { port: 3000, env: 'PORT' };

/** Calls of a file whose function's callers are looked for: each may mean all of the file. */
const mostHanded = 16;

/** Tokens of a call's arguments that are looked at in a file that has very many long calls; the usual limit is that of brackets. */
const shortArgument = 64;

/** Ports that a file opens; values of variables and constants of the same file are followed. */
export function listensOf(language: string, tokens: readonly Token[], reads: readonly EnvRead[]): Listen[] {
  const family = families[language] ?? language;
  const table = Object.hasOwn(calls, family) ? calls[family]! : undefined;
  if (!table) return [];
  // Most files open no port: what would be of use for it is looked for where one does.
  let held: Map<string, HeldPort> | undefined;
  const values = () => (held ??= heldPorts(tokens, reads));
  let hosts: Map<string, Host> | undefined;
  // Flask and its like listen where they do by custom when they are told nothing.
  const isOwnServer = family === 'python' && tokens.some(({ text }) => /^(?:flask|Flask|SocketIO|socketio|create_app|Quart|Sanic)$/.test(text));
  const derived = subclasses(tokens, table.names);
  // A function of the file's own that is called as one of those.
  const own = new Set(family === 'python' ? tokens.filter((_, i) => tokens[i - 1]?.text === 'def').map(({ text }) => text) : []);
  const listens: Listen[] = [];
  const known = new KnownReads(reads);
  let patience = 40_000 + 8 * tokens.length;
  let handed = mostHanded;
  /** Where the line ends in which the last statement was. */
  let lineEnd = 0;
  const hostAt = (call: string, argument: readonly Token[]): { host?: Host } => {
    const host = hostOf(language, call, argument, (hosts ??= heldHosts(language, tokens, reads)), known);
    return host ? { host } : {};
  };
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (family === 'rust' && token.kind === 'string' && isMark(tokens[i + 1], '.') && tokens[i + 2]?.text === 'parse' && /^(\d+\.\d+\.\d+\.\d+|\[[\d:]*\]|localhost):\d+$/.test(token.text)) listens.push({ port: portNumber(token.text), env: null, line: token.line, call: 'parse', ...hostAt('parse', [token]) });
    if (token.kind !== 'word') continue;
    if (family === 'javascript' && token.text === 'default' && tokens[i - 1]?.text === 'export' && isMark(tokens[i + 1], '{')) {
      // What Bun serves: `export default { port: 3030, fetch: app.fetch }`.
      const exported = tokens.slice(i + 1, Math.min(closerOf(tokens, i + 1), i + 40) + 1);
      const served = exported.some(({ text }) => text === 'fetch') ? portOf(exported, values(), known) : undefined;
      if (served) listens.push({ ...served, line: token.line, call: 'fetch' });
      continue;
    }
    const told = family === 'javascript' && token.text === 'option' ? optionalPort(tokens, i) : language === 'fsharp' ? boundPort(tokens, i) : undefined;
    if (told !== undefined) listens.push({ port: told, env: null, line: token.line, call: token.text, ...(family === 'javascript' && { declared: true }) });
    const sure = table.names.has(token.text) || derived.has(token.text);
    if (!sure && !table.needsPort.has(token.text)) continue;
    if (own.has(token.text) && !isMark(tokens[i - 1], '.')) continue;
    if (/^(def|func|function|fn|fun|class)$/.test(tokens[i - 1]?.text ?? '') || (family === 'ruby' && isMark(tokens[i - 1], ':')) || (token.text === 'port' && family === 'ruby' && isMark(tokens[i + 1], ':')) || tokens[i - 3]?.text === 'class') continue;
    const isCall = isMark(tokens[i + 1], '(');
    const isField = (token.text === 'Addr' || token.text === 'Address' && family === 'go') && isMark(tokens[i + 1], ':') && !isOfClient(tokens, i);
    const isStatement = family === 'ruby' && tokens[i + 1]?.line === token.line && !isCall;
    const generic = isMark(tokens[i + 1], '<') && sure;
    if (!isCall && !isField && !isStatement && !generic) continue;
    if (!isCall && !isField && lineEnd <= i) lineEnd = endOfLine(tokens, i);
    const end = isCall ? closerOf(tokens, i + 1) : isField ? i + 8 : lineEnd;
    const from = i + (isCall ? 2 : 1);
    const argument = tokens.slice(from, patience > 0 ? end : Math.min(end, from + shortArgument));
    patience -= argument.length;
    // `socket.bind(5353)`; functions are bound to objects, and clients to other machines.
    if (family === 'javascript' && token.text === 'bind' && (argument[0]?.kind !== 'number' && argument[0]?.kind !== 'word' && !isMark(argument[0], '{') || !tokens.some(({ kind, text }) => kind === 'string' && /^(?:node:)?dgram$/.test(text)))) continue;
    if (family === 'javascript' && token.text === 'set' && argument[0]?.text !== 'port') continue;
    // `Hapi.server({ port })`, and `app.start(3000)` of Bolt: elsewhere these words mean anything.
    if (family === 'javascript' && token.text === 'server' && !/^hapi$/i.test(tokens[i - 2]?.text ?? '')) continue;
    if (family === 'javascript' && token.text === 'start' && !tokens.some(({ kind, text }) => kind === 'string' && text === '@slack/bolt')) continue;
    if (family === 'ruby' && token.text === 'set' && argument[1]?.text !== 'port') continue;
    if (family === 'rust' && (argument[0]?.text === 'move' || isMark(argument[0], '|', '||'))) continue;
    if (family === 'rust' && /^(new|from)$/.test(token.text) && !/^(SocketAddr(V[46])?|Server|TcpListener)$/.test(isMark(tokens[i - 1], '::') ? tokens[i - 2]?.text ?? '' : '')) continue;
    // What is given a port in Ruby may as well call it there.
    if (family === 'ruby' && token.text === 'new' && !/Server|Puma|WEBrick|Falcon|Thin/.test(tokens[i - 2]?.text ?? '')) continue;
    // `listen(fd, 128)` of sockets says how many may wait.
    if (family === 'c' && token.text === 'listen' && !isMark(tokens[i - 1], '.', '->') && argument[0]?.kind === 'word' && isMark(argument[1], ',')) continue;
    if (token.text === 'Add' && !/^(?:Urls|Prefixes|ServerAddresses|Addresses)$/.test(tokens[i - 2]?.text ?? '')) continue;
    // Where a debugger waits, nobody is served.
    if (family === 'python' && /^(?:debugpy|ptvsd|pydevd)$/.test(tokens[i - 2]?.text ?? '')) continue;
    if (token.text === 'setPort' && !servesAt(tokens, i)) continue;
    // `.host("db").port(5432)` says where a store is.
    if (family === 'java' && token.text === 'port' && isMark(tokens[i - 1], '.') && isMark(tokens[i - 2], ')') && /^(?:5432|3306|1433|1521|6379|27017|5672|9092|9042|9200)$/.test(argument[0]?.text ?? '')) continue;
    // `new Server(8080)` of Jetty; other servers of that name are of anything.
    if (token.text === 'Server' && family === 'java' && !(/^(?:new|=)$/.test(tokens[i - 1]?.text ?? '') && tokens.some(({ text }, at) => text === 'jetty' && isMark(tokens[at - 1], '.')))) continue;
    // `RedisURI.create("cache", 6379)` says where another listens, and in a function that sets up the server any number may stand.
    if (token.text === 'create' && family === 'java' && argument.some((one) => isMark(one, '{'))) continue;
    if (token.text === 'create' && family === 'java' && !/Server|Http|Javalin|Undertow|Service/.test(tokens[i - 2]?.text ?? '')) continue;
    // `new InetSocketAddress("metrics", 2003)`: a machine of that name is another one.
    if (token.text === 'InetSocketAddress' && argument[0]?.kind === 'string' && isMark(argument[1], ',') && hostIn(argument[0].text, language, false) === null) continue;
    const value = portOf(argument, values(), known) ?? (family === 'go' && handed-- > 0 ? handedPort(tokens, i, argument, values(), known) : undefined);
    // `port: ENV["DB_PORT"]`, `Addr: getEnv("REDIS_ADDR", "cache:6379")` is what settings of a store ask for.
    if ((family === 'ruby' || isField) && value?.env && storePort.test(value.env)) continue;
    const owner = isMark(tokens[i - 1], '.') && tokens[i - 2]?.kind === 'word' ? { owner: tokens[i - 2]!.text } : {};
    const asked = value || !asksElsewhere.has(family) ? undefined : askedName(argument);
    const where = () => ({ line: token.line, call: token.text, ...hostAt(token.text, argument), ...(asked && { asked }) });
    if (value) listens.push({ ...value, ...where(), ...owner });
    else if (family === 'python' && token.text === 'run' && (owner.owner === 'uvicorn' || isOwnServer && /^(app|application|api|server|socketio|sio)$/.test(owner.owner ?? ''))) listens.push({ port: null, env: null, ...where(), ...owner });
    else if (family === 'javascript' && token.text === 'serve' && owner.owner === 'Bun') listens.push({ ...bunDefault, ...where(), ...owner });
    // Apollo's own server, which listens where it does by custom.
    else if (family === 'javascript' && token.text === 'startStandaloneServer') listens.push({ port: null, env: null, ...where() });
    else if (family === 'python' && token.text === 'serve' && /^(websockets|server)$/.test(tokens[i - 2]?.text ?? '')) listens.push({ port: null, env: null, ...where(), ...owner });
    else if (sure && (family !== 'javascript' || (token.text !== 'serve' && looksLikeServer(tokens, i)))) listens.push({ port: null, env: null, ...where() });
    else if (asked && asked.length > 1) listens.push({ port: null, env: null, ...where(), ...owner, declared: true });
  }
  if (family === 'go' || family === 'rust' || family === 'c') listens.push(...declaredPorts(tokens, values(), family).filter(({ port }) => !listens.some((listen) => listen.port === port)));
  return listens;
}

/** Whether a field at `i` is one of the options of a client: `asynq.RedisClientOpt{Addr: "cache:6379"}`. */
function isOfClient(tokens: readonly Token[], i: number): boolean {
  const open = tokens.slice(Math.max(0, i - 12), i).findLastIndex((one) => isMark(one, '{'));
  return open >= 0 && /(?:Client|Redis)\w*Opt(?:ion)?s?$/.test(tokens[Math.max(0, i - 12) + open - 1]?.text ?? '');
}

/** Whether `setPort` at `i` is of a server: clients of stores, brokers and mail are given ports as well. */
function servesAt(tokens: readonly Token[], i: number): boolean {
  const serves = /tomcat|jetty|undertow|server|connector|listener|grizzly/i;
  // `import static spark.Spark.*`
  if (!isMark(tokens[i - 1], '.')) return tokens[i - 1]?.kind !== 'word' && tokens.some(({ text }, at) => text === 'Spark' && tokens[at - 2]?.text === 'spark');
  // `new HttpServerOptions().setSsl(true).setPort(8443)`
  for (let at = i - 2; at > i - 40 && at >= 0 && !isMark(tokens[at], ';', '{', '='); at--) if (tokens[at]!.kind === 'word' && serves.test(tokens[at]!.text)) return true;
  return tokens[i - 2]?.text === 'factory' && tokens.some(({ text }) => /(?:WebServer|ServletContainer)Factory$/.test(text));
}

/** `url "http://0.0.0.0:8085"` of Saturn, `HttpBinding.createSimple HTTP "0.0.0.0" 8080` of Suave. */
function boundPort(tokens: readonly Token[], i: number): number | undefined {
  const next = tokens[i + 1];
  if (tokens[i]!.text === 'url' && next?.kind === 'string') return Number(/^https?:\/\/[^/]*:(\d{2,5})/.exec(next.text)?.[1]) || undefined;
  if (tokens[i]!.text !== 'HttpBinding') return undefined;
  const number = tokens.slice(i + 1, i + 12).find(({ kind, text }) => kind === 'number' && /^\d{4,5}/.test(text));
  return number === undefined ? undefined : Number.parseInt(number.text, 10);
}

/** Classes of the file that extend one that opens a port. */
function subclasses(tokens: readonly Token[], names: ReadonlySet<string>): Set<string> {
  const extending = tokens.filter((_, i) => tokens[i - 1]?.text === 'class' && isMark(tokens[i + 1], '(') && tokens.slice(i + 2, closerOf(tokens, i + 1)).some((base) => names.has(base.text)));
  return new Set(extending.map(({ text }) => text));
}

function looksLikeServer(tokens: readonly Token[], i: number): boolean {
  // `new OrderListener(client).listen()` waits for messages.
  if (isMark(tokens[i + 2], ')') && isMark(tokens[i - 2], ')')) {
    let at = i - 2;
    for (let depth = 0; at > i - 60 && at > 0; at--) {
      if (isMark(tokens[at], ')')) depth++;
      else if (isMark(tokens[at], '(') && --depth === 0) break;
    }
    if (/(Listener|Consumer|Subscriber)$/.test(tokens[at - 1]?.text ?? '')) return false;
  }
  return isMark(tokens[i - 1], '.') && !/^(chrome|browser|history|socket|io|emitter|this)$/.test(tokens[i - 2]?.text ?? '');
}

function endOfLine(tokens: readonly Token[], i: number): number {
  let end = i + 1;
  while (end < tokens.length && tokens[end]!.line === tokens[i]!.line) end++;
  return end;
}
