import { posix } from 'node:path';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { placeholders } from '../facts/declared.ts';
import { readPairs } from '../syntax/formats.ts';
import { isSideDirectory, isTestPath } from '../tree/ignored.ts';
import { within } from '../tree/paths.ts';
import { perTree } from '../tree/remembered.ts';
import type { Tree } from '../tree/tree.ts';

/** A setting of a configuration file, by its dotted name. */
interface Setting {
  key: string;
  value: string;
  file: string;
  line: number;
  /** The profile that it belongs to; null for all. */
  profile: string | null;
}

const settingsFile = /^(?:application|bootstrap|microprofile-config)(?:-([\w-]+))?\.(properties|ya?ml|conf)$/;
const places = ['src/main/resources', 'src/main/resources/config', 'src/main/resources/META-INF', 'src/resources', 'resources', 'config', 'conf', '.', 'grails-app/conf'];

/** Keys by which frameworks are told where to listen. */
const portKeys = new Set(['server.port', 'quarkus.http.port', 'micronaut.server.port', 'ktor.deployment.port', 'http.port', 'play.server.http.port', 'grpc.server.port', 'spring.grpc.server.port', 'quarkus.grpc.server.port', 'server.connector.port', 'server.applicationConnectors.port', 'server.http.port', 'akka.http.server.port', 'vertx.http.port']);
const contextKeys = new Set(['server.servlet.context-path', 'server.servlet.contextPath', 'server.context-path', 'server.contextPath', 'spring.webflux.base-path', 'quarkus.http.root-path', 'micronaut.server.context-path']);
const production = /^(prod|production|docker|cloud|k8s|kubernetes|heroku|default)$/;

/** All settings that a project brings along: its own files, and those that a configuration server of the same tree keeps for it. */
function settingsOf(tree: Tree, directory: string, framework: string | undefined): Setting[] {
  // Dropwizard is started with a file of any name.
  const wanted = framework === 'dropwizard' ? /^[\w.-]*?()\.(ya?ml)$/ : settingsFile;
  const own = places.flatMap((place) => readIn(tree, within(directory, place), wanted));
  const name = own.find(({ key }) => key === 'spring.application.name')?.value;
  if (name === undefined || !/^[\w-]+$/.test(name)) return own;
  const named = new RegExp(`^${RegExp.escape(name)}(?:-[\\w-]+)?\\.(?:properties|ya?ml)$`);
  const kept = settingsFiles(tree).filter((file) => named.test(posix.basename(file)) && !isSideDirectory(posix.dirname(file)) && !isTestPath(file));
  return [...own, ...[...new Set(kept.map((file) => posix.dirname(file)))].flatMap((place) => readIn(tree, place, new RegExp(`^${RegExp.escape(name)}(?:-([\\w-]+))?\\.(properties|ya?ml)$`)))];
}

const settingsFiles = perTree((tree) => tree.files.filter((file) => /\.(?:ya?ml|properties)$/.test(file)));

function readIn(tree: Tree, directory: string, wanted: RegExp): Setting[] {
  const names = tree.namesIn(directory);
  return names.flatMap((name) => {
    // What a project shows of a file that everybody is to write for themselves.
    const shown = /^(.+)\.(?:example|sample|template|dist)$/.exec(name)?.[1];
    const match = wanted.exec(shown === undefined || names.includes(shown) ? name : shown);
    const text = match ? tree.text(within(directory, name)) : undefined;
    if (!match || text === undefined) return [];
    const profile = match[1] || null;
    const file = within(directory, name);
    if (match[2] === 'conf') return hoconPairs(text).map((pair) => ({ ...pair, file, profile }));
    if (match[2] !== 'properties') return yamlPairs(text).map((pair) => ({ ...pair, file, profile: profile ?? pair.profile }));
    return readPairs(text).map((pair) => {
      const ofProfile = /^%([\w-]+)\.(.*)$/.exec(pair.key);
      return { key: ofProfile?.[2] ?? pair.key, value: pair.value, line: pair.line, file, profile: ofProfile?.[1] ?? profile };
    });
  });
}

/** Claims port, address and health path that the settings show, and notes the variables that they read. Returns the settings. */
export function claimSettings(tree: Tree, draft: Draft, directory: string, framework: string | undefined): Setting[] {
  const settings = settingsOf(tree, directory, framework);
  const lookup = (name: string) => settings.find(({ key, profile }) => key === name && profile === null)?.value;
  // What is switched on without a word from outside comes after the settings for all and overrules them.
  const active = new Set(settings.filter(({ key, profile }) => /^spring\.profiles\.(active|include)$/.test(key) && profile === null).flatMap(({ value }) => value.replace(/^\$\{[\w.]+:(.*)\}$/, '$1').split(/\s*,\s*/)));
  for (const { key, value, file, line, profile } of settings) {
    for (const { name, default: fallback, optional } of placeholders(value, line)) if (!draft.placeholders.some((known) => known.name === name && known.evidence.line === line)) draft.placeholders.push({ name, default: fallback, optional, evidence: seen(file, line, `reads ${name}`) });
    // `"$PORT:8080"` of Ktor
    const bare = framework === 'ktor' ? /^\$([A-Z][A-Z0-9_]*)(?::(.*))?$/.exec(value) : null;
    if (bare) draft.placeholders.push({ name: bare[1]!, default: bare[2] ?? null, optional: bare[2] !== undefined, evidence: seen(file, line, `reads ${bare[1]!}`) });
    const sure = profile === null ? 0.96 : active.has(profile) ? 0.965 : production.test(profile) ? 0.9 : 0.62;
    if (portKeys.has(key)) claimPort(draft, value, lookup, sure, file, line, key);
    if (key === 'spring.application.name' && /^[\w.-]+$/.test(value)) draft.aliases.add(value);
  }
  return settings;
}

