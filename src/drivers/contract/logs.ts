import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Bench, type Subject } from './bench.ts';

/** The output of an agent. */
export function logsContract(make: () => Promise<Subject>): void {
  describe('logs of an agent', () => {
    let bench: Bench;
    beforeEach(async () => {
      bench = new Bench(await make());
    });
    afterEach(() => bench.cleanup());

    async function read(handle: Parameters<Bench['log']>[0], from: number): Promise<{ offset: number; text: string }> {
      let offset = -1;
      let text = '';
      for await (const chunk of bench.driver.logs(handle, { from })) {
        if (offset < 0) offset = chunk.offset;
        text += Buffer.from(chunk.data).toString();
      }
      return { offset, text };
    }

    test('output and error are both there, in order', async () => {
      expect(await bench.output(['sh', '-c', 'echo one; echo two >&2; echo three'])).toBe('one\ntwo\nthree\n');
    });

    test('can be read from any offset, also counted from the end', async () => {
      const { handle } = await bench.start(['printf', '0123456789']);
      await bench.ended(handle);
      expect(await read(handle, 0)).toEqual({ offset: 0, text: '0123456789' });
      expect(await read(handle, 4)).toEqual({ offset: 4, text: '456789' });
      expect(await read(handle, -3)).toEqual({ offset: 7, text: '789' });
      expect(await read(handle, -100)).toEqual({ offset: 0, text: '0123456789' });
      expect(await read(handle, 10)).toEqual({ offset: -1, text: '' });
    });

    test('followed, they come as they are written, and end with the agent', async () => {
      const { handle } = await bench.start(['sh', '-c', 'trap "echo bye; exit 0" TERM; echo hello; while :; do sleep 0.05; done']);
      let text = '';
      for await (const chunk of bench.driver.logs(handle, { follow: true })) {
        text += Buffer.from(chunk.data).toString();
        if (text === 'hello\n') await bench.driver.signal(handle, 'SIGTERM');
      }
      expect(text).toBe('hello\nbye\n');
      expect((await bench.driver.recover(handle)).status).toBe('exited');
    });

    test('following ends when the reader wants', async () => {
      const { handle } = await bench.start(['sh', '-c', 'echo hello; exec sleep 1000']);
      const abort = new AbortController();
      for await (const chunk of bench.driver.logs(handle, { follow: true, signal: abort.signal })) {
        expect(Buffer.from(chunk.data).toString()).toBe('hello\n');
        abort.abort();
      }
      expect((await bench.driver.recover(handle)).status).toBe('running');
    });

    test('an agent that has not started or is not there has none', async () => {
      const handle = bench.handle();
      expect(await bench.log(handle)).toBe('');
      await bench.driver.prepare(handle, bench.task(['true']));
      expect(await bench.log(handle)).toBe('');
    });
  });
}
