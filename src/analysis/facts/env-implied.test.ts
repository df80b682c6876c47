import { describe, expect, it } from 'vitest';
import { tokensOf } from '../fixture.ts';
import { envReads } from './env.ts';

describe('a call that reads a variable without naming it', () => {
  it.each<[string, string[]]>([
    ['dj_database_url.config(conn_max_age=600)', ['DATABASE_URL']],
    ['dj_database_url.config(env="SHOP_URL", default=x)', []],
    ['env.db()', ['DATABASE_URL']],
    ['env.cache()', ['CACHE_URL']],
    ['dj_database_url.parse(url)', []],
  ])('is %s', (code, names) => {
    expect(envReads(tokensOf('py', code)).map(({ name }) => name)).toEqual(names);
  });
});
