import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Bench } from '../../../drivers/contract/bench.ts';
import { ociSubject } from '../../../drivers/oci/oci.subject.ts';
import { requires } from '../../../host/testing.ts';
import type { Files } from '../../fixture.ts';
import { planOf } from '../../fixture.ts';

const python = (more: string) => ({
  'app.py': `import http.server, os, socket, sys, threading
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(open(__file__, 'rb').read(6))
    def log_message(self, *_): pass
s = http.server.ThreadingHTTPServer(('127.0.0.1', 8000), H)
threading.Thread(target=s.serve_forever, daemon=True).start()
c = socket.create_connection(('127.0.0.1', 8000)); c.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n')
print(c.makefile().read()[-6:])
${more}`,
});

const node = {
  'package.json': { scripts: { start: 'node app.js' } },
  'app.js': `const { createServer, get } = require('node:http'), { writeFileSync, readFileSync, renameSync } = require('node:fs'), { execFileSync } = require('node:child_process'), { Worker } = require('node:worker_threads')
createServer((_, r) => r.end(readFileSync(__filename).subarray(0, 5))).listen(process.env.PORT || 3000, () => get('http://localhost:' + (process.env.PORT || 3000), (r) => r.on('data', (d) => {
  writeFileSync('new', d); renameSync('new', 'there')
  new Worker("require('worker_threads').parentPort.postMessage(1)", { eval: true }).on('message', () => { console.log(String(readFileSync('there')), execFileSync('uname').toString().trim()); process.exit(0) })
})))`,
};

/** What the analysis of an app finds that it needs, and what it prints when it has that and nothing else. */
describe.skipIf(!requires('linux', 'root', 'program:runc', 'program:conmon', 'program:python3'))('a service that is confined to what its code shows', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = new Bench(await ociSubject());
  });
  afterEach(() => bench.cleanup());

  async function run(files: Files, argv: string[], confine: boolean): Promise<string> {
    const { services } = await planOf(files, { hints: confine ? { confine: '' } : {} });
    const { confined, policy } = services[0]!.security;
    expect(confined ?? false).toBe(confine);
    const texts = Object.fromEntries(Object.entries(files).map(([path, content]) => [path, typeof content === 'string' ? content : JSON.stringify(content)]));
    return bench.output(argv, { artefact: bench.artefact(texts), ...(confine && { syscalls: policy!.seccomp!.calls }) });
  }

  test('runs: a server, a client, threads, files and another program, in Node', async () => {
    expect(await run(node, [process.execPath, 'app.js'], true)).toBe('const Linux\n');
  });

  test('runs: a server, a client and threads, in Python', async () => {
    expect(await run(python(''), ['python3', '-u', 'app.py'], true)).toBe('import\n');
  });

  test('is refused a system call that nothing in it showed, as a kernel does that has not got it', async () => {
    const files = python('try:\n    os.memfd_create("x")\n    print("made")\nexcept OSError as e:\n    print(e.strerror)\n');
    expect(await run(files, ['python3', '-u', 'app.py'], false)).toBe('import\nmade\n');
    expect(await run(files, ['python3', '-u', 'app.py'], true)).toBe('import\nFunction not implemented\n');
  });

  test('may have programs run beside it', async () => {
    const { services } = await planOf(node, { hints: { confine: '' } });
    const { handle } = await bench.start(['sleep', '1000'], { syscalls: services[0]!.security.policy!.seccomp!.calls });
    const execution = await bench.driver.exec(handle, ['sh', '-c', 'ls / | grep -c app; cat /proc/self/status | grep Seccomp:']);
    let said = '';
    for await (const piece of execution.stdout) said += String(piece);
    expect(said).toBe('1\nSeccomp:\t2\n');
  });
});
