import type { ServiceKind } from '../../model/index.ts';
import type { Data } from '../syntax/formats.ts';
import { asData, asList, asText } from '../syntax/formats.ts';
import type { Tree } from '../tree/tree.ts';

/** What a manifest of a hosting platform says of one program, or of the pages of a project. Everything that it does not say is left out. */
export interface Hosted {
  /** Its directory, from the root of the tree. */
  directory: string;
  name?: string;
  /** `web` for what is reached from outside, `release` for what goes before a new version; undefined for a manifest that only adds to what else is known. */
  role?: ServiceKind | 'release';
  install?: string;
  /** All that is done before it starts, as one command line: what of it installs, migrates and builds is told apart later. */
  build?: string;
  start?: string;
  release?: string;
  staticDir?: string;
  health?: string;
  port?: number;
  runtime?: { name: string; version: string };
  /** Variables that it is given; `null` where the value is made or asked for elsewhere. */
  variables?: readonly (readonly [name: string, value: string | null])[];
  /** Stores beside it, by what the platform calls them: `heroku-postgresql`, `mariadb:10.4`. */
  stores?: readonly string[];
  /** Directories that outlive it, as its code sees them. */
  volumes?: readonly string[];
}

/** A file by which a platform is told how to run a repository. */
export interface Platform {
  /** Its name, and the directory where it counts; everywhere but among examples and tests when left out. */
  readonly names: RegExp;
  readonly inside?: RegExp;
  /** What it says; `directory` is where the platform counts its paths from. */
  read(tree: Tree, file: string): Hosted[];
}

/** Variables as most platforms list them, `[{ key, value }]`, or as a table. */
export function variablesOf(given: unknown, key = 'key'): [string, string | null][] {
  const listed = asList(given).map((one): [string | undefined, string | null] => [asText(asData(one)[key]), asText(asData(one)['value']) ?? null]);
  const table = Array.isArray(given) ? [] : Object.entries(asData(given)).map(([name, value]): [string, string | null] => [name, asText(value) ?? asText(asData(value)['value']) ?? asText(asData(value)['default']) ?? null]);
  return [...listed, ...table].flatMap(([name, value]) => (name !== undefined && /^[A-Za-z_]\w*$/.test(name) ? [[name, value !== null && isPlaceholder.test(value) ? null : value] satisfies [string, string | null]] : []));
}

/** No value, or what stands for one that the platform keeps: `((db-password))` of Cloud Foundry, `@secret` of Vercel, `${db.URL}`. */
const isPlaceholder = /^$|^\(\(|^@[a-z]|^\$\{/;

/** A command that is written as one text, as a list of steps, or as a script. */
export function commandOf(value: unknown): string | undefined {
  const steps = Array.isArray(value) ? value.flatMap((one) => asText(one) ?? asText(asData(one)['command']) ?? []) : [asText(value) ?? ''];
  const lines = steps.flatMap((one) => one.split('\n')).map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#') && !/^set -/.test(line));
  return lines.length > 0 ? lines.join(' && ') : undefined;
}

/** `nodejs:18`, `python311`, `node-20`, `go@1.22`, `java17` → the runtime and its version, as far as they are known by such a name. */
export function runtimeNamed(text: string | undefined): { name: string; version: string } | undefined {
  const [, word, digits] = /^([a-z]+)[-:@_ ]?v?(\d[\d.]*)$/i.exec(text?.trim() ?? '') ?? [];
  const name = Object.hasOwn(runtimeNames, word?.toLowerCase() ?? '') ? runtimeNames[word!.toLowerCase()] : undefined;
  if (name === undefined || digits === undefined) return undefined;
  // `python311`, `php82`, `go121`: the first digits are the major version.
  const isJoined = joined.has(name) && /^\d{2,}$/.test(digits);
  return { name, version: isJoined ? `${digits[0]}.${digits.slice(1)}` : digits };
}

const runtimeNames: Readonly<Record<string, string>> = {
  node: 'node', nodejs: 'node', python: 'python', go: 'go', golang: 'go', ruby: 'ruby', php: 'php', java: 'java', openjdk: 'java', corretto: 'java', jdk: 'java', dotnet: 'dotnet', bun: 'bun', deno: 'deno', elixir: 'elixir', gleam: 'gleam', rust: 'rust',
};
const joined = new Set(['python', 'go', 'ruby', 'php']);

/** Variables by which platforms are told the version of a runtime, and which no code reads. */
export function runtimeVariable(name: string): string | undefined {
  const [, word] = /^(?:NIXPACKS_|RAILPACK_|BP_|CC_)?(NODE|PYTHON|CPYTHON|RUBY|GO|BUN|DENO|ELIXIR|PHP|JVM|JDK|JAVA)_?VERSION$/.exec(name) ?? [];
  return word === undefined ? undefined : { CPYTHON: 'python', JVM: 'java', JDK: 'java' }[word] ?? word.toLowerCase();
}

/** Names in a list, written as they are or each in a table, under `key`. */
export function namesIn(list: unknown, key: string): string[] {
  return asList(list).flatMap((one) => asText(one) ?? asText(asData(one)[key]) ?? []);
}

/** The tables of a list; what is none counts as an empty one. */
export function tablesOf(value: unknown): Data[] {
  return asList(value).map(asData);
}
