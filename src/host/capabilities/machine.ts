import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Probe } from './probe.ts';
import { findProgram } from '../programs.ts';
import { run } from '../run.ts';

export const nodeVersion: Probe = {
  area: 'runtime', name: 'Node',
  async look() {
    const major = Number(process.versions.node.split('.')[0]);
    return major >= 24 ? process.version : { detail: `${process.version} is older than 24`, remedy: 'start with ./stratoswarm, which brings its own' };
  },
};

/** Pressure stall information: how much work waits for memory, CPU and disk. */
export const pressure: Probe = {
  area: 'limits', name: 'pressure (PSI)',
  async look() {
    try {
      const average = /some avg10=([\d.]+)/.exec(readFileSync('/proc/pressure/cpu', 'utf8'))?.[1];
      return `CPU pressure of the last 10 s: ${average} %`;
    } catch {
      return { detail: '/proc/pressure cannot be read', remedy: 'boot with psi=1 (Linux 4.20 or newer)' };
    }
  },
};

export const kernelVirtualisation: Probe = {
  area: 'hardware', name: 'KVM',
  async look() {
    try {
      closeSync(openSync('/dev/kvm', 'r+'));
      return '/dev/kvm can be opened; whether a guest boots is not tried';
    } catch (error) {
      const denied = (error as NodeJS.ErrnoException).code === 'EACCES';
      return { detail: (error as Error).message, remedy: denied ? 'add the user to the group kvm' : 'turn on virtualisation in the firmware, or nested virtualisation in the hypervisor' };
    }
  },
};

export const gpus: Probe = {
  area: 'hardware', name: 'GPUs (NVIDIA)',
  async look() {
    const program = findProgram('nvidia-smi');
    if (!program) return { detail: 'nvidia-smi is not there', remedy: 'for NVIDIA GPUs, install their driver' };
    const { code, stdout, stderr } = await run(program, ['-L']);
    return code === 0 ? stdout.trim().replaceAll('\n', ', ') : { detail: (stderr || stdout).trim().split('\n')[0] ?? 'nvidia-smi failed', remedy: 'check that the driver is loaded' };
  },
};
