import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveFake, type Served } from '../api/server.fake.ts';
import { requires } from '../host/testing.ts';
import { emptyDirectory, runOnTerminal, type RunOptions } from './cli.fake.ts';

let served: Served;
let code: string;
beforeAll(() => void (code = emptyDirectory()));
afterAll(() => rmSync(code, { recursive: true }));
beforeEach(async () => void (served = await serveFake()));
afterEach(() => served.close());

const cli = (args: string[], options?: RunOptions) => runOnTerminal(served.paths.home, args, options);
/** Types each answer once its prompt is shown. */
const typing = (answers: Record<string, string>): RunOptions['watch'] => {
  const left = new Map(Object.entries(answers));
  return (output, { write }) => {
    for (const [prompt, answer] of left) {
      if (!output.includes(prompt)) continue;
      left.delete(prompt);
      write(answer);
    }
  };
};
const question = { id: 'entry', text: 'Which one starts the app?', options: [{ value: 'a.js', label: 'a.js' }, { value: 'b.js', label: 'b.js' }], default: 'a.js' };
const lastAsked = (what: string) => served.backend.asked.findLast((asked) => asked.what === what)?.with as Record<string, unknown>;

describe.skipIf(!requires('linux', 'program:script'))('on a terminal', () => {
  it('shows steps that were done, in colour, and takes the moving line away', async () => {
    const { code: exit, stdout } = await cli(['deploy', code, '--yes'], { watch: () => undefined });
    expect(exit).toBe(0);
    expect(stdout).toContain('\u001b[32m✔\u001b[39m Built web');
    expect(stdout).toMatch(/is up at .*http:\/\/shop\.localhost:8080/);
  });

  it('has no colours with NO_COLOR and no other signs than the locale has', async () => {
    const { stdout } = await cli(['deploy', code, '--yes'], { env: { NO_COLOR: '1', LANG: 'C' }, watch: () => undefined });
    expect(stdout).toContain('+ Built web');
    // eslint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/\u001b\[\d+m/);
  });

  it('asks the one question of the plan, and deploys with the answer', async () => {
    served.backend.thePlan = { ...served.backend.thePlan, questions: [question, { ...question, id: 'other' }] };
    const answered = await cli(['deploy', code], { watch: typing({ '1-2:': '2\r' }) });
    expect(answered.code).toBe(0);
    expect(answered.stdout).toContain('Which one starts the app?');
    expect(lastAsked('deploy')['hints']).toEqual({ entry: 'b.js' });
  });

  it('asks nothing with --yes, or when a hint answers already', async () => {
    served.backend.thePlan = { ...served.backend.thePlan, questions: [question] };
    expect((await cli(['deploy', code, '--yes'], { watch: () => undefined })).code).toBe(0);
    expect(lastAsked('deploy')['hints']).toBeUndefined();
    expect((await cli(['deploy', code, '--hint', 'entry=b.js'], { watch: () => undefined })).code).toBe(0);
    expect(lastAsked('deploy')['hints']).toEqual({ entry: 'b.js' });
  });

  it('detaches at Ctrl-C', async () => {
    served.backend.steps = async function* (deployment, _after, signal) {
      yield { deployment, index: 1, step: 'build', kind: 'begin', text: 'Building web', milliseconds: null };
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    };
    const left = await cli(['deploy', code, '--yes'], { watch: typing({ 'Building web': '\u0003' }) });
    expect([left.code, left.stdout]).toEqual([130, expect.stringContaining('Detached: the deployment goes on')]);
  });

  it('asks before it removes', async () => {
    const no = await cli(['rm', 'shop'], { watch: typing({ '[y/N]': '\r' }) });
    expect([no.code, no.stdout]).toEqual([130, expect.stringContaining('shop was not removed')]);
    expect(served.backend.proposals).toEqual([]);
    const yes = await cli(['rm', 'shop'], { watch: typing({ '[y/N]': 'y\r' }) });
    expect([yes.code, yes.stdout]).toEqual([0, expect.stringContaining('shop was removed; its data is kept')]);
  });

  it('gives exec a terminal of its own size and every key as it is', async () => {
    const shown = await cli(['exec', 'shop', '--', 'top'], { watch: () => undefined });
    expect(shown.stdout).toMatch(/^top\r?\n\d+x\d+/);
    expect(lastAsked('exec')['terminal']).toEqual({ columns: expect.any(Number), rows: expect.any(Number) });
  });
});
