import { readFileSync } from 'node:fs';

export interface CgroupMounts {
  /** Mount point of each v1 controller. */
  readonly v1: ReadonlyMap<string, string>;
  /** Mount points of the v2 hierarchy. */
  readonly v2: readonly string[];
}

/** Where control groups are mounted, from the text of `/proc/self/mountinfo` (proc(5)). */
export function cgroupMounts(mountinfo: string = readFileSync('/proc/self/mountinfo', 'utf8')): CgroupMounts {
  const v1 = new Map<string, string>();
  const v2: string[] = [];
  for (const line of mountinfo.split('\n')) {
    const [left = '', right = ''] = line.split(' - ');
    const mountPoint = unescapeOctal(left.split(' ')[4] ?? '');
    const [type, , options = ''] = right.split(' ');
    if (type === 'cgroup2') v2.push(mountPoint);
    if (type === 'cgroup') for (const option of options.split(',')) if (option !== 'rw' && !v1.has(option)) v1.set(option, mountPoint);
  }
  return { v1, v2 };
}

/** The kernel writes space, tab, newline and backslash in mount tables as `\ooo`. */
export function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** Path of this process within the v2 hierarchy, from the text of `/proc/self/cgroup`. */
export function ownV2Path(selfCgroup: string = readFileSync('/proc/self/cgroup', 'utf8')): string {
  return /^0::(.*)$/m.exec(selfCgroup)?.[1] ?? '/';
}
