import { posix } from 'node:path';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { foreignPort } from '../facts/named-ports.ts';
import { portNumber } from '../facts/port-values.ts';
import { readPairs } from '../syntax/formats.ts';
import { languageOf } from '../syntax/languages.ts';
import { isTestPath } from '../tree/ignored.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

const places = ['.', 'config', 'configs', 'conf', 'configuration', 'settings', 'resources', 'etc', 'cmd/config', 'internal/config', 'pkg/config', 'src/main/conf'];
const usualNames = 'config|configuration|settings|conf|[Aa]pp[_-]?[Ss]ettings|app|application|server|base|default|Rocket|Config|Settings';
const ending = '(?:[.-](?:default|example|sample|template|dist|base|prod|production|local|dev|development|docker)){0,2}\\.(?:ya?ml|toml|ini|json|conf)$';
const usualFile = new RegExp(`^(?:${usualNames})${ending}`);
/** What files are called in a directory of settings, one for each place where the app runs. */
const placeFile = /^(?:local|dev|development|prod|production)\.(?:ya?ml|toml|ini|json|conf)$/;
const ownFile = new RegExp(`^${ending}`);
const dotenv = /^\.?env(?:[._-](?:example|sample|template|dist|defaults?|local|development|dev|docker))*$|^(?:app|sample|example)\.env$/;

/** The last part of a key that holds a server's own port, and the parts that may stand before it; both without separators. */
const portPart = /^(?:app|server|http|web|api|rest|service|listen|listening|bind|grpc|backend|main)?(?:port|addr|address|listenaddr|listenaddress|bindaddr|bindaddress|listen|bind|endpoint)$/;
const outerPart = /^(?:app|application|server|http|web|api|rest|service|listen|listeners?|httpserver|webserver|grpc|grpcserver|default|release|debug|staging|production|development|global|main|port|addr|env|system|network|core|config)$/;

/** A key that is called by names of the app's own: `node_info.port`, `shop.http.port`. */
const ownKey = /^[\w-]+(?:\.[\w-]+)*\.(?:port|addr|address|listen)$/i;
/** Where stores and brokers listen by custom. */
const storePorts: ReadonlySet<number> = new Set([1433, 1521, 1883, 2181, 2379, 3306, 4222, 5432, 5672, 6379, 8086, 8500, 9000, 9042, 9092, 9200, 11211, 27017]);
/** Files of code that are looked through for such a key, and keys for which they are. */
const mostLookedAt = 400;
const mostAsked = 12;

/**
 * Claims the port that configuration files beside the code, or in the directory `program` of one program of several, give by keys such as `server.port` or
 * `HTTP_ADDR`. Such files have usual names, or the service's own.
 */
export function claimConfiguredPort(tree: Tree, draft: Draft, directory: string, program = directory): void {
  const isConfiguration = (name: string) => usualFile.test(name) || [...draft.aliases].some((alias) => name.startsWith(alias) && ownFile.test(name.slice(alias.length)));
  let asked = 0;
  for (const path of new Set([directory, program].flatMap((home) => places.map((place) => within(home, place))))) {
    for (const name of tree.namesIn(path)) {
      const isEnv = dotenv.test(name);
      if (!isEnv && !isConfiguration(name) && !(/(?:^|\/)(?:conf|configs?|settings)$/.test(path) && placeFile.test(name))) continue;
      const file = posix.join(path, name);
      const text = tree.text(file);
      if (text === undefined || text.length > 60_000) continue;
      const certain = (/example|sample|template|dist|dev|local/.test(name) ? 0.76 : 0.8) - (isEnv ? 0.02 : 0);
      for (const { key, value, line } of isEnv ? readPairs(text) : nestedKeys(text)) {
        const plain = key.toLowerCase().replace(/[_-]/g, '');
        const parts = plain.split('.');
        const isUsual = portPart.test(parts.at(-1)!) && parts.slice(0, -1).every((part) => outerPart.test(part));
        if (foreignPort.test(plain) || !isUsual && !(ownKey.test(key) && portNumber(value) !== null && asked++ < mostAsked && isAsked(tree, directory, key))) continue;
        const port = portNumber(value.replace(/^(?:tcp|https?):\/\//, '').replace(/\/.*$/, '').replace(/^\$\{\w+(?::-?|\|\|)(.*)\}$/, '$1'));
        if (port !== null && (isUsual || !storePorts.has(port))) draft.claim('port', { port, protocol: plain.includes('grpc') ? 'grpc' : 'http' }, plain.includes('grpc') ? certain - 0.04 : certain, seen(file, line, `${key} is ${value.slice(0, 60)}`));
      }
    }
  }
}

/** Whether code asks for a setting by its whole key, or for its last part by the name around it: `config().getInteger("shop.http.port")`, `config.node_info.port`. */
function isAsked(tree: Tree, directory: string, key: string): boolean {
  const parts = key.split('.').map((part) => RegExp.escape(part));
  const asked = new RegExp(`["'\`]${parts.join('\\.')}["'\`]|\\b${parts.slice(-2).join('\\w*\\.')}\\b`);
  return tree.filesBelow(directory).filter((file) => languageOf(file) !== undefined && !isTestPath(file)).slice(0, mostLookedAt).some((file) => asked.test(tree.textOnce(file) ?? ''));
}

/** Settings of YAML, TOML, JSON and ini files with the names of the sections around them: enough for a port, without a parser for each. */
function nestedKeys(text: string): { key: string; value: string; line: number }[] {
  const path: { indent: number; key: string }[] = [];
  let section = '';
  return text.split('\n').flatMap((raw, index) => {
    const head = /^\s*\[+\s*([\w."-]+)\s*\]+\s*$/.exec(raw);
    if (head) section = head[1]!.replaceAll('"', '');
    const match = /^(\s*)"?([\w.-]+)"?\s*[:=]\s*(.*?)\s*,?\s*$/.exec(raw);
    if (!match || /^\s*(#|;|\/\/)/.test(raw)) return [];
    const indent = match[1]!.length;
    while (path.length > 0 && path.at(-1)!.indent >= indent) path.pop();
    path.push({ indent, key: match[2]! });
    const value = match[3]!.replace(/\s+[#;].*$/, '').replace(/^(["'])(.*)\1$/, '$2');
    return value === '' || value === '{' ? [] : [{ key: [...(section === '' ? [] : [section]), ...path.map(({ key }) => key)].join('.'), value, line: index + 1 }];
  });
}
