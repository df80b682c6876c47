import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const bind = async (files: Files) => {
  const [service] = (await planOf(files)).services;
  return service!.bind && `${service!.bind.envVar ?? ''} ${service!.bind.address ?? ''} ${service!.bind.evidence[0]!.file}:${service!.bind.evidence[0]!.line}`.trim();
};
const node = (code: string, dependencies: object = { express: '4' }, start = 'node a.js'): Files => ({ 'package.json': { dependencies, scripts: { start } }, 'a.js': code });
const python = (requirements: string, code: string, procfile?: string): Files => ({ 'requirements.txt': requirements, 'app.py': code, ...(procfile !== undefined && { Procfile: `web: ${procfile}\n` }) });

describe('the address that a service listens on', () => {
  it.each<[string, string | null, Files]>([
    ['what its code says', '127.0.0.1 a.js:1', node("require('express')().listen(3000, '127.0.0.1')")],
    ['what a variable says', 'HOST 0.0.0.0 a.js:2', node("const express = require('express')\nexpress().listen(3000, process.env.HOST || '0.0.0.0')")],
    ['everybody, where the call names none', ':: a.js:1', node("require('express')().listen(3000)")],
    ['the default of its framework', 'localhost package.json:3', node("const fastify = require('fastify')()\nfastify.listen({ port: 3000 })", { fastify: '4' })],
    ['an option of its command', '0.0.0.0 Procfile:1', python('fastapi\nuvicorn\n', 'from fastapi import FastAPI\napp = FastAPI()\n', 'uvicorn app:app --host 0.0.0.0 --port $PORT')],
    ['a variable in its command', 'HOST :: Procfile:1', python('fastapi\nuvicorn\n', 'from fastapi import FastAPI\napp = FastAPI()\n', 'uvicorn app:app --host ${HOST:-::} --port $PORT')],
    ['the default of the server in its command', 'UVICORN_HOST 127.0.0.1 Procfile:1', python('fastapi\nuvicorn\n', 'from fastapi import FastAPI\napp = FastAPI()\n', 'uvicorn app:app')],
    ['what a configuration file says', '127.0.0.1 src/main/resources/application.properties:1', {
      'pom.xml': '<project><modelVersion>4.0.0</modelVersion><artifactId>a</artifactId><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>',
      'src/main/java/A.java': '@SpringBootApplication\npublic class A { public static void main(String[] args) { SpringApplication.run(A.class, args); } }', 'src/main/resources/application.properties': 'server.address=127.0.0.1\n',
    }],
    ['nothing, where it does not listen', null, node('setInterval(work, 1000)', {})],
  ])('is %s', async (_, expected, files) => {
    expect(await bind(files)).toBe(expected);
  });
});
