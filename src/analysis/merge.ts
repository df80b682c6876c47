import { posix } from 'node:path';
import type { Draft } from './draft.ts';
import { isManual } from './languages/manuals.ts';
import { seenFrom } from './tree/paths.ts';

/**
 * Several detectors described the same directory: a server with an index.html, an app in two languages. The one with the
 * surest way to run is what the directory holds, a framework counting for more than none; the others' languages are noted.
 */
export function mergeDrafts(described: readonly Draft[][]): Draft[] {
  const [main, ...others] = [...described].sort((a, b) => strength(b) - strength(a));
  for (const language of others.flatMap(([other]) => [...(other?.languages ?? [])])) {
    for (const draft of main ?? []) if (language !== 'html') draft.languages.add(language);
  }
  return [...main ?? [], ...others.flat().filter((draft) => main !== undefined && isServerBeside(draft, main)).map(namedByPlace)];
}

/** Whether a draft is a server of its own in a directory below, in another language: what answers `/api` beside pages that have a server too. */
function isServerBeside(draft: Draft, main: readonly Draft[]): boolean {
  const serves = (one: Draft) => /^(?:web|api)$/.test(one.value('kind') ?? '') && one.best('framework') !== undefined && typeof one.value('start') === 'string';
  const kin = (one: Draft) => (one.language === 'javascript' ? 'typescript' : one.language);
  const below = draft.entry !== null && posix.dirname(draft.entry) !== draft.path;
  return below && serves(draft) && main.every((one) => serves(one) && kin(one) !== kin(draft)) && main.every(({ entry }) => entry === null || posix.dirname(entry) !== posix.dirname(draft.entry!));
}

function namedByPlace(draft: Draft): Draft {
  draft.name = seenFrom(draft.path, draft.entry!).split('/')[0]!;
  return draft;
}

function strength([draft]: readonly Draft[]): number {
  if (!draft) return 0;
  const kind = draft.best('kind');
  // Manuals, and the theme that a host puts around a README, stand beside what they are about.
  const manual = isManual(draft);
  const isWrittenPage = kind?.value === 'static' && (draft.value('build') === null || manual);
  const serves = kind?.value === 'web' || kind?.value === 'api';
  const sure = draft.best('start')?.value ? draft.best('start')!.confidence : draft.best('staticDir')?.confidence ?? 0;
  // What nothing starts is only looked for when there is nothing else.
  if (kind?.value === 'library') return 0.25;
  // A script starts what the others are about.
  if (draft.language === 'shell') return 0.4 * sure;
  const framed = draft.best('framework') === undefined ? 0.9 : 1;
  return framed * sure * (manual ? 0.2 : isWrittenPage ? 0.3 : kind?.value === 'static' ? 0.8 : serves ? 1 : 0.6);
}
