import type { Token } from '../syntax/lexer.ts';
import { isMark, matchAt } from '../syntax/match.ts';
import type { Import } from './imports.ts';

interface Reader {
  /** Libraries that read options. */
  readonly libraries?: RegExp;
  /** The language's own ways, as tokens with blanks between. */
  readonly own?: readonly string[];
  /** Its ways to ask whoever sits at the terminal, likewise; none follows a dot, which is where something else of the same name is asked. */
  readonly asks?: readonly string[];
}

const jvm: Reader = { libraries: /^(picocli|org\.apache\.commons\.cli|com\.beust\.jcommander|org\.kohsuke\.args4j|net\.sourceforge\.argparse4j|com\.github\.ajalt\.(clikt|mordant)|kotlinx\.cli|com\.xenomachina|scopt|com\.monovore\.decline|mainargs|org\.rogach\.scallop)\b/, asks: ['System . in )', 'readln (', 'readLine ( )'] };
const node: Reader = { libraries: /^(commander|yargs|meow|cac|@oclif\/core|@oclif\/command|ink|caporal|vorpal|inquirer|@inquirer\/prompts|@clack\/prompts|minimist|arg|command-line-args|sade|citty|clipanion|prompts|enquirer)$/, own: ['process . argv', 'Deno . args', 'Bun . argv', 'parseArgs ('], asks: ['input : process . stdin', 'inquirer . prompt (', 'createInterface ( process . stdin'] };
const native: Reader = { libraries: /(^|\/)(getopt|argp|argparse|CLI11|CLI|cxxopts)(\.h(pp)?)?$/, own: ['getopt (', 'getopt_long (', 'argv [', 'argv +', '( argc , argv'], asks: ['std :: cin', 'cin >>', 'scanf ('] };

/** How programs read what they are given on the command line, or by whoever sits at the terminal. A library is an entry here. */
const readers: Readonly<Record<string, Reader>> = {
  python: { libraries: /^(argparse|click|typer|docopt|fire|optparse|getopt|absl\.flags|cleo|plac|cyclopts|tyro|questionary|textual|prompt_toolkit)(\.|$)/, own: ['sys . argv'], asks: ['input (', 'raw_input ('] },
  go: { libraries: /^flag$|spf13\/(cobra|pflag)|urfave\/cli|alecthomas\/(kong|kingpin)|jessevdk\/go-flags|alexflint\/go-arg|(charmbracelet|charm\.land)\/(bubbletea|huh)|manifoldco\/promptui|AlecAivazis\/survey/, own: ['os . Args'], asks: ['os . Stdin', 'fmt . Scan (', 'fmt . Scanln (', 'fmt . Scanf ('] },
  rust: { libraries: /^(clap|structopt|argh|argwerk|gumdrop|pico_args|lexopt|docopt|bpaf|getopts|dialoguer|inquire)\b/, own: ['env :: args', 'args_os ('], asks: ['io :: stdin', 'stdin ( )'] },
  javascript: node, typescript: node, java: jvm, kotlin: jvm, scala: jvm, groovy: jvm, c: native, cpp: native,
  csharp: { libraries: /^(System\.CommandLine|CommandLine|Spectre\.Console\.Cli|McMaster\.Extensions\.CommandLineUtils|Cocona|CliFx|ConsoleAppFramework)\b/, asks: ['Console . ReadLine', 'Console . ReadKey'] },
  ruby: { libraries: /^(optparse|thor|slop|gli|dry\/cli|tty-prompt|optimist)$/, own: ['ARGV'], asks: ['gets'] },
  php: { libraries: /^Symfony\\Component\\Console\b/, own: ['getopt (', '$argv'], asks: ['readline (', 'fgets ( STDIN'] },
  swift: { libraries: /^ArgumentParser$/, own: ['CommandLine . arguments'], asks: ['readLine ('] },
  dart: { libraries: /^package:args\//, asks: ['stdin . readLineSync ('] },
  haskell: { libraries: /^Options\.Applicative|^System\.Console/, own: ['getArgs'], asks: ['getLine'] },
  elixir: { own: ['OptionParser . parse', 'System . argv'] },
};

/** Whether code reads its command line, or asks at the terminal. */
export function readsCommandLine(language: string, tokens: readonly Token[], imports: readonly Import[]): boolean {
  const reader = readerOf(language);
  return reader?.libraries !== undefined && imports.some(({ name }) => reader.libraries!.test(name)) || says(tokens, reader?.own) || asksAtTerminal(language, tokens);
}

/** Whether code asks whoever sits at the terminal, and goes on by the answer. */
export function asksAtTerminal(language: string, tokens: readonly Token[]): boolean {
  return says(tokens, readerOf(language)?.asks, (at) => !isMark(tokens[at - 1], '.'));
}

function readerOf(language: string): Reader | undefined {
  return Object.hasOwn(readers, language) ? readers[language] : undefined;
}

function says(tokens: readonly Token[], phrases: readonly string[] = [], isMeant: (at: number) => boolean = () => true): boolean {
  const ways = Map.groupBy(phrases.map((way) => way.split(' ')), ([first]) => first!);
  return ways.size > 0 && tokens.some(({ text }, i) => ways.get(text)?.some((way) => matchAt(tokens, i, way) > 0) === true && isMeant(i));
}
