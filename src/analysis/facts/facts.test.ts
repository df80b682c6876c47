import { describe, expect, it } from 'vitest';
import { languagesByExtension } from '../syntax/languages.ts';
import { tokenize } from '../syntax/lexer.ts';
import { readFacts } from './file.ts';

const facts = (extension: string, text: string) => {
  const { language, lexis } = languagesByExtension[extension]!;
  return readFacts(`a.${extension}`, language, tokenize(text, lexis), text);
};

describe('environment variables', () => {
  it.each<[string, string, string]>([
    ['js', 'process.env.A', 'A'], ['js', "process.env['A']", 'A'], ['js', "process.env.A || 'x'", 'A=x'], ['js', 'Number(process.env.A ?? 80)', 'A=80'], ['js', 'const { A, B = "x", C: c } = process.env', 'A B=x C'], ['js', 'import.meta.env.VITE_A', 'VITE_A'],
    ['js', 'const { env } = process; env.A', 'A'], ['js', 'function f(env = process.env) { return env.A ?? 1 }', 'A=1'], ['js', 'const a = process.env.A; if (!a) throw new Error()', 'A!'], ['js', 'if (!process.env.A) { process.exit(1) }', 'A!'], ['js', 'process.env.A ? Number(process.env.A) : 3000', 'A=3000 A'],
    ['js', 'process.env.A = "x"', ''], ['js', '`${process.env.A}/x`', 'A'], ['js', 'requireEnv("A_B")', 'A_B!'], ['js', "config.get<string>('A_B')", 'A_B'], ['js', '// process.env.A\n"process.env.B"', ''], ['ts', 'process.env.A!', 'A!'],
    ['ts', 'z.object({ A: z.string(), B: z.coerce.number().default(3), C: z.string().optional() }).parse(process.env)', 'A! B=3 C'], ['ts', 'Deno.env.get("A")', 'A'],
    ['py', 'os.environ["A"]', 'A!'], ['py', 'os.environ.get("A", "x")', 'A=x'], ['py', 'os.getenv("A")', 'A'], ['py', 'from decouple import config\nconfig("ABC")', 'ABC!'], ['py', 'from decouple import config\nconfig("ABC", default="x")', 'ABC=x'], ['py', 'int(os.environ.get("A") or 5)', 'A=5'], ['py', 'class S(BaseSettings):\n    a_b: str\n    c: int = 3\n    d: str | None = None\n', 'A_B! C=3 D'], ['py', 'config("A_B", default="x")', 'A_B=x'], ['py', 'env.str("A_B")', 'A_B'], ['py', 'f"{os.environ[\'A\']}"', 'A!'],
    ['py', 'class B(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix="X_")\n    a: int = Field(default=3, ge=1)\n    b: str = Field(alias="B_C")\n    c: str = Field(...)\nclass D(B):\n    d: bool = False\n', 'X_A=3 B_C! X_C! D'], ['py', 'env = environ.Env(A_B=(bool, False))', 'A_B=false'], ['py', 'get_path_from_env("A_B", "x")', 'A_B=x'],
    ['ts', "import { A_B } from '$env/static/private'", 'A_B'], ['ts', 'ConfigModule.forRoot({ validationSchema: Joi.object({ A: Joi.number().default(3) }) })', 'A=3'], ['ts', "const env = loadEnv(mode, '.'); env.VITE_A", 'VITE_A'], ['php', '<?php env("A_b");', 'A_b'], ['js', "setEnv('A_B')", ''],
    ['go', 'p := os.Getenv("A")\nif p == "" { p = "x" }', 'A=x'], ['go', 'p := os.Getenv("A")\nif p == "" { log.Fatal("no") }', 'A!'], ['go', 'p, ok := os.LookupEnv("A")', 'A'], ['go', 'type C struct { A string `env:"A,required"`\n B int `env:"B" envDefault:"3"` }', 'A! B=3'], ['go', 'getEnv("A_B", "x")', 'A_B=x'], ['go', 'type C struct { A string `mapstructure:"A"` }\nfunc f() { viper.AutomaticEnv() }', 'A'], ['go', 'type C struct { A string `mapstructure:"A"` }', ''], ['cpp', 'auto a = dotenv::env["A"];', 'A'], ['ts', 'Bun.env["A"]', 'A'], ['gleam', 'envoy.get("A")', 'A'], ['go', 'mustMapEnv(&s.addr, "A_B")', 'A_B!'],
    ['rs', 'env::var("A").unwrap()', 'A!'], ['rs', 'std::env::var("A").unwrap_or_else(|_| "x".into())', 'A=x'], ['rs', 'env::var("A")?;', 'A!'],
    ['java', 'System.getenv("A")', 'A'], ['java', 'System.getenv().getOrDefault("A", "x")', 'A=x'], ['java', '@Value("${A_B:x}") String a; @Value("${C_D}") String c;', 'A_B=x C_D!'], ['kt', 'System.getenv("A") ?: "x"', 'A=x'],
    ['rb', 'ENV["A"]', 'A'], ['rb', 'ENV.fetch("A")', 'A!'], ['rb', 'ENV.fetch("A", 3)', 'A=3'], ['rb', 'ENV.fetch("A") { 3 }', 'A=3'], ['php', '<?php getenv("A") ?: "x"; env("B", "y");', 'A=x B=y'], ['cs', 'Environment.GetEnvironmentVariable("A") ?? "x"', 'A=x'], ['exs', 'System.get_env("A") || raise "no"', 'A!'], ['exs', 'System.fetch_env!("A")', 'A!'],
    ['dart', "final vars = Platform.environment;\nfinal key = vars['A_B'];", 'A_B'], ['dart', "import 'package:dotenv/dotenv.dart';\nfinal host = env['A'] ?? env['b']!;", 'A b!'], ['dart', "final settings = DotEnv(includePlatformEnvironment: true)..load();\nsettings['A_B'];", 'A_B'],
    ['kt', 'val env = System.getenv()\nval a = env["A_B"]', 'A_B'], ['kt', 'class C(private val env: Map<String, String> = System.getenv()) { val a = env.getOrDefault("A_B", "x") }', 'A_B=x'], ['scala', 'val env = sys.env\nval a = env("A_B")', 'A_B'], ['swift', 'let env = ProcessInfo.processInfo.environment\nlet a = env["A_B"]', 'A_B'], ['swift', 'Environment.process.A_B', 'A_B'],
    ['py', 'config = dotenv_values(".env")\nconfig["A_B"]', 'A_B'], ['kt', 'val dotenv = dotenv()\nval a = dotenv["A_B"]', 'A_B'], ['erl', 'os:getenv("A_B")', 'A_B'], ['exs', 'System.fetch_env("A")', 'A'], ['exs', 'config :shop, port: {:system, :integer, "A_B", 4000}, key: {:system, "C_D"}', 'A_B=4000 C_D'],
    ['hs', 'port <- envOr "A_B" "8080"', 'A_B=8080'], ['cr', 'env_with_deprecation("A_B", "C_D")', 'A_B=C_D'], ['rb', 'run if ENV.key?("A_B")', 'A_B'], ['cs', 'var a = _configuration["A_B"]; var b = table["C_D"]; var c = configuration["Section:Key"];', 'A_B'], ['fs', 'let a = config.["A_B"]', 'A_B'],
    ['fs', '[<Convention("SHOP")>]\ntype Config = {\n    ApiKey: string\n    Port: int option\n    [<CustomName("OTHER")>]\n    Third: string\n}\nlet c = EnvConfig.Get<Config>()', 'SHOP_API_KEY! SHOP_PORT OTHER!'], ['fs', 'type Config = { ApiKey: string }\nlet c = EnvConfig.Get<Config>()', 'API_KEY!'], ['fs', 'type Config = { ApiKey: string }', ''],
    ['rs', 'struct Config { host: String, port: Option<u16> }\nlet c = envy::prefixed("SHOP_").from_env::<Config>();', 'SHOP_HOST! SHOP_PORT'], ['rs', '#[derive(Envconfig)] struct Config { #[envconfig(from = "A_B", default = "80")] port: u16 }', 'A_B=80'],
    ['hs', 'Config <$> envMaybe "A_B" .!= 3000 <*> env "C_D"', 'A_B=3000 C_D'], ['swift', 'let a = HBEnvironment().get("a") ?? "x"', 'a=x'], ['swift', 'let env = try await Environment.dotEnv()\nlet a = env.get("A_B")', 'A_B'], ['dart', "env.getOrElse('A_B', () => 'x')", 'A_B=x'], ['fs', 'let a = EnvironmentExt.tryGetEnvironmentVariable "Ab"', 'Ab'],
    ['swift', 'let p = EnvironmentVariablesProvider()\nreader.int(forKey: "http.serverPort", default: 80)\nreader.requiredString(forKey: "A_B")', 'HTTP_SERVER_PORT=80 A_B!'], ['swift', 'try container.decode(String.self, forKey: "role")', ''],
    ['rs', 'env_var_req!(A_B -> C);', 'A_B!'], ['rs', 'macro_rules! take { ($f:expr, $v:literal) => { if let Ok(x) = env.var(concat!("SHOP_", $v)) { $f = x } } }\ntake!(port, "PORT");', 'SHOP_PORT'],
    ['ts', 'import { config } from "https://deno.land/x/dotenv/mod.ts"\nconst conf = config({ safe: true })\nconf.A_B', 'A_B'], ['ts', 'import { config } from "./deps.ts"\nconst conf = config()\nconf.A_B', 'A_B'], ['ts', 'import { config } from "./settings.ts"\nconst conf = config()\nconf.A_B', ''],
    ['go', 'type DB struct { Host string `env:"HOST"` }\ntype C struct { Main DB `envPrefix:"MAIN_"`\n Copy DB `envPrefix:"COPY_"`\n Port int `env:"PORT"` }', 'MAIN_HOST COPY_HOST PORT'], ['go', 'viper.SetEnvPrefix("shop")\nviper.BindEnv("db.host")\nviper.BindEnv("port", "A_PORT")', 'SHOP_DB_HOST A_PORT'],
  ])('of %s: %s', (extension, text, expected) => {
    expect(facts(extension, text).env.map((read) => `${read.name}${read.required ? '!' : ''}${read.default === null ? '' : `=${read.default}`}`).join(' ')).toBe(expected);
  });
});

