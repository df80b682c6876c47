import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readText } from './read-text.ts';

it('reads what is there, and nothing where nothing is', () => {
  const directory = mkdtempSync(join(tmpdir(), 'stratoswarm-text-'));
  try {
    writeFileSync(join(directory, 'a'), 'é\n');
    expect([readText(join(directory, 'a')), readText(join(directory, 'b')), readText(directory), readText(join(directory, 'a', 'b'))]).toEqual(['é\n', '', '', '']);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
