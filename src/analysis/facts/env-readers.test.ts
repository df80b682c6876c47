import { describe, expect, it } from 'vitest';
import { tokensOf } from '../fixture.ts';
import { readerAt, readers } from './env-readers.ts';

describe('readers', () => {
  it('say at their end where the name is', () => {
    expect(readers.filter(({ pattern }) => !['NAME', 'STRING'].includes(pattern.at(-1)!))).toEqual([]);
  });

  it.each([['js', 'process.env[name]'], ['py', 'os.environ[key]'], ['py', 'os.getenv(key, "x")'], ['go', 'os.Getenv(key)'], ['php', '<?php getenv($key)']])('of %s may be given a word for the name: %s', (extension, text) => {
    const tokens = tokensOf(extension, text);
    const first = tokens.findIndex(({ text: word }) => ['process', 'os', 'getenv'].includes(word));
    expect(tokens[readerAt(tokens, first) - 1]?.text).toMatch(/^\$?(?:name|key)$/);
  });

  it.each(['process.env["A"]', 'process.env[a + b]', 'process.argv[a]', 'env[a]'])('are none in %s', (text) => {
    expect(readerAt(tokensOf('js', text), 0)).toBe(-1);
  });
});
