import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findProgram } from '../../host/programs.ts';
import { requires, testWithout } from '../../host/testing.ts';

/** Of the suite of the drivers, what depends on the runtime more than on what is around it. */
const only = 'life of an agent|exec beside an agent|isolation of an agent|limits of an agent|remove leaves nothing of a running agent';

/** crun refuses both versions of control groups side by side unless version 2 is without controllers, as systemd leaves it there. */
const controllers = '/sys/fs/cgroup/unified/cgroup.controllers';

describe.skipIf(!requires('linux', 'root', 'program:unshare', 'program:runc', 'program:crun', 'program:conmon'))('without runc', () => {
  it('containers are run by crun', { timeout: 300_000 }, async () => {
    const { code, output } = await testWithout([findProgram('runc')!, ...(existsSync(controllers) ? [controllers] : [])], 'src/drivers/oci/oci.contract.test.ts', only);
    expect(code, output.slice(-8000)).toBe(0);
    expect(output).toContain('exec beside an agent > tells its terminal when that gets another size');
  });
});
