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

describe('a program in Java without a build tool', () => {
  const code = 'package shop;\nimport com.sun.net.httpserver.HttpServer;\npublic class Main { public static void main(String[] a) throws Exception { HttpServer.create(new InetSocketAddress(8095), 0).start(); } }\n';

  it('is compiled and started by its class', async () => {
    const plan = await planOf({ 'src/shop/Main.java': code });
    expect(plan.services).toMatchObject([{ language: 'java', build: "javac -d out $(find src -name '*.java')", start: 'java -cp out shop.Main', ports: [{ port: 8095 }] }]);
  });

  it('is given the archives that it keeps', async () => {
    const plan = await planOf({ 'Main.java': code.replace('package shop;\n', ''), 'lib/driver.jar': 'x' });
    expect(plan.services[0]).toMatchObject({ build: "javac -d out -cp 'lib/*' $(find . -name '*.java')", start: "java -cp 'out:lib/*' Main" });
  });
});