describe('ports', () => {
  it.each<[string, string, [number | null, string | null][]]>([
    ['js', 'app.listen(3000)', [[3000, null]]], ['js', 'const PORT = process.env.PORT || 3001; app.listen(PORT, cb)', [[3001, 'PORT']]], ['js', 'app.listen({ port: +process.env.PORT, host: "0.0.0.0" })', [[null, 'PORT']]], ['js', "app.set('port', 3002)", [[3002, null]]], ['js', 'Bun.serve({ port: 3003, fetch })', [[3003, null]]], ['js', 'history.listen(update)', []], ['js', 'app.listen(process.env.DB_PORT_X || port)', [[null, 'DB_PORT_X']]],
    ['js', 'const { url } = await startStandaloneServer(server)', [[null, null]]], ['js', 'await startStandaloneServer(server, { listen: { port: 4002 } })', [[4002, null]]],
    ['cs', 'ratings.Add(new Rating("adult", new(1000, null))); app.Urls.Add("http://*:5003")', [[5003, null]]], ['java', 'connection.setPort(asked.map(Integer::parseInt).orElse(161)); mail.setPort(587); new ConnectionFactory(); factory.setPort(5672);', []],
    ['java', 'new Graphite(new InetSocketAddress("metrics", 2003)); server.bind(new InetSocketAddress("0.0.0.0", 8084));', [[8084, null]]], ['java', 'import org.eclipse.jetty.server.Server;\nServer server = new Server(8085);', [[8085, null]]], ['java', 'Server web = new Server(8085);', []], ['java', 'Tomcat tomcat = new Tomcat(); tomcat.setPort(8081);', [[8081, null]]], ['java', 'vertx.createHttpServer(new HttpServerOptions().setSsl(true).setPort(8443))', [[8443, null]]], ['java', 'void customize(ConfigurableServletWebServerFactory factory) { factory.setPort(8082); }', [[8082, null]]],
    ['js', 'new IO.Server(server, { path: "/realtime", pingInterval: 15000 })', []], ['rs', 'conn.run(move |conn| table.filter(atype.lt(1000)))', []], ['go', 'host, port, err := net.SplitHostPort(a)\nif err != nil { port = "80" }', []],
    ['py', 'if __name__ == "__main__":\n    port = int(os.environ.get("PORT", 3000))\n    app.run(host="0.0.0.0", port=port)', [[3000, 'PORT']]],
    ['py', 'app.run(host="0.0.0.0", port=5001)', [[5001, null]]], ['py', 'uvicorn.run("a:b", port=int(os.getenv("PORT", "8001")))', [[8001, 'PORT']]], ['py', 'class S(HTTPServer):\n  pass\nS(("", 8002), H)', [[8002, null]]], ['py', 'asyncio.run(main())', []],
    ['go', 'http.ListenAndServe(":8080", nil)', [[8080, null]]], ['go', 'addr := "0.0.0.0:8083"\nsrv := &http.Server{Addr: addr}', [[8083, null]]], ['go', 'port := os.Getenv("PORT")\nif port == "" { port = "8084" }\nr.Run(":" + port)', [[8084, 'PORT']]], ['go', 'net.Listen("tcp", fmt.Sprintf(":%s", port))', []],
    ['rs', 'TcpListener::bind(("0.0.0.0", 8085))', [[8085, null]]], ['rs', 'SocketAddr::from(([127, 0, 0, 1], 3000))', [[3000, null]]], ['java', 'Javalin.create().start(7001)', [[7001, null]]], ['kt', 'embeddedServer(Netty, port = 8086)', [[8086, null]]], ['rb', "set :port, 4568", [[4568, null]]], ['cs', 'app.Run("http://*:5003")', [[5003, null]]],
  ])('of %s: %s', (extension, text, expected) => {
    expect(facts(extension, text).listens.map(({ port, env }) => [port, env])).toEqual(expected);
  });
});

