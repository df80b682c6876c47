import { posix } from 'node:path';
import type { Draft } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import type { Ref, Template } from '../syntax/template.ts';
import { settingKey } from '../syntax/template.ts';
import type { Setting } from './settings.ts';
import { byKey } from './settings.ts';

/** A text with its holes filled as far as the code and its configuration tell; `*` stands for what they do not. */
export interface Resolved {
  text: string;
  /** Environment variables that it comes from. */
  variables: readonly string[];
  /** Names and keys that it comes from. */
  names: readonly string[];
  /** It is what the code falls back to where a variable has no value, while something gives it one. */
  isFallback?: boolean;
}

const deepest = 6;
const most = 6;

/** Fills in the texts of one service. */
export class Resolver {
  readonly #values: Map<string, { path: string; template: Template }[]>;
  readonly #settings: Map<string, Setting[]>;
  readonly #given: Draft['given'];
  readonly #defaults = new Map<string, string>();

  constructor(draft: Draft, code: readonly FileFacts[], settings: readonly Setting[]) {
    this.#given = draft.given;
    this.#settings = byKey(settings);
    this.#values = Map.groupBy(code.flatMap(({ path, texts }) => texts.values.map(({ name, template }) => ({ name, path, template }))), ({ name }) => plain(name));
    for (const { env } of code) for (const { name, default: value } of env) if (value !== null && !this.#defaults.has(name)) this.#defaults.set(name, value);
  }

  /** All that a text may be; the likeliest first. `path` is the file that it stands in. */
  resolve(template: Template, path: string, depth = 0): Resolved[] {
    let results: Resolved[] = [{ text: '', variables: [], names: [] }];
    for (const part of template) {
      const options: Resolved[] = part === null || depth > deepest ? [unknown] : typeof part === 'string' ? [{ text: part, variables: [], names: [] }] : this.#lookUp(part, path, depth);
      results = results.flatMap((so) => options.map((option) => joined(so, option))).slice(0, most);
    }
    return results;
  }

  #lookUp(part: Exclude<Template[number], string | null>, path: string, depth: number): Resolved[] {
    const found = part.from === 'env' ? this.#variable(part.name, depth) : part.from === 'setting' ? this.#setting(part.name, depth) : this.#name(part, path, depth);
    const noted = (one: Resolved): Resolved => (part.from === 'env' ? { ...one, variables: [part.name, ...one.variables] } : { ...one, names: [part.name, ...one.names] });
    const isGiven = part.from === 'env' && found.length > 0;
    const otherwise = part.otherwise ? this.resolve(part.otherwise, path, depth + 1).map((option) => (isGiven ? { ...option, isFallback: true } : option)) : [];
    const all = [...found, ...otherwise].filter(({ text }, index, list) => list.findIndex((other) => other.text === text) === index);
    return (all.length > 0 ? all : [unknown]).map(noted).slice(0, most);
  }

  #variable(name: string, depth: number): Resolved[] {
    const given = this.#given.get(name)?.value;
    const fallback = this.#defaults.get(name);
    const plainly = (text: string | null | undefined): Resolved[] => (text ? [{ text, variables: [], names: [] }] : []);
    const [set, usual] = [plainly(given), plainly(fallback)];
    const told = set.length > 0 ? set : this.#setting(settingKey(name), depth);
    return told.length > 0 ? [...told, ...usual.map((one) => ({ ...one, isFallback: true }))] : usual;
  }

  #setting(key: string, depth: number): Resolved[] {
    const settings = this.#settings.get(key) ?? [];
    const fromEnvironment = [...this.#given].find(([name]) => settingKey(name.replaceAll('_', '.')) === key);
    const written = settings.slice(0, 4).flatMap(({ template, file }) => this.resolve(template, file, depth + 1));
    return fromEnvironment?.[1].value ? [{ text: fromEnvironment[1].value, variables: [fromEnvironment[0]], names: [] }, ...written] : written;
  }

  #name({ name, of }: Ref, path: string, depth: number): Resolved[] {
    const all = this.#values.get(plain(name)) ?? [];
    const owned = of === undefined ? [] : all.filter((value) => posix.basename(value.path, posix.extname(value.path)) === of);
    const here = all.filter((value) => value.path === path);
    const used = owned.length > 0 ? owned : here.length > 0 ? here : all;
    return used.length > 4 ? [] : used.filter(({ template }) => !template.some((part) => typeof part === 'object' && part?.from === 'name' && part.name === name)).flatMap(({ template, path: there }) => this.resolve(template, there, depth + 1)).filter(({ text, variables, names }) => text !== '' && (variables.length > 0 || !/^\*+$/.test(text) || names.some((key) => key.includes('.'))));
  }
}

function joined(so: Resolved, option: Resolved): Resolved {
  return { text: so.text + option.text, variables: [...so.variables, ...option.variables], names: [...so.names, ...option.names], ...((so.isFallback || option.isFallback) && { isFallback: true }) };
}

/** Fields and variables are often called alike but for a mark: `_channel`, `@channel`, `$channel`. */
function plain(name: string): string {
  return name.replace(/^[_@$]+/, '');
}

const unknown: Resolved = { text: '*', variables: [], names: [] };
