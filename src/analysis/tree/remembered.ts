import type { Tree } from './tree.ts';

/** The same function, worked out once for each tree. */
export function perTree<T>(make: (tree: Tree) => T): (tree: Tree) => T {
  const known = new WeakMap<Tree, { value: T }>();
  return (tree) => {
    let found = known.get(tree);
    if (!found) known.set(tree, (found = { value: make(tree) }));
    return found.value;
  };
}

/** The same function, worked out once for each path (or other key) of each tree. What it gives is shared by all who ask: none may change it. */
export function perPath<T>(make: (tree: Tree, path: string) => T): (tree: Tree, path: string) => T {
  const known = new WeakMap<Tree, Map<string, T>>();
  return (tree, path) => {
    let values = known.get(tree);
    if (!values) known.set(tree, (values = new Map()));
    if (!values.has(path)) values.set(path, make(tree, path));
    return values.get(path)!;
  };
}
