import { describe, expect, it } from 'vitest';
import { planOf, tokensOf } from '../fixture.ts';
import { envCalls, envWrappers } from './env-wrappers.ts';

describe('functions that read the variable they are given the name of', () => {
  it.each<[string, string, string[]]>([
    ['py', 'def secret(name, default=None):\n    return os.environ.get(name, default)\n', ['secret']],
    ['js', 'function need(name) { const value = process.env[name]; if (!value) throw new Error(name); return value }', ['need']],
    ['js', 'const need = (name) => process.env[name]', ['need']],
    ['js', 'const need = async function (name) { return process.env[name] }', ['need']],
    ['ts', 'export function need<T>(name: string): T { return process.env[name] as T }', ['need']],
    ['go', 'func need(key string) string { return os.Getenv(key) }', ['need']],
    ['swift', 'func need(_ key: String) -> String { return Environment.get(key)! }', ['need']],
    ['java', 'static String need(String key, String otherwise) { return System.getenv(key); }', ['need']],
    ['cs', 'static string Need(string key) => Environment.GetEnvironmentVariable(key);', ['Need']],
    ['c', 'static const char *need(const char *key, const char *otherwise) { const char *v = getenv(key); return v ? v : otherwise; }', ['need']],
    ['cpp', 'std::string need(const std::string& key) { return std::getenv(key); }', ['need']],
    ['hs', 'need name fallback = do\n  found <- lookupEnv name\n  pure (fromMaybe fallback found)\n', ['need']],
    ['fs', 'let need (name: string) fallback =\n    match Environment.GetEnvironmentVariable name with\n', ['need']],
    ['clj', '(defn need "it must be there" [name]\n  (System/getenv name))', ['need']],
    ['ex', 'def need(name) do\n  System.get_env(name)\nend', ['need']],
    ['cr', 'def self.need(name)\n  ENV[name]? || raise name\nend', ['need']],
    ['java', 'if (isFast(key)) { System.getenv(key); }', []],
    ['js', 'for (const name of all) console.log(process.env[name])', []],
    ['js', 'function other(name) { return name }\nprocess.env[key]', []],
    ['py', 'def f(a):\n    pass\nif (name):\n    os.environ[name]\n', []],
    ['go', 'func main() {\nfor _, key := range keys {\nvalues[key] = os.Getenv(key)\n}\n}', []],
  ])('are known: %s %s', (extension, text, names) => {
    expect(envWrappers(tokensOf(extension, text)).map(({ name }) => name)).toEqual(names);
  });

  it.each<[string, string, number | 'all']>([
    ['go', 'func need(logger Logger, key string) string { return os.Getenv(key) }', 1],
    ['py', 'def need(*names):\n    for name in names:\n        if os.environ.get(name):\n            return name\n', 'all'],
    ['go', 'func need(keys ...string) string {\nfor _, key := range keys {\nif v := os.Getenv(key); v != "" {\nreturn v\n}\n}\nreturn ""\n}', 'all'],
    ['js', 'const need = (...names) => names.map((name) => process.env[name]).find(Boolean)', 'all'],
    ['cr', 'def self.need(*names)\n  ENV[names.first]? || names[1..].each { |name| ENV[name]? }\nend', 'all'],
    ['kt', 'fun need(vararg names: String) = names.firstNotNullOf { name -> System.getenv(name) }', 'all'],
    ['cs', 'static string Need(params string[] names) { foreach (var name in names) { Environment.GetEnvironmentVariable(name); } }', 'all'],
  ])('say which argument it is: %s %s', (extension, text, argument) => {
    expect(envWrappers(tokensOf(extension, text)).map((wrapper) => wrapper.argument)).toContain(argument);
  });

  it.each<[string, string, [string, string, number][]]>([
    ['go', 'need(log, "A_B", "x y")', [['need', 'A_B', 1]]],
    ['hs', 'port <- need "A_B" 8080', [['need', 'A_B', 0]]],
    ['clj', '(need "A_B")', [['need', 'A_B', 0]]],
    ['py', 'need(\n    f(1, 2),\n    "A_B",\n)', [['need', 'A_B', 1]]],
  ])('give calls with the place of the name: %s %s', (extension, text, calls) => {
    expect(envCalls(tokensOf(extension, text)).map(({ callee, read, argument }) => [callee, read.name, argument])).toEqual(calls);
  });

  it('make reads of those arguments alone that they read', async () => {
    const plan = await planOf({
      'go.mod': 'module shop\n\ngo 1.22\n',
      'main.go': 'package main\n\nimport "os"\n\nfunc either(keys ...string) string {\n\tfor _, key := range keys {\n\t\tif v := os.Getenv(key); v != "" {\n\t\t\treturn v\n\t\t}\n\t}\n\treturn ""\n}\n\nfunc one(key, fallback string) string {\n\treturn os.Getenv(key)\n}\n\nfunc main() {\n\tprintln(either("NEW_NAME", "OLD_NAME"), one("APP_MODE", "NOT_READ"))\n}\n',
    });
    expect(plan.services[0]!.env.map(({ name }) => name)).toEqual(['APP_MODE', 'NEW_NAME', 'OLD_NAME']);
  });

  it('give calls that may be of them, with the name that each is given', () => {
    expect(envCalls(tokensOf('js', 'need("A_B"); other("not a name"); need(x)')).map(({ callee, read }) => [callee, read.name])).toEqual([['need', 'A_B']]);
  });

  it('count for calls in other files, and for those files alone that call them', async () => {
    const plan = await planOf({
      'package.json': { scripts: { start: 'node a.js' } },
      'a.js': 'const { need } = require("./need"); const log = (x) => console.log(x); require("http").createServer().listen(3000); const url = need("DATABASE_URL"); log("NOT_READ")',
      'need.js': 'exports.need = function need(name) { return process.env[name] }',
    });
    expect(plan.services[0]!.env.map(({ name }) => name)).toEqual(['DATABASE_URL']);
  });
});
