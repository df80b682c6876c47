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
