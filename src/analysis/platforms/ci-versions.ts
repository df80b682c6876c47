import type { Evidence } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { cleanVersion } from '../languages/versions.ts';
import { perTree } from '../tree/remembered.ts';
import type { Tree } from '../tree/tree.ts';
import { runtimeOfImage } from './images.ts';

const workflowFile = /^\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/;
/** Files of services that run their steps in an image. */
const pipelineFile = /^(?:\.gitlab-ci\.ya?ml|\.circleci\/config\.ya?ml|bitbucket-pipelines\.ya?ml|\.drone\.ya?ml|\.woodpecker\.ya?ml)$/;

/** The inputs by which the setup actions of workflows are told a version (their documentation), with the runtime each is of. */
const inputs: Readonly<Record<string, string>> = {
  'node-version': 'node', 'python-version': 'python', 'java-version': 'java', 'ruby-version': 'ruby', 'php-version': 'php', 'go-version': 'go', 'dotnet-version': 'dotnet', 'elixir-version': 'elixir', 'bun-version': 'bun', 'deno-version': 'deno', 'gleam-version': 'gleam',
};
const input = new RegExp(`^[ \\t-]*["']?(${Object.keys(inputs).join('|')})["']?[ \\t]*:[ \\t]*(\\S[^#\\n]{0,200})`);
const image = /^[ \t-]*(?:image|name)[ \t]*:[ \t]*["']?([\w./-]+:[\w.-]+)/;
const variable = /^[ \t]*(\w+)[ \t]*:[ \t]*["']?v?(\d+(?:\.\d+)*(?:\.x)?)["']?[ \t]*(?:#.*)?$/;
/** `${{ env.NODE_VERSION }}` */
const reference = /\$\{\{[ \t]*env\.(\w+)[ \t]*\}\}/;
const longest = 200_000;

interface Tried {
  version: string;
  evidence: Evidence;
}

/** The versions that a project is tried out with where it is integrated, by runtime, as far as each is a single one. */
const triedWith = perTree((tree): ReadonlyMap<string, Tried> => {
  const all = tree.files.flatMap((file) => {
    const text = workflowFile.test(file) || pipelineFile.test(file) ? tree.text(file) : undefined;
    return text === undefined || text.length > longest ? [] : workflowFile.test(file) ? setUp(file, text) : imagesIn(file, text);
  });
  const byRuntime = Map.groupBy(all, ({ runtime }) => runtime);
  return new Map([...byRuntime].flatMap(([runtime, tried]) => (new Set(tried.map(({ version }) => version)).size === 1 ? [[runtime, tried[0]!] as const] : [])));
});

/** What setup actions of a workflow are told. It is read as text: as a number, 3.10 would be 3.1. A list of several versions is told as one that nothing else is equal to. */
function setUp(file: string, text: string): (Tried & { runtime: string })[] {
  const lines = text.split('\n');
  const variables = new Map(lines.flatMap((line) => { const match = variable.exec(line); return match ? [[match[1]!, match[2]!] as const] : []; }));
  return lines.flatMap((line, index) => {
    const [, name, written] = input.exec(line) ?? [];
    if (name === undefined || written === undefined) return [];
    const value = written.replace(reference, (whole, known: string) => variables.get(known) ?? whole).trim().replace(/^\[(.*)\]$/, '$1').replace(/^["'](.*)["']$/, '$1');
    if (/[$<>=^~*|]/.test(value)) return [];
    const version = value.includes(',') ? value : cleanVersion(value);
    return version === undefined ? [] : [{ runtime: inputs[name]!, version, evidence: seen(file, index + 1, `is tried out with ${inputs[name]!} ${version}`) }];
  });
}

function imagesIn(file: string, text: string): (Tried & { runtime: string })[] {
  return text.split('\n').flatMap((line, index) => {
    const name = image.exec(line)?.[1];
    const known = name === undefined ? undefined : runtimeOfImage(name);
    return known?.version == null ? [] : [{ runtime: known.runtime, version: known.version, evidence: seen(file, index + 1, `is tried out in ${name!}`) }];
  });
}

/** Where nothing says which version of its runtime a service wants, it is the one that it is tried out with. */
export function applyCiVersions(tree: Tree, drafts: Draft[]): Draft[] {
  for (const draft of drafts) {
    const own = draft.best('runtime');
    const tried = own?.value.version === null ? triedWith(tree).get(own.value.name) : undefined;
    if (own && tried && !tried.version.includes(',')) draft.without('runtime').claim('runtime', { name: own.value.name, version: tried.version }, 0.85, [...own.evidence, tried.evidence]);
  }
  return drafts;
}
