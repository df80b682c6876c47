import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { chained } from '../proof/chain.ts';
import { leafOf } from '../proof/leaf.ts';
import { fileFacts } from '../store/mark.ts';
import { imageOf, putImage, type Image } from '../testing/damage.ts';
import { sample } from '../testing/events.ts';
import { temporaryDirectory, testLedger } from '../testing/directories.ts';

let image: Image;
beforeAll(async () => {
  image = await imageOf(temporaryDirectory(), { appends: 150, closed: true, long: false });
});

describe('recovering', () => {
  async function damaged(): Promise<string> {
    const directory = temporaryDirectory();
    putImage(directory, image, (files) => files['events.db']!.write('XXXX', files['events.db']!.indexOf('"reason":"500 ')));
    return directory;
  }

  it('says what was kept and lost and where the old files are, untouched, and the ledger works on', async () => {
    const directory = await damaged();
    const before = readFileSync(join(directory, 'events.db'));
    const ledger = await testLedger({ directory });
    const kept = ledger.head;
    expect(ledger.recovery).toMatchObject({ kept, lost: image.events.length - kept, reason: expect.stringContaining('not what was written'), at: 1_000 });
    expect(ledger.recovery!.quarantined).toBe(join(directory, 'quarantine', '1970-01-01T00-00-01.000Z'));
    expect(readFileSync(join(ledger.recovery!.quarantined, 'events.db')).equals(before)).toBe(true);
    expect(JSON.parse(readFileSync(join(ledger.recovery!.quarantined, 'recovery.json'), 'utf8'))).toEqual(ledger.recovery);
    expect(await ledger.append([sample(1)])).toMatchObject([{ position: kept + 1 }]);
    await ledger.close();
    const again = await testLedger({ directory });
    expect(again.recovery).toBeNull();
    expect(again.head).toBe(kept + 1);
  });

  it('ends a ledger where a row has the event of another, whatever its checksum', async () => {
    const directory = temporaryDirectory();
    putImage(directory, image, () => undefined);
    const [head, database] = [image.events.length, new DatabaseSync(join(directory, 'events.db'))];
    const [last, copied] = [head, 12].map((position) => database.prepare('SELECT hash, event FROM events WHERE position = ?').get(position)!);
    const [hash, event] = [last!['hash'] as Uint8Array, String(copied!['event'])];
    database.prepare('INSERT INTO events (position, remaining, hash, event) VALUES (?, 0, ?, ?)').run(head + 1, chained(hash, leafOf(event), 0), event);
    database.close();
    const ledger = await testLedger({ directory });
    expect(ledger.recovery).toMatchObject({ kept: head, reason: `event ${head + 1} is not what was written` });
    expect(await ledger.read(0)).toEqual(image.events);
  });

  it('sets aside the snapshots that reach beyond what was kept', async () => {
    const directory = await damaged();
    mkdirSync(join(directory, 'snapshots'));
    for (const position of [5, 290]) writeFileSync(join(directory, 'snapshots', `${position}.json`), '{}');
    const ledger = await testLedger({ directory });
    expect(readdirSync(join(directory, 'snapshots'))).toEqual(['5.json']);
    expect(readdirSync(ledger.recovery!.quarantined)).toContain('290.json');
  });

  it('goes on where a crash interrupted it, and reports it then', async () => {
    const directory = await damaged();
    const first = await testLedger({ directory });
    const { recovery, head } = first;
    await first.close();
    // As if it had crashed when the new database was complete and the old one was still in its place.
    const intent = { recovery, end: JSON.parse(readFileSync(join(directory, 'closed.json'), 'utf8')) as unknown };
    renameSync(join(directory, 'events.db'), join(directory, 'events.db.next'));
    renameSync(join(recovery!.quarantined, 'events.db'), join(directory, 'events.db'));
    writeFileSync(join(directory, 'recovering.json'), JSON.stringify(intent));
    const second = await testLedger({ directory });
    expect(second.recovery).toEqual(recovery);
    expect(second.head).toBe(head);
    expect(existsSync(join(directory, 'recovering.json'))).toBe(false);
  });

  it('never hands out an event that is not what was written, and recovers at the next opening', async () => {
    const directory = temporaryDirectory();
    const first = await testLedger({ directory });
    for (let n = 0; n < 60; n++) await first.append(Array.from({ length: 20 }, (_, i) => sample(n * 100 + i, 60)));
    await first.close();
    const path = join(directory, 'events.db');
    const mark = JSON.parse(readFileSync(join(directory, 'closed.json'), 'utf8')) as { file: object };
    const content = readFileSync(path);
    content.write('XXXX', content.indexOf('"reason":"507 '));
    writeFileSync(path, content);
    // A disk's fault leaves no trace in the file's times: the mark still matches, and only the tail is checked.
    writeFileSync(join(directory, 'closed.json'), JSON.stringify({ ...mark, file: fileFacts(path) }));
    const second = await testLedger({ directory });
    expect(second.recovery).toBeNull();
    const position = (await second.read(0, 100)).length + 8;
    await expect(second.read(0)).rejects.toMatchObject({ code: 'ledger.damaged', why: `event ${position} is not what was written` });
    await expect(second.history({ before: position + 1, limit: 1 })).rejects.toMatchObject({ code: 'ledger.damaged' });
    await second.close();
    const third = await testLedger({ directory });
    expect(third.recovery).toMatchObject({ kept: 100, lost: 1_100 });
  });
});
