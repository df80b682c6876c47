/** How the name of a variable comes of what is written: as it stands, or in capitals with underscores (`server.port`, `serverPort` → `SERVER_PORT`). */
type Naming = 'as-written' | 'capitals';

/** A way of writing that reads variables. */
export interface Form {
  /** Tokens, as for `matchAt`. `STRING` is the name; `WORD` is a name that is written as a word, `STRINGS` every name from there to the bracket that closes. */
  pattern: readonly string[];
  naming: Naming;
}

/** A library by which programs read their settings. Adding one is an entry here. */
export interface SettingsLibrary {
  languages: readonly string[];
  /** Words and strings of which a file that uses it has one; with none, its forms speak for themselves. */
  signs: readonly string[];
  forms: readonly Form[];
  /** The call whose string all names in capitals begin with, and what stands between. */
  prefix?: { pattern: readonly string[]; separator: string };
}

const library = (languages: string, signs: readonly string[], forms: readonly string[], more: { capitals?: readonly string[]; prefix?: string; separator?: string } = {}): SettingsLibrary => ({
  languages: languages.split(' '), signs,
  forms: [...forms.map((form): Form => ({ pattern: form.split(' '), naming: 'as-written' })), ...(more.capitals ?? []).map((form): Form => ({ pattern: form.split(' '), naming: 'capitals' }))],
  ...(more.prefix === undefined ? {} : { prefix: { pattern: more.prefix.split(' '), separator: more.separator ?? '' } }),
});

const node = 'javascript typescript';
const jvm = 'java kotlin scala groovy';
const dotnet = 'csharp fsharp vb';
/** Calls for a value of each of these types. */
const typed = (names: string, form: (name: string) => string): string[] => names.split(' ').map(form);

