import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { portsIn } from '../platforms/command-port.ts';
import { entryOfCommand } from '../platforms/entry.ts';
import type { Tree } from '../tree/tree.ts';
import type { PythonManager } from './python-dependencies.ts';
import { toldCommands } from './told.ts';

const wrapper = /^(?:(?:poetry|pipenv|uv|pdm|rye|pixi) run )?(?:python3? -m (?=(?:flask|uvicorn|gunicorn|hypercorn|daphne|fastapi|streamlit|waitress)\b))?/;
const server = /^(uvicorn|gunicorn|hypercorn|daphne|waitress-serve|fastapi|flask|streamlit)\s/;
const plain = /^[\w./:=@%+,-]+(?: [\w./:=@%+,-]+)*$/;
/** What is run once, before or beside the app. */
const errand = /\bmanage\.py\b|\s(?:--?h(?:elp)?|--version|--test|(?:\w+[-_])?(?:migrate|migrations?|init|setup|seed|create|test|train|upgrade|db)(?:[-_:]\w+)?|(?:\S*\/)?(?:init|create|setup|seed|reset|drop|populate|migrate)_(?:db|database|tables?|data)\.py)(?=\s|$)/;
/** Options for those who work on the code. */
const development = / --?(?:reload|debug|dev)\b/g;

/**
 * Prefers, of the ways in which a project can be started, the one that its README, Makefile or start script tells; with the arguments that it tells. What a manual
 * tells to those who try it out does not replace a server that the project depends on by one for development.
 */
export function claimToldStart(tree: Tree, draft: Draft, manager: PythonManager): void {
  const claims = draft.claims('start').filter((claim): claim is typeof claim & { value: string } => claim.value !== null);
  const [best] = claims;
  if (!best) return;
  const told = toldCommands(tree, draft.path).flatMap(({ command, ...place }) => {
    const program = programOf(tree, draft.path, command);
    return program === undefined || errand.test(command) ? [] : [{ command, program, evidence: seen(place.file, place.line, `tells to run ${command.slice(0, 120)}`) }];
  });
  const current = programOf(tree, draft.path, best.value);
  const isServer = /^(?:gunicorn|daphne|uvicorn|hypercorn|waitress-serve)$/.test(current ?? '');
  const usable = told.filter(({ program }) => program === current || !(isServer && isForDevelopment(tree, program)));
  const known = usable.flatMap((one) => claims.filter((claim) => one.program === programOf(tree, draft.path, claim.value)).slice(0, 1).map((claim) => ({ ...one, claim })));
  const wanted = (known.find(({ claim }) => claim === best) ?? known[0])?.program;
  const ways = known.filter(({ program }) => program === wanted);
  const chosen = ways.find(({ command }) => command.split(' ').length <= 2) ?? ways[0];
  if (!chosen) return;
  const { command, program, claim, evidence } = chosen;
  const isFile = program.endsWith('.py');
  const [port] = portsIn(command);
  const placed = port === undefined ? claim.value : claim.value.replace(/\$\{PORT:-\d+\}/, `\${PORT:-${port}}`);
  draft.claim('start', isFile ? spelled(command, claim.value, manager) : placed, 0.955, evidence);
  if (isFile) draft.entry = program;
  for (const port of portsIn(command)) draft.claim('port', { port, protocol: 'http' }, 0.75, evidence);
}

/** The server of Flask, and files that start it with its debugger. */
function isForDevelopment(tree: Tree, program: string): boolean {
  return program === 'flask' || /\bdebug\s*=\s*True\b/.test(tree.text(program) ?? '');
}

/** The server that a command runs, or the file of the tree; undefined for other commands. */
function programOf(tree: Tree, directory: string, command: string): string | undefined {
  const bare = command.replace(wrapper, '');
  const known = server.exec(`${bare} `)?.[1];
  if (known !== undefined) return known;
  return /^python(?:3(?:\.\d+)?)? /.test(bare) ? entryOfCommand(tree, directory, bare) ?? undefined : undefined;
}

/** The told command in the project's environment; as it was known when it holds more than words. */
function spelled(command: string, known: string, manager: PythonManager): string {
  const bare = command.replace(wrapper, '').replace(development, '').replace(/^python\S* /, '');
  return plain.test(bare) ? `${manager.prefix}${manager.prefix === '' ? 'python3' : 'python'} ${bare.replace(/^\.\//, '')}` : known;
}
