import { globalOptions } from './command.ts';
import { commands } from './commands.ts';
import { exits } from './exits.ts';
import { optionText, usageLine } from './help.ts';

/** The CLI reference as Markdown, generated from the same table that parses the command line. */
export function cliReference(): string {
  return [
    '# CLI reference',
    '',
    '<!-- Generated from src/cli/commands.ts: do not edit. -->',
    '',
    '`stratoswarm` and `swarmctl` are the same program. Results go to standard output, progress and errors to standard error. Every command takes',
    '`--json` and `--help`. State is kept in `$STRATOSWARM_HOME`. `NO_COLOR` turns colours off, `STRATOSWARM_DEBUG=1` shows where an error came from.',
    '',
    ...commands.map((command) => `- [${command.name}](#${command.name.replaceAll(' ', '-')}): ${command.summary}`),
    '',
    ...commands.flatMap((command) => [
      `## ${command.name}`,
      '',
      `${command.summary}.`,
      ...(command.about === undefined ? [] : ['', command.about]),
      '',
      '```',
      usageLine(command),
      '```',
      '',
      ...rows('argument', [...command.arguments, ...(command.rest ? [command.rest] : [])].map(({ name, summary }) => [name.toUpperCase(), summary])),
      ...rows('option', command.options.map((option) => [optionText(option).trim(), option.summary])),
      ...command.examples.map(({ line, does }) => `- \`stratoswarm ${line}\`: ${does}`),
      '',
    ]),
    '## Options of every command',
    '',
    ...rows('option', globalOptions.map((option) => [optionText(option).trim(), option.summary])),
    '## Exit codes',
    '',
    '`exec` exits with the code of the program that it ran.',
    '',
    '| code | name | meaning |',
    '|---|---|---|',
    ...exits.map(({ code, name, means }) => `| ${code} | ${name} | ${means} |`),
    '',
  ].join('\n');
}

function rows(heading: string, entries: readonly (readonly string[])[]): string[] {
  if (entries.length === 0) return [];
  return [`| ${heading} | |`, '|---|---|', ...entries.map(([name, summary]) => `| \`${name}\` | ${summary} |`), ''];
}
