import type { Draft } from '../draft.ts';

/** Generators whose sites tell how something else is used: what they stand beside is what a directory is about. */
const generators = /^(mkdocs|mdbook|vitepress|vuepress|docusaurus|docsify)$/;

/** Whether a service is a manual by what makes it. */
export function isManual(draft: Draft): boolean {
  return draft.value('kind') === 'static' && generators.test(draft.value('framework') ?? '');
}
