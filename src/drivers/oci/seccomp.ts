/**
 * System calls that an agent may make; every other fails with EPERM. The choice follows the default profile that the well-known
 * container engines share (moby `profiles/seccomp`, containers-common `seccomp.json`), less what they allow only together with a
 * capability: an agent has none. By subject, so that it can be read and argued with.
 */
export const allowedSyscalls: Readonly<Record<string, readonly string[]>> = {
  files: words(`
    access chdir chmod chown chown32 close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64
    fadvise64_64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync flock fstat
    fstat64 fstatat64 fstatfs fstatfs64 fsync ftruncate ftruncate64 futimesat getcwd getdents getdents64 lchown lchown32
    link linkat _llseek lseek lstat lstat64 mkdir mkdirat mknod mknodat newfstatat open openat openat2 readahead readlink
    readlinkat rename renameat renameat2 rmdir stat stat64 statfs statfs64 statx symlink symlinkat sync sync_file_range
    sync_file_range2 syncfs truncate truncate64 umask unlink unlinkat utime utimensat utimensat_time64 utimes cachestat`),
  attributes: words(`
    fgetxattr flistxattr fremovexattr fsetxattr getxattr lgetxattr listxattr llistxattr lremovexattr lsetxattr
    removexattr setxattr`),
  transfer: words(`
    ioctl pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readv sendfile sendfile64 splice tee vmsplice
    write writev`),
  'asynchronous input and output': words(`io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit`),
  readiness: words(`
    epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2
    inotify_add_watch inotify_init inotify_init1 inotify_rm_watch _newselect poll ppoll ppoll_time64
    pselect6 pselect6_time64 select signalfd signalfd4`),
  sockets: words(`
    accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg recvmmsg_time64 recvmsg
    send sendmmsg sendmsg sendto setsockopt shutdown socketcall socketpair`),
  memory: words(`
    brk get_mempolicy madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mlock mlock2 mlockall mmap mmap2
    mprotect mremap mseal msync munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect process_mrelease
    remap_file_pages`),
  processes: words(`
    alarm execve execveat exit exit_group fork getpgid getpgrp getpid getppid getpriority getrlimit getrusage getsid
    gettid ioprio_get ioprio_set kill pidfd_open pidfd_send_signal prctl prlimit64 process_vm_readv
    process_vm_writev ptrace rseq setpgid setpriority setrlimit
    setsid tgkill times tkill ugetrlimit vfork wait4 waitid waitpid`),
  threads: words(`
    futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake get_robust_list get_thread_area set_robust_list
    set_thread_area set_tid_address`),
  scheduling: words(`
    getcpu sched_getaffinity sched_getattr sched_getparam sched_get_priority_max sched_get_priority_min
    sched_getscheduler sched_rr_get_interval sched_rr_get_interval_time64 sched_setaffinity sched_setattr sched_setparam
    sched_setscheduler sched_yield`),
  signals: words(`
    pause restart_syscall rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend
    rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo sigaltstack sigprocmask sigreturn`),
  time: words(`
    clock_getres clock_getres_time64 clock_gettime clock_gettime64 clock_nanosleep clock_nanosleep_time64 getitimer
    gettimeofday nanosleep setitimer time timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64
    timer_settime timer_settime64 timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64`),
  identity: words(`
    capget capset getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32 getresgid getresgid32 getresuid
    getresuid32 getuid getuid32 setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setregid
    setregid32 setresgid setresgid32 setresuid setresuid32 setreuid setreuid32 setuid setuid32`),
  'System V and POSIX queues': words(`
    ipc mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 mq_unlink
    msgctl msgget msgrcv msgsnd semctl semget semop semtimedop semtimedop_time64 shmat shmctl shmdt shmget`),
  confinement: words(`landlock_add_rule landlock_create_ruleset landlock_restrict_self seccomp`),
  system: words(`getrandom sysinfo uname name_to_handle_at arch_prctl modify_ldt`),
};

interface SyscallRule {
  readonly names: readonly string[];
  readonly action: 'SCMP_ACT_ALLOW' | 'SCMP_ACT_ERRNO';
  readonly errnoRet?: number;
  readonly args?: readonly ArgumentTest[];
}

