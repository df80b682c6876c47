import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiClient, type ExecStreams } from './client.ts';
import { encodeFrame, Frame, FrameReader } from './frames.ts';
import { ask, serveFake, type Served } from './server.fake.ts';

let served: Served;
let client: ApiClient;
beforeEach(async () => {
  served = await serveFake();
  client = new ApiClient(served.paths.apiSocket);
});
afterEach(() => served.close());

const agent = 'shop-web-0-aaaaaaaa';
const run = async (argv: string[], stdin: NodeJS.ReadableStream | null = null, more: Partial<ExecStreams> = {}) => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const chunks: Buffer[] = [];
  stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  let errors = '';
  stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const exit = await client.exec(agent, argv, { stdin, stdout, stderr, ...more });
  return { exit, stdout: Buffer.concat(chunks), stderr: errors };
};

describe('exec over an upgraded connection', () => {
  it('carries arguments as they are, output, errors and the exit code', async () => {
    expect(await run(['fail', '$(reboot)', 'a b', '\n'])).toEqual({ exit: 7, stdout: Buffer.from('fail $(reboot) a b \n\n'), stderr: 'it failed\n' });
    expect(served.backend.asked.at(-1)).toEqual({ what: 'exec', with: { agent, argv: ['fail', '$(reboot)', 'a b', '\n'], terminal: null } });
  });

  it('carries megabytes in and out unchanged', async () => {
    const input = Buffer.alloc(3 * 1024 * 1024, 'abcdefghijk');
    const stdin = new PassThrough();
    stdin.end(input);
    const { exit, stdout } = await run(['cat'], stdin);
    expect(exit).toBe(0);
    expect(stdout.equals(input)).toBe(true);
  });

  it('asks for a terminal of a size', async () => {
    expect((await run(['top'], null, { terminal: { columns: 80, rows: 24 } })).stdout.toString()).toBe('top\n80x24\n');
  });

  it('tells the program that its terminal has another size, and survives a size that makes no sense', async () => {
    const stdin = new PassThrough();
    const onResize = (resized: (size: { columns: number; rows: number }) => void) => {
      setImmediate(() => {
        resized({ columns: 0, rows: -1 });
        resized({ columns: 120, rows: 40 });
        stdin.end('done');
      });
      return () => undefined;
    };
    expect((await run(['cat'], stdin, { terminal: { columns: 80, rows: 24 }, onResize })).stdout.toString()).toBe('done');
    expect(served.backend.asked.filter(({ what }) => what === 'resize')).toEqual([{ what: 'resize', with: { columns: 120, rows: 40 } }]);
  });

  it('ends the program when the client goes', async () => {
    const gone = new AbortController();
    const running = run(['cat'], new PassThrough(), { signal: gone.signal });
    running.catch(() => undefined);
    while (served.backend.asked.length === 0) await new Promise(setImmediate);
    served.server.close().catch(() => undefined);
    await expect(running).rejects.toMatchObject({ code: 'daemon.unreachable' });
    while (!served.backend.asked.some(({ what }) => what === 'exec-aborted')) await new Promise(setImmediate);
  });

  it('tells what is wrong before and after the switch', async () => {
    const streams = { stdin: null, stdout: new PassThrough(), stderr: new PassThrough() };
    await expect(client.exec('shop-web-7-aaaaaaaa', ['ls'], streams)).rejects.toMatchObject({ code: 'agent.unknown' });
    await expect(client.exec(agent, [], streams)).rejects.toMatchObject({ code: 'request.invalid' });
  });

  it('asks who somebody is before it switches', async () => {
    const headers = { connection: 'Upgrade', upgrade: 'stratoswarm-exec' };
    const refused = await ask({ port: served.port, method: 'POST', path: `/v1/agents/${agent}/exec`, headers });
    expect(refused.status).toBe(401);
    const elsewhere = await ask({ socketPath: served.paths.apiSocket, method: 'GET', path: '/v1/status', headers });
    expect(elsewhere.json.code).toBe('request.upgrade');
  });

  it('also answers in one go', async () => {
    expect(await client.post(`/v1/agents/${agent}/exec`, { argv: ['cat'], stdin: 'hello' })).toEqual({ exit: 0, stdout: 'hello', stderr: '' });
  });
});

describe('frames', () => {
  it('are found again however the bytes are cut', () => {
    const bytes = Buffer.concat([encodeFrame(Frame.stdin, 'héllo'), encodeFrame(Frame.stdinEnd), encodeFrame(Frame.exit, '0')]);
    for (let size = 1; size <= bytes.length; size++) {
      const reader = new FrameReader();
      const frames = [];
      for (let i = 0; i < bytes.length; i += size) frames.push(...reader.push(bytes.subarray(i, i + size)));
      expect(frames.map(({ kind, payload }) => [kind, payload.toString()])).toEqual([[Frame.stdin, 'héllo'], [Frame.stdinEnd, ''], [Frame.exit, '0']]);
    }
  });

  it('have a largest size', () => {
    expect(() => new FrameReader().push(Buffer.from([1, 255, 255, 255, 255]))).toThrow(RangeError);
  });
});
