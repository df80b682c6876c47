import { processTable } from '../../host/proc.ts';
import { readText } from '../../host/read-text.ts';
import type { Subject } from '../driver.contract.ts';
import { containerSubject } from '../oci/oci.subject.ts';
import { gvisorKind } from './kind.ts';

/** The driver over a home of its own, for the suite. */
export async function gvisorSubject(): Promise<Subject> {
  const subject = await containerSubject(gvisorKind, { module: new URL('./driver.ts', import.meta.url).href, name: 'gvisorDriver' });
  // The kernel of an agent, which gVisor calls its sandbox, ends its command line with the name of the container.
  const runs = (pid: number, agent: string) => /^runsc-sandbox\0/.test(readText(`/proc/${pid}/cmdline`)) && readText(`/proc/${pid}/cmdline`).endsWith(`\0${agent}\0`);
  return { ...subject, mains: ({ agent }) => processTable().filter(({ pid }) => runs(pid, agent)).map(({ pid }) => pid) };
}
