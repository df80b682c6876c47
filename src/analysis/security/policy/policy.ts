import type { PlannedEdge, PlannedService, SecurityPolicy } from '../../../model/index.ts';
import type { FileFacts } from '../../facts/file-facts.ts';
import { recordedCalls } from './recorded.ts';

/** System calls by what code does, beyond the smallest server of its runtime. By subject of the kernel's manual pages. */
const featureCalls: Readonly<Record<string, string>> = {
  // Ends of programs are never counted by a recorder, the C library falls back from clone3 to clone, and event loops fall back from io_uring, which containers refuse.
  always: 'epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd2 exit exit_group rt_sigreturn restart_syscall clone clone3 futex sched_yield sched_getaffinity madvise clock_gettime clock_nanosleep nanosleep gettimeofday getpid gettid tgkill uname sysinfo prctl getrusage sigaltstack kill rt_sigtimedwait wait4',
  'files written': 'openat open creat write writev pwrite64 pwritev read readv pread64 lseek ftruncate truncate fallocate fsync fdatasync rename renameat renameat2 unlink unlinkat rmdir mkdir mkdirat link linkat symlink symlinkat readlinkat chmod fchmod fchmodat chown fchown fchownat utimensat flock fcntl getdents64 statx newfstatat fstat statfs fstatfs umask copy_file_range sendfile faccessat faccessat2 inotify_init1 inotify_add_watch inotify_rm_watch',
  'network called': 'socket connect sendto sendmsg sendmmsg recvfrom recvmsg recvmmsg getpeername getsockname getsockopt setsockopt shutdown poll ppoll select pselect6 epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd2 ioctl',
  'network served': 'socket bind listen accept accept4 setsockopt getsockopt getsockname getpeername shutdown sendto sendmsg recvfrom recvmsg sendfile poll ppoll epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd2',
  'programs started': 'vfork fork execve execveat pipe pipe2 dup dup2 dup3 wait4 waitid kill setpgid setsid getpgid getppid socketpair chdir fchdir close_range pidfd_open pidfd_send_signal prlimit64',
  'threads started': 'set_robust_list rseq set_tid_address sched_setaffinity sched_setscheduler sched_getscheduler sched_getparam mprotect munmap mmap membarrier',
};

/** Which recording stands for a language. */
const runtimes: Readonly<Record<string, string>> = { javascript: 'node', typescript: 'node', node: 'node', python: 'python', go: 'go', ruby: 'ruby', php: 'php', java: 'java', kotlin: 'java', scala: 'java', clojure: 'java', groovy: 'java' };

const startsPrograms = /^(?:(?:node:)?child_process|execa|cross-spawn|shelljs|zx|subprocess|pexpect|sh|os\/exec|open3)$/;
const startsThreads = /^(?:(?:node:)?worker_threads|piscina|threading|concurrent\.futures|multiprocessing)$/;
const rawSockets = /^(?:raw-socket|net-ping|scapy(?:\.\w+)*|icmplib|ping3|golang\.org\/x\/net\/icmp|github\.com\/google\/gopacket(?:\/\w+)*|pcap)$/;
const writesFiles = new Set(['writeFile', 'writeFileSync', 'createWriteStream', 'appendFile', 'appendFileSync', 'mkdirSync', 'mkdir', 'makedirs', 'WriteFile', 'MkdirAll', 'OpenFile', 'FileOutputStream', 'FileWriter', 'file_put_contents', 'move_uploaded_file', 'NamedTemporaryFile', 'mkstemp', 'mkdtemp', 'savefig', 'to_csv', 'WriteAllText', 'CreateTemp', 'MkdirTemp']);
const callsPrograms = new Set(['ProcessBuilder', 'shell_exec', 'proc_open', 'passthru', 'Popen']);
/** A caller whose hosts the code does not show, or itself, still calls. */
const callsHosts = new Set(['fetch', 'request', 'connect', 'createConnection', 'create_connection', 'urlopen', 'Dial', 'DialTimeout', 'DialContext', 'NewRequest', 'NewRequestWithContext', 'openConnection', 'newHttpClient', 'fsockopen', 'stream_socket_client', 'curl_init', 'HttpClient', 'lookup']);
/** Directories that frameworks write to, relative to the service. */
const frameworkWrites: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^next(?:\.?js)?$/i, ['.next/cache']], [/^nuxt/i, ['.nuxt']], [/^laravel$/i, ['storage', 'bootstrap/cache']], [/^symfony$/i, ['var']], [/^rails$/i, ['tmp', 'log', 'storage']],
  [/^(?:spring|quarkus|micronaut|java$)/i, ['/tmp']],
];

