import { describe, expect, it } from 'vitest';
import { languagesByExtension } from '../syntax/languages.ts';
import { tokenize } from '../syntax/lexer.ts';
import { readFacts } from './file.ts';
import { hostIn } from './hosts.ts';

const facts = (name: string, text: string) => {
  const { language, lexis } = languagesByExtension[name.slice(name.lastIndexOf('.') + 1)]!;
  return readFacts(name, language, tokenize(text, lexis), text);
};
const shown = (host: { address: string | null; env: string | null } | undefined) => (host === undefined ? '-' : `${host.env ?? ''}${host.env === null || host.address === null ? '' : '='}${host.address ?? ''}`);

describe('an address to listen on', () => {
  it.each<[string, string, string]>([
    ['a.js', "app.listen(3000, '127.0.0.1')", '127.0.0.1'], ['a.js', 'app.listen(3000)', '-'], ['a.js', "app.listen(3000, () => console.log('http://localhost:3000'))", '-'], ['a.js', "const HOST = process.env.HOST || '0.0.0.0'\napp.listen(PORT || 3000, HOST)", 'HOST=0.0.0.0'],
    ['a.ts', "await app.listen({ port: 3000, host: '::1' })", '::1'], ['a.ts', 'serve({ port: 3000, hostname: process.env.HOST, fetch() { return x("localhost") } })', 'HOST'], ['a.js', "app.listen(3000, process.env.DB_HOST)", '-'],
    ['a.py', 'app.run(host="0.0.0.0", port=5000)', '0.0.0.0'], ['a.py', 'HTTPServer(("", 8000), H)', '0.0.0.0'], ['a.py', 'HTTPServer(("127.0.0.1", 8000), H)', '127.0.0.1'], ['a.py', 'uvicorn.run("a:b", host=os.getenv("HOST", "127.0.0.1"), port=8000)', 'HOST=127.0.0.1'], ['a.py', 'app.run(port=5000)', '-'],
    ['a.go', 'http.ListenAndServe(":8080", nil)', '::'], ['a.go', 'http.ListenAndServe("localhost:8080", nil)', 'localhost'], ['a.go', 'addr := "127.0.0.1:8083"\nsrv := &http.Server{Addr: addr}', '127.0.0.1'], ['a.go', 'addr := os.Getenv("LISTEN_ADDR")\nhttp.ListenAndServe(addr, nil)', 'LISTEN_ADDR'],
    ['a.rs', 'TcpListener::bind(("0.0.0.0", 8085))', '0.0.0.0'], ['a.rs', 'SocketAddr::from(([127, 0, 0, 1], 3000))', '127.0.0.1'], ['a.rs', 'SocketAddr::new(Ipv6Addr::LOCALHOST.into(), 3000)', '::1'], ['a.rs', 'TcpListener::bind("[::1]:3000")', '::1'],
    ['a.java', 'HttpServer.create(new InetSocketAddress("127.0.0.1", 8080), 0)', '127.0.0.1'], ['a.java', 'new InetSocketAddress(8080)', '-'], ['a.kt', 'embeddedServer(Netty, port = 8086, host = "0.0.0.0")', '0.0.0.0'], ['a.cs', 'app.Run("http://localhost:5003")', 'localhost'], ['a.cs', 'options.ListenLocalhost(5003)', 'localhost'],
    ['a.cs', 'app.Urls.Add("http://*:5003")', '::'], ['a.cs', 'k.Listen(IPAddress.Any, 5003)', '0.0.0.0'], ['a.rb', 'TCPServer.new("127.0.0.1", 4000)', '127.0.0.1'], ['a.php', '<?php new React\\Socket\\SocketServer("127.0.0.1:8080");', '127.0.0.1'], ['a.dart', 'serve(handler, InternetAddress.anyIPv4, 8080)', '0.0.0.0'],
  ])('%s: %s', (name, text, expected) => {
    expect(shown(facts(name, text).listens.at(-1)?.host)).toBe(expected);
  });

  it.each<[string, string, string]>([
    ['config/runtime.exs', 'config :a, AWeb.Endpoint, http: [ip: {127, 0, 0, 1}, port: 4000]', '127.0.0.1'], ['config/runtime.exs', 'http: [ip: {0, 0, 0, 0, 0, 0, 0, 0}, port: 4000]', '::'], ['gunicorn.conf.py', 'bind = "0.0.0.0:8000"', '0.0.0.0'], ['app.py', 'bind = "0.0.0.0:8000"', '-'],
  ])('is set by %s: %s', (name, text, expected) => {
    expect(shown(facts(name, text).hosts[0]?.host)).toBe(expected);
  });

  it('is told from other text', () => {
    expect(['0.0.0.0:80', 'http://[::1]:5000', 'tcp://*:80', ':80', '127.0.0.1:${PORT}'].map((text) => hostIn(text, 'go'))).toEqual(['0.0.0.0', '::1', '::', '::', '127.0.0.1']);
    expect(['', 'main:app', 'example.com:80', '8080', '/tmp/socket', '1.2.3'].map((text) => hostIn(text, 'go'))).toEqual([null, null, null, null, null, null]);
  });
});
