import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pathsOf, type Paths } from '../host/paths.ts';
import { AppName, StratoError, type Proposal } from '../model/index.ts';
import { Secrets } from '../services/index.ts';
import { SnapshotId } from '../snapshot/manifest.ts';
import { Store } from '../snapshot/store.ts';
import { take } from '../snapshot/take.ts';
import { deployChange, sampleService } from '../simulation/workload.ts';
import { WaitingMemory } from './waiting-memory.ts';
import { SystemRestore, type RestoreParts } from './system-restore.ts';

const shop = AppName.parse('shop');
const id = SnapshotId.parse('20261121-101500-abc123');
const secret = (key: string) => ({ salt: key, values: { [key]: key }, since: { [key]: 1 }, stores: {} });
let paths: Paths;
beforeEach(() => {
  paths = pathsOf({ STRATOSWARM_HOME: mkdtempSync(join(tmpdir(), 'stratoswarm-restore-')) });
  for (const volume of ['data', 'cache']) write(volume, 'of now');
});
afterEach(() => rmSync(paths.home, { recursive: true, force: true }));

const place = (volume: string) => join(paths.volumes, 'shop', volume);
const read = (volume: string) => readFileSync(join(place(volume), 'file'), 'utf8');
function write(volume: string, content: string): void {
  mkdirSync(place(volume), { recursive: true });
  writeFileSync(join(place(volume), 'file'), content);
}

interface Restoring {
  readonly restore: SystemRestore;
  readonly secrets: Secrets;
  /** Kinds of the changes that were proposed. */
  readonly proposed: string[];
  /** Snapshots that were removed. */
  readonly removed: string[];
  /** What the next daemon finds. */
  readonly next: () => SystemRestore;
}

/** A restore of the app `shop` as it was, with a governor that answers as told. */
async function restoring(answer: (proposal: Proposal) => unknown): Promise<Restoring> {
  const store = new Store(join(paths.home, 'snapshots'));
  const change = deployChange('shop', [sampleService('web', { argv: ['/bin/sh'], volumes: [{ volume: 'data', path: '/data' }, { volume: 'cache', path: '/cache' }] as never })]);
  const kept = { ...(change as object), number: 1, position: 1, admittedAt: 1, actor: 'user:ada' };
  for (const volume of ['data', 'cache']) write(`then/${volume}`, 'of then');
  await take({
    header: { format: 1, id, takenAt: 1000, actor: 'user:ada', note: '', version: '0', position: 1, apps: ['shop'], places: { home: '/h', program: '/p', node: '/n/node' } },
    leaves: [{ key: 'app/shop', value: { name: 'shop', revision: 1, scale: {}, desired: 'running' } }, { key: 'revision/shop/1', value: kept }, { key: 'secrets/shop', value: secret('then') }],
    trees: ['data', 'cache'].map((volume) => ({ key: `volume/shop/${volume}`, path: place(`then/${volume}`), group: null })), groups: {}, record: join(paths.home, 'held'),
  }, store);
  rmSync(place('then'), { recursive: true });
  const secrets = new Secrets(paths, { now: () => 1000 });
  secrets.restore(shop, secret('now'));
  const proposed: string[] = [];
  let app = { name: 'shop', desired: 'running', scale: {}, revisions: new Map([[1, { number: 1, services: [] as unknown[] }]]), revision: 1, stable: 1, rollout: { revision: 1, state: 'succeeded', tail: [] } };
  const governor = {
    check: () => [],
    propose: async (proposal: Proposal) => {
      const { change } = proposal;
      proposed.push(change.kind);
      const dies = answer(proposal);
      if (dies === 'before') await new Promise(() => undefined);
      if (change.kind === 'stop') app = { ...app, desired: 'stopped' };
      if (change.kind === 'deploy') app = { ...app, desired: 'running', revision: 2, revisions: app.revisions.set(2, { number: 2, services: [...change.services] }), rollout: { ...app.rollout, revision: 2 } };
      if (dies === 'after') await new Promise(() => undefined);
      return { revision: 2 };
    },
  };
  const removed: string[] = [];
  const nobody = { some: () => false };
  const next = () => new SystemRestore({
    paths, governor, secrets, ledger: { append: async () => [] }, state: { get current() { return { apps: new Map([['shop', app]]), agents: nobody, standbys: nobody }; }, onChange: () => () => undefined },
    clock: { now: () => 0, monotonic: () => 0, after: () => () => undefined }, snapshots: { store, verify: async () => undefined, inTurn: <T>(act: () => Promise<T>) => act(), take: async () => ({ id }), remove: async (which: string) => void removed.push(which) },
    ownNetwork: true, contains: true, place: async (services: readonly unknown[]) => services, url: () => null, logName: () => 'own', memory: new WaitingMemory(paths),
    report: (error: unknown) => { throw error; },
  } as unknown as RestoreParts);
  return { restore: next(), secrets, proposed, removed, next };
}

