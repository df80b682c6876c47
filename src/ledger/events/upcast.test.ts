import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { NewEvent } from '../../model/index.ts';
import { openLedger } from '../open.ts';
import type { EventSchemas } from './schemas.ts';
import { handClock } from '../testing/events.ts';
import { temporaryDirectory, testLedger } from '../testing/directories.ts';

const lampLit = (body: unknown) => ({ type: 'LampLit', actor: 'a', body }) as unknown as NewEvent;

/** A lamp was first lit by a name, then by an id with a brightness in percent, then in a share of one. */
const versions: EventSchemas[] = [
  { bodies: { LampLit: z.object({ name: z.string() }) }, versions: {}, upcasters: {} },
  {
    bodies: { LampLit: z.object({ id: z.string(), percent: z.number() }) },
    versions: { LampLit: 2 },
    upcasters: { LampLit: [({ name }: { name: string }) => ({ id: `lamp-${name}`, percent: 100 })] },
  },
  {
    bodies: { LampLit: z.object({ id: z.string(), brightness: z.number() }) },
    versions: { LampLit: 3 },
    upcasters: {
      LampLit: [
        ({ name }: { name: string }) => ({ id: `lamp-${name}`, percent: 100 }),
        ({ id, percent }: { id: string; percent: number }) => ({ id, brightness: percent / 100 }),
      ],
    },
  },
];

describe('events of older versions', () => {
  it('are read in the shape of today, by whichever way they are asked for', async () => {
    const directory = temporaryDirectory();
    const bodies = [{ name: 'hall' }, { id: 'lamp-door', percent: 50 }, { id: 'lamp-roof', brightness: 0.1 }];
    for (const [n, schemas] of versions.entries()) {
      const ledger = await testLedger({ directory, schemas });
      await ledger.append([lampLit(bodies[n])]);
      await ledger.close();
    }
    const ledger = await testLedger({ directory, schemas: versions[2]! });
    const today = [{ id: 'lamp-hall', brightness: 1 }, { id: 'lamp-door', brightness: 0.5 }, { id: 'lamp-roof', brightness: 0.1 }];
    const events = await ledger.read(0);
    expect(events.map((event) => event.body)).toEqual(today);
    expect(events.map((event) => event.version)).toEqual([3, 3, 3]);
    expect((await ledger.history({})).map((event) => event.body)).toEqual(today.toReversed());
    const heard: unknown[] = [];
    ledger.subscribe(0, (batch) => heard.push(...batch.map((event) => event.body)));
    await expect.poll(() => heard).toEqual(today);
  });

  it('are left alone by an earlier program, which says that it is too old', async () => {
    const directory = temporaryDirectory();
    const newer = await testLedger({ directory, schemas: versions[1]! });
    await newer.append([lampLit({ id: 'x', percent: 1 })]);
    await newer.close();
    for (const schemas of [versions[0]!, { bodies: {}, versions: {}, upcasters: {} }]) {
      const older = await testLedger({ directory, schemas });
      await expect(older.read(0)).rejects.toMatchObject({ code: 'ledger.newer', next: expect.stringContaining('install') });
      await older.close();
    }
  });

  it('cannot be forgotten: a version without the upcasters that lead to it is refused', async () => {
    const schemas = { ...versions[2]!, upcasters: versions[1]!.upcasters };
    await expect(openLedger({ directory: temporaryDirectory(), clock: handClock(), schemas })).rejects.toThrow('LampLit is written in version 3 but has 1 upcasters');
  });
});
