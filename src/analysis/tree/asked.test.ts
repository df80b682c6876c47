import { expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { withFiles } from '../fixture.ts';
import type { Asked } from './asked.ts';
import { Answers, AskedTree } from './asked.ts';
import { openTree, Tree } from './tree.ts';

const files: Files = { 'a.ts': 'a', 'lib/Store.ts': 'b', 'lib/other.md': 'c', 'src/x.ts': 'd' };
const asking: Readonly<Record<string, (tree: Tree) => unknown>> = {
  has: (tree) => tree.has('a.ts'), 'has none': (tree) => tree.has('z.ts'), text: (tree) => tree.text('a.ts'), textOnce: (tree) => tree.textOnce('lib/Store.ts'), sizeOf: (tree) => tree.sizeOf('a.ts'),
  namesIn: (tree) => tree.namesIn('lib'), filesNamed: (tree) => tree.filesNamed('store'), filesBelow: (tree) => tree.filesBelow('src'), hasDirectory: (tree) => tree.hasDirectory('lib'),
};
/** Changes of the tree, and which of the questions have another answer after each. */
const changes: readonly { to: Files; changed: readonly string[] }[] = [
  { to: files, changed: [] },
  { to: { ...files, 'a.ts': 'A' }, changed: ['has', 'text', 'sizeOf'] },
  { to: { ...files, 'lib/Store.ts': 'B' }, changed: ['textOnce'] },
  { to: { ...files, 'src/y.ts': 'y' }, changed: ['filesBelow', 'hasDirectory'] },
  { to: { ...files, 'z.ts': 'z' }, changed: ['has none', 'filesBelow', 'hasDirectory'] },
  { to: { ...files, 'lib/more.ts': 'b' }, changed: ['namesIn', 'filesBelow', 'hasDirectory'] },
  { to: { ...files, 'src/store.java': '' }, changed: ['filesNamed', 'filesBelow', 'hasDirectory'] },
];

/** What each question asked, and what tells its answer. */
async function askedOf(all: Files): Promise<Record<string, { asked: Asked; digest: string }>> {
  return withFiles(all, (directory) => {
    const { root, files: known, directories } = openTree(directory);
    const walked = () => ({ files: [...known], directories: [...directories], skipped: [] });
    const tree = new AskedTree(root, undefined, walked());
    return Object.fromEntries(Object.entries(asking).map(([name, ask]) => {
      ask(tree);
      const asked = tree.takeAsked();
      return [name, { asked, digest: new Answers(new Tree(root, undefined, walked())).digest(asked.questions, asked.contents) }];
    }));
  });
}

it.each(changes)('whatever is asked of a tree has another answer when that has changed, and only then: $changed', async ({ to, changed }) => {
  const before = await askedOf(files);
  await withFiles(to, (directory) => {
    const answers = new Answers(openTree(directory));
    expect(Object.entries(before).filter(([, { asked, digest }]) => answers.digest(asked.questions) !== digest).map(([name]) => name)).toEqual(changed);
  });
});

it('what was in a file is told as it was when it was read, not as it is now', async () => {
  await withFiles({ 'a.ts': 'a' }, (directory) => {
    const { root } = openTree(directory);
    const tree = new AskedTree(root);
    expect(tree.textOnce('a.ts')).toBe('a');
    const { questions, contents } = tree.takeAsked();
    const later = new Tree(root);
    later.contentOf = () => 'another';
    const now = new Answers(new Tree(root));
    expect(new Answers(later).digest(questions, contents)).toBe(now.digest(questions));
    expect(new Answers(later).digest(questions)).not.toBe(now.digest(questions));
    expect(tree.takeAsked()).toEqual({ questions: [], contents: new Map() });
  });
});
