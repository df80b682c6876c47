import { posix } from 'node:path';
import { asData, asText, readJson, readToml, readYaml } from '../syntax/formats.ts';
import type { Data } from '../syntax/formats.ts';
import type { Token } from '../syntax/lexer.ts';
import { closerOf, isMark } from '../syntax/match.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { EnvRead } from './env-read.ts';

/** A set of settings that Dynaconf makes from files and variables (its documentation, "Configuration options" and "Environment variables"). */
export interface Dynaconf {
  /** What the names of variables begin with; empty for nothing. */
  prefix: string;
  files: string[];
  /** Keys that validators name. */
  validated: { key: string; required: boolean; default: string | null; line: number }[];
  line: number;
}

const makers = new Set(['Dynaconf', 'LazySettings', 'FlaskDynaconf', 'DjangoDynaconf']);
const usualFiles = ['settings.toml', 'settings.yaml', 'settings.yml', 'settings.json', 'config/settings.toml', 'config/settings.yaml', '.secrets.toml', '.secrets.yaml'];
const sections = /^(default|development|production|staging|testing|global|main)$/i;

/** The Dynaconf of a file of Python; undefined where it makes none. */
export function dynaconfIn(language: string, tokens: readonly Token[]): Dynaconf | undefined {
  const at = language === 'python' ? tokens.findIndex((token, i) => makers.has(token.text) && isMark(tokens[i + 1], '(') && tokens[i - 1]?.text !== 'class') : -1;
  if (at < 0) return undefined;
  const argument = tokens.slice(at + 2, closerOf(tokens, at + 1));
  const valueOf = (name: RegExp) => argument.findIndex((token, i) => name.test(token.text) && isMark(argument[i + 1], '='));
  const prefix = valueOf(/^(envvar_prefix|ENVVAR_PREFIX_FOR_DYNACONF)$/);
  const given = argument[prefix + 2];
  const files = valueOf(/^(settings_files?|SETTINGS_FILES?_FOR_DYNACONF|settings_module)$/);
  const list = files < 0 ? [] : isMark(argument[files + 2], '[', '(') ? argument.slice(files + 3, closerOf(argument, files + 2)) : argument.slice(files + 2, files + 3);
  const usual = tokens[at]!.text === 'FlaskDynaconf' ? 'FLASK' : tokens[at]!.text === 'DjangoDynaconf' ? 'DJANGO' : 'DYNACONF';
  return {
    prefix: prefix < 0 ? `${usual}_` : given?.kind === 'string' && given.text !== '' ? `${given.text.toUpperCase()}_` : '',
    files: list.flatMap((token) => (token.kind === 'string' ? token.text.split(/[,;]/).map((name) => name.trim()) : [])),
    validated: validatorsIn(tokens), line: tokens[at]!.line,
  };
}

/** `Validator("API_KEY", "OTHER", must_exist=True)`, `Validator("PAGE", default=20)`. */
function validatorsIn(tokens: readonly Token[]): Dynaconf['validated'] {
  return tokens.flatMap((token, i) => {
    if (token.text !== 'Validator' || !isMark(tokens[i + 1], '(')) return [];
    const argument = tokens.slice(i + 2, closerOf(tokens, i + 1));
    const option = (name: string) => {
      const found = argument.findIndex((one, at) => one.text === name && isMark(argument[at + 1], '='));
      return found < 0 ? undefined : argument[found + 2];
    };
    const named = argument.findIndex((one) => one.kind !== 'string' && !isMark(one, ','));
    const usual = option('default');
    return argument.slice(0, named < 0 ? undefined : named).filter(({ kind }) => kind === 'string').map(({ text, line }) => ({
      key: text, line, required: usual === undefined && (option('must_exist') ?? option('required'))?.text === 'True', default: usual?.kind === 'string' || usual?.kind === 'number' ? usual.text : null,
    }));
  });
}

/** The variables by which the settings can be set: a key of any section with the prefix, tables with two underscores between. Their files' values are the defaults. */
export function dynaconfReads(tree: Tree, path: string, { prefix, files, validated, line }: Dynaconf): EnvRead[] {
  const values = new Map<string, string | null>();
  const directory = posix.dirname(path);
  for (const file of files.length > 0 ? files : usualFiles) {
    // Files are looked for beside the code that names them, and at the root of what runs.
    const place = [within(directory, file), within(posix.dirname(directory), file), within('.', file)].find((one) => tree.has(one));
    const data = place === undefined ? undefined : place.endsWith('.toml') ? readToml(tree, place) : /\.ya?ml$/.test(place) ? readYaml(tree, place) : place.endsWith('.json') ? readJson(tree, place) : undefined;
    for (const [key, value] of Object.entries(data ?? {})) {
      const isSection = sections.test(key) && Object.keys(asData(value)).length > 0;
      // A plan holds no secrets.
      collect(values, isSection ? asData(value) : { [key]: value }, '', !/secret/i.test(file));
    }
  }
  const nameOf = (key: string) => key.replaceAll('.', '__').toUpperCase();
  const read = (key: string, usual: string | null, required: boolean, at: number): EnvRead => ({ name: `${prefix}${nameOf(key)}`, line: at, default: usual, optional: !required, required, holder: null });
  return [
    ...validated.map(({ key, required, default: usual, line: at }) => read(key, usual ?? values.get(nameOf(key)) ?? null, required && !values.has(nameOf(key)), at)),
    ...[...values].filter(([key]) => !validated.some((one) => nameOf(one.key) === key)).map(([key, value]) => read(key, value, false, line)),
  ];
}

function collect(values: Map<string, string | null>, data: Data, above: string, told: boolean): void {
  for (const [key, value] of Object.entries(data)) {
    if (!/^[A-Za-z]\w*$/.test(key) || values.size >= 300) continue;
    const name = `${above}${key.toUpperCase()}`;
    const table = asData(value);
    if (Object.keys(table).length > 0 && above === '') collect(values, table, `${name}__`, told);
    else if (!values.has(name)) values.set(name, (told ? asText(value) : undefined) ?? null);
  }
}
