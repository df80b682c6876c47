import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { withFiles } from '../fixture.ts';
import { openTree } from '../tree/tree.ts';
import { codeIn } from './codebase.ts';

const names = (files: Files): Promise<string> => withFiles(files, (directory) => codeIn(openTree(directory), '.', []).flatMap(({ env }) => env.map(({ name, required }) => `${name}${required ? '!' : ''}`)).sort().join(' '));

describe('types that libraries fill from the environment', () => {
  it.each<[string, Files, string]>([
    ['envconfig with a prefix', { 'main.go': 'package main\nimport "github.com/kelseyhightower/envconfig"\ntype Spec struct {\n  Debug bool\n  MaxItems int `split_words:"true"`\n  Db Db\n  Left string `ignored:"true"`\n  own string\n}\ntype Db struct { Host string }\nfunc main() { var s Spec; envconfig.Process("shop", &s) }' }, 'SHOP_DB_HOST SHOP_DEBUG SHOP_MAX_ITEMS'],
    ['Viper with tags', { 'c.go': 'package c\nimport "github.com/spf13/viper"\ntype Config struct {\n  Server Server `mapstructure:"server"`\n  Name string\n}\ntype Server struct { Port int `mapstructure:"port"` }\nfunc Load() { viper.SetEnvKeyReplacer(strings.NewReplacer(".", "_")); viper.AutomaticEnv(); viper.Unmarshal(&c) }' }, 'SERVER_PORT'],
    ['Koanf', { 'c.go': 'package c\nimport "github.com/knadh/koanf/v2"\ntype Config struct { Db struct { Host string `koanf:"host"` } `koanf:"db"` }\nfunc Load() { k.Load(env.Provider("SHOP_", ".", f), nil) }' }, 'SHOP_DB_HOST'],
    ['conf with what is written in place', { 'main.go': 'package main\nimport "github.com/ardanlabs/conf/v3"\nfunc run() {\n  cfg := struct {\n    Web struct { APIHost string }\n  }{}\n  conf.Parse("SHOP", &cfg)\n}' }, 'SHOP_WEB_API_HOST'],
    ['envy', { 'main.rs': 'struct Config { host: String, port: Option<u16> }\nfn main() { envy::prefixed("SHOP_").from_env::<Config>(); }' }, 'SHOP_HOST! SHOP_PORT'],
    ['clap by the names of fields', { 'main.rs': '#[derive(Parser)] struct Args { #[arg(long, env)] database_url: String, #[clap(env)] pub api_key: Option<String>, #[arg(long)] other: String }' }, 'API_KEY DATABASE_URL'],
    ['pydantic with types within', { 's.py': 'class Db(BaseModel):\n    host: str = "x"\nclass Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix="SHOP_", env_nested_delimiter="__")\n    db: Db = Db()\n    debug: bool = False\n' }, 'SHOP_DB__HOST SHOP_DEBUG'],
    ['pydantic after methods', { 's.py': 'class Settings(BaseSettings):\n    a_b: str\n    @property\n    def url(self) -> str:\n        x: int = 3\n        return self.a_b\n    c_d: int = 3\n    kept: ClassVar[str] = "x"\n    def last(self): pass\n' }, 'A_B! C_D'],
    ['pydantic with settings within', { 's.py': 'class Db(BaseSettings):\n    host: str = "x"\nclass Settings(BaseSettings):\n    db: Db = Db()\n' }, 'HOST'],
    ['pydantic by several names', { 's.py': 'class S(BaseSettings):\n    a: str = Field("x", validation_alias=AliasChoices("A_B", "C_D"))\n' }, 'A_B C_D'],
    ['the first pydantic', { 's.py': 'from pydantic import BaseSettings\nclass S(BaseSettings):\n    LOGS = False\n' }, 'LOGS'],
    ['pydantic by a base that the app calls its own', { 'b.py': 'from pydantic import BaseSettings\nclass BaseShopSettings(BaseSettings):\n    mode: str = "x"\n', 's.py': 'from b import BaseShopSettings\nclass ShopSettings(BaseShopSettings):\n    till_url: str\n' }, 'MODE TILL_URL!'],
    ['pydantic by settings of another file', { 'b.py': 'from pydantic_settings import BaseSettings\nclass CoreSettings(BaseSettings):\n    mode: str = "x"\n', 's.py': 'from pydantic import SecretStr\nfrom b import CoreSettings\nclass ShopSettings(CoreSettings):\n    till_key: SecretStr\n' }, 'MODE TILL_KEY!'],
    ['environ-config', { 's.py': 'import environ\n@environ.config(prefix="SHOP")\nclass Config:\n    host = environ.var("x")\n    @environ.config\n    class Db:\n        user = environ.var()\n    db = environ.group(Db)\n' }, 'SHOP_DB_USER SHOP_HOST'],
    ['typed-settings', { 's.py': 'import typed_settings as ts\n@ts.settings\nclass S:\n    host: str = "x"\ns = ts.load(S, appname="shop")\n' }, 'SHOP_HOST'],
    ['django-configurations', { 's.py': 'class Base(Configuration):\n    SECRET_KEY = values.SecretValue()\n    X = values.Value("a", environ_name="Y_Z", environ_prefix=None)\n' }, 'DJANGO_SECRET_KEY Y_Z'],
    ['envy of Haskell', { 'C.hs': 'import System.Envy\ndata Config = Config { listenPort :: Int, url :: Maybe Text } deriving Generic\nload = runEnv $ gFromEnvCustom defOption Nothing' }, 'LISTEN_PORT URL'],
    ['Hoplite', { 'C.kt': 'data class Db(val host: String, val maxSize: Int = 3)\ndata class Config(val db: Db)\nval c = ConfigLoaderBuilder.default().addEnvironmentSource().build().loadConfigOrThrow<Config>()' }, 'DB_HOST DB_MAX_SIZE'],
    ['zio-config', { 'C.scala': 'case class Db(host: String, port: Int)\ncase class Config(db: Db)\nval c = deriveConfig[Config]; val p = ConfigProvider.envProvider' }, 'DB_HOST DB_PORT'],
  ])('give their variables: %s', async (_, files, expected) => {
    expect(await names(files)).toBe(expected);
  });

  it.each<[string, Files, string]>([
    ['Go', { 'config/config.go': 'package config\ntype Config struct {\n  APIKey string `split_words:"true"`\n  Port int\n}', 'main.go': 'package main\nimport "github.com/kelseyhightower/envconfig"\nfunc main() { var c config.Config; envconfig.MustProcess("shop", &c) }' }, 'SHOP_API_KEY SHOP_PORT'],
    ['Rust', { 'settings.rs': '#[derive(Deserialize)] pub struct Settings { pub database: Database, pub port: u16 }', 'database.rs': '#[derive(Deserialize)] pub struct Database { pub host: String }', 'main.rs': 'fn load() { Config::builder().add_source(Environment::with_prefix("SHOP").separator("__")).build() }' }, 'SHOP__DATABASE__HOST SHOP__PORT'],
    ['Python', { 'config/db.py': 'class Db(BaseModel):\n    host: str = "x"\n', 'config/main.py': 'class Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_nested_delimiter="__")\n    db: Db\n' }, 'DB__HOST'],
    ['a type that no file has', { 'main.rs': '#[derive(Deserialize)] struct Settings { mode: JournalMode }\nfn load() { Config::builder().add_source(Environment::with_prefix("SHOP")) }' }, 'SHOP_MODE'],
  ])('are found in other files: %s', async (_, files, expected) => {
    expect(await names(files)).toBe(expected);
  });

  it('leave alone types that nothing fills', async () => {
    expect(await names({ 'a.go': 'package a\ntype Config struct { Port int `mapstructure:"port"` }', 'b.rs': '#[derive(Deserialize)] struct Config { port: u16 }', 'c.py': 'class Config(BaseModel):\n    port: int = 3\n', 'd.kt': 'data class Config(val port: Int)' })).toBe('');
  });

  it('end where a type is within itself', async () => {
    expect(await names({ 'config.rs': '#[derive(Deserialize)] struct Config { port: u16, next: Node }\n#[derive(Deserialize)] struct Node { next: Node, depth: u8 }', 'main.rs': 'fn load() { Config::builder().add_source(Environment::with_prefix("A").separator("_")) }' })).toContain('A_NEXT_NEXT_DEPTH');
  });
});

