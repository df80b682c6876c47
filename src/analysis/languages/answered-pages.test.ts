import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const server = (answer: string) => ({ 'package.json': { dependencies: { express: '5' }, scripts: { start: 'node web.js' } }, 'web.js': `const app = require('express')();\napp.get('/', (req, res) => ${answer});\napp.listen(3000);\n` });

describe('a server without files of pages', () => {
  it.each(["res.type('html').send('<p>hello</p>')", "{ res.setHeader('Content-Type', 'text/html'); res.end('<p>hello</p>'); }", "{ res.writeHead(200, { 'Content-Type': 'text/html' }); res.end('<p>hello</p>'); }"])('serves pages when it answers with some: %s', async (answer) => {
    expect((await planOf(server(answer))).services[0]).toMatchObject({ kind: 'web' });
  });

  it.each(["res.sendFile(join(__dirname, 'index.html'))", 'res.sendFile(`${__dirname}/pages/chat.html`)'])('serves pages when it hands out a file of one: %s', async (answer) => {
    expect((await planOf(server(answer))).services[0]).toMatchObject({ kind: 'web' });
  });

  it('serves none when it answers with data, or with that more often', async () => {
    expect((await planOf(server('res.json({})'))).services[0]).toMatchObject({ kind: 'api' });
    expect((await planOf(server("req.query.a ? res.json({}) : req.query.b ? res.json([]) : res.type('html').send('<p>docs</p>')"))).services[0]).toMatchObject({ kind: 'api' });
  });

  it('is known by the type that it sets in Crystal', async () => {
    const files = { 'shard.yml': 'name: shop\nversion: 0.1.0\ntargets:\n  shop:\n    main: src/shop.cr\ndependencies:\n  kemal:\n    github: kemalcr/kemal\n', 'src/shop.cr': 'require "kemal"\nget "/" do |env|\n  env.response.content_type = "text/html"\n  "hello"\nend\nKemal.run\n' };
    expect((await planOf(files)).services[0]).toMatchObject({ kind: 'web', language: 'crystal' });
  });

  it('is known by its answers in Elixir, too', async () => {
    const files = { 'mix.exs': 'defmodule Shop.MixProject do\n  def project, do: [app: :shop]\n  def application, do: [mod: {Shop, []}]\n  defp deps, do: [{:plug_cowboy, "~> 2.7"}]\nend\n', 'lib/shop.ex': 'defmodule Shop do\n  import Plug.Conn\n  def call(conn, _), do: conn |> put_resp_content_type("text/html") |> send_resp(200, "hello")\nend\n' };
    expect((await planOf(files)).services[0]).toMatchObject({ kind: 'web', framework: 'plug' });
  });
});
