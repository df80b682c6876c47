import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppName, type Agent, type State } from '../model/index.ts';
import { SnapshotId } from '../snapshot/manifest.ts';
import { Store } from '../snapshot/store.ts';
import { take } from '../snapshot/take.ts';
import { WaitingMemory } from './waiting-memory.ts';

const shop = AppName.parse('shop');
let home: string;
let store: Store;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'stratoswarm-waiting-'));
  store = new Store(join(home, 'snapshots'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A snapshot that has the memory of the agent of `shop/web` in slot 0. */
async function taken() {
  const id = SnapshotId.parse('20261121-101500-000001');
  mkdirSync(join(home, 'image'), { recursive: true });
  writeFileSync(join(home, 'image', 'pages-1.img'), 'pages');
  await take({
    header: { format: 1, id, takenAt: 1, actor: 'user:ada', note: '', version: '0', position: 1, apps: ['shop'], places: { home, program: '', node: '' } },
    leaves: [{ key: 'image/shop-web-0-x1', value: { value: { app: 'shop', service: 'web', slot: 0 } } }, { key: 'image/shop-web-1-x2', value: { unavailable: 'no' } }],
    trees: [{ key: 'image/shop-web-0-x1/memory', path: join(home, 'image'), group: null }, { key: 'image/shop-web-0-x1/home', path: join(home, 'not-there'), group: null }], groups: {}, record: join(home, 'held'),
  }, store);
  return store.read(id);
}
const agent = (id: string, slot = 0) => ({ id, app: 'shop', service: 'web', slot, state: 'ready' }) as unknown as Agent;
const state = (agents: Agent[], detail?: string) => ({ agents: { find: (test: (one: Agent) => boolean) => agents.find(test) }, slots: new Map([['shop/web/0', { lastExit: detail === undefined ? null : { detail } }]]) }) as unknown as State;

describe('memory that waits for its agents', () => {
  it('goes to the first agent in the place of the one that it was of, and stays with that', async () => {
    const waiting = new WaitingMemory({ home });
    const laid = await waiting.lay(await taken(), shop, store.directory, home);
    expect(laid).toEqual([{ service: 'web', slot: 0, why: null }]);
    const image = waiting.of(agent('first'))!;
    expect(readFileSync(join(image, 'memory', 'pages-1.img'), 'utf8')).toBe('pages');
    expect([waiting.of(agent('second')), waiting.of(agent('other', 1)), waiting.of(agent('first'))]).toEqual([undefined, undefined, image]);
    expect(waiting.outcomes(shop, laid, state([agent('first')]))).toEqual([{ service: 'web', slot: 0, why: null }]);
    waiting.end(shop);
    expect(waiting.of(agent('first'))).toBeUndefined();
  });

  it('says why an agent was started anew: what ended the one that it went to, or that it is of another home', async () => {
    const waiting = new WaitingMemory({ home });
    const manifest = await taken();
    const laid = await waiting.lay(manifest, shop, store.directory, home);
    waiting.of(agent('first'));
    expect(waiting.outcomes(shop, laid, state([agent('second')], 'it could not go on'))).toEqual([{ service: 'web', slot: 0, why: 'it could not go on' }]);
    const elsewhere = await waiting.lay(manifest, shop, store.directory, '/another');
    expect(waiting.outcomes(shop, elsewhere, state([agent('second')]))).toEqual([{ service: 'web', slot: 0, why: `its memory is of agents of ${home}` }]);
    expect(waiting.of(agent('third'))).toBeUndefined();
  });

  it('of a daemon that died is not used', async () => {
    await new WaitingMemory({ home }).lay(await taken(), shop, store.directory, home);
    expect(new WaitingMemory({ home }).of(agent('first'))).toBeUndefined();
    expect(existsSync(join(home, 'memory'))).toBe(false);
  });
});
