import { posix } from 'node:path';
import { languageOf } from '../syntax/languages.ts';
import { asText, readJson } from '../syntax/formats.ts';
import { isSideDirectory, isTestPath } from '../tree/ignored.ts';
import { belowAny, groupedBelow, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { pathAliases } from './aliases.ts';
import type { FileFacts } from './file-facts.ts';
import { factsOf } from './file.ts';
import { Declarations } from './types.ts';

/** Code of a tree that belongs to no service, by what imports call it. */
export class SharedCode {
  readonly #tree: Tree;
  /** `com/acme/orders/Client`, `common/db` → files. */
  readonly #modules = new Map<string, string[]>();
  /** Last two parts of a directory → directories. */
  readonly #directories = new Map<string, string[]>();
  readonly #packages = new Map<string, string>();
  readonly #filesIn: Map<string, string[]>;
  readonly #directoriesBelow: (directory: string) => readonly string[];
  readonly #below = new Map<string, Declarations<FileFacts>>();
  readonly #packageOfName = new Map<string, string | undefined>();

  constructor(tree: Tree, services: readonly string[]) {
    this.#tree = tree;
    const paths = services.filter((path) => path !== '.');
    const isOwn = belowAny(paths);
    const files = services.includes('.') ? [] : tree.files.filter((file) => !isOwn(file) && !isTestPath(file) && !isSideDirectory(posix.dirname(file)));
    this.#filesIn = Map.groupBy(files.filter((file) => languageOf(file) !== undefined), (file) => posix.dirname(file));
    for (const file of files) {
      if (posix.basename(file) === 'package.json') {
        const name = asText(readJson(tree, file)?.['name']);
        if (name !== undefined) this.#packages.set(name, posix.dirname(file));
      }
      const module = /(?:^|\/)src\/main\/(?:java|kotlin|scala)\/(.+)\.(?:java|kt|scala)$/.exec(file)?.[1] ?? /^(?:.*\/)?([\w-]+\/[\w-]+)\.py$/.exec(file)?.[1];
      if (module !== undefined) push(this.#modules, module.replace(/\/__init__$/, ''), file);
    }
    this.#directoriesBelow = groupedBelow([...this.#filesIn.keys()]);
    for (const directory of this.#filesIn.keys()) push(this.#directories, directory.split('/').slice(-2).join('/'), directory);
  }

  /** The files that `code` imports from outside of its service, and what these import in turn. */
  reachedFrom(code: readonly FileFacts[], projects: readonly string[]): FileFacts[] {
    if (this.#filesIn.size === 0) return [];
    const reached = new Set<FileFacts>();
    const add = (path: string) => {
      const facts = reached.size < 400 ? factsOf(this.#tree, path) : undefined;
      if (facts) reached.add(facts);
    };
    for (const facts of code) this.#follow(facts, add);
    for (const facts of reached) this.#follow(facts, add);
    for (const facts of this.#referred(code, projects)) reached.add(facts);
    return [...reached];
  }

  /** Directories of the packages that `code` imports, and that these import. */
  packagesOf(code: readonly FileFacts[]): string[] {
    return [...new Set(code.flatMap(({ imports }) => imports.flatMap(({ name }) => this.#packageOf(name) ?? [])))];
  }

  /** Of projects that are referred to, the files that declare what is spoken of. */
  #referred(code: readonly FileFacts[], projects: readonly string[]): Set<FileFacts> {
    const declaring = new Map<string, FileFacts[]>();
    const isReferred = belowAny(projects);
    for (const [path, files] of projects.length === 0 ? [] : this.#filesIn) {
      if (!isReferred(path)) continue;
      for (const file of files) {
        const facts = factsOf(this.#tree, file);
        for (const name of facts?.declared.names ?? []) push(declaring, name, facts!);
      }
    }
    const reached = new Set<FileFacts>();
    if (declaring.size === 0) return reached;
    const follow = ({ declared }: FileFacts) => {
      for (const name of declared.speaksOf) for (const facts of declaring.get(name) ?? []) reached.add(facts);
    };
    code.forEach(follow);
    reached.forEach(follow);
    return reached;
  }

  #packageOf(name: string): string | undefined {
    if (!this.#packageOfName.has(name)) this.#packageOfName.set(name, pathAliases(this.#tree)(name) ?? this.#packages.get(name) ?? this.#packages.get(name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/')));
    return this.#packageOfName.get(name);
  }

  #codeBelow(directory: string): Declarations<FileFacts> {
    let code = this.#below.get(directory);
    if (!code) this.#below.set(directory, (code = new Declarations([directory, ...this.#directoriesBelow(directory)].flatMap((path) => (this.#filesIn.get(path) ?? []).flatMap((file) => factsOf(this.#tree, file) ?? [])))));
    return code;
  }

  /** Of a library, the files that declare what `by` imports by name; all of them where that cannot be told. */
  #spokenOf(by: FileFacts, library: Declarations<FileFacts>): readonly FileFacts[] {
    const found = library.declaring(library.namesSpokenOf(by.declared));
    return found.length > 0 ? found : library.files;
  }

  #follow(facts: FileFacts, add: (path: string) => void): void {
    for (const { name } of facts.imports) {
      if (facts.language === 'java' || facts.language === 'kotlin' || facts.language === 'scala') for (const file of this.#modules.get(name.replaceAll('.', '/')) ?? []) add(file);
      else if (facts.language === 'python') for (const file of this.#modules.get(name.split('.').slice(-2).join('/')) ?? this.#modules.get(name.split('.').slice(-3, -1).join('/')) ?? []) add(file);
      else if (facts.language === 'go') for (const directory of this.#directories.get(name.split('/').slice(-2).join('/')) ?? []) if (name.endsWith(`/${directory}`) || directory.split('/').length > 2) for (const file of this.#filesIn.get(directory) ?? []) add(file);
      if (facts.language !== 'javascript' && facts.language !== 'typescript') continue;
      const meant = name.startsWith('.') ? within(posix.dirname(facts.path), name) : undefined;
      const directory = meant === undefined ? this.#packageOf(name) : this.#filesIn.has(meant) ? meant : undefined;
      if (directory !== undefined) for (const { path } of this.#spokenOf(facts, this.#codeBelow(directory))) add(path);
      else if (meant !== undefined) for (const file of this.#filesIn.get(posix.dirname(meant)) ?? []) if (file.replace(/\.\w+$/, '') === meant.replace(/\.[cm]?[jt]sx?$/, '')) add(file);
    }
  }
}

/** Directories of other projects that a .NET project refers to, and that these refer to. */
export function referredProjects(tree: Tree, directory: string): string[] {
  const found = new Set<string>([directory]);
  for (const path of found) {
    for (const name of tree.namesIn(path)) {
      if (!/\.(cs|fs)proj$/.test(name)) continue;
      for (const [, project] of (tree.text(within(path, name)) ?? '').matchAll(/<ProjectReference\s+Include="([^"]+)"/g)) {
        const target = posix.dirname(within(path, project!.replaceAll('\\', '/')));
        if (!target.startsWith('..') && target !== '.' && found.size < 40) found.add(target);
      }
    }
  }
  return [...found].slice(1);
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
