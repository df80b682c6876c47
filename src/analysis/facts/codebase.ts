import { languageOf } from '../syntax/languages.ts';
import { isTestPath } from '../tree/ignored.ts';
import { belowAny, seenFrom } from '../tree/paths.ts';
import { perPath } from '../tree/remembered.ts';
import type { Tree } from '../tree/tree.ts';
import { resolveFills } from './env-shapes.ts';
import type { EnvCall } from './env-wrappers.ts';
import type { FileFacts } from './file-facts.ts';
import { factsOf } from './file.ts';
import { isStandIn } from './stand-ins.ts';

/** Code that shows how something is used, beside the app. */
const sideCode = /^(examples?|samples?|demos?|benchmarks?|bench|sandbox|playground|mocks?[-_]\w+)\//;

/** All files at or below `directory` that are not part of an inner project. Whoever asks the same is given the same list. */
export function ownFiles(tree: Tree, directory: string, inner: readonly string[]): readonly string[] {
  return inner.length === 0 ? tree.filesBelow(directory) : filesOf(tree, [directory, ...inner].join('\0'));
}

const filesOf = perPath((tree, key) => {
  const [directory, ...inner] = key.split('\0') as [string, ...string[]];
  const isInner = belowAny(inner);
  return tree.filesBelow(directory).filter((file) => !isInner(file));
});

/** Facts of all code in `directory` that is neither a test nor an example nor part of an inner project. Whoever asks the same is given the same list. */
export function codeIn(tree: Tree, directory: string, inner: readonly string[]): readonly FileFacts[] {
  return codeOf(tree, [directory, ...inner].join('\0'));
}

const codeOf = perPath((tree, key): readonly FileFacts[] => {
  const [directory, ...inner] = key.split('\0') as [string, ...string[]];
  const code = ownFiles(tree, directory, inner).flatMap((file) => {
    if (languageOf(file) === undefined || isTestPath(file) || sideCode.test(seenFrom(directory, file)) && !isStandIn(tree, file)) return [];
    const facts = factsOf(tree, file);
    return facts ? [facts] : [];
  });
  resolveWrappers(code);
  resolveFills(code);
  return code;
});

/** Calls of functions that some file of the code defines as readers of the environment are reads of it. */
function resolveWrappers(code: readonly FileFacts[]): void {
  const wrappers = new Map<string, Set<number | 'all'>>();
  for (const { name, argument } of code.flatMap((facts) => facts.envWrappers)) wrappers.set(name, (wrappers.get(name) ?? new Set()).add(argument));
  if (wrappers.size === 0) return;
  const isRead = ({ callee, argument }: EnvCall): boolean => wrappers.get(callee)?.has(argument) === true || wrappers.get(callee)?.has('all') === true;
  for (const facts of code) {
    const reads = facts.envCalls.filter(isRead).map(({ read }) => read);
    if (reads.length === 0) continue;
    facts.env.push(...reads);
    facts.envCalls = facts.envCalls.filter((call) => !isRead(call));
  }
}
