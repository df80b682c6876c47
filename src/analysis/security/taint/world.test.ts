import { describe, expect, it } from 'vitest';
import { withFiles } from '../../fixture.ts';
import { openTree } from '../../tree/tree.ts';
import { searchLimits, World } from './world.ts';

describe('a world', () => {
  it('shares trees with the others of its directory, and counts what it needed as if there were none', async () => {
    await withFiles({ 'a.py': 'x = 1\n', 'b.py': 'y = 2\n' }, (directory) => {
      const tree = openTree(directory);
      const [first, second] = [new World(tree), new World(tree)];
      expect(second.unit('b.py')).toBe(first.unit('b.py'));
      expect([first.characters, second.characters]).toEqual([searchLimits.characters - 6, searchLimits.characters - 6]);
      expect(first.declaring('b', 'a.py')).toBe(first.unit('b.py'));
      expect(first.characters).toBe(searchLimits.characters - 6);
    });
  });

  it('reads nothing more when all characters are spent', async () => {
    await withFiles({ 'a.py': 'x = 1\n' }, (directory) => {
      const world = new World(openTree(directory));
      world.characters = 0;
      expect(world.unit('a.py')).toBeUndefined();
    });
  });
});
