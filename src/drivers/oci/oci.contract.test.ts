import { describe } from 'vitest';
import { requires } from '../../host/testing.ts';
import { driverContract } from '../driver.contract.ts';
import { ociSubject } from './oci.subject.ts';

describe.skipIf(!requires('linux', 'root', 'program:runc', 'program:conmon'))('containers', () => {
  driverContract('oci', ociSubject, {
    real: true, ownNetwork: true, ownFilesystem: true, volumesAtPath: true, ownProcesses: true, noNewPrivileges: true, capabilitiesDropped: true, codeLater: true,
    limits: ['memory', 'pids', 'cpu'],
  });
});