/** With `SCMP_CMP_MASKED_EQ`, `value` is the mask and `valueTwo` what the masked argument must equal. */
interface ArgumentTest {
  readonly index: number;
  readonly value: number;
  readonly valueTwo?: number;
  readonly op: 'SCMP_CMP_EQ' | 'SCMP_CMP_LT' | 'SCMP_CMP_GT' | 'SCMP_CMP_MASKED_EQ';
}

/** `linux.seccomp` of the OCI runtime specification. */
export interface Seccomp {
  readonly defaultAction: 'SCMP_ACT_ERRNO';
  readonly defaultErrnoRet: number;
  readonly architectures: readonly string[];
  readonly syscalls: readonly SyscallRule[];
}

const EPERM = 1;
const ENOSYS = 38;
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET (clone(2)); NEWTIME is within clone's signal bits. */
const newNamespaces = 0x7e02_0000;
const AF_ALG = 38;
const AF_NFC = 39;
const AF_VSOCK = 40;

/** Only the processor's own: the older entries into the kernel (32-bit, x32) are seldom used, often a hole, and make the filter slow to load. */
const architectures: Partial<Record<NodeJS.Architecture, readonly string[]>> = { x64: ['SCMP_ARCH_X86_64'], arm64: ['SCMP_ARCH_AARCH64'] };

/**
 * What stands between the filter and the program of an agent, and belongs to every agent: the runtime's last steps once the filter is on, the shell that is process
 * 1, the one that starts the program, and how they start another. The shells were recorded under strace.
 */
const launching = words(`
  access arch_prctl brk capget capset chdir clone close close_range dup dup2 dup3 epoll_ctl epoll_pwait epoll_wait execve exit exit_group faccessat faccessat2 fchdir fcntl
  fork fstat fstatfs futex getcwd getdents64 getegid geteuid getgid getpgid getpgrp getpid getppid getrandom getsid gettid getuid ioctl kill lseek lstat madvise mmap mprotect munmap
  nanosleep newfstatat open openat openat2 pipe pipe2 prctl pread64 prlimit64 read readlink readlinkat rseq rt_sigaction rt_sigprocmask rt_sigreturn rt_sigsuspend sched_getaffinity
  sched_yield set_robust_list set_tid_address setgid setgroups setpgid setsid setuid sigaltstack socketpair stat statfs statx tgkill umask uname vfork wait4 waitid write writev`);

/**
 * The profile for agents on a processor: deny by default, allow {@link allowedSyscalls} and a few calls by their arguments. With `only`, of these no more than those
 * and what starts a program; the others answer ENOSYS, as a kernel does that has not got them, so that libraries take another way where they know one.
 */
export function seccompProfile(architecture: NodeJS.Architecture = process.arch, only?: readonly string[]): Seccomp {
  const all = Object.values(allowedSyscalls).flat();
  const kept = only && new Set([...only, ...launching]);
  const isKept = (name: string) => !kept || kept.has(name);
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: EPERM,
    architectures: architectures[architecture] ?? [],
    syscalls: [
      { names: all.filter(isKept), action: 'SCMP_ACT_ALLOW' },
      ...(kept ? [{ names: all.filter((name) => !isKept(name)), action: 'SCMP_ACT_ERRNO' as const, errnoRet: ENOSYS }] : []),
      { names: ['clone'], action: 'SCMP_ACT_ALLOW', args: [{ index: 0, value: newNamespaces, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }] },
      // Its flags are behind a pointer that a filter cannot follow; on ENOSYS the C library falls back to clone.
      { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS },
      ...(isKept('socket') ? socketFamilies() : []),
      ...personalities(),
    ],
  };
}

/** All address families but the kernel's crypto API, a frequent hole, and the hypervisor's sockets, which cross every namespace. */
function socketFamilies(): SyscallRule[] {
  const family = (op: ArgumentTest['op'], value: number): SyscallRule => ({ names: ['socket'], action: 'SCMP_ACT_ALLOW', args: [{ index: 0, value, op }] });
  return [family('SCMP_CMP_LT', AF_ALG), family('SCMP_CMP_EQ', AF_NFC), family('SCMP_CMP_GT', AF_VSOCK)];
}

/** Those that only change how the kernel names itself (personality(2): PER_LINUX, PER_LINUX32, UNAME26), and asking. */
function personalities(): SyscallRule[] {
  return [0x0, 0x8, 0x2_0000, 0x2_0008, 0xffff_ffff].map((value) => ({ names: ['personality'], action: 'SCMP_ACT_ALLOW', args: [{ index: 0, value, op: 'SCMP_CMP_EQ' }] }));
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