describe('a restore', () => {
  it('puts data and secrets of the snapshot in the place of those of now', async () => {
    const { restore, secrets, proposed } = await restoring(() => undefined);
    expect((await restore.restore(id, {}, 'user:ada')).apps).toMatchObject([{ app: 'shop', revision: 2, volumes: ['data', 'cache'] }]);
    expect([read('data'), read('cache'), secrets.dump(shop).salt]).toEqual(['of then', 'of then', 'then']);
    expect(proposed).toEqual(['stop', 'deploy']);
    expect(readdirSync(join(paths.volumes, 'shop')).sort()).toEqual(['cache', 'data']);
  });

  it('that the governor refuses leaves data and secrets as they were, and starts the app again', async () => {
    const { restore, secrets, proposed } = await restoring(({ change }) => {
      if (change.kind === 'deploy') throw new StratoError('governor.compliance', 'no deploys on Fridays');
    });
    await expect(restore.restore(id, {}, 'user:ada')).rejects.toMatchObject({ code: 'governor.compliance' });
    expect([read('data'), read('cache'), secrets.dump(shop).salt]).toEqual(['of now', 'of now', 'now']);
    expect(proposed).toEqual(['stop', 'deploy', 'start']);
  });

  it.each([['before', 'stop'], ['after', 'stop'], ['before', 'deploy']] as const)('whose daemon dies %s it decides to %s is taken back by the next one, which lets the app run again', async (moment, kind) => {
    let reached: () => void = () => undefined;
    const death = new Promise<void>((resolve) => { reached = resolve; });
    const { restore, secrets, proposed, next } = await restoring(({ change }) => {
      if (change.kind !== kind) return undefined;
      reached();
      return moment;
    });
    void restore.restore(id, {}, 'user:ada');
    await death;
    await next().recover();
    expect([read('data'), read('cache'), secrets.dump(shop).salt]).toEqual(['of now', 'of now', 'now']);
    expect(proposed.filter((each) => each === 'start')).toHaveLength(moment === 'before' && kind === 'stop' ? 0 : 1);
    expect(readdirSync(join(paths.volumes, 'shop')).sort()).toEqual(['cache', 'data']);
    expect(readdirSync(join(paths.home, 'restoring'))).toEqual([]);
  });

  it('whose daemon dies when the restored revision is decided on is finished by the next one', async () => {
    let reached: () => void = () => undefined;
    const death = new Promise<void>((resolve) => { reached = resolve; });
    const { restore, secrets, proposed, next } = await restoring(({ change }) => {
      if (change.kind !== 'deploy') return undefined;
      reached();
      return 'after';
    });
    void restore.restore(id, {}, 'user:ada');
    await death;
    await next().recover();
    await vi.waitFor(() => expect(readdirSync(join(paths.home, 'restoring'))).toEqual([]));
    expect([read('data'), read('cache'), secrets.dump(shop).salt]).toEqual(['of then', 'of then', 'then']);
    expect(proposed).toEqual(['stop', 'deploy']);
    expect(readdirSync(join(paths.volumes, 'shop')).sort()).toEqual(['cache', 'data']);
  });
});

describe('a fork', () => {
  it('that is refused leaves nothing behind: neither data, nor the snapshot that was taken for it', async () => {
    const { restore, secrets, removed } = await restoring(({ change }) => {
      if (change.kind === 'deploy') throw new StratoError('governor.compliance', 'no deploys on Fridays');
    });
    const trial = AppName.parse('trial');
    await expect(restore.forkNow({ source: shop, name: trial }, 'user:ada')).rejects.toMatchObject({ code: 'governor.compliance' });
    expect([removed, secrets.apps(), existsSync(join(paths.volumes, 'trial'))]).toEqual([[id], ['shop'], false]);
  });

  it('for which there is a name already is refused before a snapshot is taken', async () => {
    const { restore, removed } = await restoring(() => undefined);
    await expect(restore.forkNow({ source: shop, name: shop }, 'user:ada')).rejects.toMatchObject({ code: 'fork.exists' });
    expect(removed).toEqual([]);
  });
});
