import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freePort, requires } from '../../host/testing.ts';
import type { Traits } from './traits.ts';
import { Bench, type Subject } from './bench.ts';
import { promised } from './promised.ts';

const ipv6 = requires('ipv6');

/** What an agent is kept from, as far as its rung says so. */
export function isolationContract(make: () => Promise<Subject>, traits: Traits): void {
  describe('isolation of an agent', () => {
    let bench: Bench;
    beforeEach(async () => {
      bench = new Bench(await make());
    });
    afterEach(() => bench.cleanup());

    promised(traits.noNewPrivileges && traits.hostKernel)('it can gain no privileges', async () => {
      expect(await bench.output(['grep', 'NoNewPrivs', '/proc/self/status'])).toMatch(/NoNewPrivs:\s1/);
    });

    promised(traits.capabilitiesDropped)('it has no capability that could harm the host', async () => {
      const status = await bench.output(['cat', '/proc/self/status']);
      const effective = BigInt(`0x${/CapEff:\s([0-9a-f]+)/.exec(status)![1]}`);
      // CAP_DAC_READ_SEARCH, NET_ADMIN, SYS_MODULE, SYS_RAWIO, SYS_PTRACE, SYS_ADMIN, SYS_BOOT, SYS_TIME, MKNOD, BPF (capabilities(7))
      for (const bit of [2n, 12n, 16n, 17n, 19n, 21n, 22n, 25n, 27n, 39n]) expect(effective & (1n << bit)).toBe(0n);
    });

    promised(traits.ownProcesses)('it sees its own processes only, and cannot signal others', async () => {
      const log = await bench.output(['sh', '-c', `echo /proc/[0-9]* | wc -w; kill -0 ${process.pid} 2>/dev/null && echo reached; test -d /proc/${process.pid}/fd && readlink /proc/${process.pid}/exe; echo end`]);
      expect(Number(log.split('\n')[0])).toBeLessThan(10);
      expect(log).not.toContain('reached');
      expect(log).not.toContain(process.execPath);
    });

    promised(traits.ownFilesystem)('it sees no home of the host', async () => {
      const secret = mkdtempSync(join(homedir(), 'contract-secret-'));
      try {
        writeFileSync(join(secret, 'key'), 'do not read', { mode: 0o644 });
        expect(await bench.output(['sh', '-c', `cat "${secret}/key" 2>/dev/null; ls "${secret}" 2>/dev/null; echo end`])).toBe('end\n');
      } finally {
        rmSync(secret, { recursive: true, force: true });
      }
    });

    promised(traits.ownFilesystem)('it sees nothing of other agents', async () => {
      const { handle: other } = await bench.start(['sh', '-c', 'echo secret > "$HOME/secret"; echo up; exec sleep 1000']);
      await bench.logged(other, 'up');
      expect(await bench.output(['sh', '-c', `ls "${other.directory}" 2>/dev/null; cat "${other.directory}/task.json" 2>/dev/null; echo end`])).toBe('end\n');
    });

    test('it cannot write to the system, nor to another artefact', async () => {
      const artefact = bench.artefact({ 'kept.txt': 'kept' });
      const name = `contract-${process.pid}-${performance.now()}`;
      const paths = ['/etc', '/usr/bin', '/usr/lib', '/', '/var/lib'].map((path) => join(path, name));
      await bench.output(['sh', '-c', 'for path do echo x > "$path"; done; echo x >> "$1/kept.txt"; :', 'sh', artefact, ...paths]);
      for (const path of paths) expect(() => readFileSync(path)).toThrow(/ENOENT/);
      expect(readFileSync(join(artefact, 'kept.txt'), 'utf8')).toBe('kept');
    });

    promised(traits.ownFilesystem || process.getuid?.() === 0)('a symbolic link in the artefact that leads out of it does not make a host file writable', async () => {
      const outside = bench.directory('outside');
      mkdirSync(join(outside, 'd'));
      writeFileSync(join(outside, 'target'), 'kept');
      const artefact = bench.artefact({ 'a.txt': '' });
      symlinkSync(join(outside, 'target'), join(artefact, 'link'));
      await bench.output(['sh', '-c', 'echo changed > link; :'], { artefact });
      expect(readFileSync(join(outside, 'target'), 'utf8')).toBe('kept');
    });

    promised(traits.ownNetwork)('agents may listen on the same port', async () => {
      const argv = bench.node('require("http").createServer((q, s) => s.end(process.env.ME)).listen(3000)');
      const one = await bench.start(argv, { port: 3000, env: { ME: 'one' } });
      const two = await bench.start(argv, { port: 3000, env: { ME: 'two' } });
      const texts = await Promise.all([one, two].map(async ({ handle }) => {
        const report = await bench.until('it listens', async () => {
          const report = await bench.driver.recover(handle);
          return report.listeners.length > 0 ? report : undefined;
        });
        return (await fetch(`http://${report.address}:3000/`)).text();
      }));
      expect(texts).toEqual(['one', 'two']);
    });

    for (const [host, where] of [['127.0.0.1', 'address'] as const, ...(ipv6 ? [['::1', 'address6'] as const] : [])]) promised(traits.hostKernel)(`one that listens on its ${host} only is reached all the same`, async () => {
      const port = await freePort();
      const { handle } = await bench.start(bench.node(`require("net").createServer((s) => s.end("local")).listen(process.env.PORT, "${host}")`), { port, env: { PORT: String(port) } });
      const report = await bench.until('it listens', async () => {
        const report = await bench.driver.recover(handle);
        return report.listeners.length > 0 ? report : undefined;
      });
      expect(report.listeners).toEqual([{ address: host, port }]);
      expect(await text(connect(port, report[where]!))).toBe('local');
    });
  });
}
