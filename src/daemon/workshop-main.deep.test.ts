import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { inAdvance } from './workers.ts';

const program = fileURLToPath(new URL('./workshop-main.ts', import.meta.url));

it('rehearses a whole order before one comes, says nothing of it, and leaves nothing of it behind', () => {
  const temporary = mkdtempSync(join(tmpdir(), 'stratoswarm-workshop-'));
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', program, inAdvance], { input: '', encoding: 'utf8', env: { ...process.env, TMPDIR: temporary } });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(readdirSync(temporary)).toEqual([]);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
});
