import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { linesIn } from '../syntax/lines.ts';

/** `(env :database-url "default")` and `(:database-url env)` of environ, `#env NAME` and `#or [#env NAME default]` of aero. */
const reads = /\((?:environ\.core\/)?env\s+:([a-z][\w-]*)(?:\s+"?([^\s()"]+)"?)?\)|\(:([a-z][\w-]*)\s+env\)|#env\s+"?([A-Za-z_]\w*)"?(?:\s+"?([^\s\])}"#]+)"?)?/g;

/** Notes the variables that libraries for settings read for Clojure: a keyword stands for its name in capitals. */
export function noteEnvironment(draft: Draft, file: string, text: string): void {
  const lines = linesIn(text);
  for (const match of text.matchAll(reads)) {
    const keyword = match[1] ?? match[3];
    const name = keyword?.replaceAll('-', '_').toUpperCase() ?? match[4]!;
    const isAlternative = match[4] !== undefined && /#or\s*\[\s*$/.test(text.slice(0, match.index));
    const value = match[2] ?? (isAlternative ? match[5] : undefined);
    draft.placeholders.push({ name, default: value === undefined || value === 'nil' ? null : value, evidence: seen(file, lines.at(match.index), `reads ${name}`) });
  }
}
