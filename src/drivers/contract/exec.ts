import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Handle } from '../../model/index.ts';
import type { ExecOptions } from '../driver.ts';
import { Bench, type Subject } from './bench.ts';
import { sleeping, uniqueSeconds } from './processes.ts';
import { promised } from './promised.ts';
import type { Traits } from './traits.ts';

/** A program beside the agent's own. */
export function execContract(make: () => Promise<Subject>, { hostKernel }: Traits): void {
  describe('exec beside an agent', () => {
    let bench: Bench;
    let handle: Handle;
    beforeEach(async () => {
      bench = new Bench(await make());
      const artefact = bench.artefact({ 'sub/here.txt': 'in the artefact\n' });
      ({ handle } = await bench.start(['sleep', '1000'], { artefact, cwd: 'sub', env: { OF_THE_AGENT: 'a "b"\n$c' } }));
    });
    afterEach(() => bench.cleanup());

    async function run(argv: string[], input: string | null = '', options: ExecOptions = {}): Promise<{ out: string; error: string; code: number }> {
      const execution = await bench.driver.exec(handle, argv, options);
      if (input !== null) execution.stdin.end(input);
      const [out, error, code] = await Promise.all([text(execution.stdout), text(execution.stderr), execution.exit]);
      return { out, error, code };
    }

    test('has output, error and exit code apart', async () => {
      expect(await run(['sh', '-c', 'echo out; echo error >&2; exit 5'])).toEqual({ out: 'out\n', error: 'error\n', code: 5 });
    });

    test('has the environment and directory of the agent, and takes arguments as they are', async () => {
      expect((await run(['sh', '-c', 'printf "%s|" "$OF_THE_AGENT" "$@"; cat here.txt', 'sh', 'it\'s', '$(id)', '', 'a b\nc'])).out).toBe('a "b"\n$c|it\'s|$(id)||a b\nc|in the artefact\n');
    });

    test('reads its input to the end, binary and large', async () => {
      expect(await run(['sh', '-c', 'wc -c'], 'x'.repeat(1_000_000))).toMatchObject({ out: expect.stringMatching(/^\s*1000000\n$/), code: 0 });
    });

    test('gives 128 + n after a signal, 127 for what is not there', async () => {
      expect((await run(['sh', '-c', 'kill -s TERM $$'])).code).toBe(143);
      expect((await run(['no-such-program-anywhere'])).code).toBe(127);
    });

    test('has a terminal of the size that was asked for', async () => {
      const { out, error, code } = await run(['sh', '-c', 'test -t 0 && test -t 1 && stty size; exit 3'], null, { terminal: { columns: 97, rows: 31 } });
      expect({ out: out.replaceAll('\r', ''), error, code }).toEqual({ out: '31 97\n', error: '', code: 3 });
    });

    test('tells its terminal when that gets another size', async () => {
      // It may be told of other sizes on the way: of its first one, which a runtime may hand over when the program has begun, and of the new width alone.
      const running = await bench.driver.exec(handle, ['sh', '-c', 'trap \'test "$(stty size)" = "40 120" && { stty size; exit; }\' WINCH; echo ready; while :; do sleep 0.05; done'], { terminal: { columns: 97, rows: 31 } });
      let out = '';
      for await (const chunk of running.stdout) {
        if (!out.includes('ready') && (out + String(chunk)).includes('ready')) running.resize!({ columns: 120, rows: 40 });
        out += String(chunk);
      }
      expect(out.replaceAll('\r', '')).toBe('ready\n40 120\n');
    });

    promised(hostKernel)('ends when its caller wants, and by the stop of the agent', async () => {
      const seconds = uniqueSeconds();
      const abort = new AbortController();
      const one = await bench.driver.exec(handle, ['sleep', seconds], { signal: abort.signal });
      const two = await bench.driver.exec(handle, ['sleep', seconds]);
      await bench.until('both run', () => sleeping(seconds) === 2 || undefined);
      abort.abort();
      expect(await one.exit).toBeGreaterThan(128);
      await bench.until('one is left', () => sleeping(seconds) === 1 || undefined);
      await bench.driver.stop(handle);
      expect(await two.exit).toBe(137);
      expect(sleeping(seconds)).toBe(0);
    });

    test('does not touch the log of the agent', async () => {
      await run(['echo', 'private']);
      expect(await bench.log(handle)).toBe('');
    });

    test('is refused where no agent runs', async () => {
      await bench.driver.stop(handle);
      await expect(bench.driver.exec(handle, ['true'])).rejects.toMatchObject({ name: 'StratoError', code: 'agent.not-running' });
    });
  });
}