describe('other ways to the environment', () => {
  it.each<[string, string, string]>([
    ['a.ts', 'const { A_B, C_D = "x" } = Bun.env', 'A_B C_D'], ['a.ts', 'const { A_B } = Deno.env.toObject()', 'A_B'], ['a.ts', 'const env = process.env; const { A_B, other } = env', 'A_B'],
    ['a.ts', 'export function load(source: NodeJS.ProcessEnv) { return source.A_B }', 'A_B'], ['a.ts', 'app.get("/", (c) => c.text(c.env.A_B))', 'A_B'], ['a.ts', 'import { load } from "jsr:@std/dotenv"; const vars = await load(); vars["A_B"]', 'A_B'],
    ['a.ts', "export default await Env.create(url, { A_B: Env.schema.number() }); import { Env } from '@adonisjs/core/env'", 'A_B!'], ['a.ts', "import { type } from 'arktype'; type({ A_B: 'string', 'C_D?': 'string' })(process.env)", 'A_B! C_D!'],
    ['a.ts', 'export const envSchema = z.object({ A_B: z.string() })', 'A_B!'], ['a.ts', "const schema = { type: 'object', properties: { A_B: { type: 'string' } } }; fastify.register(fastifyEnv, { schema }); import fastifyEnv from '@fastify/env'", 'A_B!'],
    ['a.ts', "import { IsNumber } from 'class-validator'; class EnvironmentVariables { @IsNumber() A_B: number; C_D?: string }", 'A_B C_D'], ['nuxt.config.ts', "export default defineNuxtConfig({ runtimeConfig: { apiSecret: '', public: { apiBase: '/x' } } })", 'NUXT_API_SECRET NUXT_PUBLIC_API_BASE'],
    ['a.py', 'config = {**dotenv_values(".env"), **os.environ}\nconfig["A_B"]', 'A_B'], ['a.py', 'from os import environ as env\nenv.get("A_B")', 'A_B'],
    ['a.py', 'with env.prefixed("SHOP_"):\n    a = env("HOST")\n    with env.prefixed("DB_"):\n        b = env.str("NAME")\nc = env("OTHER")', 'OTHER SHOP_DB_NAME SHOP_HOST'],
    ['a.rs', 'let vars = std::env::vars().collect::<HashMap<_, _>>(); vars.get("A_B")', 'A_B'], ['a.go', 'package a\nfunc f() { m, _ := godotenv.Read(); t := m["A_B"] }', 'A_B'], ['a.go', 'package a\nvar a = getEnv[int]("A_B", 1)', 'A_B'],
    ['a.fs', 'let a = System.Environment.GetEnvironmentVariable("A_B")', 'A_B'], ['a.hs', 'main = do\n  a <- Env.lookupEnv "A_B"', 'A_B'], ['a.kt', 'val s = "${A_B}_x"\n@Value("\\${C_D}") lateinit var d: String', 'C_D!'],
    ['a.ex', 'app_env :port, :my_shop, [:http, :port], default: 4000\napp_env :foo, :my_shop, :foo, os_env: "A_B"', 'A_B MY_SHOP_HTTP_PORT'], ['a.dart', '@Envied(useConstantCase: true)\nclass E { @EnviedField() static const String apiKey = _E.apiKey; }', 'API_KEY'], ['a.php', "<?php $x = '%env(int:A_B)%';", 'A_B'],
  ])('of %s: %s', async (file, text, expected) => {
    expect(await names({ [file]: text })).toBe(expected);
  });
});
