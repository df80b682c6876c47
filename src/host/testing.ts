import { spawnSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { findProgram } from './programs.ts';

/** What a test may need of the machine beyond Node and npm. */
export type Requirement = 'linux' | 'root' | 'unprivileged-namespaces' | 'ipv6' | `program:${string}`;

/**
 * True when the machine has all of it. Otherwise the reason is printed and false returned, for `describe.skipIf(!requires(…))`;
 * with `STRATOSWARM_NO_SKIP=1` a missing requirement throws instead, so that nothing is skipped unseen.
 */
export function requires(...requirements: Requirement[]): boolean {
  const missing = requirements.filter((requirement) => !has(requirement));
  if (missing.length === 0) return true;
  const reason = `needs ${missing.join(', ')}, which this machine lacks`;
  if (process.env['STRATOSWARM_NO_SKIP'] === '1') throw new Error(`a test ${reason}, and skipping is forbidden`);
  console.info(`skipped: ${reason}`);
  return false;
}

function has(requirement: Requirement): boolean {
  if (requirement === 'linux') return process.platform === 'linux';
  if (requirement === 'root') return process.getuid?.() === 0;
  if (requirement === 'ipv6') return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'));
  if (requirement === 'unprivileged-namespaces') return spawnSync('unshare', ['-Ur', 'true'], { stdio: 'ignore' }).status === 0;
  return findProgram(requirement.slice('program:'.length)) !== undefined;
}
