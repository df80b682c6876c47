import { describe, expect, it } from 'vitest';
import { tokensOf } from '../fixture.ts';
import { failsSoon, fallbackAfter, laterUse, literal } from './env-fallbacks.ts';

/** Shown as `=value`, `?` when something unknown takes its place, `!` when the code gives up. */
const shown = ({ value, optional, fails }: { value: string | null; optional: boolean; fails: boolean }) => (fails ? '!' : value !== null ? `=${value}` : optional ? '?' : '');

describe('what takes the place of a variable', () => {
  it.each([
    ['js', '?? "x"', '=x'], ['js', '|| 80', '=80'], ['js', '|| other()', '?'], ['js', '?? fail(() => { throw e })', '!'], ['js', '? a : "b"', '=b'], ['js', '!', '!'], ['js', '!== "x"', ''],
    ['py', ', "x")', '=x'], ['py', ', None)', '?'], ['py', ', default="x")', '=x'], ['py', 'or "x"', '=x'], ['py', 'if a else b', '?'],
    ['rb', ') { 3 }', '=3'], ['rs', ').unwrap()', '!'], ['rs', ').unwrap_or("x")', '=x'], ['rs', ')?;', '!'], ['rs', ').ok().and_then(|it| it.parse().ok()).unwrap_or(80)', '=80'], ['rs', ').ok(), b: var("B").unwrap_or("x")', '?'], ['rs', ').ok()?.len()', '?'], ['rs', ').ok().filter(f).expect("it")', '!'], ['java', ').orElseThrow()', '!'], ['js', ';', ''], ['js', '', ''],
  ])('of %s, after it: %s', (extension, text, expected) => {
    expect(shown(fallbackAfter(tokensOf(extension, `READ ${text}`), 1))).toBe(expected);
  });

  it('of a member is not what stands in the next argument or property', () => {
    for (const [text, name] of [['readFileSync(process.env.FILE, "utf8")', 'FILE'], ['({ link: process.env.LINK, title: "x" })', 'LINK'], ['f(process.env.A ?? "b", "c")', 'A']] as const) {
      const tokens = tokensOf('js', text);
      expect(shown(fallbackAfter(tokens, tokens.findIndex((token) => token.text === name) + 1))).toBe(name === 'A' ? '=b' : '');
    }
  });

  it.each([
    ['go', 'if port == "" { port = "80" }', '=80'],
    ['go', 'if port == "" { log.Fatal("no port") }', '!'],
    ['go', 'if port == "" { return "3000" } else { return port }', '=3000'],
    ['go', 'if port == "" { return "no port" }\n return nil', ''],
    ['js', 'if (!port) process.exit(1)', '!'],
    ['js', 'if (!port) process.exit(0)', ''],
    ['py', 'if port is None: raise E', '!'],
    ['js', 'listen(port ?? 3000)', '=3000'],
    ['js', 'listen(port); if (!other) throw 0', ''],
  ])('of %s, where its holder is used: %s', (extension, text, expected) => {
    expect(shown(laterUse(tokensOf(extension, text), 0, 'port'))).toBe(expected);
  });
});

describe('giving up', () => {
  it('is seen within a few words', () => {
    expect(failsSoon(tokensOf('js', ') { throw new Error("x") }'), 0)).toBe(true);
    expect(failsSoon(tokensOf('js', `) { ${'log(); '.repeat(10)} throw e }`), 0)).toBe(false);
  });
});

describe('a literal', () => {
  it('is a text, a number or a truth, and no text with code in it', () => {
    expect(tokensOf('js', '"a" 1 true x `t${u}`').map(literal)).toEqual(['a', '1', 'true', null, null]);
    expect(literal(undefined)).toBeNull();
  });
});

describe('a variable in a choice of the first that is set', () => {
  it('is otherwise what comes after it', () => {
    const tokens = tokensOf('go', 'cmp.Or(os.Getenv("PORT"), "8080")');
    const name = tokens.findIndex(({ text }) => text === 'PORT');
    expect(shown(fallbackAfter(tokens, name + 1))).toBe('=8080');
  });
});
