import { globalOptions, type Command } from './command.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const programs = ['stratoswarm', 'swarmctl'];

/** The script by which a shell completes `commands`, their options and the names of apps. */
export function completionScript(shell: Shell, commands: readonly Command[]): string {
  return { bash, zsh, fish }[shell](wordsOf(commands));
}

interface Words {
  readonly commands: readonly Command[];
  /** What may stand first: a command of one word, or the name of a group. */
  readonly first: readonly string[];
  readonly groups: readonly string[];
  readonly membersOf: (group: string) => string[];
  /** Commands whose first argument is an app. */
  readonly takingApp: readonly string[];
}

function wordsOf(commands: readonly Command[]): Words {
  const first = [...new Set(commands.map(({ name }) => name.split(' ')[0]!)), 'help'];
  return {
    commands, first,
    groups: first.filter((word) => commands.some(({ name }) => name.startsWith(`${word} `))),
    membersOf: (group) => commands.filter(({ name }) => name.startsWith(`${group} `)).map(({ name }) => name.slice(group.length + 1)),
    takingApp: commands.filter(({ arguments: [argument] }) => argument?.name === 'app').map(({ name }) => name),
  };
}

const optionsOf = (options: readonly { name: string }[]): string => [...options, ...globalOptions].map(({ name }) => `--${name}`).join(' ');

function bash({ commands, first, groups, membersOf, takingApp }: Words): string {
  return `# bash completion of stratoswarm
_stratoswarm() {
  local cur=\${COMP_WORDS[COMP_CWORD]} cmd=\${COMP_WORDS[1]}
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${first.join(' ')}" -- "$cur")); return
  fi
  case $cmd in
${groups.map((group) => `    ${group}) if [ "$COMP_CWORD" -eq 2 ]; then COMPREPLY=($(compgen -W "${membersOf(group).join(' ')}" -- "$cur")); return; fi; cmd="$cmd \${COMP_WORDS[2]}" ;;`).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case $cmd in
${commands.map(({ name, options }) => `      "${name}") COMPREPLY=($(compgen -W "${optionsOf(options)}" -- "$cur")) ;;`).join('\n')}
    esac
    return
  fi
  case $cmd in
    completion) COMPREPLY=($(compgen -W "${shells.join(' ')}" -- "$cur")) ;;
    ${takingApp.map((name) => `"${name}"`).join('|')}) COMPREPLY=($(compgen -W "$("\${COMP_WORDS[0]}" completion apps 2>/dev/null)" -- "$cur")) ;;
    *) COMPREPLY=($(compgen -f -- "$cur")) ;;
  esac
}
complete -o filenames -F _stratoswarm ${programs.join(' ')}
`;
}

function zsh({ commands, first, groups, takingApp }: Words): string {
  const described = (entries: readonly { name: string; summary: string }[]) => entries.map(({ name, summary }) => `'${name}:${quoted(summary)}'`).join(' ');
  const top = first.map((name) => ({ name, summary: commands.find((command) => command.name === name)?.summary ?? `commands of ${name}` }));
  return `#compdef ${programs.join(' ')}
_stratoswarm() {
  local -a list
  local cmd=$words[2]
  if (( CURRENT == 2 )); then
    list=(${described(top)}); _describe command list; return
  fi
  case $cmd in
${groups.map((group) => `    ${group}) if (( CURRENT == 3 )); then list=(${described(commands.filter(({ name }) => name.startsWith(`${group} `)).map(({ name, summary }) => ({ name: name.slice(group.length + 1), summary })))}); _describe command list; return; fi; cmd="$cmd $words[3]" ;;`).join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then
    case $cmd in
${commands.map(({ name, options }) => `      "${name}") list=(${described([...options, ...globalOptions].map((option) => ({ name: `--${option.name}`, summary: option.summary })))}) ;;`).join('\n')}
    esac
    _describe option list; return
  fi
  case $cmd in
    completion) list=(${shells.join(' ')}); _describe shell list ;;
    ${takingApp.join('|')}) list=(\${(f)"$($words[1] completion apps 2>/dev/null)"}); _describe app list ;;
    *) _files ;;
  esac
}
if [ "$funcstack[1]" = _stratoswarm ]; then _stratoswarm "$@"; else compdef _stratoswarm ${programs.join(' ')}; fi
`;
}

function fish({ commands, first, groups, membersOf, takingApp }: Words): string {
  const lines = programs.flatMap((program) => [
    `complete -c ${program} -n __fish_use_subcommand -f`,
    ...first.map((word) => `complete -c ${program} -n __fish_use_subcommand -f -a ${word} -d '${quoted(commands.find(({ name }) => name === word)?.summary ?? `commands of ${word}`)}'`),
    ...groups.flatMap((group) => membersOf(group).map((member) => `complete -c ${program} -n '__fish_seen_subcommand_from ${group}' -f -a ${member}`)),
    ...commands.flatMap(({ name, options }) => [...options, ...globalOptions].map((option) => `complete -c ${program} -n '__fish_seen_subcommand_from ${name.split(' ').at(-1)}' -l ${option.name}${option.short === undefined ? '' : ` -s ${option.short}`}${'value' in option && option.value !== undefined ? ' -r' : ''} -d '${quoted(option.summary)}'`)),
    ...takingApp.map((name) => `complete -c ${program} -n '__fish_seen_subcommand_from ${name}' -f -a '(${program} completion apps 2>/dev/null)'`),
  ]);
  return `# fish completion of stratoswarm\n${lines.join('\n')}\n`;
}

/** Within single quotes of a shell, where colons separate a word from its description. */
function quoted(text: string): string {
  return text.replaceAll("'", '’').replaceAll(':', ',').replaceAll('`', '');
}
