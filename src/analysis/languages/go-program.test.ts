import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const program = (path: string, port: number): Files => ({ [`${path}/main.go`]: `package main\nimport "net/http"\nfunc main() { http.ListenAndServe(":${port}", nil) }` });

describe('what the authors call a program of Go', () => {
  it.each<[string, Files, string]>([
    ['in the image that runs it', { 'build/Dockerfile': 'FROM golang:1.26\nRUN CGO_ENABLED=0 \\\n  go build -o bin/shopd cmd/shop/main.go\nCMD ["./shopd"]\n' }, './bin/shopd'],
    ['where the image is when it builds', { Dockerfile: 'FROM golang:1.26\nWORKDIR /app/cmd/shop\nRUN go build -o /shopd .\nFROM alpine\nCMD ["/shopd"]\n', ...program('tools/gen', 1) }, './bin/shopd'],
    ['in the Makefile', { Makefile: 'build:\n\tgo build -ldflags "$(FLAGS)" -o $(BIN)/shopd ./cmd/shop\n' }, './bin/shopd'],
    ['but for an image that runs another', { Dockerfile: 'FROM golang:1.26\nRUN go build -o /check ./cmd/shop\nCMD ["go", "run", "./cmd/shop"]\n' }, './bin/shop'],
    ['of that package, and no other', { Makefile: 'build:\n\tgo build -o bin/tool ./cmd/tool\n' }, './bin/shop'],
  ])('%s', async (_, files, start) => {
    const plan = await planOf({ 'go.mod': 'module a/b\n', ...program('cmd/shop', 8080), ...files });
    expect(plan.services[0]).toMatchObject({ start, build: `go build -o ${start.slice(2)} ./cmd/shop` });
  });
});

it('tells a program that takes messages from the server with which it shares a package', async () => {
  const files = { 'go.mod': 'module shop\ngo 1.25\nrequire (\n\tgithub.com/gin-gonic/gin v1.10.0\n\tgithub.com/IBM/sarama v1.45.0\n)\n', 'cmd/api/main.go': 'package main\nimport (\n\t"github.com/gin-gonic/gin"\n\t"shop/handlers"\n)\nfunc main() { r := gin.Default(); handlers.Add(r); r.Run(":8080") }\n', 'cmd/taker/main.go': 'package main\nimport (\n\t"github.com/IBM/sarama"\n\t"shop/handlers"\n)\nfunc main() { group, _ := sarama.NewConsumerGroup(nil, "a", nil); for { group.Consume(nil, nil, handlers.All()) } }\n', 'handlers/a.go': 'package handlers\nimport "github.com/gin-gonic/gin"\nfunc Add(r *gin.Engine) {}\nfunc All() any { return nil }\n' };
  expect((await planOf(files)).services.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['api api', 'taker worker']);
});

it('shows pages by templates that its code holds', async () => {
  const plan = await planOf({ 'go.mod': 'module shop\nrequire github.com/gin-gonic/gin v1.10.0\n', 'main.go': 'package main\nimport "github.com/gin-gonic/gin"\nfunc main() { r := gin.Default(); r.SetHTMLTemplate(page); r.Run(":8080") }\n', 'page.go': 'package main\nimport "html/template"\nvar page = template.Must(template.New("page").Parse("<p>"))\n' });
  expect(plan.services[0]).toMatchObject({ kind: 'web', framework: 'gin' });
});

it('is what each stage of one Dockerfile runs, for the services that Compose makes of them', async () => {
  const stage = (name: string) => `FROM alpine AS ${name}\nCOPY --from=made /app/${name} .\nENTRYPOINT ["./${name}"]\n`;
  const plan = await planOf({
    'go.mod': 'module a/b\n', ...program('cmd/client', 8080), ...program('cmd/server', 9000),
    Dockerfile: `FROM golang:1.26 AS made\nWORKDIR /app\nRUN go build -o ./stock ./cmd/server/main.go\nRUN go build -o ./front ./cmd/client/main.go\n${stage('stock')}${stage('front')}`,
    'compose.yaml': 'services:\n  goods:\n    build: { context: ., target: stock }\n    expose: ["9000"]\n  pages:\n    build: { context: ., target: front }\n    ports: ["8080:8080"]\n',
  });
  expect(plan.services.map(({ name, start, ports }) => [name, start, ports.map(({ port }) => port)]).toSorted()).toEqual([['goods', './bin/stock', [9000]], ['pages', './bin/front', [8080]]]);
});

it('is what the image of its own directory calls it, beside those of others', async () => {
  const image = (name: string) => `FROM golang:1.26\nCOPY . ./\nRUN go build -o ${name}\nENTRYPOINT ["/${name}"]\n`;
  const main = 'package main\nimport "net/http"\nfunc main() { http.ListenAndServe(":8080", nil) }\n';
  const plan = await planOf({ 'go.mod': 'module a/b\ngo 1.26\n', 'main.go': main, Dockerfile: image('server'), 'admin/go.mod': 'module a/admin\ngo 1.26\n', 'admin/main.go': main, 'admin/Dockerfile': image('console') });
  expect(plan.services.map(({ path, start }) => [path, start]).toSorted()).toEqual([['.', './bin/server'], ['admin', './bin/console']]);
});

it('is not what the image of another module calls that', async () => {
  const main = 'package main\nimport "net/http"\nfunc main() { http.ListenAndServe(":8080", nil) }\n';
  const image = (name: string) => `FROM golang:1.26\nCOPY src/ ./\nRUN go build -o ${name} .\nENTRYPOINT ["/${name}"]\n`;
  const plan = await planOf({ 'orders/src/go.mod': 'module orders\ngo 1.26\n', 'orders/src/main.go': main, 'orders/Dockerfile': image('take'), 'bills/src/go.mod': 'module bills\ngo 1.26\n', 'bills/src/main.go': main, 'bills/Dockerfile': image('send') });
  expect(plan.services.map(({ path, start }) => [path, start]).toSorted()).toEqual([['bills/src', './bin/send'], ['orders/src', './bin/take']]);
});

it('shows no pages that a package beside it builds, unless it hands them out', async () => {
  const files = (main: string) => ({ 'go.mod': 'module shop\n', 'main.go': `package main\nimport "net/http"\nfunc main() { ${main}; http.ListenAndServe(":8080", nil) }`, 'web/package.json': { scripts: { build: 'vite build' }, devDependencies: { vite: '6' } }, 'web/index.html': '<p>', 'web/src/main.js': 'show()' });
  const kindOf = async (main: string) => (await planOf(files(main))).services.find(({ language }) => language === 'go')?.kind;
  expect(await kindOf('')).toBe('api');
  expect(await kindOf('http.Handle("/", http.FileServer(http.Dir("web/dist")))')).toBe('web');
});
