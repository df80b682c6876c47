/** System calls that the smallest server of each runtime makes, as `scripts/record-syscalls.ts` recorded them under strace. */
export const recordedCalls: Readonly<Record<string, { readonly version: string; readonly architecture: string; readonly calls: readonly string[] }>> = {
  node: {
    version: '24.21.0', architecture: 'x64',
    calls: 'accept4 access arch_prctl bind brk capget clone3 close epoll_create1 epoll_pwait eventfd2 execve fcntl fstat futex getcwd getegid geteuid getgid getpid getrandom getsockname getsockopt gettid getuid io_uring_enter io_uring_setup ioctl listen lseek madvise mmap mprotect munmap newfstatat openat pipe2 prctl pread64 prlimit64 read readlink rseq rt_sigaction rt_sigprocmask rt_sigreturn sched_getaffinity set_robust_list set_tid_address setsockopt socket statx sysinfo uname write writev'.split(' '),
  },
  python: {
    version: '3.11.2', architecture: 'x64',
    calls: 'accept4 access arch_prctl bind brk clone3 close connect epoll_create1 execve fcntl futex getdents64 getegid geteuid getgid getpeername getrandom getsockname gettid getuid ioctl listen lseek madvise mmap mprotect munmap newfstatat openat poll pread64 prlimit64 read readlink recvfrom rseq rt_sigaction rt_sigprocmask rt_sigreturn sendto set_robust_list set_tid_address setsockopt shutdown socket sysinfo uname write'.split(' '),
  },
  ruby: {
    version: '3.1.2', architecture: 'x64',
    calls: 'accept4 access arch_prctl bind brk clock_gettime clone3 close eventfd2 execve fcntl futex getcwd getdents64 getegid geteuid getgid getpid getrandom getsockname gettid getuid ioctl listen lseek mmap mprotect munmap newfstatat openat poll ppoll prctl pread64 prlimit64 read readlink rseq rt_sigaction rt_sigprocmask rt_sigreturn sched_getaffinity set_robust_list set_tid_address setsockopt sigaltstack socket sysinfo timer_create timer_settime write writev'.split(' '),
  },
  php: {
    version: '8.2.35', architecture: 'x64',
    calls: 'accept access arch_prctl bind brk close execve futex getcwd getdents64 getpid getrandom getsockname ioctl listen lseek mmap mprotect munmap newfstatat openat poll prctl pread64 prlimit64 read readlink recvfrom rseq rt_sigaction rt_sigprocmask rt_sigreturn sendto set_robust_list set_tid_address setsockopt socket sysinfo write'.split(' '),
  },
  go: {
    version: '1.19.8', architecture: 'x64',
    calls: 'accept4 access arch_prctl bind brk clone3 close epoll_create1 epoll_ctl epoll_pwait execve fcntl fstat futex getpid getrandom getrlimit getsockname gettid listen madvise mmap mprotect munmap nanosleep newfstatat openat pipe2 pread64 prlimit64 read rseq rt_sigaction rt_sigprocmask rt_sigreturn sched_getaffinity sched_yield set_robust_list set_tid_address setsockopt sigaltstack socket tgkill write'.split(' '),
  },
  java: {
    version: '17.0.15', architecture: 'x64',
    calls: 'accept access arch_prctl bind brk clock_getres clock_nanosleep clone3 close connect epoll_create1 epoll_ctl epoll_wait eventfd2 execve fchdir fcntl flock ftruncate futex getcwd getdents64 geteuid getpid getrandom getrusage getsockname getsockopt gettid getuid ioctl listen lseek madvise mkdir mmap mprotect munmap newfstatat openat prctl pread64 prlimit64 read readlink rseq rt_sigaction rt_sigprocmask rt_sigreturn sched_getaffinity sched_yield set_robust_list set_tid_address setsockopt socket socketpair sysinfo uname unlink write'.split(' '),
  },
};