/** What a service may be confined to, as far as its code shows it: `code` is all that is reached from where it starts. */
export function policyOf(service: PlannedService, code: readonly FileFacts[], edges: readonly PlannedEdge[]): SecurityPolicy {
  const imports = new Set(code.flatMap((facts) => facts.imports.map(({ name }) => name)));
  const some = (pattern: RegExp) => [...imports].some((name) => pattern.test(name));
  const calls = (names: ReadonlySet<string>) => code.some(({ called }) => [...names].some((name) => called.has(name)));
  const writable = writableOf(service, calls(writesFiles));
  const egress = egressOf(service, code, edges);
  const features = [
    ...(service.ports.length > 0 || service.readsPort ? ['network served'] : []),
    ...(egress.length > 0 || calls(callsHosts) || code.some(({ urls }) => urls.length > 0) ? ['network called'] : []),
    ...(writable.length > 0 ? ['files written'] : []),
    ...(some(startsPrograms) || calls(callsPrograms) ? ['programs started'] : []),
    ...(some(startsThreads) ? ['threads started'] : []),
  ];
  return {
    capabilities: [
      ...(service.ports.some(({ port }) => port < 1024) ? ['CAP_NET_BIND_SERVICE'] : []),
      ...(some(rawSockets) ? ['CAP_NET_RAW'] : []),
    ],
    writable, egress,
    seccomp: seccompOf(service, features),
  };
}

function writableOf(service: PlannedService, writes: boolean): string[] {
  const paths = new Set<string>();
  for (const { files = [] } of service.stores) for (const file of files) paths.add(file);
  for (const { path } of service.keeps) paths.add(path);
  for (const [framework, directories] of frameworkWrites) if ([service.framework, ...service.frameworks, service.language].some((name) => name !== null && framework.test(name))) for (const path of directories) paths.add(path);
  if (writes) paths.add('/tmp').add('.');
  return [...paths];
}

/** Whom it calls: services and stores by name, other hosts as they are written; `*` where the code computes the host. */
function egressOf(service: PlannedService, code: readonly FileFacts[], edges: readonly PlannedEdge[]): string[] {
  const to = new Set<string>();
  for (const edge of edges) if (edge.from === service.name) to.add(edge.to);
  for (const { kind } of service.stores) if (kind !== 'sqlite') to.add(kind);
  for (const { urls } of code) {
    for (const { scheme, host, port } of urls) {
      if (!/^(?:https?|wss?|grpc)$/.test(scheme) || /^(?:localhost|127\.|0\.0\.0\.0|\[::|example\.|www\.w3\.org|schemas?\.)/.test(host)) continue;
      to.add(host === '' || host.includes('*') ? '*' : `${host}:${port ?? (/s$/.test(scheme) ? 443 : 80)}`);
    }
  }
  return [...to].toSorted();
}

/** What was recorded of a language's runtime on a processor such as this machine's; undefined for nothing. */
export function recordingOf(language: string | null): (typeof recordedCalls)[string] | undefined {
  const recorded = recordedCalls[runtimes[language ?? ''] ?? ''];
  return recorded?.architecture === process.arch ? recorded : undefined;
}

/** Names of the runtimes that {@link recordingOf} has something of. */
export function recordedRuntimes(): string[] {
  return Object.keys(recordedCalls).filter((runtime) => recordingOf(runtime) !== undefined);
}

function seccompOf({ language }: PlannedService, features: readonly string[]): SecurityPolicy['seccomp'] {
  const runtime = runtimes[language ?? ''];
  const recorded = runtime === undefined ? undefined : recordedCalls[runtime];
  if (!recorded) return null;
  const calls = new Set([...recorded.calls, ...['always', ...features].flatMap((feature) => featureCalls[feature]!.split(' '))]);
  return { base: `${runtime} ${recorded.version} ${recorded.architecture}`, features: [...features], calls: [...calls].toSorted() };
}
