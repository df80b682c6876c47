import { describe } from 'vitest';
import { findProgram } from '../../host/programs.ts';
import { requires } from '../../host/testing.ts';
import { driverContract } from '../driver.contract.ts';
import { ociSubject } from './oci.subject.ts';

const runtime = findProgram('runc') === undefined && findProgram('crun') !== undefined ? 'crun' : 'runc';

describe.skipIf(!requires('linux', 'root', `program:${runtime}`, 'program:conmon'))('containers', () => {
  driverContract('oci', ociSubject, {
    real: true, ownNetwork: true, ownFilesystem: true, volumesAtPath: true, ownProcesses: true, noNewPrivileges: true, capabilitiesDropped: true, codeLater: true, hostKernel: true,
    limits: ['memory', 'pids', 'cpu'],
  });
});
