import { reason, type ArgumentSpec, type Command, type OptionSpec } from './command.ts';
import { memoryCommands } from './memory-commands.ts';
import { snapshotCommands } from './snapshot-commands.ts';

const app: ArgumentSpec = { name: 'app', summary: 'name of an app' };
const part: ArgumentSpec = { name: 'app', summary: 'APP, APP/SERVICE or APP/SERVICE/SLOT', isPath: true };
const source: ArgumentSpec = { name: 'source', summary: 'a directory, a tarball, or a git URL' };
const name: OptionSpec = { name: 'name', value: 'NAME', summary: "the app's name instead of the code's own" };
const hint: OptionSpec = { name: 'hint', value: 'HINT', many: true, summary: 'what the code does not say: a wish as budget-conscious, or KEY=VALUE or KEY:SERVICE=VALUE; see the guide to hints' };
const timeout: OptionSpec = { name: 'timeout', value: 'SECONDS', summary: 'how long to wait until it is done (default 120)' };
const detach: OptionSpec = { name: 'detach', short: 'd', summary: 'do not wait until it is done' };
const yes: OptionSpec = { name: 'yes', short: 'y', summary: 'ask nothing' };

const archiveFiles: OptionSpec = { name: 'archive', value: 'FILE', many: true, summary: 'a bundle with events that were archived' };
const witnessUrl: OptionSpec = { name: 'witness', value: 'URL', summary: 'a witness that shall cosign the checkpoint' };
const witnessKey: OptionSpec = { name: 'witness-key', value: 'KEY', many: true, summary: 'public key of a witness that is trusted' };

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  {
    name: 'deploy', summary: 'Run code: a directory, a tarball or a git repository',
    about: 'Works out from the code how to build and run it, builds it, starts it isolated, and puts it behind an address once it is healthy. Deploying again updates without downtime; when the new revision does not become healthy, the one that runs stays.',
    arguments: [{ ...source, optional: true, summary: `${source.summary} (default: the current directory)` }],
    options: [
      reason,
      name,
      { name: 'env', short: 'e', value: 'NAME=VALUE', many: true, summary: 'a variable for the app, kept for later deployments' },
      { name: 'env-from', value: 'FILE', many: true, summary: 'a file with such variables, one NAME=VALUE a line, as .env; --env goes before it' },
      { name: 'unset', value: 'NAME', many: true, summary: 'a variable that is kept and shall be no more; a secret that was made for the app is made anew' },
      hint,
      { name: 'replicas', value: 'SERVICE=N', many: true, summary: 'how many agents of a service' },
      { name: 'memory', value: 'SERVICE=SIZE', many: true, summary: 'most memory of each of its agents, as 256Mi; none for no limit' },
      { name: 'cpu', value: 'SERVICE=CORES', many: true, summary: 'most CPU of each of its agents, as 0.5 or 500m; none for no limit' },
      { name: 'isolation', value: 'KIND', summary: 'process, namespace, container or sandbox, as `doctor` lists them (default: the strongest that works here; sandbox only when asked for)' },
      yes,
      { ...detach, summary: 'do not wait: print the deployment and return' },
    ],
    examples: [
      { line: 'deploy', does: 'deploys the current directory' },
      { line: 'deploy ./shop --name shop --env API_KEY=abc', does: 'names the app and gives it a variable' },
      { line: 'deploy https://example.org/shop.git', does: 'clones and deploys a repository' },
      { line: 'deploy shop.tar.gz --json', does: 'prints one JSON document with the url' },
    ],
    load: () => import('./commands/deploy.ts'),
  },
  {
    name: 'plan', summary: 'Show what would run, and why; change nothing',
    arguments: [{ ...source, optional: true, summary: `${source.summary} (default: the current directory)` }], options: [name, hint],
    examples: [{ line: 'plan ./shop', does: 'services, stores and variables as the code shows them' }, { line: 'plan ./shop --json', does: 'the whole plan with its evidence' }],
    load: () => import('./commands/plan.ts'),
  },
  {
    name: 'explain', summary: 'Tell what the code is, why, and where that was seen',
    arguments: [{ ...source, optional: true, summary: `${source.summary} (default: the current directory)` }], options: [name, hint],
    examples: [{ line: 'explain ./shop', does: 'every conclusion with file and line' }, { line: 'explain ./shop --hint budget-conscious', does: 'the same, with a wish' }],
    load: () => import('./commands/explain.ts'),
  },
  {
    name: 'diff', summary: 'Show what deploying would change of a running app',
    arguments: [{ ...source, optional: true, summary: `${source.summary} (default: the current directory)` }], options: [name, hint],
    examples: [{ line: 'diff ./shop', does: 'compares the code with the revision that runs' }],
    load: () => import('./commands/diff.ts'),
  },
  {
    name: 'ps', summary: 'List apps and their agents',
    arguments: [{ ...app, optional: true }], options: [],
    examples: [{ line: 'ps', does: 'all agents' }, { line: 'ps shop --json', does: 'those of one app, for programs' }],
    load: () => import('./commands/ps.ts'),
  },
  {
    name: 'status', summary: 'Show how an app, or the whole swarm, is doing',
    arguments: [{ ...app, optional: true }], options: [],
    examples: [{ line: 'status', does: 'daemon, ingress, nodes and apps' }, { line: 'status shop', does: 'one app: services, addresses, rollout, failures' }],
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'logs', summary: 'Show the output of agents',
    about: 'With --json, one JSON document per line.',
    arguments: [part],
    options: [
      { name: 'follow', short: 'f', summary: 'go on as output comes, also of agents that come later' },
      { name: 'lines', short: 'n', value: 'N', summary: 'so many of the last lines of each agent (default 100)' },
      { name: 'previous', short: 'p', summary: 'what agents that are gone had said: the last one of each slot' },
    ],
    examples: [{ line: 'logs shop -f', does: 'follows all agents of shop' }, { line: 'logs shop/web/0 -n 20', does: 'the last 20 lines of one' }],
    load: () => import('./commands/logs.ts'),
  },
  {
    name: 'exec', summary: 'Run a program beside an agent',
    about: 'The program sees what the agent sees: its files, its network, its variables. The exit code is that of the program.',
    arguments: [part], options: [{ name: 'no-terminal', short: 'T', summary: 'no terminal, although this is one' }],
    rest: { name: 'command', summary: 'the program and its arguments', many: true },
    examples: [{ line: 'exec shop -- sh', does: 'a shell beside an agent of shop' }, { line: 'exec shop/web/1 -- env', does: 'the environment of the second agent of web' }],
    load: () => import('./commands/exec.ts'),
  },
  {
    name: 'scale', summary: 'Set how many agents a service has',
    arguments: [app, { name: 'service=n', summary: 'a service and its number of agents', many: true }], options: [reason, detach, timeout],
    examples: [{ line: 'scale shop web=3', does: 'three agents of web' }, { line: 'scale shop web=2 worker=5', does: 'two services at once' }],
    load: () => import('./commands/scale.ts'),
  },
  {
    name: 'rollback', summary: 'Go back to an earlier revision',
    arguments: [app, { name: 'revision', summary: 'its number (default: the newest good one before the current)', optional: true }], options: [reason, detach, timeout],
    examples: [{ line: 'rollback shop', does: 'back to the one before' }, { line: 'rollback shop 4', does: 'to revision 4, see `history shop`' }],
    load: () => import('./commands/rollback.ts'),
  },
  {
    name: 'restart', summary: 'Replace agents by new ones of the same revision',
    arguments: [part], options: [reason, detach, timeout],
    examples: [{ line: 'restart shop', does: 'all but its stores, one after the other' }, { line: 'restart shop/web/0', does: 'one agent' }],
    load: () => import('./commands/restart.ts'),
  },
  {
    name: 'stop', summary: 'Stop an app and keep its data and revisions',
    arguments: [app], options: [reason, detach, timeout], examples: [{ line: 'stop shop', does: 'ends all agents of shop' }],
    load: () => import('./commands/stop.ts'),
  },
  {
    name: 'start', summary: 'Start a stopped app',
    arguments: [app], options: [reason, detach, timeout], examples: [{ line: 'start shop', does: 'runs the revision that was stopped' }],
    load: () => import('./commands/start.ts'),
  },
  {
    name: 'rm', summary: 'Remove an app; its data stays unless --volumes',
    arguments: [app], options: [reason, { name: 'volumes', summary: 'remove its data, too: it cannot be brought back' }, yes, detach, timeout],
    examples: [{ line: 'rm shop', does: 'asks, then removes the app and keeps its volumes' }, { line: 'rm shop --volumes --yes', does: 'removes everything' }],
    load: () => import('./commands/rm.ts'),
  },
  {
    name: 'events', summary: 'Show what happened, and who decided it',
    about: 'With --follow and --json, one JSON document per line.',
    arguments: [],
    options: [
      { name: 'follow', short: 'f', summary: 'go on as things happen' },
      { name: 'app', value: 'APP', summary: 'only those of one app' },
      { name: 'lines', short: 'n', value: 'N', summary: 'so many of the last ones (default 30)' },
    ],
    examples: [{ line: 'events -f', does: 'the last events, and then the next ones' }, { line: 'events --app shop -n 100 --json', does: 'for programs' }],
    load: () => import('./commands/events.ts'),
  },
  {
    name: 'audit verify', summary: 'Recompute the whole ledger, and name the first position that is not what was written',
    about: 'Recomputes rows, chain, canonical form, tree, tiles and checkpoints. With --witness also against checkpoints that are kept elsewhere, which is what shows that a whole ledger was rolled back or made anew.',
    arguments: [],
    options: [
      { name: 'key', value: 'KEY', summary: "the log's public key, as it was noted when it was still trusted (default: that of the home)" },
      { name: 'history', value: 'DIR', summary: 'not the ledger of the home, but one that a restored snapshot brought along' },
      { name: 'witness', value: 'FILE', many: true, summary: 'a checkpoint that is kept elsewhere, or the state of a witness' }, witnessKey, archiveFiles,
    ],
    examples: [{ line: 'audit verify', does: 'with the daemon running or stopped' }, { line: 'audit verify --archive events-1-512.tar', does: 'with what was archived; without a ledger in the home, only that' }, { line: 'audit verify --witness /mnt/elsewhere/seen.json', does: 'also against what a witness has seen' }],
    load: () => import('./commands/audit.ts'),
  },
  {
    name: 'audit prove', summary: 'Print a proof that an event is in the ledger', about: 'The proof holds the event and a signed checkpoint (C2SP tlog-proof); `audit check` verifies it anywhere.',
    arguments: [{ name: 'position', summary: 'position of the event' }], options: [witnessUrl, witnessKey, archiveFiles],
    examples: [{ line: 'audit prove 12 > 12.tlog-proof', does: 'for somebody who has only the public key' }], load: () => import('./commands/audit.ts'),
  },
  {
    name: 'audit check', summary: 'Check a proof; needs no daemon and no ledger', arguments: [{ name: 'file', summary: 'what `audit prove` printed' }],
    options: [{ name: 'key', value: 'KEY', summary: "the log's public key" }, witnessKey],
    examples: [{ line: 'audit check 12.tlog-proof --key KEY', does: 'prints the event when the proof holds' }], load: () => import('./commands/audit.ts'),
  },
  {
    name: 'audit checkpoint', summary: 'Sign everything up to now, and print it', about: 'With --witness, a witness cosigns it after it has checked that nothing of what it saw before was changed.',
    arguments: [], options: [witnessUrl, witnessKey, archiveFiles],
    examples: [{ line: 'audit checkpoint > checkpoint', does: 'keep it elsewhere, and give it to `audit verify --witness`' }], load: () => import('./commands/audit.ts'),
  },
  {
    name: 'audit export', summary: 'Write the log as static tiles that any tlog-tiles client reads', arguments: [{ name: 'directory', summary: 'where to' }], options: [archiveFiles],
    examples: [{ line: 'audit export /srv/www/log', does: 'checkpoint, tiles and entries as C2SP tlog-tiles has them' }], load: () => import('./commands/audit.ts'),
  },
  {
    name: 'audit archive', summary: 'Move the events before a moment into a bundle that still verifies',
    about: 'Works with the daemon running or stopped. The bundle is verified before anything leaves the ledger; keep it: whoever has it can verify and prove what it holds, nobody else can. Whole blocks of 256 events are moved.',
    arguments: [{ name: 'directory', summary: 'where the bundle is put', optional: true }],
    options: [
      { name: 'before', value: 'WHEN', summary: 'events before this moment: a position, a time, or how long ago (90 days ago)' },
      { name: 'restore', value: 'FILE', summary: 'instead: bring back, from the newest bundle, the state from which the ledger goes on' },
    ],
    examples: [{ line: 'audit archive /mnt/archive --before "90 days ago"', does: 'keeps three months at hand' }], load: () => import('./commands/audit.ts'),
  },
  {
    name: 'audit erase', summary: 'Erase what the ledger says about a person, for good',
    about: 'Removes the key with which it is sealed. Hashes, signatures and proofs of the ledger stay valid; the person appears under a name that says nothing. Works with the daemon running or stopped. What holds the name and does not depend on the key, such as system snapshots, is named.',
    arguments: [{ name: 'subject', summary: 'the person, as `events` shows the actor: user:ada' }], options: [{ name: 'copies', summary: 'also remove system snapshots, ledgers that were set aside, and output of agents that are gone, that hold the name or its key' }],
    examples: [{ line: 'audit erase user:ada', does: 'from then on it reads user:erased-…' }], load: () => import('./commands/audit.ts'),
  },
  {
    name: 'audit witness', summary: 'Say who witnesses this ledger, be a witness of others, or check against a file that is kept elsewhere',
    about: 'Witnesses that are added get each new checkpoint from the daemon; `status` and `doctor` tell when one disagrees or does not answer. `run` serves C2SP tlog-witness over HTTP until it is ended. `check` compares the ledger with the last checkpoint in the state file, and puts the present one there when it follows from it.',
    arguments: [{ name: 'act', summary: 'add, remove, list, run or check' }, { name: 'url', summary: 'for add and remove: where the witness is', optional: true }],
    options: [
      witnessKey,
      { name: 'state', value: 'FILE', summary: 'what was seen last; keep it where those who can write the ledger cannot write' },
      { name: 'key', value: 'FILE', summary: 'for run: the key of the witness, made when it is missing' },
      { name: 'name', value: 'NAME', summary: 'for run: its name, when the key is made' },
      { name: 'log', value: 'KEY', many: true, summary: 'for run: public key of a log that it witnesses' },
      { name: 'port', value: 'N', summary: 'for run: port (default 7071; 0 takes a free one)' }, { name: 'host', value: 'ADDRESS', summary: 'for run: address to listen on (default 127.0.0.1)' }, archiveFiles,
    ],
    examples: [
      { line: 'audit witness add http://192.0.2.7:7071 --witness-key KEY', does: 'the daemon feeds it from now on' },
      { line: 'audit witness run --state seen.json --key witness.json --log KEY', does: 'a witness over HTTP' }, { line: 'audit witness check --state /mnt/elsewhere/seen.json', does: 'a witness that is only a file' },
    ],
    load: () => import('./commands/audit.ts'),
  },
  {
    name: 'history', summary: 'List the revisions of an app',
    arguments: [app], options: [], examples: [{ line: 'history shop', does: 'what was deployed when, and by whom' }],
    load: () => import('./commands/history.ts'),
  },
  ...memoryCommands,
  ...snapshotCommands,
  {
    name: 'open', summary: 'Open an app, or without one the console, in the browser',
    about: 'Prints the address, and opens it where there is a browser. The address of the console logs one browser in, once.',
    arguments: [{ ...app, optional: true }], options: [{ name: 'print', summary: 'print the address only' }],
    examples: [{ line: 'open', does: 'the console' }, { line: 'open shop --print', does: 'the address of shop' }],
    load: () => import('./commands/open.ts'),
  },
  {
    name: 'doctor', summary: 'Show what this machine can do, and how to get the rest',
    arguments: [], options: [], examples: [{ line: 'doctor', does: 'isolation, limits, programs: each was tried' }],
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'daemon start', summary: 'Start the daemon (every command that needs it does so)',
    arguments: [], options: [{ name: 'read-only', summary: 'only read along in the PostgreSQL ledger that STRATOSWARM_LEDGER names, whoever leads it' }],
    examples: [{ line: 'daemon start', does: 'starts it when it does not run' }, { line: 'daemon start --read-only', does: 'shows apps, events and the past of a ledger that another daemon leads' }], load: () => import('./commands/daemon-start.ts'),
  },
  {
    name: 'daemon stop', summary: 'Stop the daemon; agents and ingress run on',
    arguments: [], options: [], examples: [{ line: 'daemon stop', does: 'apps go on answering' }], load: () => import('./commands/daemon-stop.ts'),
  },
  {
    name: 'daemon status', summary: 'Show whether the daemon runs',
    arguments: [], options: [], examples: [{ line: 'daemon status --json', does: 'its pid, version and start' }], load: () => import('./commands/daemon-status.ts'),
  },
  {
    name: 'daemon logs', summary: 'Show the log of the daemon',
    arguments: [], options: [{ name: 'lines', short: 'n', value: 'N', summary: 'so many of the last lines (default 50)' }],
    examples: [{ line: 'daemon logs -n 200', does: 'its last 200 lines' }], load: () => import('./commands/daemon-logs.ts'),
  },
  {
    name: 'daemon run', summary: 'Be the daemon, in the foreground (for service managers)',
    arguments: [], options: [], examples: [{ line: 'daemon run', does: 'runs until it gets SIGTERM' }], load: () => import('./commands/daemon-run.ts'),
  },
  {
    name: 'daemon install', summary: 'Write a systemd unit that starts the daemon with the machine',
    arguments: [],
    options: [{ name: 'print', summary: 'print the unit only' }, { name: 'directory', value: 'DIR', summary: 'where to write it (default: the system’s, or the user’s without root)' }],
    examples: [{ line: 'daemon install', does: 'writes the unit and says how to enable it' }, { line: 'daemon install --print', does: 'shows it' }], load: () => import('./commands/daemon-install.ts'),
  },
  {
    name: 'ingress upgrade', summary: 'Replace the ingress process without losing a connection',
    arguments: [], options: [], examples: [{ line: 'ingress upgrade', does: 'the new process takes the listening socket over' }], load: () => import('./commands/ingress-upgrade.ts'),
  },
  ...(['drain', 'cordon', 'activate'] as const).map((verb): Command => ({
    name: `node ${verb}`,
    summary: { drain: 'Move all agents off a node and place none there', cordon: 'Place no new agents on a node', activate: 'Place agents on a node again' }[verb],
    arguments: [{ name: 'node', summary: 'name of a node (default: the only one)', optional: true }], options: [reason], examples: [{ line: `node ${verb}`, does: 'on the only node' }],
    load: () => import('./commands/node-availability.ts'),
  })),
  {
    name: 'completion', summary: 'Print the completion script of a shell',
    arguments: [{ name: 'shell', summary: 'bash, zsh or fish' }], options: [],
    examples: [{ line: 'completion bash > /etc/bash_completion.d/stratoswarm', does: 'for bash' }, { line: 'completion fish > ~/.config/fish/completions/stratoswarm.fish', does: 'for fish' }],
    load: async () => {
      const { run } = await import('./commands/completion.ts');
      return { run: (invocation) => run(invocation, commands) };
    },
  },
  { name: 'version', summary: 'Print the version', arguments: [], options: [], examples: [{ line: 'version --json', does: 'also that of Node' }], load: () => import('./commands/version.ts') },
];
