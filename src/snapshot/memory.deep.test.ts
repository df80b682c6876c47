import { describe, expect, it } from 'vitest';
import { requires } from '../host/testing.ts';
import { ociSubject } from '../drivers/oci/oci.subject.ts';
import { expected, tryMemory } from './testing/memory-tried.ts';

describe.skipIf(!requires('linux', 'root', 'program:runc', 'program:conmon', 'program:criu'))('memory of agents in containers', () => {
  it('are tried: either an agent goes on from one with all that it had in memory, or the reason is told why none is taken here', async () => {
    const subject = await ociSubject();
    const found = await subject.driver.images!.probe();
    expect(await subject.driver.observe()).toEqual([]);
    await subject.cleanup();
    if (found.works) expect(await tryMemory()).toEqual(expected);
    else expect(found).toEqual({ works: false, reason: expect.stringMatching(/^a container could not be written down: \S+/), remedy: expect.stringMatching(/CRIU/) });
  });
});
