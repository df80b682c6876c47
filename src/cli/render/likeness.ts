import type { SimilarService } from '../../model/plan.ts';
import { formatMemory } from '../../model/units.ts';

/** `web of shop (93 %; 5 of 5 deployments went well; 48Mi, ready in 0.4 s), which the memory expected follows`. */
export function likeness({ app, service, similarity, succeeded, failed, observed: { memory, ready }, followed }: SimilarService): string {
  const needed = [...(memory === null ? [] : [formatMemory(memory)]), ...(ready === null ? [] : [`ready in ${(ready / 1000).toFixed(1)} s`])].join(', ');
  return `${service} of ${app} (${Math.round(similarity * 100)} %; ${succeeded} of ${succeeded + failed} deployments went well${needed === '' ? '' : `; ${needed}`})${followed ? ', which the memory expected follows' : ''}`;
}
