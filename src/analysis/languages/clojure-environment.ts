import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { linesIn } from '../syntax/lines.ts';

/** `(env :database-url "default")`, `(get env :database-url)`, `(-> env :database-url)` and `(:database-url env)` of environ and cprop, `#env NAME` and `#or [#env NAME default]` of aero. */
const reads = /\((?:(?:environ\.core\/)?|get\s+)env\s+:([a-z][\w-]*)(?:\s+"?([^\s()"]+)"?)?\)|\(:([a-z][\w-]*)\s+env\)|#env\s+"?([A-Za-z_]\w*)"?(?:\s+"?([^\s\])}"#]+)"?)?|\(->>?\s+env\s+:([a-z][\w-]*)(?![\w-]|\s+:)/g;

/** `(select-keys env [:database-url :port])` takes several. */
const selected = /\(select-keys\s+env\s+\[([^\]]*)\]/g;

/** Notes the variables that libraries for settings read for Clojure: a keyword stands for its name in capitals. */
export function noteEnvironment(draft: Draft, file: string, text: string, needed: ReadonlySet<string> = neededIn(text)): void {
  const lines = linesIn(text);
  const note = (name: string, value: string | null, at: number, mayLack = /\((?:when|when-let|if|if-let|or|some->)\s{1,8}(?:\[[\w-]{1,40}\s{1,8})?$/.test(text.slice(Math.max(0, at - 60), at)) || forDevelopers.test(name)) => {
    const optional = mayLack && value === null && !needed.has(name);
    draft.placeholders.push({ name, default: value, ...(optional && { optional }), evidence: seen(file, lines.at(at), `reads ${name}`) });
  };
  for (const match of text.matchAll(reads)) {
    const keyword = match[1] ?? match[3] ?? match[6];
    const name = keyword === undefined ? match[4]! : nameOf(keyword);
    const isAlternative = match[4] !== undefined && /#or\s*\[\s*$/.test(text.slice(0, match.index));
    const value = match[2] ?? (isAlternative ? match[5] : undefined);
    note(name, value === undefined || value === 'nil' ? null : value, match.index);
  }
  for (const match of text.matchAll(nested)) note([...match[1]!.matchAll(/:([a-z][\w-]*)/g)].map(([, keyword]) => nameOf(keyword!)).join('__'), null, match.index);
  for (const match of text.matchAll(takenApart)) for (const [keyword] of match[1]!.matchAll(/[a-z][\w-]*/g)) note(nameOf(keyword), null, match.index);
  for (const match of text.matchAll(selected)) for (const [, keyword] of match[1]!.matchAll(/:([a-z][\w-]*)/g)) note(nameOf(keyword!), null, match.index, true);
}

/** `(nil? (:database-url env))`: the code asks because it cannot do without. */
const absent = /\(nil\?\s{1,8}\((?:env\s{1,8}:([a-z][\w-]*)|:([a-z][\w-]*)\s{1,8}env)\)\)/g;

/** Variables that code asks for because it cannot do without them. */
export function neededIn(text: string): Set<string> {
  return new Set([...text.matchAll(absent)].map(([, before, after]) => nameOf((before ?? after)!)));
}

/** What only its developers connect to. */
const forDevelopers = /^(?:N?REPL|SOCKET_REPL)_/;

/** Notes the keys of a file of settings that cprop lays the environment over: `{:port 3000}` of `config.edn` is what `PORT` is otherwise. */
export function noteSettings(draft: Draft, file: string, text: string): void {
  const lines = linesIn(text);
  for (const match of text.matchAll(/(?<=^[ \t]{0,8}\{?[ \t]{0,8}):([a-z][\w-]{0,60})\s{1,20}("[^"\n]{0,200}"|\d{1,9}|true|false)(?=[\s}])/gm)) {
    const name = nameOf(match[1]!);
    draft.placeholders.push({ name, default: match[2]!.replaceAll('"', ''), evidence: seen(file, lines.at(match.index), `${name} replaces ${match[1]}`) });
  }
}

/** `(get-in env [:http :port])`: what is within is read by two underscores (cprop). */
const nested = /\(get-in\s+env\s+\[((?:\s*:[a-z][\w-]*){1,4})\s*\]/g;

/** `{:keys [port database-url]} env` */
const takenApart = /\{:keys\s+\[([^\]]{1,400})\]\}\s+env\b/g;

function nameOf(keyword: string): string {
  return keyword.replaceAll('-', '_').toUpperCase();
}
