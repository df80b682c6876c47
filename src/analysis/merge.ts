import type { Draft } from './draft.ts';
import { isManual } from './languages/manuals.ts';

/**
 * Several detectors described the same directory: a server with an index.html, an app in two languages. The one with the
 * surest way to run is what the directory holds, a framework counting for more than none; the others' languages are noted.
 */
export function mergeDrafts(described: readonly Draft[][]): Draft[] {
  const [main, ...others] = [...described].sort((a, b) => strength(b) - strength(a));
  for (const language of others.flatMap(([other]) => [...(other?.languages ?? [])])) {
    for (const draft of main ?? []) if (language !== 'html') draft.languages.add(language);
  }
  return main ?? [];
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
