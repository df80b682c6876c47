import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { isBelow } from '../tree/paths.ts';
import { takesMessages } from './work.ts';

/**
 * Claims what a program is that does not listen, by what the code does that is reached from where it starts: a worker where it goes on for ever or takes
 * messages, otherwise a program for the command line where it asks at the terminal or reads its arguments, or a job.
 */
export function claimEnding(draft: Draft, reached: readonly FileFacts[]): void {
  const loop = reached.find(({ loops }) => loops);
  if (loop) draft.claim('kind', 'worker', 0.7, seen(loop.path, 1, 'runs until it is stopped'));
  const takes = takesMessages(reached);
  if (takes) draft.claim('kind', 'worker', 0.7, takes);
  // A loop beside which it asks is a conversation, unless it is told to end by a signal; what takes messages may wait for a key besides.
  const talk = takes ? undefined : (loop ? reached.filter(({ loops, signals }) => loops && signals.length === 0) : reached).find(({ asks }) => asks);
  if (talk) draft.claim('kind', 'cli', 0.71, seen(talk.path, 1, 'asks whoever sits at the terminal'));
  const reader = reached.find(({ commandLine }) => commandLine);
  if (reader) draft.claim('kind', 'cli', 0.65, seen(reader.path, 1, 'reads its command line'));
  if (reached[0]) draft.claim('kind', 'job', 0.6, seen(reached[0].path, 1, 'nothing in it was seen to listen'));
}

/** Claims what a program is by the packages that it contains from the same tree, where nothing in its own code tells: they listen, or take the messages, in its place. */
export function claimByLibraries(draft: Draft, code: readonly FileFacts[]): void {
  const kind = draft.best('kind');
  if (kind?.value !== 'job' || kind.confidence > 0.6) return;
  const beyond = code.filter(({ path }) => draft.path !== '.' && !isBelow(path, draft.path));
  const takes = takesMessages(beyond);
  const [place] = beyond.flatMap(({ path, listens }) => listens.filter(({ declared }) => !declared).map(({ line, call }) => seen(path, line, `listens (${call})`)));
  if (takes) draft.claim('kind', 'worker', 0.68, takes);
  if (place) draft.claim('kind', 'api', 0.7, place);
}
