import { describe, expect, it } from 'vitest';
import { mustRun, run } from './run.ts';

describe('a program of the system', () => {
  it('gives back what it wrote, and how it ended', async () => {
    expect(await run('sh', ['-c', 'cat; echo no >&2; exit 3'], { input: 'yes' })).toEqual({ code: 3, stdout: 'yes', stderr: 'no\n' });
    expect(await run('no-such-program', [])).toMatchObject({ code: 127, stderr: expect.stringContaining('ENOENT') });
  });

  it('that fails is told by the last line that says why', async () => {
    const failing = (words: string) => mustRun('host.failed', 'sh', ['-c', 'printf "%s" "$1" >&2; exit 1', 'sh', words]);
    await expect(failing('first\nsecond\n')).rejects.toMatchObject({ code: 'host.failed', why: 'second' });
    await expect(failing('mount: permission denied.\n       dmesg(1) may have more information after failed mount system call.\n')).rejects.toMatchObject({ why: 'mount: permission denied.' });
    await expect(failing('')).rejects.toMatchObject({ why: 'it ended with code 1' });
  });

  it('that does not end in time is killed, and that is said', async () => {
    await expect(mustRun('host.failed', 'sleep', ['60'], { timeout: 50 })).rejects.toMatchObject({ why: 'it did not end in time' });
  });
});
