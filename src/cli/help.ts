import { globalOptions, type ArgumentSpec, type Command, type OptionSpec } from './command.ts';
import { commands } from './commands.ts';
import type { Screen } from './render/screen.ts';

/** The help of everything, or of one group of commands. */
export function overview(screen: Screen, group?: string): string {
  const { bold, dim } = screen.paint;
  const shown = commands.filter(({ name }) => group === undefined || name.startsWith(`${group} `));
  const width = Math.max(...shown.map(({ name }) => name.length));
  return [
    ...(group === undefined ? ['Stratoswarm runs your code: point it at a directory and get an address.', ''] : []),
    `${bold('Usage')}  stratoswarm ${group ?? ''}${group === undefined ? '' : ' '}COMMAND [OPTIONS]`,
    '',
    ...shown.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    dim('Every command takes --json and --help. `stratoswarm COMMAND --help` shows options and examples.'),
  ].join('\n');
}

/** The help of one command. */
export function detail(screen: Screen, command: Command): string {
  const { bold } = screen.paint;
  const options = [...command.options, ...globalOptions];
  const rows = [...command.arguments, ...(command.rest ? [command.rest] : [])];
  const width = Math.max(...options.map((option) => optionText(option).length), ...rows.map(({ name }) => name.length));
  return [
    command.summary,
    ...(command.about === undefined ? [] : ['', command.about]),
    '',
    `${bold('Usage')}  ${usageLine(command)}`,
    ...(rows.length === 0 ? [] : ['', bold('Arguments'), ...rows.map(({ name, summary }) => `  ${name.toUpperCase().padEnd(width)}  ${summary}`)]),
    '',
    bold('Options'),
    ...options.map((option) => `  ${optionText(option).padEnd(width)}  ${option.summary}`),
    '',
    bold('Examples'),
    ...command.examples.flatMap(({ line, does }) => [`  stratoswarm ${line}`, `      ${does}`]),
  ].join('\n');
}

export function usageLine(command: Command): string {
  const rest = command.rest === undefined ? '' : ` -- ${argumentText(command.rest)}`;
  return `stratoswarm ${[command.name, ...command.arguments.map(argumentText)].join(' ')} [OPTIONS]${rest}`;
}

function argumentText({ name, optional, many }: ArgumentSpec): string {
  const text = `${name.toUpperCase()}${many ? '...' : ''}`;
  return optional ? `[${text}]` : text;
}

export function optionText({ name, short, value }: OptionSpec): string {
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}
