import { StratoError } from './errors.ts';

/** CPU in thousandths of a core (`500m` = 500). */
export type Millicores = number;
/** Memory in bytes (`256Mi` = 268,435,456). */
export type Bytes = number;

const binary: Record<string, number> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };
const decimal: Record<string, number> = { k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** Parses `2`, `0.5` or `500m` into millicores. Throws `resource.invalid`. */
export function parseCpu(text: string): Millicores {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(text);
  const value = match ? Number(match[1]) * (match[2] === 'm' ? 1 : 1000) : NaN;
  if (!Number.isInteger(value) || value < 1 || value > 1_024_000) throw invalid('CPU', text, 'cores as 0.5 or 2, or thousandths as 500m');
  return value;
}

/** Parses `268435456`, `256Mi` or `1.5G` into bytes. Throws `resource.invalid`. */
export function parseMemory(text: string): Bytes {
  const match = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti|[kKMGT])?B?$/.exec(text);
  const unit = match?.[2];
  const value = match ? Math.round(Number(match[1]) * (unit ? (binary[unit] ?? decimal[unit] ?? NaN) : 1)) : NaN;
  if (!Number.isSafeInteger(value) || value < 1) throw invalid('memory', text, 'bytes, or a number with Ki, Mi, Gi, k, M or G');
  return value;
}

function invalid(what: string, text: string, allowed: string): StratoError {
  return new StratoError('resource.invalid', `${JSON.stringify(text.slice(0, 40))} is no amount of ${what}`, { next: `write ${allowed}` });
}

/** `1500` → `1.5`, `500` → `500m`. */
export function formatCpu(millicores: Millicores): string {
  return millicores % 100 === 0 && millicores >= 1000 ? String(millicores / 1000) : `${millicores}m`;
}

/** `268435456` → `256Mi`; at most one decimal. */
export function formatMemory(bytes: Bytes): string {
  for (const unit of ['Ti', 'Gi', 'Mi', 'Ki']) {
    const size = binary[unit]!;
    if (bytes >= size) return `${Math.round((bytes / size) * 10) / 10}${unit}`;
  }
  return `${bytes}`;
}
