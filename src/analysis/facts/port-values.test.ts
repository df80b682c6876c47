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

describe('an address that is not given', () => {
  it('is otherwise what the code of Rust takes in its place', async () => {
    const plan = await planOf({ 'Cargo.toml': '[package]\nname = "shop"\n[dependencies]\naxum = "0.8"\n', 'src/main.rs': 'mod config;\nfn main() { axum::serve(listener, app) }', 'src/config.rs': 'pub fn read(cli: Cli) { let listen_str = cli.listen.or(file.listen).unwrap_or_else(|| "127.0.0.1:9091".to_string()); let name = cli.name.unwrap_or_else(|| "a:1234".into()); }' });
    expect(plan.services[0]?.ports.map(({ port }) => port)).toEqual([9091]);
  });

  it('is none of what a client of Ruby asks', async () => {
    const plan = await planOf({ Gemfile: "gem 'amqp'\n", 'worker.rb': "require 'amqp'\nREMOTE = { port: 5673, host: 'queue' }\nAMQP.start(REMOTE) { |it| it.queue('a').subscribe { |one| puts one } }\n" });
    expect(plan.services).toMatchObject([{ start: 'bundle exec ruby worker.rb', ports: [] }]);
  });
});
