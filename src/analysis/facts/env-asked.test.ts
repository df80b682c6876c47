import { expect, it } from 'vitest';
import { tokensOf } from '../fixture.ts';
import { askedSettings } from './env-asked.ts';
import { envReads } from './env.ts';

const asked = (language: string, text: string) => envReads(tokensOf(language, text)).map(({ name, asked: isAsked = false }) => [name, isAsked]);

it.each([
  ['js', 'if (process.env.A) connect(process.env.A)'], ['js', 'const on = Boolean(process.env.A)'], ['js', 'const on = !!process.env.A'], ['js', 'const c = process.env.A ? new C(process.env.A) : null'], ['js', 'process.env.A && connect()'],
  ['js', 'const url = process.env.A\nexport const c = url ? connect(url) : undefined'], ['js', 'const url = process.env["A"];\nif (!url) { warn() } else { connect(url) }'],
  ['py', 'import os\nif os.getenv("A"):\n    connect()'], ['py', 'import os\nurl = os.environ.get("A")\nclient = connect(url) if url is not None else None'],
  ['go', 'package main\nimport "os"\nfunc f() { if os.Getenv("A") != "" { connect() } }'], ['go', 'package main\nimport "os"\nfunc f() { if url := os.Getenv("A"); url != "" { connect() } }'],
  ['rb', 'connect(ENV["A"]) if ENV["A"]'],
])('is asked for in %s: %s', (language, text) => {
  expect(asked(language, text)).toContainEqual(['A', true]);
});

it.each([
  ['js', 'connect(process.env.A)'], ['js', 'const url = process.env.A\nconnect(url)\nif (other) f()'], ['js', 'const n = process.env.A?.length; x ? 1 : 2'],
  ['py', 'import os\nconnect(os.environ["A"])'], ['go', 'package main\nimport "os"\nfunc f() { connect(os.Getenv("A")) }'],
])('is relied on in %s: %s', (language, text) => {
  expect(asked(language, text)).toEqual([['A', false]]);
});

it.each([
  ['js', "const host = 'A' in process.env ? '0.0.0.0' : 'localhost'", false], ['py', 'import os\ndebug = "A" not in os.environ', false], ['py', 'import os\nif "A" not in os.environ:\n    raise KeyError("A")', true],
])('is asked for by its name in %s: %s', (language, text, required) => {
  expect(envReads(tokensOf(language, text))).toMatchObject([{ name: 'A', required, optional: !required }]);
});

it('is needed where an empty text stands for it until the program gives up', () => {
  expect(envReads(tokensOf('js', "const key = process.env.A || '';\nif (!key) {\n  console.error('no key');\n  process.exit(1);\n}"))).toMatchObject([{ name: 'A', required: true }]);
  expect(envReads(tokensOf('js', "const key = process.env.A || '';\nconnect(key);"))).toMatchObject([{ name: 'A', required: false, optional: true }]);
});

it.each([
  ['py', "search = Search(app.config['SEARCH_URL']) if app.config['SEARCH_URL'] else None"], ['py', 'if not settings.SEARCH_URL:\n    return'], ['py', 'if current_app.config.get("SEARCH_URL"):\n    connect()'], ['js', 'if (config.SEARCH_URL) connect()'],
])('a setting is asked for, wherever it is set, in %s: %s', (language, text) => {
  expect(askedSettings(tokensOf(language, text))).toEqual(['SEARCH_URL']);
});

it.each([['py', "search = Search(app.config['SEARCH_URL'])"], ['py', 'settings.SEARCH_URL = "a"\nif other: f()'], ['js', 'if (config.searchUrl) connect(config.SEARCH_URL)']])('a setting is relied on in %s: %s', (language, text) => {
  expect(askedSettings(tokensOf(language, text))).toEqual([]);
});
