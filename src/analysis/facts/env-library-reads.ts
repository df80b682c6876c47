import type { Token } from '../syntax/lexer.ts';
import { closerOf, envName, matchAt } from '../syntax/match.ts';
import type { Form, SettingsLibrary } from './env-libraries.ts';
import { settingsLibraries } from './env-libraries.ts';
import { inCapitals } from './env-names.ts';
import type { EnvRead } from './env-read.ts';
import { completedRead } from './env-read.ts';

/** A form of a library, and where in it the name stands. */
interface Known {
  library: SettingsLibrary;
  form: Form;
  pattern: readonly string[];
  nameAt: number;
}

const isName = (part: string): boolean => part === 'STRING' || part === 'STRINGS' || part === 'WORD';

/** The forms for each language, by their first token. */
const formsOf = new Map<string, Map<string, Known[]>>();
for (const library of settingsLibraries) {
  for (const language of library.languages) {
    const forms = formsOf.get(language) ?? new Map<string, Known[]>();
    formsOf.set(language, forms);
    for (const form of library.forms) {
      const first = form.pattern[0]!;
      const known: Known = { library, form, pattern: form.pattern.map((part) => (part === 'WORD' ? 'NAME' : part)), nameAt: form.pattern.findIndex(isName) };
      forms.set(first, [...(forms.get(first) ?? []), known]);
    }
  }
}

/** Variables that a file reads by the forms of libraries for settings. */
export function libraryReads(language: string, tokens: readonly Token[]): EnvRead[] {
  const forms = formsOf.get(language);
  if (!forms) return [];
  const uses = new Map<SettingsLibrary, { prefix: string } | undefined>();
  const useOf = (library: SettingsLibrary): { prefix: string } | undefined => {
    if (!uses.has(library)) uses.set(library, library.signs.length === 0 || tokens.some(({ text }) => library.signs.includes(text)) ? { prefix: prefixIn(library, tokens) } : undefined);
    return uses.get(library);
  };
  const reads: EnvRead[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const { kind, text, inner } = tokens[i]!;
    if (inner) reads.push(...libraryReads(language, inner));
    if (kind === 'string') continue;
    for (const known of forms.get(text) ?? []) {
      const named = namesAt(tokens, i, known);
      const use = named.length > 0 ? useOf(known.library) : undefined;
      if (!use) continue;
      for (const at of named) {
        const name = known.form.naming === 'capitals' ? `${use.prefix}${inCapitals(tokens[at]!.text)}` : tokens[at]!.text;
        if (envName.test(name) && name.length > 1) reads.push({ ...completedRead(tokens, i, at + 1), name, line: tokens[at]!.line });
      }
      break;
    }
  }
  return reads;
}

/** Where the names stand that a form which begins at `i` gives; none when it does not begin there. */
function namesAt(tokens: readonly Token[], i: number, { form, pattern, nameAt }: Known): number[] {
  if (form.pattern[nameAt] !== 'STRINGS') return matchAt(tokens, i, pattern) < 0 ? [] : [i + nameAt];
  const start = matchAt(tokens, i, pattern.slice(0, nameAt));
  if (start < 0) return [];
  const names: number[] = [];
  for (let at = start, end = closerOf(tokens, start - 1, 400); at < end; at++) if (tokens[at]!.kind === 'string') names.push(at);
  return names;
}

function prefixIn({ prefix }: SettingsLibrary, tokens: readonly Token[]): string {
  if (!prefix) return '';
  const at = tokens.findIndex((_, i) => matchAt(tokens, i, prefix.pattern) > 0);
  const given = at < 0 ? '' : tokens[at + prefix.pattern.indexOf('STRING')]!.text;
  return given === '' ? '' : `${given.toUpperCase()}${prefix.separator}`;
}
