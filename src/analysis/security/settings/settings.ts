import type { Finding } from '../../../model/index.ts';
import { linesIn } from '../../syntax/lines.ts';
import { isForWork, isSectionForWork } from '../modes.ts';
import type { Plain } from '../taint/rules.ts';
import { plainWeaknesses } from '../taint/rules.ts';
import type { Entry } from './entries.ts';
import { entriesOf } from './entries.ts';
import { lineRules } from './lines.ts';
import { settingRules } from './rules.ts';

/** Without one of these words in it no setting is dangerous. */
const telling = /cookie|secure|http_?only|debug|stack-?trace|exposure|management|web-?allow-?others|DetailedErrors|display_errors|origins?|customErrors|trace|inspect|jdwp|_ENV/i;

const longestBlock = 4000;

/** What files of settings turn on, or off, that must not be where the app is used. */
export function settingWeaknesses(path: string, text: string): Finding[] {
  if (isForWork(path)) return [];
  const settings = settingRules.filter(({ files }) => files.test(path));
  const lines = lineRules.filter(({ files }) => files.test(path));
  if ((settings.length === 0 && lines.length === 0) || !telling.test(text)) return [];
  const entries = settings.length === 0 ? [] : entriesOf(path, text).filter(({ path: names }) => !names.slice(0, -1).some(isSectionForWork)).map((entry) => ({ ...entry, key: entry.path.join('.') }));
  const found = settings.flatMap(({ plain, of, key, value, beside, defaults, severity, does, fix }): Finding[] => {
    if (beside && !entries.some((entry) => beside.key.test(entry.key) && beside.value.test(entry.value))) return [];
    return entries.flatMap((entry) => (Boolean(defaults) === Boolean(entry.isDefault) && key.test(entry.key) && value.test(entry.value) && !isUndone(entry, entries) ? [finding(path, plain, entry.line, `${entry.key} is ${entry.value} (${of}): ${does}`, fix, severity)] : []));
  });
  return [...found, ...lines.flatMap(({ plain, pattern, beside, inBlock, without, does, fix, severity }): Finding[] => {
    if ((beside && !beside.test(text)) || without?.test(text)) return [];
    return [...text.matchAll(pattern)].filter(({ index }) => !beside || !inBlock || beside.test(blockAt(text, index))).map((match) => finding(path, plain, linesIn(text).at(match.index + match[0].trimEnd().length - 1), `${match[0].trim().replace(/\s+/g, ' ').slice(0, 100)}: ${does}`, fix, severity));
  })];
}

/** What stands between the innermost braces around a place, as far as a block of settings is long. */
function blockAt(text: string, index: number): string {
  const before = text.slice(Math.max(0, index - longestBlock), index);
  const after = text.slice(index, index + longestBlock);
  const end = after.indexOf('}');
  return before.slice(before.lastIndexOf('{') + 1) + after.slice(0, end < 0 ? undefined : end);
}

/** Whether a class of the same file that stands for production turns back what the one that it builds on does. */
function isUndone(entry: Entry, entries: readonly Entry[]): boolean {
  const [owner, name] = entry.path;
  return name !== undefined && entry.path.length === 2 && entries.some(({ path, value }) => path.length === 2 && path[1] === name && path[0] !== owner && /^Prod/.test(path[0]!) && value !== entry.value);
}

function finding(file: string, rule: Plain, line: number, message: string, fix: string, severity?: Finding['severity']): Finding {
  return { rule, severity: severity ?? plainWeaknesses[rule].severity, file, line, message, fix };
}
