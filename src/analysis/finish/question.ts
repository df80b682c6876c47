import type { Question } from '../../model/index.ts';
import type { Finished } from './edges.ts';

/**
 * The one question worth asking: how a service starts, when the surest answer is below 0.95 and another is nearly as
 * good. Its id is `start:<service>`; the answer goes back as a hint.
 */
export function questionOf(all: readonly Finished[]): Question | undefined {
  const open = all.flatMap(({ draft, service }) => {
    const claims = draft.claims('start').filter((claim) => claim.value !== null);
    const candidates = claims.filter(({ value }, index) => !claims.slice(0, index).some((better) => programOf(better.value!) === programOf(value!)));
    const [best, second] = candidates;
    if (service.kind === 'static' || !best || !second || best.confidence >= 0.95 || second.confidence < best.confidence - 0.15) return [];
    return [{ service, candidates: candidates.filter((claim) => claim.confidence >= best.confidence - 0.25).slice(0, 5), best }];
  });
  const [least] = open.sort((a, b) => a.best.confidence - b.best.confidence);
  return least && {
    id: `start:${least.service.name}`,
    text: `Which command starts ${least.service.name}?`,
    options: least.candidates.map(({ value, evidence }) => ({ value: value!, label: `${value} (${evidence[0]!.file}:${evidence[0]!.line}, ${evidence[0]!.why})` })),
    default: least.best.value!,
  };
}

/** A command without what only says where it listens, and by which tool its program is found: two that differ in that start the same. */
function programOf(command: string): string {
  return command
    .replaceAll(/["']/g, '')
    .replace(/^(?:(?:uv run|poetry run|pipenv run|bundle exec|npx|exec)\s+)+/, '')
    .replaceAll(/\s+(?:--?(?:host|port|bind|address|http|listen|server\.(?:port|address))[= ]|-[pbl] ?)\S+/g, '')
    .replaceAll(/\s+/g, ' ').trim();
}
