import { describe, expect, it } from 'vitest';
import { planOf } from '../../fixture.ts';
import { recordedCalls } from './recorded.ts';

const policyOfApp = async (files: Parameters<typeof planOf>[0]) => (await planOf(files)).services[0]!.security.policy!;

const server = (code: string, dependencies: Record<string, string> = {}) => ({ 'package.json': { dependencies: { express: '4', ...dependencies }, scripts: { start: 'node a.js' } }, 'a.js': `const app = require("express")()\n${code}\napp.listen(process.env.PORT || 3000)` });

describe('what a service may be confined to', () => {
  it('is nothing but to serve, when that is all that its code does', async () => {
    const policy = await policyOfApp(server(''));
    expect(policy).toMatchObject({ capabilities: [], writable: [], egress: [], seccomp: { features: ['network served'] } });
    expect(policy.seccomp!.base).toMatch(/^node \d+/);
    expect(policy.seccomp!.calls).toEqual(expect.arrayContaining(['accept4', 'exit_group', 'listen']));
    expect(policy.seccomp!.calls).not.toEqual(expect.arrayContaining(['mount']));
    expect(policy.seccomp!.calls).not.toContain('ptrace');
  });

  it('names whom it calls, and what it writes and starts', async () => {
    const policy = await policyOfApp(server('const { execFile } = require("node:child_process")\nconst fs = require("fs")\nfetch("https://api.internal:8443/x")\nfetch(`http://${process.env.OTHER}/y`)\nfs.writeFileSync("a", "b")', { pg: '8' }));
    expect(policy.egress).toEqual(expect.arrayContaining(['api.internal:8443', '*']));
    expect(policy.writable).toContain('/tmp');
    expect(policy.seccomp!.features).toEqual(['network served', 'network called', 'files written', 'programs started']);
    expect(policy.seccomp!.calls).toContain('vfork');
  });

  it('calls, when its code has a client whose hosts are not seen', async () => {
    expect((await policyOfApp(server('fetch(config.url)'))).seccomp!.features).toEqual(['network served', 'network called']);
  });

  it('may bind a port of the system when the code does', async () => {
    const policy = await policyOfApp({ 'package.json': { dependencies: { express: '4' }, scripts: { start: 'node a.js' } }, 'a.js': 'require("express")().listen(80)' });
    expect(policy.capabilities).toEqual(['CAP_NET_BIND_SERVICE']);
  });

  it('stands on recordings of every runtime that is named', () => {
    for (const { version, calls } of Object.values(recordedCalls)) {
      expect(version).toMatch(/^\d+\./);
      expect(calls).toEqual(expect.arrayContaining(['execve', 'mmap', 'bind', 'listen']));
    }
  });
});
