import { describe, expect, it } from 'vitest';
import { servesSecrecy, tellsApart } from './purpose.ts';

const dice = ['def roll():', '    return random.randint(1, 6)', '', 'def make_token():', '    return secrets.token_hex(8)'];

describe('the purpose of a line', () => {
  it('is told by the function that it is in, and not by the next one', () => {
    expect(servesSecrecy('a.py', dice, 2)).toBe(false);
    expect(servesSecrecy('a.py', dice, 5)).toBe(true);
  });

  it('is told by the whole file where no line is given, and by its name', () => {
    expect(servesSecrecy('a.py', dice)).toBe(true);
    expect(servesSecrecy('session_store.py', ['x'], 1)).toBe(true);
    expect(servesSecrecy('sessions/a.py', ['x'], 1)).toBe(false);
  });

  it('of a digest may be to tell things apart, unless secrets are spoken of', () => {
    expect(tellsApart(['def cache_key(name):', '    return md5(name)'], 2)).toBe(true);
    expect(tellsApart(['def cache_key(password):', '    return md5(password)'], 2)).toBe(false);
    expect(tellsApart(['def f(name):', '    return md5(name)'], 2)).toBe(false);
  });
});
