import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('has a reference that says what the programs do: `npm run docs` writes it anew', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'docs.ts'), '--check'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
