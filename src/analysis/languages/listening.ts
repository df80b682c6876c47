import type { Evidence } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { claimEnding } from '../kinds/ending.ts';

/** What is known of a framework of a compiled or scripting language: how it is recognised and where it listens. */
export interface Framework {
  name: string;
  /** Dependencies that say it; matched whole, as a leading path, or by what comes before a `*`. */
  packages: readonly string[];
  /** One of these is needed besides. */
  needs?: readonly string[];
  /** Beginnings of what its users' code imports. */
  imports?: readonly string[];
  kind?: 'web' | 'api' | 'worker' | 'cli' | 'data-pipeline';
  port?: number;
  protocol?: 'http' | 'grpc' | 'tcp';
  /** It takes `PORT` (or is told it by the start command) without a word in the code. */
  readsPort?: boolean;
  /** Its users write no main function. */
  selfStarting?: boolean;
}

/** Claims the framework that the dependencies show, with its kind and usual port, and notes the others. Returns it. */
export function claimFramework(draft: Draft, frameworks: readonly Framework[], code: readonly FileFacts[] = []): Framework | undefined {
  let main: Framework | undefined;
  for (const framework of frameworks) {
    const evidence = shownBy(draft, framework, code);
    if (!evidence) continue;
    draft.frameworks.add(framework.name);
    if (main && (main.name !== framework.name || main.kind !== undefined)) continue;
    draft.claim('framework', framework.name, 0.95, evidence);
    // What a pipeline opens besides is a source or a sink of it.
    if (framework.kind) draft.claim('kind', framework.kind, framework.kind === 'data-pipeline' ? 0.92 : 0.85, evidence);
    if (framework.port) draft.claim('port', { port: framework.port, protocol: framework.protocol ?? 'http' }, 0.7, { ...evidence, why: `${framework.name} listens on ${framework.port} unless told otherwise` });
    if (framework.readsPort) draft.claim('readsPort', true, 0.85, { ...evidence, why: `${framework.name} reads PORT` });
    main = main ? { ...main, ...framework } : framework;
  }
  return main;
}

function shownBy(draft: Draft, { packages, needs, imports }: Framework, code: readonly FileFacts[]): Evidence | undefined {
  if (needs && !needs.some((name) => draft.dependencies.has(name))) return undefined;
  for (const name of packages) {
    const exact = draft.dependencies.get(name);
    if (exact) return exact;
    const start = name.endsWith('*') ? name.slice(0, -1) : `${name}/`;
    for (const [dependency, evidence] of draft.dependencies) if (dependency.startsWith(start)) return evidence;
  }
  for (const facts of imports ? code : []) {
    const used = facts.imports.find((one) => imports!.some((start) => one.name.startsWith(start)));
    if (used) return seen(facts.path, used.line, `imports ${used.name}`);
  }
  return undefined;
}

/** Calls by which servers of gRPC open their port. */
const remote = /^(?:add_http2_port|add_insecure_port|bindAsync)$/;

/** Claims the kind of a program by what its code does: listen, go on for ever, or end. */
export function claimKind(draft: Draft, code: readonly FileFacts[], servesPages: boolean): void {
  const [listener, listen] = code.flatMap((facts) => facts.listens.filter(({ declared }) => !declared).map((one) => [facts, one] as const))[0] ?? [];
  if (listener && listen) draft.claim('kind', servesPages && !remote.test(listen.call) ? 'web' : 'api', 0.9, seen(listener.path, listen.line, `listens (${listen.call})`));
  claimEnding(draft, code);
}
