import { StratoError } from '../model/errors.ts';
import { globalOptions, type Command, type OptionSpec, type Values } from './command.ts';
import { commands } from './commands.ts';
import { nearest } from './suggest.ts';
import { show, usage } from './usage.ts';

export type Parsed =
  | { readonly kind: 'help'; readonly command: Command | undefined; readonly group: string | undefined }
  | { readonly kind: 'command'; readonly command: Command; readonly values: Values };

/** What a command line asks for. Throws `usage.*` with what to write instead. */
export function parse(argv: readonly string[]): Parsed {
  const [first, second] = argv;
  if (first === undefined || first === '--help' || first === '-h') return { kind: 'help', command: undefined, group: undefined };
  if (first === '--version' || first === '-V') return parseFor(commandNamed('version')!, argv.slice(1));
  if (first === 'help') return helpFor(argv.slice(1));
  const double = commandNamed(`${first} ${second}`);
  if (double !== undefined) return parseFor(double, argv.slice(2));
  const single = commandNamed(first);
  if (single !== undefined) return parseFor(single, argv.slice(1));
  const group = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length > 0) {
    if (second === '--help' || second === '-h') return { kind: 'help', command: undefined, group: first };
    throw unknownCommand(second === undefined ? first : `${first} ${second}`, group.map(({ name }) => name));
  }
  if (first.startsWith('-')) throw usage('usage.option', `There is no option ${show(first)} before a command`, undefined);
  throw unknownCommand(first, commands.map(({ name }) => name));
}

export function commandNamed(name: string): Command | undefined {
  return commands.find((command) => command.name === name);
}

function helpFor(words: readonly string[]): Parsed {
  const name = words.join(' ');
  const group = commands.some((command) => command.name.startsWith(`${name} `)) ? name : undefined;
  const command = commandNamed(name);
  if (name !== '' && command === undefined && group === undefined) throw unknownCommand(name, commands.map((known) => known.name));
  return { kind: 'help', command, group };
}

function parseFor(command: Command, words: readonly string[]): Parsed {
  const given = new Map<string, (string | true)[]>();
  const positional: string[] = [];
  let rest: readonly string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--') {
      rest = words.slice(i + 1);
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      positional.push(word);
      continue;
    }
    const { option, value } = read(command, word);
    const taken = option.value === undefined ? true : (value ?? words[++i]);
    if (taken === undefined) throw usage('usage.option', `--${option.name} needs a value`, command, `write --${option.name} ${option.value}`);
    if (option.value === undefined && value !== undefined) throw usage('usage.option', `--${option.name} takes no value`, command);
    given.set(option.name, [...(given.get(option.name) ?? []), taken]);
  }
  if (given.has('help')) return { kind: 'help', command, group: undefined };
  if (command.rest === undefined) positional.push(...rest);
  for (const option of command.options) if (option.value !== undefined && !option.many && (given.get(option.name)?.length ?? 0) > 1) throw usage('usage.option', `--${option.name} is there twice`, command);
  return { kind: 'command', command, values: values(command, positional, given, command.rest === undefined ? [] : rest) };
}

/** Finds the option that a word stands for: `--name`, `--name=value`, `-n`, `-nvalue`. */
function read(command: Command, word: string): { option: OptionSpec; value: string | undefined } {
  const known = [...command.options, ...globalOptions];
  const equals = word.indexOf('=');
  if (word.startsWith('--')) {
    const name = word.slice(2, equals < 0 ? undefined : equals);
    const option = known.find((candidate) => candidate.name === name);
    if (option !== undefined) return { option, value: equals < 0 ? undefined : word.slice(equals + 1) };
    const near = nearest(name, known.map((candidate) => candidate.name));
    throw usage('usage.option', `There is no option ${show(`--${name}`)}`, command, near === undefined ? undefined : `did you mean --${near}?`);
  }
  const option = known.find(({ short }) => short === word[1]);
  if (option !== undefined && (option.value !== undefined || word.length === 2)) return { option, value: word.length > 2 ? word.slice(2) : undefined };
  throw usage('usage.option', `There is no option ${show(word)}`, command, `a path that begins with a dash is written as ./${word.slice(0, 40)}`);
}

function values(command: Command, positional: readonly string[], given: ReadonlyMap<string, readonly (string | true)[]>, rest: readonly string[]): Values {
  const named = new Map<string, readonly string[]>();
  let next = 0;
  for (const spec of command.arguments) {
    const taken = spec.many ? positional.slice(next) : positional.slice(next, next + 1);
    if (taken.length === 0 && !spec.optional) throw usage('usage.argument', `${spec.name.toUpperCase()} is missing: ${spec.summary}`, command);
    if (taken.some((word) => word === '')) throw usage('usage.argument', `${spec.name.toUpperCase()} is empty`, command);
    named.set(spec.name, taken);
    next += taken.length;
  }
  if (next < positional.length) {
    const hint = command.arguments.at(-1)?.isPath ? `did you mean ${show(positional.slice(next - 1).join('/')).slice(1, -1)}?` : undefined;
    throw usage('usage.argument', `${show(positional[next]!)} is one argument too many`, command, hint);
  }
  if (command.rest !== undefined && rest.length === 0) throw usage('usage.argument', `${command.rest.name.toUpperCase()} is missing: ${command.rest.summary}, after --`, command);
  const texts = (name: string) => (given.get(name) ?? []).filter((value) => value !== true);
  const all = (name: string) => {
    const taken = named.get(name);
    if (taken === undefined) throw new Error(`${command.name} has no argument ${name}`);
    return taken;
  };
  return {
    argument: (name) => all(name)[0]!,
    optional: (name) => all(name)[0],
    many: all,
    option: (name) => texts(name).at(-1),
    options: texts,
    flag: (name) => given.has(name),
    rest,
    json: given.has('json'),
  };
}

function unknownCommand(name: string, known: readonly string[]): StratoError {
  const near = nearest(name, known);
  const isGroup = known.every((candidate) => candidate.startsWith(`${name} `));
  const next = isGroup ? `write one of: ${known.join(', ')}` : near === undefined ? 'see `stratoswarm --help`' : `did you mean \`stratoswarm ${near}\`?`;
  return new StratoError('usage.command', isGroup ? `${name} needs to know what to do` : `There is no command ${show(name)}`, { next });
}
