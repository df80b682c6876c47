/** An IPv4 range, first and last address as numbers. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

export function addressNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function addressText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

/** `10.1.0.0/16` or `10.1.2.3`; undefined for what is no IPv4 range (`default`, IPv6). */
export function parseRange(text: string): Range | undefined {
  const match = /^(\d{1,3}(?:\.\d{1,3}){3})(?:\/(\d{1,2}))?$/.exec(text);
  if (!match) return undefined;
  const size = 2 ** (32 - Number(match[2] ?? 32));
  const first = Math.floor(addressNumber(match[1]!) / size) * size;
  return { first, last: first + size - 1 };
}

/**
 * Second octet `x` of a `10.x.0.0/16` that touches none of the ranges in use, tried from `start` on; undefined when all are taken.
 * The lower quarter is left to home and office networks.
 */
export function chooseOctet(start: number, used: readonly Range[]): number | undefined {
  for (let i = 0; i < 190; i++) {
    const octet = 64 + ((start + i) % 190);
    const range = parseRange(`10.${octet}.0.0/16`)!;
    if (!used.some((other) => other.first <= range.last && range.first <= other.last)) return octet;
  }
  return undefined;
}
