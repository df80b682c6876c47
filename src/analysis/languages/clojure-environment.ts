import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { linesIn } from '../syntax/lines.ts';

/** `(env :database-url "default")`, `(get env :database-url)`, `(-> env :database-url)` and `(:database-url env)` of environ and cprop, `#env NAME` and `#or [#env NAME default]` of aero. */
const reads = /\((?:(?:environ\.core\/)?|get\s+)env\s+:([a-z][\w-]*)(?:\s+"?([^\s()"]+)"?)?\)|\(:([a-z][\w-]*)\s+env\)|#env\s+"?([A-Za-z_]\w*)"?(?:\s+"?([^\s\])}"#]+)"?)?|\(->>?\s+env\s+:([a-z][\w-]*)(?![\w-]|\s+:)/g;

/** `(select-keys env [:database-url :port])` takes several. */
const selected = /\(select-keys\s+env\s+\[([^\]]*)\]/g;

/** Notes the variables that libraries for settings read for Clojure: a keyword stands for its name in capitals. */
export function noteEnvironment(draft: Draft, file: string, text: string): void {
  const lines = linesIn(text);
  const note = (name: string, value: string | null, at: number) => draft.placeholders.push({ name, default: value, evidence: seen(file, lines.at(at), `reads ${name}`) });
  for (const match of text.matchAll(reads)) {
    const keyword = match[1] ?? match[3] ?? match[6];
    const name = keyword === undefined ? match[4]! : nameOf(keyword);
    const isAlternative = match[4] !== undefined && /#or\s*\[\s*$/.test(text.slice(0, match.index));
    const value = match[2] ?? (isAlternative ? match[5] : undefined);
    note(name, value === undefined || value === 'nil' ? null : value, match.index);
  }
  for (const match of text.matchAll(nested)) note([...match[1]!.matchAll(/:([a-z][\w-]*)/g)].map(([, keyword]) => nameOf(keyword!)).join('__'), null, match.index);
  for (const match of text.matchAll(takenApart)) for (const [keyword] of match[1]!.matchAll(/[a-z][\w-]*/g)) note(nameOf(keyword), null, match.index);
  for (const match of text.matchAll(selected)) for (const [, keyword] of match[1]!.matchAll(/:([a-z][\w-]*)/g)) note(nameOf(keyword!), null, match.index);
}

/** `(get-in env [:http :port])`: what is within is read by two underscores (cprop). */
const nested = /\(get-in\s+env\s+\[((?:\s*:[a-z][\w-]*){1,4})\s*\]/g;

/** `{:keys [port database-url]} env` */
const takenApart = /\{:keys\s+\[([^\]]{1,400})\]\}\s+env\b/g;

function nameOf(keyword: string): string {
  return keyword.replaceAll('-', '_').toUpperCase();
}
