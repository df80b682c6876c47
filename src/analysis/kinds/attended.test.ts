import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const kindOf = async (files: Files) => (await planOf(files)).services[0]!.kind;
const consumer = (routes: string) => ({ 'package.json': { scripts: { start: 'node a.js' }, dependencies: { express: '4', kafkajs: '2' } }, 'a.js': `const app = require('express')();\nconst { Kafka } = require('kafkajs');\nconsumer.subscribe({ topic: 'orders' });\nconsumer.run({ eachMessage: f });\n${routes}\napp.listen(3000);` });
const go = (routes: string, work: string) => ({ 'go.mod': 'module x\n', 'main.go': `package main\nimport "net/http"\nfunc main() { ${routes}; go http.ListenAndServe(":8080", nil); ${work} }` });
const nest = (files: Files) => ({ 'package.json': { scripts: { start: 'nest start', 'start:prod': 'node dist/main' }, dependencies: { '@nestjs/core': '11', kafkajs: '2' } }, 'src/main.ts': 'import { NestFactory } from "@nestjs/core";\nconst app = await NestFactory.create(AppModule);\nawait app.listen(3000);', 'src/orders.ts': 'import { Kafka } from "kafkajs";\nthis.consumer.subscribe({ topic: "orders" });', ...files });
const web = (program: string) => ({ 'A/A.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><PackageReference Include="Confluent.Kafka" Version="2" /></ItemGroup></Project>', 'A/Program.cs': `var builder = WebApplication.CreateBuilder(args);\nbuilder.Services.AddHostedService<Orders>();\n${program}\napp.Run();`, 'A/Orders.cs': 'using Confluent.Kafka;\nconsumer.Subscribe("orders");' });

describe('a service that is asked only how it is', () => {
  it('is a worker where it takes messages', async () => {
    expect(await kindOf(consumer("app.get('/healthcheck', f);"))).toBe('worker');
    expect(await kindOf(consumer("app.get('/', f); app.get('/metrics', f);"))).toBe('worker');
  });

  it('is an API with one path for others', async () => {
    expect(await kindOf(consumer("app.get('/healthcheck', f); app.post('/orders', f);"))).toBe('api');
  });

  it('is a worker where it goes on by itself, and an API where nothing shows that it does', async () => {
    const routes = 'http.HandleFunc("/metrics", m); http.HandleFunc("/status", s)';
    expect(await kindOf(go(routes, 'for { scrape() }'))).toBe('worker');
    expect(await kindOf(go(routes, ''))).toBe('api');
    expect(await kindOf(go('http.HandleFunc("/", m)', 'for { scrape() }'))).toBe('api');
  });

  it('is an API where it answers in another way than by paths', async () => {
    const { 'package.json': manifest, ...code } = consumer("app.get('/healthcheck', f);");
    expect(await kindOf({ ...code, 'package.json': { ...manifest, dependencies: { ...manifest.dependencies, 'graphql-yoga': '5' } } })).toBe('api');
    expect(await kindOf({ ...code, 'package.json': manifest, 'b.js': "app.use(express.static('out'))" })).toBe('api');
  });
});

describe('a framework whose handlers are declared by name', () => {
  it('answers nobody without one', async () => {
    expect(await kindOf(nest({}))).toBe('worker');
    expect(await kindOf(nest({ 'src/app.controller.ts': 'import { Controller, Get } from "@nestjs/common";\n@Controller()\nexport class A { @Get() hello() { return 1; } }' }))).toBe('api');
    expect(await kindOf(web('app.MapHealthChecks("/healthz");'))).toBe('worker');
    expect(await kindOf(web('app.MapControllers();'))).toBe('api');
  });

  it('answers for the repositories that Spring finds, and for none where it finds none', async () => {
    const consumer = (more: Files) => ({ 'pom.xml': '<project><artifactId>a</artifactId><dependencies><dependency><artifactId>spring-boot-starter-data-rest</artifactId></dependency><dependency><artifactId>spring-kafka</artifactId></dependency></dependencies><build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build></project>', 'src/main/java/App.java': 'import org.springframework.stereotype.Controller;\nimport org.springframework.kafka.annotation.KafkaListener;\n@Controller public class App { public static void main(String[] args) {} @KafkaListener(topics = "orders") void take(String order) {} }', ...more });
    expect(await kindOf(consumer({}))).toBe('worker');
    expect(await kindOf(consumer({ 'src/main/java/Orders.java': 'import org.springframework.data.jpa.repository.JpaRepository;\npublic interface Orders extends JpaRepository<Order, Long> {}' }))).toBe('api');
    expect(await kindOf(consumer({ 'src/main/java/Orders.java': 'import org.springframework.web.bind.annotation.*;\npublic class Orders { @GetMapping int one() { return 1; } }' }))).toBe('api');
  });
});
