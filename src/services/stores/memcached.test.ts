import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { requires } from '../../host/testing.ts';
import { memcached } from './memcached.ts';
import { storeBench } from './testing.ts';

const { provide, volume, environment, start, stop } = storeBench();

/** What the server answers until it hangs up; nothing, where nobody listens. */
async function ask(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(request);
  return await text(socket).catch(() => '');
}

describe.skipIf(!requires('linux', 'program:memcached'))('memcached of the machine', () => {
  it('keeps what it is given within its memory, for this app alone, and ends when it is asked to', async () => {
    const program = await memcached.provide(provide);
    const env = await environment(volume());
    const port = Number(env['PORT']);
    const first = await start(program, env, async () => (await ask(port, 'version\r\n')).startsWith('VERSION '));
    expect(await ask(port, 'set a 0 0 1\r\nx\r\nget a\r\n')).toBe('STORED\r\nVALUE a 0 1\r\nx\r\nEND\r\n');
    expect(await ask(port, 'stats settings\r\n')).toEqual(expect.stringMatching(/STAT maxbytes 67108864\r\n[^]*STAT udpport 0\r\nSTAT inter 127\.0\.0\.1\r\n/));
    expect(await stop(first, memcached.stopSignal)).toBe(0);
    await start(program, env, async () => (await ask(port, 'version\r\n')).startsWith('VERSION '));
    expect(await ask(port, 'get a\r\n')).toBe('END\r\n');
  }, 60_000);
});
