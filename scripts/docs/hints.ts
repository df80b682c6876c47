import { hintDefinitions, type Level } from '../../src/analysis/hints/vocabulary.ts';

const levels: Readonly<Record<Level, string>> = {
  hint: 'Wishes: what matters, not how. Analysis decides what that means for each service.',
  preference: 'Settings: a number in place of one that analysis chose.',
  detailed: 'Parts of the plan, written by hand.',
};

/** Everything that can be said beside the code, from the vocabulary itself. */
export function hintReference(): string {
  return [
    '# Hints',
    '',
    '<!-- Generated from the vocabulary: do not edit. -->',
    '',
    'Nothing has to be said: most apps need no hint. What the code cannot say is given with the command, `--hint WORD` or `--hint KEY=VALUE`, for one service `--hint KEY:SERVICE=VALUE`; or stands in any comment of the code, in any syntax of comments:',
    '',
    '```js',
    '// @stratoswarm: optimize-for-latency, memory=512Mi',
    '```',
    '',
    'A comment holds for the service in whose directory it stands. What is given with the command wins. `plan` shows every hint with what came of it; one that nobody understands is named, with what was most likely meant.',
    ...(Object.keys(levels) as Level[]).flatMap((level) => [
      '', `## ${level[0]!.toUpperCase()}${level.slice(1)}`, '', levels[level], '', '| hint | what it says |', '|---|---|',
      ...hintDefinitions.filter((definition) => definition.level === level).map(({ name, value, end, summary }) => `| \`${name}${value === undefined ? (end ? '[-TIME]' : '') : `=${value}`}\` | ${summary.replaceAll('|', '\\|')} |`),
    ]),
    '',
  ].join('\n');
}
