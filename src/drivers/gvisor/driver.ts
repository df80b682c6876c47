import type { Driver } from '../driver.ts';
import { containerDriver, type OciOptions } from '../oci/driver.ts';
import { gvisorKind } from './kind.ts';

/** Agents in containers that have gVisor between them and the machine's kernel: runsc under conmon. */
export function gvisorDriver(options: OciOptions): Driver {
  return containerDriver(gvisorKind, options);
}
