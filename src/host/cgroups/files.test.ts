import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeIfThere } from './files.ts';

let group: string;
beforeEach(() => { group = mkdtempSync(join(tmpdir(), 'stratoswarm-group-')); });
afterEach(() => rmSync(group, { recursive: true, force: true }));

describe('writing to a group that may go at any time', () => {
  test('is done where it is there, and no error where it is gone', () => {
    expect(writeIfThere(group, 'pids.max', 0)).toBe(true);
    expect(readFileSync(join(group, 'pids.max'), 'utf8')).toBe('0');
    rmSync(group, { recursive: true });
    expect(writeIfThere(group, 'pids.max', 0)).toBe(false);
  });

  test('says what else went wrong', () => {
    mkdirSync(join(group, 'pids.max'));
    expect(() => writeIfThere(group, 'pids.max', 0)).toThrow(expect.objectContaining({ code: 'cgroup.failed' }));
  });
});
