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
    ['js', 'for (const name of all) console.log(process.env[name])', []],
    ['js', 'function other(name) { return name }\nprocess.env[key]', []],
    ['py', 'def f(a):\n    pass\nif (name):\n    os.environ[name]\n', []],
    ['go', 'func main() {\nfor _, key := range keys {\nvalues[key] = os.Getenv(key)\n}\n}', []],
  ])('are known: %s %s', (extension, text, names) => {
    expect(envWrappers(tokensOf(extension, text))).toEqual(names);
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
