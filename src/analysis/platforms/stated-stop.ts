import { StopSignal } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { asText } from '../syntax/formats.ts';

/** What a file beside the code says of how a service is asked to end. */
export interface StatedStop {
  /** As it is written: `SIGINT`, `INT`, `2`. */
  signal?: unknown;
  /** As it is written: seconds, or a duration of Compose. */
  grace?: unknown;
}

const numbers: Readonly<Record<string, string>> = { 1: 'SIGHUP', 2: 'SIGINT', 3: 'SIGQUIT', 9: 'SIGKILL', 15: 'SIGTERM' };
const units: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Claims `STOPSIGNAL` of a Dockerfile, `stop_signal` and `stop_grace_period` of Compose, `terminationGracePeriodSeconds` of Kubernetes. */
export function claimStop(draft: Draft, { signal, grace }: StatedStop, file: string, line: number): void {
  const written = asText(signal)?.toUpperCase() ?? '';
  const name = StopSignal.safeParse(numbers[written] ?? (written.startsWith('SIG') ? written : `SIG${written}`));
  if (name.success) draft.claim('stopSignal', name.data, 0.95, seen(file, line, `is stopped by ${name.data}`));
  const time = milliseconds(asText(grace) ?? '');
  if (time !== undefined) draft.claim('grace', time, 0.95, seen(file, line, `gets ${time / 1000} seconds to end`));
}

/** `30`, `90s`, `1m30s`; undefined for what is no duration. */
function milliseconds(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!/^(\d+(\.\d+)?(us|ms|s|m|h))+$/.test(text)) return undefined;
  return Math.round([...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)].reduce((sum, [, amount, unit]) => sum + Number(amount) * units[unit!]!, 0));
}