export const settingsLibraries: readonly SettingsLibrary[] = [
  // Effect
  library(node, ['effect'], typed('string number integer boolean port url redacted secret nonEmptyString duration date literal logLevel', (type) => `Config . ${type} ( STRING`)),
  // convict, node-convict
  library(node, ['convict'], ['env : STRING']),
  // nconf
  library(node, ['nconf'], ['nconf . get ( STRING', 'nconf . required ( [ STRINGS', 'env ( [ STRINGS', 'whitelist : [ STRINGS']),
  // getenv
  library(node, ['getenv'], ['getenv . NAME ( STRING', 'getenv ( STRING', 'getenv . multi ( [ STRINGS']),
  // Strapi
  library(node, [], ['env . NAME ( STRING']),
  // oclif, commander
  library(node, ['@oclif/core', 'commander', '@oclif/command'], ['env : STRING', 'env ( STRING']),

  // click, Typer, ConfigArgParse, django-typer
  library('python', [], ['envvar = STRING', 'envvar = [ STRINGS', 'env_var = STRING', 'auto_env_var = STRING', 'environ_name = STRING']),
  // os.environ by other names
  library('python', [], ['environb [ STRING', 'environ . pop ( STRING', 'environ . get ( key = STRING']),

  // urfave/cli, kingpin, cobra and pflag through Viper, godotenv, envy, go-envparse
  library('go', [], ['EnvVars : [ ] string { STRINGS', 'EnvVar : STRING', 'cli . EnvVars ( STRINGS', 'Envar ( STRING', 'Envars ( STRINGS', 'envy . Get ( STRING', 'envy . MustGet ( STRING', 'Sources : cli . NewValueSourceChain ( cli . EnvVar ( STRING', 'EnvName : STRING']),
  library('go', ['AutomaticEnv'], [], { capitals: typed('Get GetString GetInt GetInt64 GetBool GetDuration GetFloat64 GetStringSlice GetUint16 GetUint GetInt32 GetIntSlice GetSizeInBytes SetDefault IsSet', (name) => `${name} ( STRING`), prefix: 'SetEnvPrefix ( STRING', separator: '_' }),
  // ff: every flag of the set
  library('go', ['WithEnvVarPrefix'], [], { capitals: typed('String StringVar Int Bool Duration Uint Float64 Int64', (name) => `fs . ${name} ( STRING`), prefix: 'WithEnvVarPrefix ( STRING', separator: '_' }),

  // dotenvy_macro, envmnt, env-var helpers
  library('rust', [], ['dotenvy_macro :: dotenv ! ( STRING', 'envmnt :: get_or ( STRING', 'envmnt :: get_or_panic ( STRING', 'envmnt :: get_u16 ( STRING', 'envmnt :: is ( STRING']),
  // What may be called otherwise
  library('rust', [], ['env :: var ( NAME . unwrap_or ( STRING']),
  // What is imported by its last name
  library('rust', ['env'], ['var ( STRING', 'var_os ( STRING']),
  // clap's builder
  library('rust', ['clap'], ['. env ( STRING']),
  // config
  library('rust', ['Environment'], [], { capitals: typed('get_string get_int get_bool get_float get', (name) => `. ${name} ( STRING`), prefix: 'Environment :: with_prefix ( STRING', separator: '_' }),

  // Konfig, http4k, Konf, SmallRye and MicroProfile, OWNER, picocli, Micronaut
  library('kotlin', ['EnvironmentVariables'], [], { capitals: ['Key ( STRING'] }),
  library('kotlin', ['EnvironmentKey'], ['EnvironmentKey . NAME ( STRING', 'EnvironmentKey . NAME ( ) . NAME ( STRING', 'EnvironmentKey . NAME ( ) . NAME ( ) . NAME ( STRING']),
  library(jvm, ['ConfigProperty', 'ConfigProvider'], ['@ ConfigProperty ( name = STRING', 'getValue ( STRING', 'getOptionalValue ( STRING']),
  library(jvm, ['system:env'], ['Key ( STRING']),
  library(jvm, ['EnvironmentVariables'], ['EnvironmentVariables . get ( STRING']),
  library('groovy', [], ['System . env [ STRING']),
  // dotenv, whose entries are kept in a map
  library(jvm, ['dotenv', 'Dotenv'], ['[ STRING ]']),
  // ZIO, cats-effect, sttp and others of Scala
  library('scala', ['zio', 'ConfigProvider'], typed('string int integer long boolean double uri uuid duration secret localDate bigInt', (type) => `Config . ${type} ( STRING`)),
  library('scala', [], ['Env [ IO ] . get ( STRING', 'Env [ F ] . get ( STRING', 'envOrElse ( STRING', 'envOrNone ( STRING', 'envOrSome ( STRING', 'Env . make [ IO ] . get ( STRING', 'Env . make [ F ] . get ( STRING', 'Env [ F ] . entries ( STRING']),

  // Ruby
  library('ruby', [], ['ENV . values_at ( STRINGS', 'ENV . slice ( STRINGS', 'ENV . fetch_values ( STRINGS', 'ENV . to_h . fetch ( STRING', 'ENV . to_h [ STRING', 'ENV . dig ( STRING', 'Dotenv . require_keys ( STRINGS', 'Figaro . require_keys ( STRINGS', 'ENV ! [ STRING', 'ENV ! . fetch ( STRING', 'ENV . member ? ( STRING', 'ENV . delete ( STRING', 'RequireEnv . check ( STRINGS']),
  library('ruby', ['ENVied', 'Figaro'], ['ENVied . WORD', 'Figaro . env . WORD', 'ENVied . require ( STRINGS']),
  library('ruby', ['Hanami'], [], { capitals: ['setting : WORD'] }),
  library('crystal', [], ['ENV . fetch ( STRING', 'Envy . get ( STRING']),

  // PHP
  library('php', [], ['env ( STRING', 'required ( [ STRINGS', 'required ( STRING', 'Env :: get ( STRING', 'Env :: getOrFail ( STRING', 'Env :: getString ( STRING', 'Env :: string ( STRING', 'Env :: int ( STRING', 'Env :: bool ( STRING', 'Environment :: getEnv ( STRING', 'Environment :: get ( STRING', 'App :: env ( STRING', 'Autowire ( env : STRING', 'filter_input ( INPUT_ENV , STRING', '$env - > get ( STRING', '$this - > env - > get ( STRING', '$this -> env -> get ( STRING', '$env -> get ( STRING', 'getenv ( name : STRING']),

  // .NET: DotNetEnv, dotenv.net, the configuration of the host
  library(dotnet, ['EnvReader'], typed('GetStringValue GetIntValue GetBooleanValue GetDoubleValue GetDecimalValue HasValue', (name) => `EnvReader . ${name} ( STRING`)),
  library(dotnet, [], typed('GetString GetInt GetBool GetDouble', (name) => `Env . ${name} ( STRING`)),
  library(dotnet, [], ['Configuration . GetSection ( STRING', 'configuration . GetSection ( STRING', 'config . GetSection ( STRING']),
  library(dotnet, ['AddEnvironmentVariables'], ['[ ConfigurationKeyName ( STRING']),

  // Elixir: Vapor, Hush, Skogsra, Dotenvy, Nvir
  library('elixir', ['bindings'], ['bindings : [ STRINGS']),
  library('elixir', ['SystemEnvironment'], ['SystemEnvironment , STRING', 'Hush . Provider . SystemEnvironment , STRING']),
  library('elixir', [], ['os_env : STRING', 'System . fetch_env ! STRING', 'System . get_env STRING', 'get_env_var ( STRING', 'System . put_env_if_missing ( STRING']),

  // Dart: what the compiler is told, and envied
  library('dart', [], ['String . fromEnvironment ( STRING', 'int . fromEnvironment ( STRING', 'bool . fromEnvironment ( STRING', 'hasEnvironment ( STRING']),
  library('dart', ['Envied', 'EnviedField'], ['EnviedField ( varName : STRING']),
  library('dart', ['dotenv', 'DotEnv'], ['env . getOrElse ( STRING', 'env . get ( STRING', 'dotenv . getInt ( STRING', 'dotenv . getBool ( STRING', 'dotenv . maybeGet ( STRING', 'getOrElse ( STRING']),

  // Swift
  library('swift', ['Environment'], ['get ( STRING']),
  library('swift', [], ['environment [ STRING']),

  // Gleam: envoy, envie, glenvy, dot_env, glenv
  library('gleam', ['envie'], typed('get get_string get_int get_float get_bool get_string_list require require_string require_int require_bool', (name) => `envie . ${name} ( STRING`)),
  library('gleam', ['env', 'glenvy', 'dot_env', 'envoy', 'glenv', 'os'], [...typed('string int bool float get get_string get_string_or get_int get_int_or get_bool get_bool_or string_or int_or bool_or', (name) => `env . ${name} ( STRING`), 'glenv . get_string ( STRING', 'glenv . get ( STRING', 'os . get_env ( STRING', 'envoy . get ( STRING', 'glenvy . get ( STRING']),

  // Haskell: envparse, System.Environment by a name of its own, unliftio, IHP
  library('haskell', ['help', 'Env', 'envparse'], ['var str STRING', 'var auto STRING', 'var nonempty STRING', 'switch STRING', 'E . var E . str STRING', 'E . var E . auto STRING', 'Env . var Env . str STRING', 'Env . var Env . auto STRING', 'Env . switch STRING', ') STRING ( help', ') STRING ( def', ') STRING mempty', ') STRING ( Env', 'E . switch STRING']),
  library('haskell', [], ['env @ Text STRING', 'env @ Int STRING', 'env @ String STRING', 'env @ ByteString STRING', 'envOrDefault STRING', 'envOrNothing STRING', 'envOrError STRING', 'lookup STRING env', 'lookup STRING environment', 'getEnvDefault STRING', 'requireEnv STRING']),

  // Clojure
  library('clojure', [], ['get - env STRING']),

  // C and C++: CLI11, Boost, Qt, GLib
  library('c cpp', [], ['envname ( STRING', 'environment ( ) [ STRING', 'qEnvironmentVariableIntValue ( STRING', 'qEnvironmentVariableIsSet ( STRING', 'qEnvironmentVariableIsEmpty ( STRING', 'g_getenv ( STRING', 'g_environ_getenv ( g_get_environ ( ) , STRING', 'value ( STRING , qgetenv', 'SDL_getenv ( STRING', 'env_var ( STRING']),

  // Nim, Zig, Julia, D, R, Lua, OCaml
  library('nim', [], ['existsEnv ( STRING', 'getEnv ( STRING']),
  library('zig', [], ['getEnvVarOwned ( allocator , STRING', 'env_map . get ( STRING', 'getEnvVarOwned ( alloc , STRING', 'hasEnvVar ( allocator , STRING']),
  library('julia', [], ['get ( ENV , STRING', 'haskey ( ENV , STRING']),
  library('d', [], ['environment . get ( STRING', 'environment [ STRING']),
];
