import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiClient } from './client.ts';

const undo: (() => void)[] = [];
afterEach(() => undo.splice(0).forEach((each) => each()));

/** A daemon on a socket that answers as it is told to. */
async function serving(answer: (path: string, response: ServerResponse) => void): Promise<ApiClient> {
  const directory = mkdtempSync(join(tmpdir(), 'stratoswarm-client-'));
  const server = createServer((request, response) => answer(request.url!, response));
  undo.push(() => rmSync(directory, { recursive: true }), () => server.closeAllConnections(), () => void server.close());
  const socket = join(directory, 'api.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return new ApiClient(socket, undefined, { answer: 20, other: 500 });
}

describe('a question that is not answered for long', () => {
  it('is waited for while the daemon answers others: it has much to look at', async () => {
    let asked = 0;
    let late: ServerResponse | undefined;
    const client = await serving((path, response) => {
      if (path === '/v1/moment') late = response;
      else {
        response.end('{}');
        if (++asked === 3) late!.end('{"position":7}');
      }
    });
    expect(await client.get('/v1/moment')).toEqual({ position: 7 });
  });

  it('is given up when nothing else is answered either', async () => {
    const client = await serving(() => undefined);
    await expect(client.get('/v1/moment')).rejects.toMatchObject({ code: 'daemon.unreachable' });
  });
});
