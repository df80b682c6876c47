import type { App, Rollout, Source } from '../model/index.ts';

const lacking = /\b(?:missing|required?|not (?:set|defined|found|provided|configured|given)|unset|undefined|must|needs?|needed|please|KeyError|empty)\b/i;
/** Names of codes of errors look like those of variables. */
const code = /^(?:ERR|MODULE|ERROR|EVENT|NODE|UV|SQLITE|SQLSTATE|WARN|UNABLE|DEPTH|CERT|SELF)_/;

/** The variable that an app says it misses, in the lines with which it ended: `Missing required environment variable: API_KEY`. */
export function variableMissed(lines: readonly string[]): string | undefined {
  const telling = lines.filter((line) => lacking.test(line) && !/^[ \t]*at |[{};]$/.test(line));
  return telling.flatMap((line) => line.slice(0, 1000).match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g) ?? []).find((name) => !code.test(name));
}

/** What to do about a rollout that failed. */
export function afterFailure(app: App, { from, reason, tail }: Pick<Rollout, 'from' | 'reason' | 'tail'>): string {
  const more = `stratoswarm logs ${app.name}${from === null ? '' : ' --previous'}`;
  const variable = variableMissed([reason ?? '', ...tail.toReversed()]);
  if (variable !== undefined) return `deploy with --env ${variable}=... if that is what it misses; "${more}" shows more of its output`;
  return `mend what its output says, and deploy again; "${more}" shows more of it`;
}

/** A warning when an app takes the place of another of its name, which came from elsewhere. */
export function takenOver(app: App | undefined, source: Source): string[] {
  const before = app?.revisions.get(app.revision)?.source;
  if (!app || app.desired === 'removed' || !before || before.kind !== source.kind || before.kind === 'archive' || before.location === source.location) return [];
  return [`${app.name} was deployed from ${before.location} before, and is now what ${source.location} holds: --name gives an app another name, "stratoswarm rollback ${app.name}" brings back what was there`];
}
