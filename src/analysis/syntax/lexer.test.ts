import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { languagesByExtension } from './languages.ts';
import { tokenize } from './lexer.ts';

const words = (extension: string, text: string) => tokenize(text, languagesByExtension[extension]!.lexis).map((token) => token.text);

describe('tokens', () => {
  it.each([
    ['js', 'a // b\n/* c */ "d\\"e" + `f${g}h`', ['a', 'd\\"e', '+', 'f${g}h']],
    ['js', 'const r = /["\'`]/g; b / c', ['const', 'r', '=', '/["\'`]/', 'g', ';', 'b', '/', 'c']],
    ['js', "<p>Don't</p>\nnext", ['<', 'p', '>', 'Don', 't</p>', 'next']],
    ['py', '# no\nf"a{b}" """c\n"d" """', ['a{b}', 'c\n"d" ']],
    ['go', 'x := `a\\`', ['x', ':=', 'a\\']],
    ['rs', "fn a<'b>(c: &'b str) { '\\n'; r#\"x\"y\"# }", ['fn', 'a', '<', "'", 'b', '>', '(', 'c', ':', '&', "'", 'b', 'str', ')', '{', '\\n', ';', 'x"y', '}']],
    ['php', '<p>it\'s</p><?php echo $a; ?> text', ['echo', '$a', ';', '?>']],
    ['vue', '<template>it\'s</template>\n<script setup>\nimport x from "y"\n</script>', ['import', 'x', 'from', 'y']],
    ['rb', 'run(<<~SQL, id) # c\n  a\nSQL\nnext', ['run', '(', '  a\n', ',', 'id', ')', 'next']],
    ['rb', 'x.split /,/', ['x', '.', 'split', '/,/']],
    ['rb', '=begin', ['=', 'begin']],
    ['ex', 'a |> trim(~s("\')) |> b(~r/["#]/, ?") c', ['a', '|>', 'trim', '(', '"\'', ')', '|>', 'b', '(', '["#]', ',', '?"', ')', 'c']],
    ['erl', 'f($") -> g("x").', ['f', '(', '$"', ')', '->', 'g', '(', 'x', ')', '.']],
    ['cs', 'var p = @"C:\\"; $"{q}"', ['var', 'p', '=', 'C:\\', ';', '{q}']],
  ])('of %s: %s', (extension, text, expected) => {
    expect(words(extension, text)).toEqual(expected);
  });

  it('carry the line they begin on', () => {
    const tokens = tokenize('a\n/*\n*/ b `c\nd` e', languagesByExtension['ts']!.lexis);
    expect(tokens.map(({ text, line }) => [text, line])).toEqual([['a', 1], ['b', 3], ['c\nd', 3], ['e', 4]]);
  });

  it.each([['cs', '$"a{F("b")}c" d'], ['py', 'f"a{b["c"]}d" e'], ['cs', '$"{{" d']])('of an interpolated string end it at its own quote, not at one in a hole: %s %s', (extension, text) => {
    expect(tokenize(text, languagesByExtension[extension]!.lexis).map(({ kind }) => kind)).toEqual(['string', 'word']);
  });

  it('of what is in a hole are found', () => {
    const [token] = tokenize('`http://${process.env.HOST}:80`', languagesByExtension['ts']!.lexis);
    expect(token!.inner!.map(({ text }) => text)).toEqual(['process', '.', 'env', '.', 'HOST']);
  });

  it('come of any text, in every language, in order of lines', () => {
    const extensions = Object.keys(languagesByExtension);
    const pieces = fc.constantFrom('"', "'", '`', '${', '}', '#{', '/*', '*/', '//', '#', '\n', '<?php', '?>', '<<EOT\n', 'EOT\n', 'a', ' ', '1', '/', '\\', '"""', '=begin', 'f"', '<script>', '</script>', '---\n', '\u0000', 'é', '{', '(');
    fc.assert(fc.property(fc.constantFrom(...extensions), fc.array(pieces, { maxLength: 60 }), (extension, parts) => {
      const text = parts.join('');
      const lines = tokenize(text, languagesByExtension[extension]!.lexis).map(({ line }) => line);
      return lines.every((line, i) => line >= 1 && line <= text.split('\n').length && (i === 0 || line >= lines[i - 1]!));
    }), { numRuns: 2000 });
  });
});
