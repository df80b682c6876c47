import { posix } from 'node:path';
import type { Draft } from '../draft.ts';
import { settingTemplate, settingKey } from '../syntax/template.ts';
import type { Template } from '../syntax/template.ts';
import { isSideDirectory, isTestPath } from '../tree/ignored.ts';
import { belowAny, isBelow, seenFrom } from '../tree/paths.ts';
import { perPath } from '../tree/remembered.ts';
import type { Tree } from '../tree/tree.ts';

/** One value of a configuration file. */
export interface Setting {
  /** As it is written, nested keys joined with dots; empty for files without keys. */
  key: string;
  /** The value, with its placeholders. */
  template: Template;
  text: string;
  file: string;
  line: number;
}

const configuration = /(^|\/)((application|bootstrap)[\w-]*\.(ya?ml|properties)|appsettings[\w.-]*\.json|microprofile-config\.properties|(ocelot|yarp|krakend|gateway|proxy|config|settings|default|production|development|local|reverse-?proxy|routes|sharedSettings)[\w.-]*\.(ya?ml|json|toml|properties|ini|json5)|\.?env[._-](example|sample|template|dist)|\.env(\.[\w.-]+)?|[\w-]+\.env|kong\.ya?ml|database\.ya?ml|cable\.ya?ml|pulsar\.ya?ml|launchSettings\.json|supergraph[\w.-]*\.(ya?ml|graphqls?))$/i;
const configurationDirectory = /(^|\/)(config|conf|configs|configuration|settings|env|environments?|etc|resources|kong|gateway)\/([\w-]+\/)?[\w.-]+\.(ya?ml|properties|json|toml|ini|env)$/;
const proxy = /(^|\/)(nginx[\w.-]*|[\w.-]*\.nginx|[\w.-]+\.conf(\.template|\.tmpl|\.j2)?|Caddyfile[\w.-]*|haproxy[\w.-]*\.cfg|(envoy|traefik)[\w.-]*\.(ya?ml|toml))$/i;
const noConfiguration = /(^|\/)(package(-lock)?|tsconfig[\w.-]*|composer|angular|nest-cli|lerna|turbo|nx|project|manifest|swagger|openapi[\w.-]*|logback[\w.-]*|messages[\w-]*|i18n[\w-]*|.*schema|launch|tasks|firebase|vercel|renovate|biome|deno|jsconfig|babel|docker-compose[\w.-]*|compose[\w.-]*|locales?|[a-z]{2}([_-][A-Z]{2})?)\.(json|ya?ml|properties)$|(^|\/)(locales?|i18n|lang|translations|k8s|kubernetes|charts?|helm|\.github|db\/migration|migrations)\//;
/** Where Spring Boot itself looks; the other files of a configuration server are those of whom it serves. */
const readBySpring = /^(src\/(main\/)?resources\/|resources\/)?(application|bootstrap)(-[\w-]+)?\.(ya?ml|properties)$/;
/** What a project shows of a file of settings that everybody is to write for themselves. */
const sampleSettings = /^(.*(?:^|\/)(?:application|bootstrap)[\w-]*\.(?:ya?ml|properties))\.(?:example|sample|template|dist)$/;
const forTests = /(^|\/)\.env\.(test|testing|ci)(\.[\w-]+)?$/;
const longest = 200_000;
const most = 400;

/** Configuration files that a service reads, its own first and then those that a configuration server keeps for it. */
export function settingsOf(tree: Tree, draft: Draft, inner: readonly string[], kept: readonly string[]): Setting[] {
  const isInner = belowAny(inner);
  // A proxy at the root of several services is before all of them, and no part of the program that is there, too.
  const isProxyOfAll = (file: string) => draft.path === '.' && inner.length > 0 && draft.value('kind') !== 'static' && proxy.test(file);
  const own = tree.filesBelow(draft.path).filter((file) => isConfiguration(seenFrom(draft.path, settingsShown(tree, file))) && !isInner(file) && !kept.includes(file) && !isProxyOfAll(file));
  const names = new Set([...draft.aliases, draft.name, posix.basename(draft.path)]);
  const keeps = draft.dependencies.has('spring-cloud-config-server');
  const served = keeps ? own.filter((file) => !/\.(ya?ml|properties)$/.test(file) || readBySpring.test(seenFrom(draft.path, file))) : own;
  const central = kept.filter((file) => names.has(keptFor(file)!) || (keptFor(file) === 'application' && !keeps));
  return [...served.slice(0, most), ...central].flatMap((file) => settingsIn(tree, file));
}

