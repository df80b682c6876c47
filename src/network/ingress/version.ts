import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const room = join(import.meta.dirname, '..');

/** `<version of the package>+<8 hex>`: the second part changes with the ingress's own sources, so that a running one can be compared. */
export function ingressVersion(): string {
  const hash = createHash('sha256');
  const files = readdirSync(room, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts')).sort();
  for (const file of files) hash.update(file).update('\0').update(readFileSync(join(room, file)));
  const { version } = JSON.parse(readFileSync(join(room, '../../package.json'), 'utf8')) as { version: string };
  return `${version}+${hash.digest('hex').slice(0, 8)}`;
}
