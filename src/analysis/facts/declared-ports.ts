import type { Token } from '../syntax/lexer.ts';
import { closerOf, isMark } from '../syntax/match.ts';
import { KnownReads } from './env-read.ts';
import { foreignPort } from './named-ports.ts';
import type { HeldPort } from './port-values.ts';
import { plainPort, portNumber, portOf } from './port-values.ts';

/** A port that a file says is meant, which is opened elsewhere. */
export interface DeclaredPort {
  port: number | null;
  env: string | null;
  line: number;
  /** What says so: an option of the command line, a setting, or the function that it is handed to. */
  call: string;
  declared: true;
}

/** The default of an option of the command line: `.option("-p, --port <port>", "where it listens", { default: 8080 })`, `option("port", { default: 8080 })`. */
export function optionalPort(tokens: readonly Token[], i: number): number | undefined {
  const name = tokens[i + 2];
  if (!isMark(tokens[i + 1], '(') || name?.kind !== 'string' || !/^(?:-\w, ?)?--port\b|^port$/.test(name.text)) return undefined;
  const rest = tokens.slice(i + 3, Math.min(closerOf(tokens, i + 1), i + 40));
  const named = rest.findIndex(({ text }, at) => (text === 'default' || text === 'defaultValue') && isMark(rest[at + 1], ':'));
  const value = named >= 0 ? rest[named + 2] : rest.find(({ kind, text }) => kind === 'number' || kind === 'string' && /^\d{2,5}$/.test(text));
  return value === undefined ? undefined : portNumber(value.text) ?? undefined;
}

/** Rust: fields whose default a function of the file says: `#[serde(default = "default_port")] port: u16` and `fn default_port() -> u16 { 8080 }`. */
function servedByDefault(tokens: readonly Token[]): DeclaredPort[] {
  let functions: Map<string, number> | undefined;
  return tokens.flatMap((token, i): DeclaredPort[] => {
    if (token.text !== 'default' || !isMark(tokens[i + 1], '=') || tokens[i + 2]?.kind !== 'string' || !isMark(tokens[i + 3], ')', ',')) return [];
    const field = tokens.slice(i + 3, i + 18).find((one, at, all) => one.kind === 'word' && isMark(all[at + 1], ':') && !isMark(all[at + 2], ':'));
    if (!field || !ownPort.test(field.text)) return [];
    functions ??= new Map(tokens.flatMap(({ text }, at) => (tokens[at - 1]?.text === 'fn' ? [[text, at]] : [])));
    const port = returnedPort(tokens, functions.get(tokens[i + 2]!.text));
    return port === undefined ? [] : [{ port, env: null, line: field.line, call: 'setting', declared: true }];
  });
}

/** The port that the function whose name stands at `at` begins with. */
function returnedPort(tokens: readonly Token[], at: number | undefined): number | undefined {
  const open = at === undefined ? -1 : tokens.slice(at, at + 8).findIndex((token) => isMark(token, '{'));
  return at === undefined || open < 0 ? undefined : portOf(tokens.slice(at + open + 1, Math.min(closerOf(tokens, at + open), at + open + 8)), new Map(), noReads)?.port ?? undefined;
}

const noReads = new KnownReads([]);

const portOption = /^(?:p|port|addr|address|listen|bind|(?:app|http|server|web|api|listen|bind|service)[-_.]?(?:port|addr|address|listen))$/i;

const ownMacro = /^(?:MY_?|DEFAULT_|CONFIG_)?(?:(?:HTTP|SERVER|SRV|APP|API|WEB|LISTEN|LISTENING|BIND|SERVICE|LOCAL)_?)?(?:DEFAULT_)?PORT(?:_?(?:NUMBER|NUM|NO|DEFAULT))?$/;

const ownPort = /^(?:default_?)?(?:http_?|server_?|app_?|api_?|web_?|listen_?|bind_?|service_?)?(?:port|addr|address|listen(?:_?(?:str|on|to))?)$/i;

/** Ports that options of the command line and settings default to: `flag.Int("port", 8080, "…")`, `viper.SetDefault("server.addr", ":8080")`, `Port: 8080`. */
export function declaredPorts(tokens: readonly Token[], held: ReadonlyMap<string, HeldPort>, family: string): DeclaredPort[] {
  const found: DeclaredPort[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token.kind === 'word' && /^(?:String|Int|Uint|Uint16|StringVar|IntVar|StringP|IntP|StringVarP|IntVarP|SetDefault|StringFlag|IntFlag)$/.test(token.text) && isMark(tokens[i + 1], '(')) {
      const argument = tokens.slice(i + 2, Math.min(closerOf(tokens, i + 1), i + 14));
      const first = argument.findIndex((one) => one.kind === 'string');
      const opensAll = first >= 0 && /^(?:0\.0\.0\.0|\[::\])?:\d{2,5}$/.test(argument[first + 2]?.text ?? '') && !foreignPort.test(argument[first]!.text.toLowerCase());
      const name = opensAll ? first : argument.findIndex((one) => one.kind === 'string' && portOption.test(one.text));
      const value = argument.slice(name + 1).find((one) => portOf([one], new Map(), noReads) !== undefined);
      if (name >= 0 && value) found.push({ port: portOf([value], new Map(), noReads)!.port, env: null, line: token.line, call: 'option', declared: true });
    } else if (token.kind === 'word' && /^default_value(?:_t)?$/.test(token.text) && isMark(tokens[i + 1], '=')) {
      const field = tokens.slice(i, i + 30).findIndex((one, at, all) => one.kind === 'word' && ownPort.test(one.text) && isMark(all[at + 1], ':'));
      const port = tokens[i + 2] && portOf([tokens[i + 2]!], new Map(), noReads)?.port;
      if (field >= 0 && port) found.push({ port, env: null, line: token.line, call: 'option', declared: true });
    }
  }
  if (family === 'rust') found.push(...servedByDefault(tokens));
  // `#define PORT 8080`, often in a header that what opens it includes.
  if (family === 'c') for (const [i, token] of tokens.entries()) if (token.text === 'define' && isMark(tokens[i - 1], '#') && ownMacro.test(tokens[i + 1]?.text ?? '') && tokens[i + 2]?.line === token.line) {
    const port = portOf([tokens[i + 2]!], new Map(), noReads)?.port;
    if (port) found.push({ port, env: null, line: token.line, call: 'setting', declared: true });
  }
  // Programs of C and C++ hand the port to what opens it: `server_start(4221, directory)`.
  if (family === 'c' && tokens.some(({ text }, i) => text === 'main' && isMark(tokens[i + 1], '('))) {
    for (const [i, token] of tokens.entries()) {
      if (token.kind !== 'word' || !/server|listener|serve_|httpd/i.test(token.text) || !isMark(tokens[i + 1], '(')) continue;
      const given = tokens.slice(i + 2, Math.min(closerOf(tokens, i + 1), i + 14)).find((one) => one.kind === 'number' && !/^(?:1024|2048|4096|8192|16384|32768)$/.test(one.text) && (plainPort(one.text) ?? 0) > 1000);
      if (given) found.push({ port: plainPort(given.text), env: null, line: token.line, call: token.text, declared: true });
    }
  }
  // A plain `port` of 80 or 443 is what a client supposes of a URL.
  const isSupposed = (name: string, port: number) => /^(port|addr|address)$/.test(name) && (port === 80 || port === 443);
  for (const [name, { port, env }] of held) if (ownPort.test(name) && port !== null && !isSupposed(name, port)) found.push({ port, env, line: tokens.find((token) => token.text === name)?.line ?? 1, call: 'setting', declared: true });
  return found;
}
