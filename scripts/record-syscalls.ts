import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Records which system calls each language's runtime makes for the smallest server: start, read a file, answer three requests,
 * stop. Writes `src/analysis/security/policy/recorded.ts`. Needs strace; runtimes that are not installed keep what was recorded
 * of them before.
 *
 *     sh scripts/node.sh scripts/record-syscalls.ts
 */
interface Subject {
  file: string;
  code: string;
  /** Prints the version. */
  version: readonly string[];
  /** Made before the recording: a program. */
  build?: (file: string, directory: string) => readonly string[];
  run: (file: string, directory: string) => readonly string[];
}

const subjects: Readonly<Record<string, Subject>> = {
  node: { file: 'a.mjs', version: [process.execPath, '--version'], run: (file) => [process.execPath, file], code: `import { createServer } from 'node:http'; import { readFile } from 'node:fs/promises';
const s = createServer(async (q, r) => r.end(await readFile(import.meta.filename))).listen(0, '127.0.0.1', () => console.log(s.address().port)); process.on('SIGTERM', () => process.exit(0));` },
  python: { file: 'a.py', version: ['/usr/bin/python3', '--version'], run: (file) => ['/usr/bin/python3', '-u', file], code: `import http.server, signal, sys
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(open(__file__, 'rb').read())
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), H); print(s.server_port); s.serve_forever()` },
  ruby: { file: 'a.rb', version: ['ruby', '--version'], run: (file) => ['ruby', file], code: `require 'socket'
$stdout.sync = true; trap('TERM') { exit! 0 }
s = TCPServer.new('127.0.0.1', 0); puts s.addr[1]
loop { Thread.new(s.accept) { |c| c.readpartial(4096); c.write "HTTP/1.1 200 OK\\r\\nConnection: close\\r\\n\\r\\n" + File.read(__FILE__); c.close } }` },
  php: { file: 'a.php', version: ['php', '--version'], run: (file) => ['php', file], code: `<?php pcntl_async_signals(true); pcntl_signal(SIGTERM, function () { exit(0); });
$s = stream_socket_server('tcp://127.0.0.1:0'); echo explode(':', stream_socket_get_name($s, false))[1], "\\n";
while (true) { $c = @stream_socket_accept($s, 60); if (!$c) continue; fread($c, 4096); fwrite($c, "HTTP/1.1 200 OK\\r\\nConnection: close\\r\\n\\r\\n" . file_get_contents(__FILE__)); fclose($c); }` },
  go: { file: 'a.go', version: ['go', 'version'], build: (file, directory) => ['go', 'build', '-o', join(directory, 'a'), file], run: (_, directory) => [join(directory, 'a')], code: `package main
import ("fmt"; "net"; "net/http"; "os"; "os/signal"; "syscall")
func main() { l, _ := net.Listen("tcp", "127.0.0.1:0"); fmt.Println(l.Addr().(*net.TCPAddr).Port)
go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { b, _ := os.ReadFile(os.Args[0]); w.Write(b[:10]) }))
c := make(chan os.Signal, 1); signal.Notify(c, syscall.SIGTERM); <-c }` },
  java: { file: 'A.java', version: ['java', '--version'], build: (file, directory) => ['javac', '-d', directory, file], run: (_, directory) => ['java', '-cp', directory, 'A'], code: `public class A { public static void main(String[] a) throws Exception { var s = com.sun.net.httpserver.HttpServer.create(new java.net.InetSocketAddress("127.0.0.1", 0), 0);
s.createContext("/", e -> { e.sendResponseHeaders(200, 0); e.getResponseBody().write(java.nio.file.Files.readAllBytes(java.nio.file.Path.of("/etc/hostname"))); e.close(); }); s.start(); System.out.println(s.getAddress().getPort()); } }` },
};

interface Recorded {
  version: string;
  architecture: string;
  calls: string[];
}

const target = fileURLToPath(new URL('../src/analysis/security/policy/recorded.ts', import.meta.url));

async function record(name: string, { file, code, version, build, run }: Subject): Promise<Recorded | undefined> {
  const said = spawnSync(version[0]!, version.slice(1), { encoding: 'utf8' });
  if (said.status !== 0) return undefined;
  const directory = mkdtempSync(join(tmpdir(), `syscalls-${name}-`));
  try {
    const source = join(directory, file);
    writeFileSync(source, code);
    const built = build?.(source, directory);
    if (built && spawnSync(built[0]!, built.slice(1), { cwd: directory, env: { ...process.env, GO111MODULE: 'off', GOCACHE: join(directory, 'cache') } }).status !== 0) return undefined;
    const log = join(directory, 'strace.log');
    const child = spawn('strace', ['-f', '-qq', '-c', '-U', 'name', '-o', log, ...run(source, directory)], { cwd: directory, stdio: ['ignore', 'pipe', 'ignore'], detached: true });
    const port = await new Promise<number>((resolve, reject) => {
      child.stdout.once('data', (data: Buffer) => resolve(Number(data.toString().trim())));
      child.once('exit', () => reject(new Error(`${name} did not start`)));
    });
    for (let i = 0; i < 3; i++) await (await fetch(`http://127.0.0.1:${port}/`)).text();
    const ended = new Promise((resolve) => child.once('exit', resolve));
    process.kill(-child.pid!, 'SIGTERM');
    await ended;
    const calls = readFileSync(log, 'utf8').split('\n').map((line) => line.trim()).filter((line) => /^[a-z_0-9]+$/.test(line) && line !== 'syscall' && line !== 'total');
    return { version: /\d+(?:\.\d+)+/.exec(said.stdout)?.[0] ?? '', architecture: process.arch, calls: [...new Set(calls)].toSorted() };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const { recordedCalls } = (await import(target).catch(() => ({ recordedCalls: {} }))) as { recordedCalls: Record<string, Recorded> };
const all: Record<string, Recorded> = { ...recordedCalls };
for (const [name, subject] of Object.entries(subjects)) {
  const recorded = await record(name, subject);
  if (recorded) all[name] = recorded;
  console.log(`${name}: ${recorded ? `${recorded.calls.length} system calls of ${recorded.version}` : 'not installed here'}`);
}
writeFileSync(target, `/** System calls that the smallest server of each runtime makes, as \`scripts/record-syscalls.ts\` recorded them under strace. */
export const recordedCalls: Readonly<Record<string, { readonly version: string; readonly architecture: string; readonly calls: readonly string[] }>> = {
${Object.entries(all).map(([name, { version, architecture, calls }]) => `  ${name}: {\n    version: '${version}', architecture: '${architecture}',\n    calls: '${calls.join(' ')}'.split(' '),\n  },`).join('\n')}
};
`);
