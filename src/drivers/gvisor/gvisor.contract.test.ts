import { describe } from 'vitest';
import { requires } from '../../host/testing.ts';
import { driverContract } from '../driver.contract.ts';
import { gvisorSubject } from './gvisor.subject.ts';

describe.skipIf(!requires('linux', 'root', 'program:runsc', 'program:conmon', 'program:unshare'))('gVisor', () => {
  driverContract('gvisor', gvisorSubject, {
    real: true, ownNetwork: true, ownFilesystem: true, volumesAtPath: true, ownProcesses: true, noNewPrivileges: true, capabilitiesDropped: true, codeLater: false, hostKernel: false,
    limits: ['memory', 'cpu'],
  });
});
