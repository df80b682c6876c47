import { describe, expect, it } from 'vitest';
import { tokensOf } from '../fixture.ts';
import { languagesByExtension } from '../syntax/languages.ts';
import { settingsLibraries } from './env-libraries.ts';
import { libraryReads } from './env-library-reads.ts';

const names = (extension: string, text: string): string => libraryReads(languagesByExtension[extension]!.language, tokensOf(extension, text)).map(({ name }) => name).join(' ');

describe('the forms of libraries for settings', () => {
  it('say where the name is', () => {
    expect(settingsLibraries.flatMap(({ forms }) => forms.filter(({ pattern }) => !pattern.some((part) => ['STRING', 'STRINGS', 'WORD'].includes(part))))).toEqual([]);
  });

  it('are of languages that are read', () => {
    const languages = new Set(Object.values(languagesByExtension).map(({ language }) => language));
    expect(settingsLibraries.flatMap((library) => library.languages.filter((language) => !languages.has(language)))).toEqual([]);
  });

  it.each([
    ['ts', 'import { Config } from "effect"; Config.string("A_B"); Config.redacted("C_D")', 'A_B C_D'],
    ['js', 'const convict = require("convict"); convict({ ip: { default: "::", env: "A_B" } })', 'A_B'],
    ['js', 'const nconf = require("nconf"); nconf.env(["A_B", "C_D"])', 'A_B C_D'],
    ['js', 'require("getenv"); getenv.int("A_B", 3)', 'A_B'],
    ['py', '@click.option("--repo", envvar="A_B")\nf(x, envvar=["C_D", "E_F"])', 'A_B C_D E_F'],
    ['go', '&cli.StringFlag{Name: "port", EnvVars: []string{"A_B", "C_D"}}; kingpin.Flag("x", "y").Envar("E_F")', 'A_B C_D E_F'],
    ['go', 'viper.SetEnvPrefix("shop"); viper.AutomaticEnv(); viper.GetString("log.level")', 'SHOP_LOG_LEVEL'],
    ['rs', 'use clap::Arg; Arg::new("t").env("A_B")', 'A_B'], ['rs', 'use std::env::var; var("A_B")', 'A_B'],
    ['kt', 'Key("server.port", intType); val c = EnvironmentVariables()', 'SERVER_PORT'], ['kt', 'EnvironmentKey.int().defaulted("A_B", 80); EnvironmentKey.required("C_D")', 'A_B C_D'],
    ['kt', 'import x.dotenv.dotenv\nval port = vars["A_B"]', 'A_B'], ['java', '@ConfigProperty(name = "A_B") String a;', 'A_B'],
    ['scala', 'import zio._\nConfig.secret("A_B")', 'A_B'], ['rb', 'ENV.values_at("A_B", "C_D"); ENVied.E_F', 'A_B C_D E_F'], ['rb', 'class Settings < Hanami::Settings\n  setting :database_url\nend', 'DATABASE_URL'],
    ['php', '<?php $dotenv->required(["A_B", "C_D"]); Env::get("E_F"); f(#[Autowire(env: "G_H")] $a);', 'A_B C_D E_F G_H'],
    ['cs', 'EnvReader.GetStringValue("A_B"); Env.GetInt("C_D")', 'A_B C_D'], ['exs', '%Env{bindings: [url: "A_B", {:port, "C_D"}]}', 'A_B C_D'], ['exs', '{:hush, SystemEnvironment, "A_B"}', 'A_B'],
    ['dart', "const a = String.fromEnvironment('A_B'); @EnviedField(varName: 'C_D')", 'A_B C_D'], ['swift', 'extension Environment { static let a = Self.get("A_B") }', 'A_B'], ['gleam', 'import envie\nenvie.get_int("A_B", 3)', 'A_B'], ['rs', 'std::env::var(given.unwrap_or("A_B"))', 'A_B'], ['gleam', 'import glenvy/env\nenv.string("A_B")', 'A_B'],
    ['hs', 'Hello <$> var str "A_B" (help "x") <*> switch "C_D" (help "y")', 'A_B C_D'], ['cpp', 'app.add_option("-p")->envname("A_B")', 'A_B'], ['jl', 'get(ENV, "A_B", "x")', 'A_B'],
  ])('of %s: %s', (extension, text, expected) => {
    expect(names(extension, text)).toBe(expected);
  });

  it.each([['ts', 'Config.string("A_B")'], ['kt', 'Key("server.port", intType)'], ['go', 'viper.GetString("log.level")'], ['js', 'log({ env: "A_B" })'], ['kt', 'val port = table["A_B"]']])('are those of a library only in files that use it: %s %s', (extension, text) => {
    expect(names(extension, text)).toBe('');
  });
});
