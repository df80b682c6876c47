import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file.ts';

/** What is known of a framework of a compiled or scripting language: how it is recognised and where it listens. */
export interface Framework {
  name: string;
  /** Dependencies that say it; matched whole or as a leading path. */
  packages: readonly string[];
  kind?: 'web' | 'api' | 'worker' | 'cli';
  port?: number;
  /** It takes `PORT` (or is told it by the start command) without a word in the code. */
  readsPort?: boolean;
}

/** Claims the framework that the dependencies show, with its kind and usual port. Returns it. */
export function claimFramework(draft: Draft, frameworks: readonly Framework[]): Framework | undefined {
  for (const framework of frameworks) {
    const dependency = [...draft.dependencies].find(([name]) => framework.packages.some((known) => name === known || name.startsWith(`${known}/`)));
    if (!dependency) continue;
    const [, evidence] = dependency;
    draft.frameworks.add(framework.name);
    draft.claim('framework', framework.name, 0.95, evidence);
    if (framework.kind) draft.claim('kind', framework.kind, 0.85, evidence);
    if (framework.port) draft.claim('port', { port: framework.port, protocol: 'http' }, 0.7, { ...evidence, why: `${framework.name} listens on ${framework.port} unless told otherwise` });
    if (framework.readsPort) draft.claim('readsPort', true, 0.85, { ...evidence, why: `${framework.name} reads PORT` });
    return framework;
  }
  return undefined;
}

/** Claims the kind of a program by what its code does: listen, go on for ever, or end. */
export function claimKind(draft: Draft, code: readonly FileFacts[], servesPages: boolean): void {
  const listener = code.find((facts) => facts.listens.length > 0);
  if (listener) draft.claim('kind', servesPages ? 'web' : 'api', 0.9, seen(listener.path, listener.listens[0]!.line, `listens (${listener.listens[0]!.call})`));
  const loop = code.find((facts) => facts.loops);
  if (loop) draft.claim('kind', 'worker', 0.7, seen(loop.path, 1, 'runs until it is stopped'));
  if (code[0]) draft.claim('kind', 'job', 0.6, seen(code[0].path, 1, 'nothing in it was seen to listen'));
}
