import { describe, expect, it } from 'vitest';
import { planOf, tokensOf } from '../fixture.ts';
import { envReads } from './env.ts';
import { listensOf } from './ports.ts';

const listens = (text: string) => {
  const tokens = tokensOf('go', text);
  return listensOf('go', tokens, envReads(tokens)).map(({ port, env }) => [port, env]);
};

describe('a port that a function of Go is handed', () => {
  it.each<[string, string, [number | null, string | null][]]>([
    ['as it is written where it is called', 'package main\nfunc main() { serve(handler, ":8085") }\nfunc serve(h http.Handler, where string) { http.ListenAndServe(where, h) }', [[8085, null]]],
    ['from a variable', 'package main\nfunc main() {\n at := os.Getenv("ORDERS_ADDR")\n serve(at)\n}\nfunc serve(where string) error {\n return http.ListenAndServe(where, nil)\n}', [[null, 'ORDERS_ADDR']]],
    ['by a method', 'package main\nfunc main() { s.run(":8086") }\nfunc (s *server) run(where string) { http.ListenAndServe(where, s) }', [[8086, null]]],
  ])('%s', (_, text, expected) => {
    expect(listens(text)).toEqual(expected);
  });

  it('is nothing where nobody calls it', () => {
    expect(listens('package main\nfunc serve(where string) { http.ListenAndServe(where, nil) }')).toEqual([[null, null]]);
  });

  it('may stand in a sample of the environment with the address', async () => {
    const plan = await planOf({ 'go.mod': 'module a/shop\n', 'main.go': 'package main\nimport ("net/http"; "os")\nfunc main() {\n at := os.Getenv("ORDERS_ADDR")\n http.ListenAndServe(at, nil)\n}', '.env.example': 'ORDERS_ADDR=localhost:8087\n' });
    expect(plan.services[0]?.ports.map(({ port }) => port)).toEqual([8087]);
  });
});
