import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

const room = join(import.meta.dirname, '..');

/** `<version of the package>+<8 hex>`: the second part changes with the ingress's own sources, so that a running one can be compared. */
export function ingressVersion(): string {
  const files = readdirSync(room, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts')).sort();
  // A checksum suffices to tell versions apart, and node:crypto would cost 4 MB for as long as the ingress lives.
  let sum = 0;
  for (const file of files) sum = crc32(readFileSync(join(room, file)), crc32(file, sum));
  const { version } = JSON.parse(readFileSync(join(room, '../../package.json'), 'utf8')) as { version: string };
  return `${version}+${sum.toString(16).padStart(8, '0')}`;
}
