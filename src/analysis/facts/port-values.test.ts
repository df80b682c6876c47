import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const go = (main: string, tools: string) => ({ 'go.mod': 'module shop\ngo 1.22\n', 'main.go': `package main\nimport ("net/http"; "shop/tools")\nfunc main() {\n${main}\n}`, 'tools/tools.go': `package tools\nimport "os"\n${tools}` });

describe('a port that a function looks for', () => {
  it('is otherwise what the function is given', async () => {
    const plan = await planOf(go('port := tools.PortOr("3001")\nserve(port)\nhttp.ListenAndServe(port, nil)', 'func PortOr(port string) string {\n if given := os.Getenv("PORT"); given != "" {\n  return ":" + given\n }\n return ":" + port\n}'));
    expect(plan.services).toMatchObject([{ ports: [{ port: 3001 }], readsPort: true }]);
  });

  it('is otherwise what the function returns', async () => {
    const plan = await planOf(go('http.ListenAndServe(":" + tools.Port(), nil)', 'func Port() string {\n if given := os.Getenv("PORT"); given == "" {\n  return "3002"\n } else {\n  return given\n }\n}'));
    expect(plan.services).toMatchObject([{ ports: [{ port: 3002 }] }]);
  });
});
