import { expect, it, vi } from 'vitest';
import { withFiles } from '../fixture.ts';
import { perPath, perTree } from './remembered.ts';
import { openTree } from './tree.ts';

it('works a thing out once for each tree, also where that is nothing', async () => {
  await withFiles({ 'a.js': '1' }, (directory) => {
    const make = vi.fn(() => undefined);
    const remembered = perTree<undefined>(make);
    const [one, other] = [openTree(directory), openTree(directory)];
    expect([one, one, other].map(remembered)).toEqual([undefined, undefined, undefined]);
    expect(make.mock.calls).toEqual([[one], [other]]);
  });
});

it('works a thing out once for each path of a tree, also where that is nothing', async () => {
  await withFiles({ 'a.js': '1' }, (directory) => {
    const make = vi.fn((_, path: string) => (path === 'b' ? undefined : path.length));
    const remembered = perPath(make);
    const tree = openTree(directory);
    expect(['a', 'b', 'a', 'b'].map((path) => remembered(tree, path))).toEqual([1, undefined, 1, undefined]);
    expect(make).toHaveBeenCalledTimes(2);
  });
});
