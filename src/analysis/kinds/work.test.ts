import { describe, expect, it } from 'vitest';
import { seen } from '../draft.ts';
import { planOf } from '../fixture.ts';
import { workOf } from './work.ts';

const from = (...names: string[]) => new Map(names.map((name) => [name, seen('manifest', 1, name)]));

describe('where work comes from', () => {
  it.each([
    ['typescript', 'kafkajs', 'broker'], ['python', 'aiogram', 'chat'], ['go', 'github.com/robfig/cron/v3', 'clock'], ['rust', 'kafka', 'broker'], ['kotlin', 'com.github.pengrad:java-telegram-bot-api', 'chat'],
    ['csharp', 'Quartz.Extensions.Hosting', 'clock'], ['ruby', 'discordrb', 'chat'], ['elixir', 'broadway_kafka', 'broker'],
  ])('is told in %s by %s', (language, name, source) => {
    expect(workOf(language, from('other', name))).toMatchObject({ source, name });
  });

  it('is told by the names of a language, which mean something else in another', () => {
    expect(workOf('rust', from('cron'))).toBeUndefined();
    expect(workOf('haskell', from('kafkajs'))).toBeUndefined();
  });

  it('is a chat before a broker, which one may as well only send to', () => {
    expect(workOf('javascript', from('kafkajs', 'grammy'))?.name).toBe('grammy');
  });

  it('makes a worker of what answers nobody', async () => {
    const kindOf = async (files: Parameters<typeof planOf>[0]) => (await planOf(files)).services[0]!.kind;
    expect(await kindOf({ 'Cargo.toml': '[package]\nname = "sink"\n[dependencies]\nkafka = "0.8"\nclap = "2"\n', 'src/main.rs': 'fn main() { loop { for set in consumer.poll() {} } }' })).toBe('worker');
    expect(await kindOf({ Gemfile: "gem 'discordrb'", 'bot.rb': "require 'discordrb'\nbot.run" })).toBe('worker');
    expect(await kindOf({ 'mix.exs': 'app: :bot, mod: {Bot, []}\n{:nostrum, "~> 0.8"}', 'lib/bot.ex': 'defmodule Bot do\nend' })).toBe('worker');
    expect(await kindOf({ 'Bot/Bot.csproj': '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType></PropertyGroup><ItemGroup><PackageReference Include="Telegram.Bot" Version="19" /></ItemGroup></Project>', 'Bot/Program.cs': 'client.StartReceiving(Handle);' })).toBe('worker');
    expect(await kindOf({ 'pom.xml': '<project><artifactId>bot</artifactId><dependencies><dependency><groupId>org.telegram</groupId><artifactId>telegrambots-longpolling</artifactId></dependency></dependencies></project>', 'src/main/java/Bot.java': 'public class Bot { public static void main(String[] args) {} }' })).toBe('worker');
  });
});