/** The name of a file of settings; of the sample of one that is not there, that of the one it is for. */
function settingsShown(tree: Tree, file: string): string {
  const real = sampleSettings.exec(file)?.[1];
  return real === undefined || tree.has(real) ? file : real;
}

function isConfiguration(file: string): boolean {
  if (isTestPath(file) || /(^|\/)src\/(it|integration|integrationTest|testFixtures)\//.test(file) || noConfiguration.test(file) || forTests.test(file) || isSideDirectory(posix.dirname(file))) return false;
  return configuration.test(file) || configurationDirectory.test(file) || proxy.test(file);
}

/**
 * Files of a configuration server: `orders.yml` and `orders-prod.yml` beside those of others, for services of these names.
 */
export function keptSettings(tree: Tree, drafts: readonly Draft[]): string[] {
  const names = new Set(drafts.flatMap((draft) => [...draft.aliases, draft.name, posix.basename(draft.path)]));
  const named = tree.files.filter((file) => {
    const name = keptFor(file);
    return name !== undefined && names.has(name) && !isTestPath(file) && !drafts.some((draft) => draft.path !== '.' && isBelow(file, draft.path) && [...draft.aliases, draft.name, posix.basename(draft.path)].includes(name));
  });
  const directories = new Set(named.map((file) => posix.dirname(file)));
  return [...named, ...tree.files.filter((file) => keptFor(file) === 'application' && directories.has(posix.dirname(file)) && !named.includes(file) && !/src\/main\/resources$/.test(posix.dirname(file)))];
}

function keptFor(file: string): string | undefined {
  return /(?:^|\/)([\w-]+?)(?:-(?:dev|prod|local|docker|test|default|native|k8s|development|production))?\.(?:ya?ml|properties)$/.exec(file)?.[1];
}

/** The values of a configuration file, with their lines. */
export const settingsIn = perPath((tree, file): readonly Setting[] => {
  const text = tree.text(file);
  return text === undefined || text.length > longest ? [] : read(file, text);
});

function read(file: string, text: string): Setting[] {
  const name = sampleSettings.exec(file)?.[1] ?? file;
  const pairs = /\.graphqls?$/.test(name) ? subgraphs(text) : proxy.test(name) && !/\.ya?ml$/.test(name) ? directives(text) : /\.json5?$/.test(name) ? jsonPairs(text) : /\.ya?ml$/.test(name) ? yamlPairs(text) : plainPairs(text);
  return [...pairs, ...joined(pairs)].slice(0, 4000).map(({ key, value, line }) => ({ key, text: value, template: settingTemplate(value), file, line }));
}

/** Hosts of this machine with the ports that stand beside them, as an address: `{ "Host": "localhost", "Port": 5001 }`. */
function joined(pairs: readonly Pair[]): Pair[] {
  return pairs.flatMap((host, index): Pair[] => {
    const around = /^(.*?)host(?:name)?$/i.exec(host.key)?.[1];
    if (around === undefined || !/^(?:localhost|127\.0\.0\.1)$/.test(host.value)) return [];
    const port = [pairs[index + 1], pairs[index - 1]].find((one) => one !== undefined && /^\d{2,5}$/.test(one.value) && one.key.toLowerCase() === `${around}port`.toLowerCase());
    return port && /(?:^|\.)downstreamhostandports\.$|(?:upstreams?|targets?|backends?|destinations?|routes?|services?)\.$/i.test(around) ? [{ key: `${around}url`, value: `http://${host.value}:${port.value}`, line: port.line }] : [];
  });
}

interface Pair {
  key: string;
  value: string;
  line: number;
}

/** `key: value` of nested YAML; items of lists have the key of their list. Enough for settings, and it keeps the lines. */
function yamlPairs(text: string): Pair[] {
  const path: { indent: number; key: string }[] = [];
  const pairs: Pair[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const match = /^(\s*)((?:-\s+)*)(?:["']?([\w./*$@{}-]+(?:\[[\w./*-]+\])?)["']?\s*:(?:\s+|$))?(.*?)\s*$/.exec(raw.replace(/\s+#.*$/, ''));
    if (!match || raw.trim() === '' || /^\s*#/.test(raw)) continue;
    const indent = match[1]!.length + match[2]!.length;
    const [, , item, key] = match;
    while (path.length > 0 && (path.at(-1)!.indent > indent || (path.at(-1)!.indent === indent && (key !== undefined || item === '')))) path.pop();
    if (key !== undefined) path.push({ indent, key });
    const value = unquoted(match[4]!);
    if (value !== '' && !/^[|>&]/.test(value)) for (const one of /^\[.*\]$/.test(value) ? value.slice(1, -1).split(',').map((part) => unquoted(part.trim())) : [value]) pairs.push({ key: path.map((part) => part.key).join('.'), value: one, line: index + 1 });
  }
  return pairs;
}

function jsonPairs(text: string): Pair[] {
  const path: string[] = [];
  const pairs: Pair[] = [];
  let key = '';
  let line = 1;
  for (const [token] of text.matchAll(/\/\/[^\n"]*(?=\n)|\n|"(?:[^"\\\n]|\\.)*"(?:\s*:)?|[{}[\],]|[\w.+-]+/g)) {
    if (token === '\n') line++;
    else if (token === '{') path.push(key);
    else if (token === '}') key = path.pop() ?? '';
    else if (token.endsWith(':')) key = token.replace(/^"|"\s*:$/g, '');
    else if (token.startsWith('"')) pairs.push({ key: [...path.filter((part) => part !== ''), key].join('.'), value: token.slice(1, -1).replace(/\\(.)/g, '$1'), line });
    else if (/^\w/.test(token)) pairs.push({ key: [...path.filter((part) => part !== ''), key].join('.'), value: token, line });
    line += token.length > 1 && token.includes('\n') ? token.split('\n').length - 1 : 0;
  }
  return pairs;
}

/** `key = value` of properties, dotenv, ini and TOML files, with the section before it. */
function plainPairs(text: string): Pair[] {
  let section = '';
  return text.split('\n').flatMap((raw, index) => {
    const head = /^\s*\[+([\w."'-]+)\]+\s*$/.exec(raw)?.[1];
    if (head) section = `${head.replace(/["']/g, '')}.`;
    const match = /^\s*(?:export\s+)?(%?[\w."[\]*/-]+)\s*[=:]\s*(.*?)\s*$/.exec(raw);
    if (!match || /^\s*[#;!]/.test(raw)) return [];
    return [{ key: section + match[1]!.replace(/^%\w+\./, ''), value: unquoted(match[2]!.replace(/\s+#.*$/, '')), line: index + 1 }];
  });
}

/** `ORDERS @join__graph(name: "orders", url: "http://orders/graphql")`: the parts that a supergraph was put together from. */
function subgraphs(text: string): Pair[] {
  return text.split('\n').flatMap((raw, index) => {
    const match = /@join__graph\(\s*name:\s*"([\w-]{1,100})"\s*,?\s*url:\s*"([^"\s]{1,300})"/.exec(raw);
    return match ? [{ key: `subgraphs.${match[1]!}.url`, value: match[2]!, line: index + 1 }] : [];
  });
}

/** Every directive of a proxy's configuration, with its first word as the key. */
function directives(text: string): Pair[] {
  return text.split('\n').flatMap((raw, index) => {
    const match = /^\s*([\w_-]+)\s+(.+?)\s*;?\s*$/.exec(raw);
    if (!match || /^\s*#/.test(raw)) return [];
    return match[2]!.split(/\s+/).map((value) => ({ key: match[1]!, value: value.replace(/[;{]$/, ''), line: index + 1 }));
  });
}

function unquoted(value: string): string {
  const match = /^(["'])(.*)\1,?$/.exec(value);
  return match ? match[2]! : value;
}

/** Settings by {@link settingKey}. */
export function byKey(settings: readonly Setting[]): Map<string, Setting[]> {
  return Map.groupBy(settings, ({ key }) => settingKey(key));
}
