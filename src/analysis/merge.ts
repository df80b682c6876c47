import type { Draft } from './draft.ts';

/**
 * Several detectors described the same directory: a Django app with a package.json for its pages, a server with an
 * index.html. The one with the surest way to run is the service; of the others, what builds pages is done first.
 */
export function mergeDrafts(described: readonly Draft[][]): Draft[] {
  const [main, ...others] = [...described].sort((a, b) => strength(b) - strength(a));
  if (!main) return [];
  const [primary] = main;
  for (const [other] of others) {
    if (!primary || !other || other.language === 'html') continue;
    for (const language of other.languages) for (const draft of main) draft.languages.add(language);
    if (!['javascript', 'typescript'].includes(other.language) || primary.value('kind') === 'static') continue;
    if (!other.value('build')) continue;
    for (const field of ['install', 'build'] as const) {
      const added = other.best(field);
      const own = primary.best(field);
      if (added?.value) primary.claim(field, own?.value ? `${added.value} && ${own.value}` : added.value, Math.max(own?.confidence ?? 0, added.confidence) + 0.005, [...added.evidence, ...(own?.evidence ?? [])]);
    }
  }
  return main;
}

function strength([draft]: readonly Draft[]): number {
  if (!draft) return 0;
  const kind = draft.best('kind');
  const isWrittenPage = kind?.value === 'static' && draft.value('build') === null;
  const serves = kind?.value === 'web' || kind?.value === 'api';
  return (draft.best('start')?.value ? draft.best('start')!.confidence : draft.best('staticDir')?.confidence ?? 0) * (isWrittenPage ? 0.3 : kind?.value === 'static' ? 0.8 : serves ? 1 : 0.6);
}
