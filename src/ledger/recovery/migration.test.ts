import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openStore } from './opening.ts';
import { EventCodec, modelSchemas } from '../events/schemas.ts';
import { sample } from '../testing/events.ts';
import { temporaryDirectory, testLedger } from '../testing/directories.ts';

const golden = join(import.meta.dirname, '..', 'testing', 'golden');
const file = (name: string) => gunzipSync(readFileSync(join(golden, name)));
/** What they hold, in the versions of today. */
const history = new EventCodec(modelSchemas).read(`[${readFileSync(join(golden, 'history-1.jsonl'), 'utf8').trimEnd().split('\n').join(',')}]`, '');

/** Databases as the versions that had these formats left them. */
const databases: Readonly<Record<string, (directory: string) => void>> = {
  'of format 1, closed in order': (directory) => {
    writeFileSync(join(directory, 'events.db'), file('format-1-closed.db.gz'));
    writeFileSync(join(directory, 'closed.json'), readFileSync(join(golden, 'format-1-closed.json')));
  },
  'of format 1, killed with part of it in the write-ahead log': (directory) => {
    writeFileSync(join(directory, 'events.db'), file('format-1-crashed.db.gz'));
    writeFileSync(join(directory, 'events.db-wal'), file('format-1-crashed.db-wal.gz'));
  },
};

describe.each(Object.entries(databases))('a database %s', (_, put) => {
  it('is brought to today’s format with all its events, and works on', async () => {
    const directory = temporaryDirectory();
    put(directory);
    const ledger = await testLedger({ directory });
    expect(ledger.recovery).toBeNull();
    expect(await ledger.read(0)).toEqual(history);
    expect(await ledger.append([sample(1)])).toMatchObject([{ position: history.length + 1 }]);
    expect((await ledger.history({ app: 'shop', types: ['AgentRemoved'] })).map((event) => event.position)).toEqual(history.filter((event) => event.type === 'AgentRemoved').map((event) => event.position));
    await ledger.close();
    const { store, opened } = openStore(directory);
    expect(opened).toMatchObject({ damage: null, earlier: false, head: { position: history.length + 1 } });
    store!.checkChain();
    store!.checkStructure();
    store!.close();
  });

  it('that is damaged keeps its longest valid prefix', async () => {
    const directory = temporaryDirectory();
    put(directory);
    for (const name of ['events.db', 'events.db-wal']) {
      const path = join(directory, name);
      const content = (() => { try { return readFileSync(path); } catch { return undefined; } })();
      for (let at = content?.indexOf('"RolloutFailed"') ?? -1; at >= 0; at = content!.indexOf('"RolloutFailed"', at + 1)) content!.write('"RolloutFaked!"', at);
      if (content) writeFileSync(path, content);
    }
    const kept = history.findIndex((event) => event.type === 'RolloutFailed');
    const ledger = await testLedger({ directory });
    expect(ledger.recovery).toMatchObject({ kept, lost: history.length - kept });
    expect(await ledger.read(0)).toEqual(history.slice(0, kept));
  });
});
