import type { RestartSpec, SlotHistory } from '../model/index.ts';

/** Share of the delay by which it may be longer, so that slots that failed together do not return together. */
const jitter = 0.25;

/**
 * Milliseconds to wait before a slot gets its next agent: none after the first failure in a row, then exponential with a
 * cap and jitter ("Exponential Backoff And Jitter", AWS Architecture Blog 2015). The jitter is drawn from the slot's key, so that the same history always gives the same delay.
 */
export function backoff(spec: RestartSpec, failures: number, key: string): number {
  if (failures <= 1) return 0;
  const delay = Math.min(spec.cap, spec.base * 2 ** Math.min(failures - 2, 30));
  return Math.round(delay * (1 + jitter * fraction(`${key}#${failures}`)));
}

/** Whether a slot whose agent ended gets another one, and from when on (ledger time). */
export function nextStart(spec: RestartSpec, history: SlotHistory | undefined, hash: string, key: string): number | 'never' {
  if (!history) return 0;
  if (history.completed === hash && spec.policy !== 'always') return 'never';
  if (history.hash !== hash) return 0;
  if (spec.policy === 'never' && history.failures >= spec.attempts) return 'never';
  return history.exitedAt + backoff(spec, history.failures, key);
}

/** A number in [0, 1) from a text: FNV-1a, 32 bits. */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}
