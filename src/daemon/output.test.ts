import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Driver } from '../drivers/driver.ts';
import { AppName, type Agent } from '../model/index.ts';
import { Archive } from './archive.ts';
import { Output } from './output.ts';

const app = AppName.parse('shop');
let directory: string;
let archive: Archive;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stratoswarm-output-'));
  archive = new Archive(directory);
});
afterEach(() => rm(directory, { recursive: true }));

/** Keeps the output of an agent that is gone. */
async function gone(id: string, text: string): Promise<void> {
  const driver = { logs: async function* () { yield { offset: 0, data: Buffer.from(text) }; } } as unknown as Driver;
  await archive.keep({ id, app, handle: {} } as unknown as Agent, driver);
}

async function shown(query: { service?: string; previous?: boolean } = {}, agents = new Map()): Promise<string[]> {
  const state = { current: { agents, apps: new Map() }, onChange: () => () => undefined };
  const output = new Output({ state: state as never, drivers: new Map(), archive, withoutSecrets: (_, lines) => [...lines] });
  const lines = [];
  for await (const { service, slot, line } of output.lines({ app, follow: false, from: {}, service: query.service, previous: query.previous } as never, new AbortController().signal)) lines.push(`${service}/${slot} ${line}`);
  return lines.sort();
}

describe('the output of an app of which nothing runs', () => {
  it('is what ran last in each slot, whichever went last', async () => {
    await gone('shop-web-0-aaaaaaaa', 'first try\n');
    await gone('shop-web-0-bbbbbbbb', 'second try\n');
    await gone('shop-web-0-eeeeeeee', '');
    await gone('shop-order-mail-1-cccccccc', 'no mail\n');
    await gone('shop-postgresql-0-dddddddd', '');
    expect(await shown()).toEqual(['order-mail/1 no mail', 'web/0 second try']);
    expect(await shown({ service: 'web' })).toEqual(['web/0 second try']);
  });

  it('is shown on request although another agent is in the slot by now', async () => {
    await gone('shop-web-0-aaaaaaaa', 'no such table\n');
    const agents = new Map([['shop-web-0-bbbbbbbb', { id: 'shop-web-0-bbbbbbbb', app, service: 'web', slot: 0, createdAt: 1, handle: { driver: 'none' } }]]);
    expect(await shown({}, agents)).toEqual([]);
    expect(await shown({ previous: true }, agents)).toEqual(['web/0 no such table']);
  });
});