describe('ports that are no calls', () => {
  it.each<[string, string, number]>([
    ['ts', 'new Command().option("-p, --port <port:integer>", "Server port.", { default: 10159 })', 10159],
    ['js', 'program.option("-p, --port <number>", "where it listens", "8123")', 8123],
    ['js', 'yargs.option("port", { alias: "p", type: "number", default: 8124 })', 8124],
    ['h', '#define SERVER_PORT 8091\n#define DB_PORT 5432\n#define REPORT 9000\n', 8091],
    ['fs', 'let app = application {\n    url "http://0.0.0.0:8085/"\n}', 8085],
  ])('are read in %s: %s', (extension, text, port) => {
    expect(facts(extension, text).listens.map((listen) => listen.port)).toEqual([port]);
  });

  it('are not how many may wait at a socket', () => {
    expect(facts('c', 'int serve(int fd) { return listen(fd, 256); }').listens).toEqual([]);
  });

  it('are not taken from options by other names', () => {
    expect(facts('js', 'program.option("--report <n>", "pages", "8123"); program.option("--db-port <n>", "store", "5432")').listens).toEqual([]);
  });
});

describe('routes', () => {
  it.each<[string, string, string[]]>([
    ['js', "app.get('/health', ok); axios.get('/api/x'); fetch('/y'); if (req.url === '/ready') x()", ['/health', '/ready']], ['js', "const routes = { 'GET /healthz': ok }", ['/healthz']],
    ['py', '@app.route("/health")\ndef a(): pass\nrequests.get("/no")\npath("status/", v)', ['/health', '/status']], ['go', 'http.HandleFunc("/healthz", h); mux.Handle("GET /up", h); http.Get("/no")', ['/healthz', '/up']], ['java', '@GetMapping("/health") String a() {}', ['/health']], ['rb', "get '/health' do\nend", ['/health']],
  ])('of %s: %s', (extension, text, expected) => {
    expect(facts(extension, text).routes.map(({ path }) => path)).toEqual(expected);
  });
});

describe('imports', () => {
  it.each<[string, string, string[]]>([
    ['ts', "import a from 'a'; export * from './b'; const c = require('c'); await import('d'); import 'e'", ['a', './b', 'c', 'd', 'e']], ['py', 'import a.b, c as d\nfrom .e import (f,\n  g)\n', ['a.b', 'c', '.e', '.e.f', '.e.g']],
    ['go', 'import (\n "fmt"\n x "a/b"\n)', ['fmt', 'a/b']], ['rs', 'use axum::Router;\npub use a::b;', ['axum::Router', 'a::b']], ['java', 'import a.b.C;\nimport static d.E.f;', ['a.b.C', 'd.E.f']], ['rb', "require 'a'\nrequire_relative 'b'", ['a', 'b']], ['cs', 'using A.B;', ['A.B']],
  ])('of %s: %s', (extension, text, expected) => {
    expect(facts(extension, text).imports.map(({ name }) => name)).toEqual(expected);
  });
});
