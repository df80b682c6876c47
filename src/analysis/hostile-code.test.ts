import { describe, expect, it } from 'vitest';
import { readFacts } from './facts/file.ts';
import { javascript } from './security/ast/javascript.ts';
import { parse } from './security/ast/parse.ts';
import { Parser } from './security/ast/parser.ts';
import { languagesByExtension } from './syntax/languages.ts';
import type { Token } from './syntax/lexer.ts';
import { tokenize } from './syntax/lexer.ts';

/** How often tokens of a text are looked at. */
function looks(extension: string, text: string, read: (tokens: readonly Token[], language: string, text: string) => unknown): number {
  const { language, lexis } = languagesByExtension[extension]!;
  let count = 0;
  const counted = (tokens: Token[]) => new Proxy(tokens, {
    get(target, key, receiver) {
      if (typeof key === 'string' && key !== 'length') count++;
      return Reflect.get(target, key, receiver) as unknown;
    },
  });
  read(counted(tokenize(text, lexis)), language, text);
  return count;
}

const short = 500;
const repeated = (unit: string | ((i: number) => string), times: number) => Array.from({ length: times }, (_, i) => (typeof unit === 'string' ? unit : unit(i))).join('');
/** How much more is looked at of a text that is four times as long. */
const growth = (extension: string, unit: string | ((i: number) => string), read: Parameters<typeof looks>[2]) => looks(extension, repeated(unit, 4 * short), read) / looks(extension, repeated(unit, short), read);

describe('what is looked at of a text that was made to take long follows its length', () => {
  it.each<[string, string | ((i: number) => string)]>([
    ['js', 'process.on(x, f)\n'], ['js', "process.on('SIGHUP', f)\ncase 'SIGHUP'\n"], ['rb', 'trap(x)\n'], ['py', 'signal(x, f)\n'], ['go', 'signal.Notify(c, x)\n'],
    ['rb', 'new '], ['rb', 'set port '], ['py', (i) => `f(getenv("A${i}")); b.run(port=8080)\n`], ['js', (i) => `a.listen(process.env.PORT${i})\n`], ['go', (i) => `RegisterA${i}Server(s)\n`], ['js', 'f(a, os.environ[a])\n'], ['js', 'a: { port: 8080,\n'],
    ['go', 'func main() { go f() }\nfunc f() { for { x() } }\n'], ['go', 'type A struct { B C `envPrefix:"P_"` }\ntype C struct { X string `env:"X"` }\n'],
    ['py', (i) => `class A${i}(BaseSettings):\n  a: A${i - 1} = 1\n  b = values.Value()\n`], ['py', 'with env.prefixed("A"):\n  env("B")\n'], ['py', (i) => `@environ.config(prefix="A")\nclass A${i}:\n  a = environ.group(B)\n`], ['go', (i) => `type A${i} struct { B C${i} }\nfunc f() { viper.AutomaticEnv(); viper.Unmarshal(&c) }\n`],
    ['rs', (i) => `#[derive(Deserialize)] struct A${i} { #[arg(env)] b: A${i - 1} }\nEnvironment::with_prefix(X${i}); X::init_from_env(); ConfigError\n`], ['ts', 'class Env { A_B: string }\n"class-validator"; runtimeConfig: { a: 1 }; defineNuxtConfig\n'], ['ts', 'const c = { ...process.env, a: 1 }\n'], ['dart', '@EnviedField() static const a = b;\n'],
    ['ex', 'app_env :a, :b, [:c]\n'], ['kt', (i) => `data class A${i}(val b: C)\naddEnvironmentSource()\nloadConfig<A${i}>()\n`], ['hs', (i) => `import System.Envy\ninstance FromEnv A${i}\ndata A${i} = A { b :: C }\n`], ['ex', '~r/a'], ['ex', 'A.Service.'], ['py', (i) => `config.A${i}AA.`], ['go', 'func serve(a string) { http.ListenAndServe(a, nil) }\n'], ['php', '#[A(env: "A_B")]\n'],
  ])('by the facts of %s, %s', (extension, unit) => {
    expect(growth(extension, unit, (tokens, language, text) => readFacts(`a.${extension}`, language, tokens, text))).toBeLessThan(5);
  });

  it.each([';;(\n', 'a<{\n', '(a, b\n', 'f(\n'])('by the tree of %s', (unit) => {
    expect(growth('js', unit, (tokens) => new Parser(tokens, '', javascript).statements(() => false))).toBeLessThan(5);
  });
});

describe('decorators without end', () => {
  it.each(['js', 'java'])('are each read once: %s', (extension) => {
    const { body } = parse(`a.${extension}`, `${'@A\n'.repeat(20_000)}class B {}`);
    expect(body).toMatchObject([{ s: 'class', name: 'B' }]);
    expect(body[0]?.s === 'class' && body[0].annotations.length).toBe(20_000);
  });

  it('within the arguments of another belong to what is there', () => {
    expect(parse('a.ts', '@A(class { @C() d() {} })\n@B\nclass E {}').body).toMatchObject([{ s: 'class', name: 'E', annotations: [{ name: 'A' }, { name: 'B' }] }]);
  });
});
