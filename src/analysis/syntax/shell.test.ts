import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planOf } from '../fixture.ts';
import { shellWord } from './shell.ts';

it('a word stays one word in a shell, whatever is in it', () => {
  expect(['src/app.py', '@scope/a-b', 'My App.py'].map(shellWord)).toEqual(['src/app.py', '@scope/a-b', "'My App.py'"]);
  const texts = fc.sample(fc.string({ minLength: 1, unit: fc.constantFrom(..."a '\"$(`\\;&|*?~#!\n\t{}[]<>") }), 50);
  const heard = execFileSync('sh', ['-c', `printf '%s\\0' ${texts.map(shellWord).join(' ')}`], { encoding: 'utf8' }).split('\0').slice(0, -1);
  expect(heard).toEqual(texts);
});

it.each([
  [{ 'My Bot.py': "import telebot\nbot = telebot.TeleBot('x')\nif __name__ == '__main__':\n    bot.infinity_polling()\n", 'requirements.txt': 'pytelegrambotapi\n' }, "python3 'My Bot.py'"],
  [{ 'deno.json': '{}', 'My Server.ts': 'Deno.serve({ port: 8000 }, () => new Response())\n' }, "deno run -A 'My Server.ts'"],
  [{ 'My App.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>', 'Program.cs': 'var app = WebApplication.CreateBuilder(args).Build(); app.Run();' }, "dotnet 'out/My App.dll'"],
])('a program with a blank in its name is started as one word: %#', async (files, start) => {
  expect((await planOf(files)).services[0]!.start).toBe(start);
});
