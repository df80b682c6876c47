import { describe, expect, it } from 'vitest';
import { envReads } from '../facts/env.ts';
import { tokensOf } from '../fixture.ts';
import { languagesByExtension } from './languages.ts';
import type { Template } from './template.ts';
import { templateAt } from './template.ts';

function templateOf(extension: string, text: string): Template | undefined {
  const tokens = tokensOf(extension, text);
  return templateAt(tokens, 0, { language: languagesByExtension[extension]!.language, reads: Map.groupBy(envReads(tokens), ({ line }) => line) })?.template;
}

describe('a text', () => {
  it.each<[string, string, Template]>([
    ['js', '"http://" + host + ":80"', ['http://', { from: 'name', name: 'host' }, ':80']],
    ['js', 'process.env.URL || "http://a"', [{ from: 'env', name: 'URL', otherwise: ['http://a'] }]],
    ['js', 'new URL("/x", "http://a")', ['http://a', '/x']],
    ['js', 'config.get("a.url", "http://b")', [{ from: 'setting', name: 'a.url', otherwise: ['http://b'] }]],
    ['py', '"http://%s:%d" % (host, 80)', ['http://', { from: 'name', name: 'host' }, ':', '80']],
    ['py', '"http://{}/x".format(host)', ['http://', { from: 'name', name: 'host' }, '/x']],
    ['go', 'fmt.Sprintf("http://%s/x", host)', ['http://', { from: 'name', name: 'host' }, '/x']],
    ['js', 'make(7)', [null]],
  ])('of %s is put together: %s', (extension, text, template) => {
    expect(templateOf(extension, text)).toEqual(template);
  });

  it('that has no end is read as far as it goes', () => {
    expect(templateOf('js', 'fetch(process.env.URL')).toEqual([{ from: 'env', name: 'URL' }]);
    expect(templateOf('js', 'tags.merge({ a: [')).toEqual([null]);
  });

  it('does not begin at a mark', () => {
    expect(templateOf('js', ') + "a"')).toBeUndefined();
  });
});
