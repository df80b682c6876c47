import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsOf } from '../facts/file.ts';
import { planOf, withFiles } from '../fixture.ts';
import { languagesByExtension } from '../syntax/languages.ts';
import { openTree } from '../tree/tree.ts';
import { isParsed, parse } from './ast/parse.ts';
import { securityFindings } from './findings.ts';

describe('findings', () => {
  it('are part of the plan, the gravest first, and show no secret', async () => {
    const secret = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`;
    const plan = await planOf({
      'package.json': { dependencies: { express: '4' }, scripts: { start: 'node a.js' } },
      'a.js': `const app = require("express")()\nconst token = "${secret}"\napp.get("/", (req, res) => res.send("<p>" + req.query.n))\napp.get("/x", (req, res) => db.query("SELECT " + req.query.n))\napp.listen(3000)`,
    });
    expect(plan.findings.map(({ rule, severity, file, line }) => [rule, severity, file, line])).toEqual([['sql-injection', 'critical', 'a.js', 4], ['hard-coded-secret', 'high', 'a.js', 2], ['xss', 'high', 'a.js', 3]]);
    expect(JSON.stringify(plan)).not.toContain(secret);
  });

  it('are not looked for in tests, but for credentials of providers', async () => {
    const found = await withFiles({ 'test/a.test.js': `const k = "${'glpat'}-x7Kq9Lm2Vw4Zr8Tb5Nc1"\nconst apiKey = "j8Qe7Lx0Zk2Vn5Tb9Rw3"\neval(req.query.x)` }, (directory) => securityFindings(openTree(directory)));
    expect(found).toMatchObject([{ rule: 'hard-coded-secret', severity: 'low', line: 1 }]);
  });

  it('of other files are there whatever one file is', async () => {
    const bad = { 'deep.js': `eval(req.query.a${'('.repeat(50_000)}`, 'long.js': `x = req.query.a${' + "a"'.repeat(100_000)}; eval(x)`, 'zero.py': 'eval(request.args)\u0000\u0000', 'open.php': '<?php echo $_GET["x', 'b.java': 'class { request.getParameter((((( "' };
    const found = await withFiles({ ...bad, 'good.js': 'app.get("/", (req, res) => { eval(req.query.a) })' }, (directory) => securityFindings(openTree(directory)));
    expect(found).toMatchObject([{ rule: 'code-injection', file: 'good.js' }]);
  });
});

describe('a file', () => {
  it('that was read for its facts is searched at the same time, and not read again', async () => {
    await withFiles({ 'a.js': 'app.get("/", (req, res) => { eval(req.query.a) })' }, (directory) => {
      const tree = openTree(directory);
      factsOf(tree, 'a.js');
      rmSync(join(directory, 'a.js'));
      expect(securityFindings(tree)).toMatchObject([{ rule: 'code-injection', file: 'a.js', line: 1 }]);
    });
  });

  it('is searched for what is wrong by itself also where that stands in a field', async () => {
    const found = await withFiles({ 'A.java': 'class A { private final java.util.Random chance = new java.util.Random(); int newToken() { return chance.nextInt(); } }', 'b.ts': 'class B { token = () => Math.random(); }' }, (directory) => securityFindings(openTree(directory)));
    expect(found).toMatchObject([{ rule: 'weak-randomness', file: 'A.java' }, { rule: 'weak-randomness', file: 'b.ts' }]);
  });
});

describe('trees', () => {
  const extensions = Object.keys(languagesByExtension).filter((extension) => isParsed(`a.${extension}`));

  it('come of any text, in every language', () => {
    const pieces = fc.constantFrom('"', "'", '`', '${', '}', '{', '(', ')', '[', ']', '<', '>', '/', '=', '=>', '->', ':', ';', ',', '.', '\n', '    ', '<?php ', '?>', '<<EOT\n', 'EOT\n', 'a', 'b ', ' 1', 'if ', 'else ', 'end\n', 'def f\n', 'def f():\n', 'function ', 'func ', 'class A ', 'new ', 'return ', 'case ', 'switch', 'for ', 'in ', 'try ', 'catch ', '@', '#', '\\', 'lambda ', 'do ', '|', '?', 'é');
    fc.assert(fc.property(fc.constantFrom(...extensions), fc.array(pieces, { maxLength: 60 }), (extension, parts) => {
      expect(parse(`a.${extension}`, parts.join('')).body).toBeInstanceOf(Array);
    }), { numRuns: 3000 });
  });

  it.each([
    ['a.js', 'label: for (const [a, { b = 1 }] of x) { if (a) continue label; else break }\nconst f = async ({ a, ...rest }) => ({ a, [b]: c, get d() { return 1 }, e() {} })\nx ??= a?.b?.[c]?.(d) ?? `t${`u${v}`}`'],
    ['a.ts', 'export abstract class A<T extends B> implements C { private readonly x: Map<string, T[]> = new Map<string, T[]>(); constructor(private y?: number) { super() } async f<U>(a: U, b: (c: string) => void): Promise<U | null> { return a as unknown as U } }\ntype X = { a: string } | null\nconst g = <T,>(a: T): a is NonNullable<T> => a !== null satisfies boolean'],
    ['a.tsx', 'const A = () => <div className="a" {...p}>{x && <B y={z} />}<C>text</C></div>'],
    ['a.py', '@d(1)\nasync def f(a, *b, c: int = 1, **d) -> "x":\n    async with a as b, c:\n        x = [i for i in y if i] + {**a, "b": c}["b"]\n    try:\n        pass\n    except (A, B) as e:\n        raise C from e\n    else:\n        return lambda q: q if q else None\n    match x:\n        case {"a": 1}:\n            return\n        case _:\n            pass\n'],
    ['A.java', 'package a.b; import static c.D.e; @F(g = {"h"}) public final class A<T> extends B<T> implements C, D { static { x(); } private final Map<String, List<? extends T>> m = new HashMap<>(); public A(int... a) throws E { this.m.put("a", (List<T>) b -> { return b; }); for (Map.Entry<String, T> e : m.entrySet()) continue; int[] i = {1, 2}; String s = x instanceof String t && t.length() > 1 ? """\n  text""" : (String) y; switch (s) { case "a", "b" -> f(); default -> throw new E(); } Runnable r = this::g; var z = new Object() { int q() { return 1; } }; } }'],
    ['a.go', 'package a\n\nimport (\n\t"os"\n\tx "a/b"\n)\n\ntype T struct{ a, b int }\n\nfunc (t *T) F(a, b string, c ...int) (d map[string][]int, err error) {\n\tif v, ok := t.m[a]; ok && v != nil {\n\t\treturn map[string][]int{"a": {1, 2}}, nil\n\t}\n\tfor i, v := range c {\n\t\tgo func() { x.G(i, v) }()\n\t}\n\tswitch y := z.(type) {\n\tcase int, string:\n\t\tdefer y.Close()\n\tdefault:\n\t}\n\tselect {\n\tcase m := <-ch:\n\t\t_ = m\n\t}\n\treturn nil, &E{A: []byte("x")}\n}\n'],
    ['a.php', '<?php\nnamespace A\\B;\nuse C\\D as E;\nabstract class F extends G implements H { private ?string $a = null; public function __construct(private readonly int $b, ?E &...$c) { $this->a = $b ?: self::X; } }\nforeach ($a as $k => [$x, $y]): if ($x): echo "$a[b] {$c->d()}", 1; elseif ($y): endif; endforeach;\n$f = fn(int $x): int => $x ** 2; $m = match(true) { $a > 1, $b => 1, default => throw new X() };\n?>\n<p><?= $x ?></p>'],
    ['a.rb', 'module A\n  class B < C::D\n    attr_reader :a\n    def f(a, b = 1, *c, d:, e: 2, &g)\n      return unless a && b\n      x = if a then 1 else 2 end\n      @y ||= %w[a b].map { |q| q.to_s + "#{q}" }.each do |z|\n        puts z, :sym => 1\n      end\n      case a\n      when 1, /x/ then b\n      else c\n      end\n    rescue E => e\n      raise\n    ensure\n      g\n    end\n  end\nend\n'],
    ['A.cs', 'using X = A.B; namespace N { [Route("a")] public record struct P(int X); public sealed class A<T> : B<T>, IC where T : class, new() { public string S { get; init; } = "x"; public int Q => 1; event Action E; public async Task<IActionResult> F([FromQuery] string? a, int b = 1) { using var x = new Y { Z = 1, W = { 1 } }; await foreach (var i in x?.G<int>(out var o)!) { } return a switch { "b" => Ok($"{a:N2}"), _ => throw new E() }; } } }'],
  ])('of %s are whole', (path, text) => {
    expect(parse(path, text).unread).toBe(0);
  });
});
