import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Probe } from './probe.ts';
import { findProgram } from '../programs.ts';
import { run } from '../run.ts';

const kinds = ['mount', 'uts', 'ipc', 'net', 'pid', 'cgroup', 'user'] as const;
/** Without root, all others exist within a user namespace only. */
const users = () => (process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']);

/** Every kind that sandboxes are made of, each made once. */
export const namespaces: readonly Probe[] = kinds.map((kind) => ({
  area: 'isolation', name: `${kind} namespace`,
  async look() {
    const unshare = findProgram('unshare');
    if (!unshare) return { detail: 'the program unshare is not there', remedy: 'apt install util-linux' };
    const flags = kind === 'user' ? ['--user', '--map-root-user'] : [...users(), `--${kind}`];
    const { code, stderr } = await run(unshare, [...flags, '--fork', 'true']);
    return code === 0 ? 'made one' : { detail: stderr.trim() || 'unshare failed', remedy: 'sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone=1 and kernel.apparmor_restrict_unprivileged_userns=0, or run as root' };
  },
}));

export const overlay: Probe = {
  area: 'isolation', name: 'overlay file system',
  async look() {
    const directory = mkdtempSync(join(tmpdir(), 'stratoswarm-overlay-'));
    try {
      for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(join(directory, name));
      const options = `lowerdir=lower,upperdir=upper,workdir=work${users().length > 0 ? ',userxattr' : ''}`;
      const script = 'cd "$1" && mount -t overlay overlay -o "$2" merged && echo x > merged/file; works=$?; umount merged; chmod -R u+rwX work; exit $works';
      const { code, stderr } = await run('unshare', [...users(), '--mount', '/bin/sh', '-c', script, 'sh', directory, options]);
      return code === 0 ? 'mounted one' : { detail: stderr.trim().split('\n')[0] ?? 'mount failed', remedy: 'modprobe overlay; without root, Linux 5.11 or newer' };
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
};
