import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

describe('code without a manifest', () => {
  it('is what its main function does', async () => {
    const server = { 'server/main.cpp': '#include <sys/socket.h>\nint main() { address.sin_port = htons(9093); listen(fd, 10); }', 'server/log.cpp': 'void log() {}' };
    expect((await planOf(server)).services).toMatchObject([{ path: '.', kind: 'api', language: 'cpp' }]);
    expect((await planOf({ 'sums/main.cpp': 'int main() { return 0; }' })).services).toMatchObject([{ kind: 'job', language: 'cpp' }]);
  });

  it('is a library without one', async () => {
    expect((await planOf({ 'sums/sum.cpp': 'int sum(int a, int b) { return a + b; }' })).services).toMatchObject([{ kind: 'library', language: 'cpp' }]);
  });

  it('is a job where it is a script', async () => {
    expect((await planOf({ 'backup/run.sh': 'pg_dump' })).services).toMatchObject([{ kind: 'job', language: 'shell' }]);
  });
});