function claimPort(draft: Draft, written: string, lookup: (name: string) => string | undefined, sure: number, file: string, line: number, key: string): void {
  const variables = [...written.matchAll(/\$\{\??([\w.-]+)/g)].map((match) => match[1]!);
  const evidence = seen(file, line, `${key} is ${written}`);
  if (variables.includes('PORT')) draft.claim('readsPort', true, 0.96, evidence);
  const port = Number(/(\d{2,5})\}*\s*$/.exec(written)?.[1] ?? variables.map(lookup).find((value) => value !== undefined && /^\d{2,5}$/.test(value)));
  const protocol = key.includes('grpc') ? 'grpc' as const : 'http' as const;
  if (port >= 80 && port <= 65535) draft.claim('port', { port, protocol }, protocol === 'grpc' && draft.best('port')?.value.protocol === 'http' ? 0.6 : sure, evidence);
}

/** The path before all of a service's own, from its settings; empty when there is none. */
export function contextPath(settings: readonly Setting[]): string {
  const value = settings.find(({ key, profile }) => contextKeys.has(key) && profile === null)?.value ?? '';
  return /^\/[\w./-]+$/.test(value) ? value.replace(/\/$/, '') : '';
}

/** Keys of nested YAML with their path, document by document; enough for scalar settings, and it keeps the lines. */
function yamlPairs(text: string): { key: string; value: string; line: number; profile: string | null }[] {
  let path: { indent: number; key: string }[] = [];
  let document: { key: string; value: string; line: number; profile: string | null }[] = [];
  const all = [document];
  for (const [index, raw] of text.split('\n').entries()) {
    if (/^---(\s|$)/.test(raw)) {
      path = [];
      all.push(document = []);
      continue;
    }
    const match = /^(\s*)(?:"?)([\w.%$/[\]-]+)"?\s*:(?:\s+(.*?))?\s*$/.exec(raw.replace(/^(\s*)- /, '$1  '));
    if (!match || raw.trimStart().startsWith('#')) continue;
    const indent = match[1]!.length;
    while (path.length > 0 && path.at(-1)!.indent >= indent) path.pop();
    path.push({ indent, key: match[2]! });
    const value = (match[3] ?? '').replace(/\s+#.*$/, '').replace(/^(["'])(.*)\1$/, '$2');
    if (value === '') continue;
    const key = path.map((part) => part.key).join('.');
    const ofProfile = /^%([\w-]+)\.(.*)$/.exec(key);
    document.push({ key: ofProfile?.[2] ?? key, value, line: index + 1, profile: ofProfile?.[1] ?? null });
  }
  return all.flatMap((pairs) => {
    const profile = pairs.find(({ key }) => key === 'spring.profiles' || key === 'spring.config.activate.on-profile')?.value;
    return profile === undefined ? pairs : pairs.map((pair) => ({ ...pair, profile }));
  });
}

/** Settings in HOCON, the notation of Play, Akka and Ktor, with the path of the blocks around them. */
export function hoconPairs(text: string): { key: string; value: string; line: number }[] {
  const path: string[] = [];
  return text.split('\n').flatMap((raw, index) => {
    const pairs: { key: string; value: string; line: number }[] = [];
    // References such as `${?PORT}` are kept from being taken for blocks.
    const line = raw.replace(/^\s*(?:#|\/\/).*$|\s(?:#|\/\/).*$/, '').replace(/\$\{([^{}]*)\}/g, '\u0001$1\u0002');
    for (const part of line.split(/([{}])/)) {
      const opening = /"?([\w.-]+)"?\s*[=:]?\s*$/.exec(part)?.[1];
      if (part === '{') continue;
      if (part === '}') path.pop();
      const match = /^\s*,?\s*"?([\w.-]+)"?\s*[=:]\s*(\S.*?)\s*,?\s*$/.exec(part);
      if (match) pairs.push({ key: [...path, match[1]!].join('.'), value: match[2]!.replace(/^"(.*)"$/, '$1').replaceAll('\u0001', '${').replaceAll('\u0002', '}'), line: index + 1 });
      else if (opening !== undefined && line.includes('{')) path.push(opening);
    }
    return pairs;
  });
}
