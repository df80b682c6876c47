import { describe, expect, it } from 'vitest';
import { masked } from './masking.ts';

describe('a text without secrets', () => {
  it('has names where their values were, those that hold others first', () => {
    const secrets: [string, string][] = [['TOKEN', 'abcdefgh'], ['LONG_TOKEN', 'abcdefgh-ijkl']];
    expect(masked('abcdefgh, then abcdefgh-ijkl and abcdefgh', secrets)).toBe('[TOKEN], then [LONG_TOKEN] and [TOKEN]');
  });

  it('has no line of a value with several', () => {
    expect(masked('key: MIIEvQIBADANBg', [['KEY', 'the first line of a key\nMIIEvQIBADANBg\nthe last line of it\n']])).toBe('key: [KEY]');
  });

  it('keeps what is too short to be told from words', () => {
    expect(masked('it is on', [['MODE', 'on'], ['NONE', '']])).toBe('it is on');
  });

  it('takes values as they are, and not as patterns', () => {
    expect(masked('a.*+?b$& c', [['ODD', 'a.*+?b$&']])).toBe('[ODD] c');
  });
});
