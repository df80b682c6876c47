import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';
import { tokenize } from '../syntax/lexer.ts';
import { languageOf } from '../syntax/languages.ts';
import { readFacts } from './file.ts';

/** `A!` fails as the program starts, `A?` where it may fail later, `A` does not. */
function reads(extension: string, text: string): string {
  const { language, lexis } = languageOf(`a.${extension}`)!;
  return readFacts(`a.${extension}`, language, tokenize(text, lexis), text).env.map(({ name, required, conditional }) => `${name}${required ? (conditional ? '?' : '!') : ''}`).join(' ');
}

describe('a variable that is needed', () => {
  it.each([
    ['py', 'import os\nA = os.environ["A"]', 'A!'],
    ['py', 'import os\ndef send():\n    return os.environ["A"]\n', 'A?'],
    ['py', 'import os\nif sys.platform == "win32":\n    B = os.environ["B"]\nC = os.environ["C"]\n', 'B? C!'],
    ['py', 'import os\ndef main():\n    a = os.environ["A"]\n    if a:\n        b = os.environ["B"]\n', 'A! B?'],
    ['py', 'import os\nclass Settings:\n    a = os.environ["A"]\n    def later(self):\n        return call(\n  os.environ["B"])\n', 'A! B?'],
    ['py', 'import os\nDATABASES = {\n    "default": {\n        "NAME": os.environ["A"],\n    },\n}\n', 'A!'],
    ['py', 'import os\nif __name__ == "__main__":\n    a = os.environ["A"]\n', 'A!'],
    ['js', 'const a = process.env.A;\nif (!a) throw new Error("no A");', 'A!'],
    ['js', 'async function startBot() {\n  const a = process.env.A;\n  if (!a) throw new Error("no A");\n}', 'A?'],
    ['js', 'async function main() {\n  const a = process.env.A;\n  if (!a) throw new Error("no A");\n}', 'A!'],
    ['js', 'const f = async () => {\n  const a = process.env.A;\n  if (!a) throw new Error("no A");\n};', 'A?'],
    ['js', 'if (mail) {\n  const a = process.env.A;\n  if (!a) throw new Error("no A");\n}', 'A?'],
    ['js', 'if (small() && !process.env.A) process.exit(1);\nif (small() && !process.env["B"]) { process.exit(1) }\nif (!process.env.C && small()) process.exit(1);', 'A? B? C!'],
    ['js', 'const a = { b: {\n  c: process.env.A ?? fail(() => { throw e }) } };', 'A!'],
    ['ts', 'function send(): Promise<void> {\n  const a = process.env.A;\n  if (!a) throw new Error("no A");\n}', 'A?'],
    ['ts', 'const b = process.env.A!;\nconst c = process.env["B"]!;', 'A? B?'],
    ['ts', 'z.object({ A: z.string() }).parse(process.env)', 'A!'],
    ['php', '<?php\n$a = getenv("A") ?: throw new E();\n', 'A!'],
    ['go', 'func send() {\n\ta := os.Getenv("A")\n\tif a == "" {\n\t\tlog.Fatal("no A")\n\t}\n}', 'A!'],
  ])('is so as it starts, or where its code runs: %s %s', (extension, text, expected) => {
    expect(reads(extension, text)).toBe(expected);
  });

  it('is none of what the web server tells of a request', () => {
    expect(reads('php', '<?php $a = $_SERVER["PATH_INFO"]; $b = $_SERVER["HTTP_HOST"]; $c = $_SERVER["APP_MODE"];')).toBe('APP_MODE');
  });

  it('is needed in the plan by what starts, and by part of it where nothing else reads it', async () => {
    const [service] = (await planOf({ 'package.json': { dependencies: { express: '4' } }, 'a.js': 'const a = process.env.A_KEY;\nif (!a) throw new Error("no key");\nfunction send() {\n  const b = process.env.B_KEY;\n  if (!b) throw new Error("no key");\n  const c = process.env.A_KEY;\n}\nrequire("express")().listen(3000)' })).services;
    expect(service!.env.map(({ name, required, conditional }) => [name, required, conditional])).toEqual([['A_KEY', true, undefined], ['B_KEY', true, true]]);
  });

  it('is not needed by scripts in another language, nor for what the machine has', async () => {
    const [service] = (await planOf({ 'package.json': { dependencies: { express: '4' } }, 'a.js': 'require("express")().listen(3000)', 'shots/take.py': 'import os\nA = os.environ["SHOT_USER"]\n', 'b.js': 'const a = process.env.HOME;\nif (!a) throw new Error("no home");' })).services;
    expect(service!.env.filter(({ required }) => required)).toEqual([]);
  });
});
