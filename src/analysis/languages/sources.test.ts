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

describe('a program in C without a build file', () => {
  const code = '#include <sys/socket.h>\nint main() {\n  int fd = socket(AF_INET, SOCK_STREAM, 0);\n  address.sin_port = htons(5001);\n  bind(fd, 0, 0); listen(fd, 3); accept(fd, 0, 0);\n}\n';

  it('is compiled as a script beside it tells', async () => {
    const plan = await planOf({ 'src/server.c': code, 'build.sh': '#!/bin/sh\nmkdir bin\ngcc -O2 src/server.c -o bin/server\n' });
    expect(plan.services).toMatchObject([{ language: 'c', build: 'mkdir -p bin && gcc -O2 src/server.c -o bin/server', start: './bin/server', ports: [{ port: 5001 }] }]);
  });

  it('is compiled of all its files where nothing tells', async () => {
    const plan = await planOf({ 'server.c': code, 'util.c': 'int twice(int a) { return 2 * a; }\n' });
    expect(plan.services).toMatchObject([{ build: 'cc -O2 -o server server.c util.c', start: './server' }]);
  });
});

describe('a program of the shell', () => {
  it('is started as its image does, wherever that keeps it', async () => {
    const plan = await planOf({ 'Dockerfile': 'FROM alpine\nCOPY scripts/backup.sh /opt/\nENTRYPOINT /opt/backup.sh\n', 'scripts/backup.sh': '#!/usr/bin/env bash\ntar cz /data > /out/data.tgz\n', 'scripts/lib.sh': 'true\n' });
    expect(plan.services).toMatchObject([{ language: 'shell', kind: 'job', start: 'bash scripts/backup.sh' }]);
  });
});
