import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const portsOf = async (files: Files) => (await planOf(files)).services.map(({ name, ports }) => `${name} ${ports.map(({ port }) => port).join()}`);

describe('the port of a service', () => {
  it('is what a Compose file gives to the variable that it is read from', async () => {
    const files = { 'compose.yaml': 'services:\n  shop:\n    build: shop\n    environment:\n      - SHOP_LISTENS_AT=9091\n', 'shop/Dockerfile': 'FROM python:3.13\nCOPY . .\nCMD ["python3", "server.py"]\n', 'shop/requirements.txt': 'flask\n', 'shop/server.py': "import os\nfrom flask import Flask\napp = Flask(__name__)\nif __name__ == '__main__':\n    app.run(host='0.0.0.0', port=os.environ.get('SHOP_LISTENS_AT', 9090))\n" };
    expect(await portsOf(files)).toEqual(['shop 9091']);
  });

  it('is where its image is reached, before where a server listens by custom that nobody but this analysis starts', async () => {
    const files = { 'compose.yaml': 'services:\n  orders:\n    build: orders\n    ports: ["8003:8003"]\n    command: python manage.py runserver 0.0.0.0:8003\n', 'orders/Dockerfile': 'FROM python:3.13\nCOPY . .\n', 'orders/requirements.txt': 'django\nuvicorn\n', 'orders/manage.py': 'import django\n', 'orders/core/asgi.py': 'application = 1\n', 'orders/core/settings.py': 'INSTALLED_APPS = []\n' };
    expect(await portsOf(files)).toEqual(['orders 8003']);
  });

  it('is not where a debugger waits', async () => {
    const main = 'import debugpy\nfrom fastapi import FastAPI\ndebugpy.listen(("0.0.0.0", 5678))\napp = FastAPI()\n';
    expect(await portsOf({ 'requirements.txt': 'fastapi\nuvicorn\n', 'main.py': main })).toEqual(['web 8000']);
  });

  it('is given to a server whose functions are imported by themselves', async () => {
    const pom = '<project><artifactId>shop</artifactId><dependencies><dependency><groupId>com.sparkjava</groupId><artifactId>spark-core</artifactId></dependency></dependencies></project>';
    const app = 'package shop;\nimport static spark.Spark.*;\npublic class App {\n  public static void main(String[] args) {\n    int port = 3000;\n    setPort(port);\n    get("/", (req, res) -> "hi");\n  }\n}\n';
    expect(await portsOf({ 'pom.xml': pom, 'src/main/java/shop/App.java': app })).toEqual(['web 3000']);
    expect((await planOf({ 'pom.xml': pom, 'src/main/java/shop/App.java': app, 'src/main/resources/velocity/index.vm': '<p>hi</p>\n' })).services[0]).toMatchObject({ kind: 'web', ports: [{ port: 3000 }] });
  });

  it('is not where the mail server is that is handed to a transport', async () => {
    const files = { 'package.json': { dependencies: { express: '5', nodemailer: '7' }, scripts: { start: 'node index.js' } }, 'config.js': 'exports.port = process.env.PORT;\n', 'mail.js': "const transporter = require('nodemailer').createTransport({ host: 'localhost', port: 1025 });\n", 'index.js': "const { port } = require('./config');\nrequire('./mail');\nrequire('express')().listen(port);\n" };
    expect(await portsOf({ ...files, 'env.example': 'PORT = 5004\nSMTP_PORT=1025\n' })).toEqual(['web 5004']);
  });

  it('is what a sample gives to a variable that differs by its case alone', async () => {
    const files = { 'package.json': { dependencies: { express: '5' }, scripts: { start: 'node index.js' } }, 'index.js': "const config = require('./config');\nrequire('express')().listen(process.env.PORT || config.port);\n", 'config.js': 'module.exports = { port: process.env.port };\n' };
    expect(await portsOf({ ...files, '.env.local': 'port=5000\n' })).toEqual(['web 5000']);
  });

  it('may be written with its colon where the code asks for a setting', async () => {
    const main = 'package main\nimport "github.com/gin-gonic/gin"\nfunc main() {\n\tconfig := load()\n\trouter := gin.Default()\n\trouter.GET("/", show)\n\trouter.Run(config.Port)\n}\n';
    expect(await portsOf({ 'go.mod': 'module shop\ngo 1.25\nrequire github.com/gin-gonic/gin v1.10.0\n', 'main.go': main, 'app.env': 'PORT=:8081\n' })).toEqual(['web 8081']);
  });

  it('is told of what takes messages where its settings name one and it brings a web server', async () => {
    const pom = (starter: string) => `<project><artifactId>mails</artifactId><version>1</version><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>${starter}</artifactId></dependency><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-amqp</artifactId></dependency></dependencies></project>`;
    const code = { 'mail-consumer/src/main/resources/application.properties': 'server.port=9001\n', 'mail-consumer/src/main/java/mails/App.java': '@SpringBootApplication class App { public static void main(String[] args) { SpringApplication.run(App.class, args); } @RabbitListener(queues = "mails") void take(String text) {} }' };
    expect(await portsOf({ ...code, 'mail-consumer/pom.xml': pom('spring-boot-starter-web') })).toEqual(['mail-consumer 9001']);
    expect(await portsOf({ ...code, 'mail-consumer/pom.xml': pom('spring-boot-starter') })).toEqual(['mail-consumer ']);
  });

  it('is what the command of a Compose file says before what the image would listen on', async () => {
    const files = { 'compose.yaml': 'services:\n  shop:\n    build: .\n    command: python manage.py runserver 0.0.0.0:8000\n', Dockerfile: 'FROM python:3.13\nCOPY . .\nCMD ["gunicorn", "core.wsgi", "--bind", "0.0.0.0:8080"]\n', 'requirements.txt': 'django\n', 'manage.py': 'import django\n', 'core/wsgi.py': 'application = 1\n' };
    expect(await portsOf(files)).toEqual(['shop 8000']);
  });

  it('is not where a cache is whose address is a setting beside its own', async () => {
    const files = { 'go.mod': 'module shop\ngo 1.25\n', 'main.go': 'package main\nimport (\n\t"net/http"\n\t"os"\n)\nfunc getEnv(key, other string) string { if v := os.Getenv(key); v != "" { return v }; return other }\ntype Redis struct { Addr string }\ntype Config struct { Port string; Redis Redis }\nvar config = Config{Port: getEnv("PORT", "8090"), Redis: Redis{Addr: getEnv("REDIS_ADDR", "localhost:6379")}}\nfunc main() { http.ListenAndServe(":"+config.Port, nil) }\n' };
    expect(await portsOf(files)).toEqual(['web 8090']);
  });

  it('is not where the registry is that it tells of itself', async () => {
    const files = { 'package.json': { dependencies: { express: '5', consul: '2' }, scripts: { start: 'node index.js' } }, 'config.js': 'module.exports = { port: process.env.PORT || 3000 };\n', 'index.js': "const config = require('./config');\nconst Registry = require('consul');\nconst registry = new Registry({ host: 'registry', port: parseInt(process.env.CONSUL_PORT || '8500') });\nrequire('express')().listen(config.port);\n" };
    expect(await portsOf(files)).toEqual(['web 3000']);
  });

  it('is not where the cache is that a client is made for', async () => {
    const files = { 'pom.xml': '<project><artifactId>shop</artifactId><version>1</version><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>', 'src/main/java/shop/App.java': '@SpringBootApplication class App { void main() { RedisClient.create(RedisURI.create("cache", 6379)); } }' };
    expect(await portsOf(files)).toEqual(['web 8080']);
  });

  it.each<[string, Record<string, string | object>, object[]]>([
    ['a server of web sockets', { 'package.json': { scripts: { start: 'node a.js' }, dependencies: { ws: '8' } }, 'a.js': "const { WebSocketServer } = require('ws'); new WebSocketServer({ port: process.env.WS_PORT || 8081 })" }, [{ port: 8081, protocol: 'http' }]],
    ['web sockets at a port of their own beside a server', { 'package.json': { scripts: { start: 'node a.js' }, dependencies: { ws: '8', express: '5' } }, 'a.js': "const { WebSocketServer } = require('ws'); new WebSocketServer({ port: 8081 }); require('express')().listen(3000)" }, [{ port: 3000, protocol: 'http' }]],
    ['plain sockets in JavaScript', { 'package.json': { scripts: { start: 'node a.js' } }, 'a.js': "require('net').createServer((socket) => socket.pipe(socket)).listen(9000)" }, [{ port: 9000, protocol: 'tcp' }]],
    ['HTTP that is written by hand', { 'package.json': { scripts: { start: 'node a.js' } }, 'a.js': "require('net').createServer((socket) => socket.end('HTTP/1.1 200 OK\\r\\n\\r\\n')).listen(9000)" }, [{ port: 9000, protocol: 'http' }]],
    ['datagrams in JavaScript', { 'package.json': { scripts: { start: 'node a.js' } }, 'a.js': "const socket = require('dgram').createSocket('udp4'); socket.on('message', () => {}); socket.bind(5353)" }, [{ port: 5353, protocol: 'udp' }]],
    ['plain sockets in Python', { 'main.py': 'import socket\ns = socket.socket()\ns.bind(("0.0.0.0", 9003))\ns.listen()\nwhile True:\n    c, _ = s.accept()\n' }, [{ port: 9003, protocol: 'tcp' }]],
    ['datagrams in Python', { 'main.py': 'import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.bind(("0.0.0.0", 9004))\nwhile True:\n    s.recvfrom(99)\n' }, [{ port: 9004, protocol: 'udp' }]],
    ['plain sockets in Go', { 'go.mod': 'module a\ngo 1.22\n', 'main.go': 'package main\nimport "net"\nfunc main() {\n l, _ := net.Listen("tcp", ":9001")\n for {\n  c, _ := l.Accept()\n  c.Close()\n }\n}\n' }, [{ port: 9001, protocol: 'tcp' }]],
    ['datagrams in Go', { 'go.mod': 'module a\ngo 1.22\n', 'main.go': 'package main\nimport "net"\nfunc main() {\n l, _ := net.ListenPacket("udp", ":9002")\n b := make([]byte, 9)\n for {\n  l.ReadFrom(b)\n }\n}\n' }, [{ port: 9002, protocol: 'udp' }]],
  ])('tells what is spoken at a port: %s', async (_, files, ports) => {
    expect((await planOf(files)).services).toMatchObject([{ ports }]);
  });
});
