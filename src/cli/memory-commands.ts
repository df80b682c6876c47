import { agreement } from './agreement.ts';
import type { ArgumentSpec, Command } from './command.ts';

const when: ArgumentSpec = { name: 'when', summary: 'a position (1234), a time (14:05, 2026-11-20 14:05) or how long ago (10 minutes ago)', many: true };

/** Commands that look back: what was, why it was, and whether it is proved. */
export const memoryCommands: readonly Command[] = [
  {
    name: 'why', summary: 'Show what led to an agent, a slot, an app or an event',
    about: 'Prints the chain of causes from the intent to what there is now: who wanted it, what was decided and on what grounds, what was done and seen.',
    arguments: [{ name: 'what', summary: 'an agent’s id, APP, APP/SERVICE, APP/SERVICE/SLOT, or the position of an event' }], options: [],
    examples: [{ line: 'why shop/web/0', does: 'why that agent is there, and as it is' }, { line: 'why 1234', does: 'what led to the event at position 1234' }],
    load: () => import('./commands/why.ts'),
  },
  {
    name: 'time at', summary: 'Show what ran at a moment of the past', arguments: [when], options: [],
    examples: [{ line: 'time at 10 minutes ago', does: 'apps and agents as they were' }, { line: 'time at 1234 --json', does: 'after the event at that position' }],
    load: () => import('./commands/time-at.ts'),
  },
  {
    name: 'time step', summary: 'Walk through what happened, forward and back',
    about: 'Each step shows an event, what it changed and why it happened. On a terminal the arrow keys (or n and p) walk, q ends; otherwise one step is shown.',
    arguments: [],
    options: [
      { name: 'from', value: 'WHEN', summary: 'where to begin (default: now)' },
      { name: 'back', summary: 'one step back instead of forward' },
      { name: 'app', value: 'APP', summary: 'only what happened to one app' },
    ],
    examples: [{ line: 'time step --from "1 hour ago"', does: 'walks from there' }, { line: 'time step --from 1234 --back --json', does: 'the event before that one, for programs' }],
    load: () => import('./commands/time-step.ts'),
  },
  {
    name: 'time diff', summary: 'Show what is different between two moments',
    arguments: [{ name: 'from', summary: 'a moment, as `time at` takes it, in one word or quoted' }, { name: 'to', summary: 'another one (default: now)', optional: true }], options: [],
    examples: [{ line: 'time diff "1 hour ago"', does: 'what has changed since' }, { line: 'time diff 1200 1300', does: 'between two positions' }],
    load: () => import('./commands/time-diff.ts'),
  },
  {
    name: 'time watch', summary: 'Play the past in the console, with a slider',
    arguments: [], options: [{ name: 'print', summary: 'print the address only' }], examples: [{ line: 'time watch', does: 'opens the page' }],
    load: () => import('./commands/time-watch.ts'),
  },
  {
    name: 'debug', summary: 'Find out what contributed to a failure of an app',
    about: 'Shows the state just before, what happened since the app was last well, and scores each event: by whether the failure’s causes lead back to it, and by replaying the past in the simulator without it, to see whether the failure still comes. What the simulator cannot know, it says.',
    arguments: [{ name: 'app', summary: 'name of an app' }], options: [{ name: 'at', value: 'WHEN', summary: 'the failure at or before that moment (default: the last one)' }],
    examples: [{ line: 'debug shop', does: 'the last failure of shop' }, { line: 'debug shop --at "2 hours ago" --json', does: 'an earlier one, for programs' }],
    load: () => import('./commands/debug.ts'),
  },
  {
    name: 'audit log', summary: 'Query and export the audit trail',
    about: 'Formats: table, jsonl (JSON Lines), csv (RFC 4180), otlp (OpenTelemetry logs, OTLP JSON). Exports hold everything that matches, tables the last 50.',
    arguments: [],
    options: [
      { name: 'from', value: 'WHEN', summary: 'from that moment on' }, { name: 'to', value: 'WHEN', summary: 'up to that moment' },
      { name: 'actor', value: 'WHO', summary: 'only what one did: user:ada, control:rollout' }, { name: 'app', value: 'APP', summary: 'only what concerns one app' },
      { name: 'kind', value: 'KIND', summary: 'deploy, scale, remove …, or a type of event: agent-exited' },
      { name: 'outcome', value: 'OUTCOME', summary: 'held, failed, overtaken, open, refused, good, info, warning or bad' },
      { name: 'format', value: 'FORMAT', summary: 'table, jsonl, csv or otlp' }, { name: 'lines', short: 'n', value: 'N', summary: 'so many of the last ones' },
    ],
    examples: [{ line: 'audit log --app shop --kind deploy', does: 'who deployed shop, why, and what came of it' }, { line: 'audit log --from 2026-11-01 --format csv > november.csv', does: 'for auditors' }],
    load: () => import('./commands/audit-log.ts'),
  },
  {
    name: 'approve', summary: 'Agree to a change that somebody else proposed', about: 'Once there are approvers, only what one of them has signed counts: see `approvers`.', arguments: [{ name: 'proposal', summary: 'its id, from `compliance status`' }],
    options: agreement,
    examples: [{ line: 'approve 0123456789abcdef0123456789abcdef --as bob.key', does: 'lets it through, when nothing else is against it' }, { line: 'approve 0123456789abcdef0123456789abcdef --statement > statement', does: 'for bob to sign where his key is' }], load: () => import('./commands/approve.ts'),
  },
  {
    name: 'reject', summary: 'Turn a proposal down that waits for approval', arguments: [{ name: 'proposal', summary: 'its id, from `compliance status`' }],
    options: [{ name: 'reason', value: 'TEXT', summary: 'why' }], examples: [{ line: 'reject 0123456789abcdef0123456789abcdef --reason "still needed"', does: 'writes down who turned it down, and why' }], load: () => import('./commands/approve.ts'),
  },
  {
    name: 'approvers list', summary: 'List those whose signature counts as another person’s agreement', arguments: [], options: [],
    examples: [{ line: 'approvers list', does: 'people, their public keys, and as whom else they act' }], load: () => import('./commands/approvers.ts'),
  },
  {
    name: 'approvers key', summary: 'Make a key to approve with; needs no daemon', about: 'Done by the approver, in a place that nobody else reads. The file is the key; what is printed is public.',
    arguments: [{ name: 'file', summary: 'where the key is kept' }], options: [{ name: 'name', value: 'NAME', summary: 'whose it is' }], examples: [{ line: 'approvers key ~/bob.key --name bob', does: 'prints the public key' }], load: () => import('./commands/approvers.ts'),
  },
  {
    name: 'approvers sign', summary: 'Sign what an approver agrees to; needs no daemon', about: 'For an approver who does not use the machine of the daemon. The statement comes from `approve --statement`, or that of `approvers add` and `remove`; what is printed goes back with `--signed`. What it means is told on the error output, from the proposal in it.',
    arguments: [{ name: 'file', summary: 'the statement' }], options: [{ name: 'as', value: 'FILE', summary: 'the key' }], examples: [{ line: 'approvers sign statement --as ~/bob.key > signed', does: 'prints the statement with the signature' }], load: () => import('./commands/approvers.ts'),
  },
  {
    name: 'approvers add', summary: 'Let somebody approve what others propose', about: 'The first is added as it is; for each one after, and each removal, one of those there are has to sign.',
    arguments: [{ name: 'name', summary: 'the person' }], options: [{ name: 'key', value: 'KEY', summary: 'the public key' }, { name: 'also', value: 'ACTOR', many: true, summary: 'as whom else they act: user:root' }, ...agreement],
    examples: [{ line: 'approvers add bob --key KEY', does: 'the first one' }, { line: 'approvers add eve --key KEY --also user:eve --as bob.key', does: 'bob agrees to eve' }], load: () => import('./commands/approvers.ts'),
  },
  {
    name: 'approvers remove', summary: 'Let somebody approve no more', arguments: [{ name: 'name', summary: 'the person' }], options: agreement,
    examples: [{ line: 'approvers remove eve --as bob.key', does: 'bob agrees' }], load: () => import('./commands/approvers.ts'),
  },
  {
    name: 'compliance status', summary: 'Show which rules were not kept, and what waits for another person', arguments: [], options: [],
    examples: [{ line: 'compliance status', does: 'violations by rule, and proposals that wait' }], load: () => import('./commands/compliance.ts'),
  },
  {
    name: 'compliance rules', summary: 'List the rules that every decision is checked against', about: 'They are in compliance.yaml of the home, see the page on compliance.', arguments: [], options: [],
    examples: [{ line: 'compliance rules', does: 'with the SOC 2 criteria that they serve' }], load: () => import('./commands/compliance.ts'),
  },
  {
    name: 'compliance report', summary: 'Sum a period up: decisions, refusals, approvals, violations', arguments: [],
    options: [{ name: 'from', value: 'WHEN', summary: 'its beginning (default: 30 days ago, or where the ledger begins if what is older was archived)' }, { name: 'to', value: 'WHEN', summary: 'its end (default: now)' }],
    examples: [{ line: 'compliance report --from 2026-10-01 --to 2026-11-01', does: 'October' }], load: () => import('./commands/compliance.ts'),
  },
  {
    name: 'audit calibration', summary: 'Show how decisions turned out, and how sure their makers had been',
    arguments: [], options: [], examples: [{ line: 'audit calibration', does: 'by kind of decision: share that held, Brier score, reliability' }],
    load: () => import('./commands/audit-calibration.ts'),
  },
  {
    name: 'audit replay', summary: 'Fold the whole ledger anew, and compare with what the daemon acts on',
    about: 'Nothing outside is asked. The state folded from the first event must have the same hash as the state in use and as every snapshot. It exits with 1 when they differ.',
    arguments: [], options: [], examples: [{ line: 'audit replay', does: 'proves that the state is what follows from the ledger' }],
    load: () => import('./commands/audit-replay.ts'),
  },
];
