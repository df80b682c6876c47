/** Exit codes; the reference is generated from this table. */
export const exits = [
  { code: 0, name: 'done', means: 'It did what was asked.' },
  { code: 1, name: 'failed', means: 'It was tried and failed: a build, a start, a deployment that never became healthy.' },
  { code: 2, name: 'usage', means: 'The command line, or a value in it, cannot be used.' },
  { code: 3, name: 'unreachable', means: 'The daemon does not answer and could not be started.' },
  { code: 4, name: 'not found', means: 'The app, service, agent, revision, node, event, person, proposal, witness or source is not there.' },
  { code: 5, name: 'refused', means: 'The governor did not admit the change: quota, policy, or overtaken by another.' },
  { code: 6, name: 'not yet', means: 'It was admitted, but was not done within the time to wait.' },
  { code: 130, name: 'interrupted', means: 'Ctrl-C. What was admitted goes on.' },
] as const;

export type ExitCode = (typeof exits)[number]['code'];

/** The exit code for an error's code. */
export function exitFor(code: string): ExitCode {
  if (code.startsWith('usage.') || code.startsWith('request.') || code.startsWith('hint.') || code === 'name.invalid' || code === 'time.invalid') return 2;
  if (code.startsWith('daemon.')) return 3;
  if (/^(app|service|agent|node|deployment|route|event|snapshot)\.unknown$|^time\.beyond$|^debug\.no-failure$|^(governor|ledger)\.unknown-|^witness\.unknown$|\.not-found$|^(source|agent)\.missing$/.test(code)) return 4;
  if (code.startsWith('governor.')) return 5;
  if (code === 'wait.timeout') return 6;
  return code === 'interrupted' ? 130 : 1;
}
