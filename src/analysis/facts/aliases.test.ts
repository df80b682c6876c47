import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { withFiles } from '../fixture.ts';
import { openTree } from '../tree/tree.ts';
import { pathAliases } from './aliases.ts';

/** Where each of these names leads in a tree with these `paths` and directories. */
async function leads(paths: unknown, directories: readonly string[], names: readonly string[], options: object = {}): Promise<(string | undefined)[]> {
  const files: Files = { 'tsconfig.json': { compilerOptions: { ...options, paths } }, ...Object.fromEntries(directories.map((directory) => [`${directory}/index.ts`, ''])) };
  return withFiles(files, (directory) => names.map(pathAliases(openTree(directory))));
}

describe('names of a tsconfig', () => {
  it('lead to a library, without the file and the src in its path', async () => {
    expect(await leads({ '@shop/orders': ['libs/orders/src/index.ts'], '@shop/mail': ['./libs/mail/src'] }, [], ['@shop/orders', '@shop/mail', '@shop/orders/dto'])).toEqual(['libs/orders', 'libs/mail', 'libs/orders']);
  });

  it('lead to the directory that the rest of the name has, or to where its file is', async () => {
    expect(await leads({ '@lib/*': ['libs/*'] }, ['libs/auth'], ['@lib/auth', '@lib/auth/guard'])).toEqual(['libs/auth', 'libs/auth']);
  });

  it('go by the one that says most', async () => {
    const paths = { '@a/*': ['libs/*'], '@a/ui/*': ['design/*'], '@b': ['b'], '@b/c': ['other'] };
    expect(await leads(paths, ['design/button', 'libs/ui'], ['@a/ui/button', '@b/c/d'])).toEqual(['design/button', 'other']);
  });

  it('begin where the base is', async () => {
    expect(await leads({ '@x': ['orders'] }, [], ['@x'], { baseUrl: './libs' })).toEqual(['libs/orders']);
  });

  it('are none of packages, of all names, and of a tsconfig that says something else', async () => {
    expect(await leads({ '@shop/orders': ['libs/orders'], '*': ['types/*'] }, ['types/express'], ['express', '@shop/other', '@shop/ordersmore'])).toEqual([undefined, undefined, undefined]);
    expect(await leads({ '@a': 7, '@b': [], '@c': 'libs/c' }, [], ['@a', '@b', '@c'])).toEqual([undefined, undefined, undefined]);
    expect(await leads('all', [], ['all'])).toEqual([undefined]);
  });
});
