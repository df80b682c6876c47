import { describe, expect, it } from 'vitest';
import { tokensOf } from '../fixture.ts';
import { heldReads, listedReads } from './env-lists.ts';

describe('variables that are read by each name of a list', () => {
  it.each([
    ['py', 'REQUIRED = ["A_KEY", "B_KEY"]\nfor name in REQUIRED:\n    os.environ[name]\n'],
    ['py', 'missing = [name for name in ("A_KEY", "B_KEY") if not os.getenv(name)]\n'],
    ['js', 'const required = ["A_KEY", "B_KEY"]; for (const name of required) if (!process.env[name]) process.exit(1)'],
    ['js', '["A_KEY", "B_KEY"].forEach((name) => { if (!process.env[name]) throw new Error(name) })'],
    ['ts', 'const names = ["A_KEY", "B_KEY"] as const; const missing = names.filter((name) => !process.env[name])'],
    ['go', 'required := []string{"A_KEY", "B_KEY"}\nfor _, key := range required {\nif os.Getenv(key) == "" {\nlog.Fatal(key)\n}\n}'],
    ['go', 'for _, key := range []string{"A_KEY", "B_KEY"} {\nos.Getenv(key)\n}'],
    ['rb', '%w[A_KEY B_KEY].each { |name| ENV.fetch(name) }'],
    ['rb', 'REQUIRED = %w[A_KEY B_KEY]\nREQUIRED.each do |name|\n  raise name unless ENV[name]\nend'],
    ['java', 'List<String> names = List.of("A_KEY", "B_KEY"); for (String name : names) { System.getenv(name); }'],
    ['php', '<?php foreach (["A_KEY", "B_KEY"] as $name) { getenv($name); }'],
    ['hs', 'names = [ "A_KEY"\n        , "B_KEY" ]\nfound = traverse (MaybeT . lookupEnv) names'],
    ['hs', 'found = mapM getEnv ["A_KEY", "B_KEY"]'],
    ['rs', 'for name in ["A_KEY", "B_KEY"] { env::var(name).unwrap(); }'],
  ])('are told: %s %s', (extension, text) => {
    expect([...new Set(listedReads(tokensOf(extension, text)).map(({ name }) => name))]).toEqual(['A_KEY', 'B_KEY']);
  });

  it.each([
    ['js', 'const methods = ["GET", "POST"]; const name = "x"; process.env[name]; methods.map((method) => method)'],
    ['js', 'for (const name in process.env) console.log(process.env[name])'],
    ['js', 'const all = ["A_KEY", 3]; all.forEach((name) => process.env[name])'],
    ['py', 'def secret(name):\n    return os.environ[name]\n'],
  ])('are none in %s %s', (extension, text) => {
    expect(listedReads(tokensOf(extension, text))).toEqual([]);
  });
});

describe('variables whose name the file gives another name', () => {
  it.each([
    ['go', 'const portKey = "APP_PORT"\nfunc main() { os.Getenv(portKey) }'],
    ['c', '#define PORT_KEY "APP_PORT"\nint main() { getenv(PORT_KEY); }'],
    ['java', 'static final String PORT_KEY = "APP_PORT"; int x = f(System.getenv(PORT_KEY));'],
    ['rs', 'const PORT_KEY: &str = "APP_PORT"; fn main() { env::var(PORT_KEY).unwrap(); }'],
    ['hs', 'main = lookupEnv portKey\nportKey = "APP_PORT"'],
  ])('are told: %s %s', (extension, text) => {
    expect(heldReads(tokensOf(extension, text)).map(({ name }) => name)).toEqual(['APP_PORT']);
  });

  it('are not guessed where the name is given two texts, or one that is none of a variable', () => {
    expect(heldReads(tokensOf('go', 'key := "A_KEY"\nkey = "B_KEY"\nos.Getenv(key)'))).toEqual([]);
    expect(heldReads(tokensOf('go', 'key := "some text"\nos.Getenv(key)'))).toEqual([]);
  });
});
