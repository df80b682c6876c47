import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import { directoriesWith } from '../detector.ts';
import { seen } from '../draft.ts';
import type { Element } from '../syntax/xml.ts';
import { child, descend, readXml } from '../syntax/xml.ts';
import { within } from '../tree/paths.ts';
import { perTree } from '../tree/remembered.ts';
import type { Tree } from '../tree/tree.ts';
import type { JvmProject } from './jvm-project.ts';
import { helidonJava, javaVersion, springBootJava } from './jvm-project.ts';

interface Pom {
  directory: string;
  file: string;
  root: Element;
  /** Those of the tree that it inherits from, nearest first. */
  parents: Pom[];
}

/** Every pom.xml of a tree. */
interface Poms {
  byDirectory: ReadonlyMap<string, Pom>;
  byArtifact: ReadonlyMap<string, readonly Pom[]>;
}

/** Parents above each other that a project inherits from. */
const mostParents = 32;

/** Every pom.xml of the tree, with its parents found. */
const poms = perTree((tree): Poms => {
  const all = new Map<string, Pom>();
  for (const directory of directoriesWith(tree, ['pom.xml'])) {
    const file = within(directory, 'pom.xml');
    const root = readXml(tree.text(file) ?? '');
    if (root?.name === 'project') all.set(directory, { directory, file, root, parents: [] });
  }
  const read = { byDirectory: all, byArtifact: Map.groupBy(all.values(), ({ root }) => child(root, 'artifactId')?.text ?? '') };
  for (const pom of all.values()) {
    for (let at = parentOf(read, pom); at && at !== pom && !pom.parents.includes(at) && pom.parents.length < mostParents; at = parentOf(read, at)) pom.parents.push(at);
  }
  return read;
});

/** The parent by its path (Maven's default is the directory above), when it is the one that is named. */
function parentOf({ byDirectory, byArtifact }: Poms, pom: Pom): Pom | undefined {
  const parent = child(pom.root, 'parent');
  const artifact = child(parent, 'artifactId')?.text;
  if (!parent || artifact === undefined) return undefined;
  const path = child(parent, 'relativePath')?.text || '../pom.xml';
  const near = byDirectory.get(posix.join(pom.directory, path.endsWith('.xml') ? posix.dirname(path) : path));
  return near && near !== pom && child(near.root, 'artifactId')?.text === artifact ? near : byArtifact.get(artifact)?.find((other) => other !== pom);
}

/** Reads the Maven project of a directory, with what it inherits from parents in the tree. */
export function readMaven(tree: Tree, directory: string): JvmProject | undefined {
  const { byDirectory, byArtifact } = poms(tree);
  const pom = byDirectory.get(directory);
  if (!pom) return undefined;
  const chain = [pom, ...pom.parents];
  const text = (name: string) => child(pom.root, name)?.text;
  const value = resolver(chain);
  const name = value(text('artifactId')) ?? posix.basename(directory);
  const version = value(text('version') ?? child(child(pom.root, 'parent'), 'version')?.text) ?? null;
  const dependencies = new Map<string, Evidence>();
  const siblings = new Set<string>();
  for (const { root, file } of chain) {
    for (const dependency of [root, ...activeProfiles(root)].flatMap((part) => child(part, 'dependencies')?.children ?? [])) {
      const artifact = value(child(dependency, 'artifactId')?.text);
      if (artifact === undefined || child(dependency, 'scope')?.text === 'test') continue;
      const evidence = seen(file, dependency.line, `depends on ${artifact}`);
      if (!dependencies.has(artifact)) dependencies.set(`${value(child(dependency, 'groupId')?.text) ?? ''}:${artifact}`, evidence).set(artifact, evidence);
      const sibling = byArtifact.get(artifact)?.find((other) => other !== pom);
      if (sibling && isSameGroup(sibling, value(child(dependency, 'groupId')?.text))) siblings.add(sibling.directory);
    }
  }
  const packaging = text('packaging') ?? 'jar';
  const plugins = chain.flatMap(({ root }) => [root, ...activeProfiles(root)].flatMap((part) => descend(part, 'build', 'plugins')?.children ?? []));
  const managed = chain.flatMap(({ root }) => descend(root, 'build', 'pluginManagement', 'plugins')?.children ?? []);
  const artifactOf = (plugin: Element) => child(plugin, 'artifactId')?.text ?? '';
  const pluginNames = new Set(plugins.map(artifactOf));
  const written = (pattern: RegExp, ...path: string[]) => [...plugins, ...managed].filter((plugin) => pattern.test(artifactOf(plugin))).flatMap((plugin) => [plugin, ...(child(plugin, 'executions')?.children ?? [])]).map((part) => descend(part, 'configuration', ...path)?.text).find((found) => found);
  const inPlugins = (pattern: RegExp, ...path: string[]) => value(written(pattern, ...path));
  const ofHelidon = helidonParent(chain) !== undefined;
  const archive = value(chain.map(({ root }) => descend(root, 'build', 'finalName')?.text).find((found) => found !== undefined)) ?? (ofHelidon || version === null ? name : `${name}-${version}`);
  return {
    tool: 'maven', directory, file: pom.file, name, version, dependencies, plugins: pluginNames, siblings,
    java: compiledFor(pom, chain, value, inPlugins),
    isNoProgram: packaging === 'pom' || packaging === 'maven-plugin' || packaging === 'bom',
    isWar: packaging === 'war',
    mainClass: inPlugins(/^(spring-boot|exec|maven-(shade|assembly|jar|war)|appassembler|heroku|jib|native|micronaut)-?(maven)?-?plugin$/, 'mainClass') ?? inPlugins(/./, 'archive', 'manifest', 'mainClass') ?? inPlugins(/shade/, 'transformers', 'transformer', 'mainClass') ?? shadedMain(written, value) ?? inPlugins(/./, 'container', 'mainClass') ?? value(property(chain, 'exec.mainClass') ?? property(chain, 'start-class') ?? property(chain, 'main.class') ?? property(chain, 'mainClass') ?? property(chain, 'main.verticle')) ?? null,
    archive,
    runnable: ofHelidon ? archive : runnableArchive(pluginNames, archive, inPlugins),
  };
}

/** The archive that a plugin makes to run by itself: Spring's and the shade plugin's take the place of the plain one. */
function runnableArchive(plugins: ReadonlySet<string>, archive: string, inPlugins: (pattern: RegExp, ...path: string[]) => string | undefined): string | null {
  if (plugins.has('spring-boot-maven-plugin')) {
    const classifier = inPlugins(/^spring-boot-maven-plugin$/, 'classifier');
    return classifier ? `${archive}-${classifier}` : archive;
  }
  if (plugins.has('maven-shade-plugin')) {
    const named = inPlugins(/^maven-shade-plugin$/, 'finalName');
    if (named) return named;
    const written = inPlugins(/^maven-shade-plugin$/, 'outputFile');
    if (written) return posix.basename(written, '.jar');
    return inPlugins(/^maven-shade-plugin$/, 'shadedArtifactAttached') === 'true' ? `${archive}-${inPlugins(/^maven-shade-plugin$/, 'shadedClassifierName') ?? 'shaded'}` : archive;
  }
  if (plugins.has('maven-assembly-plugin') && inPlugins(/^maven-assembly-plugin$/, 'descriptorRefs', 'descriptorRef') === 'jar-with-dependencies') {
    const base = inPlugins(/^maven-assembly-plugin$/, 'finalName') ?? archive;
    return inPlugins(/^maven-assembly-plugin$/, 'appendAssemblyId') === 'false' ? base : `${base}-jar-with-dependencies`;
  }
  if (plugins.has('vertx-maven-plugin') || plugins.has('micronaut-maven-plugin')) return archive;
  if (inPlugins(/^maven-jar-plugin$/, 'archive', 'manifest', 'mainClass') !== undefined) return archive;
  return null;
}

function isSameGroup(pom: Pom, group: string | undefined): boolean {
  const own = child(pom.root, 'groupId')?.text ?? child(child(pom.root, 'parent'), 'groupId')?.text;
  return own === undefined || group === undefined || own === group || group.startsWith('${') || own.startsWith('${');
}

/** Profiles that apply when nobody asks for one. */
function activeProfiles(root: Element): Element[] {
  return (child(root, 'profiles')?.children ?? []).filter((profile) => descend(profile, 'activation', 'activeByDefault')?.text === 'true');
}

/** The class that a shaded archive names in its manifest; of a launcher that runs what is named beside it, none where a module leaves that open. */
function shadedMain(written: (pattern: RegExp, ...path: string[]) => string | undefined, value: (text: string | undefined) => string | undefined): string | undefined {
  const entry = (name: string) => written(/shade/, 'transformers', 'transformer', 'manifestEntries', name);
  const verticle = entry('Main-Verticle');
  return verticle === undefined ? value(entry('Main-Class')) : value(verticle);
}

function property(chain: readonly Pom[], name: string): string | undefined {
  return chain.flatMap(({ root }) => [root, ...activeProfiles(root)]).map((part) => descend(part, 'properties', name)?.text).find((found) => found !== undefined && found !== '');
}

/** Replaces `${…}` by properties of the project and its parents; undefined when one is not known. */
function resolver(chain: readonly Pom[]): (text: string | undefined) => string | undefined {
  const [own] = chain;
  const builtIn = (name: string): string | undefined => {
    if (name === 'project.build.directory') return 'target';
    const field = /^(?:project|pom)\.(?:parent\.)?(\w+)$/.exec(name)?.[1];
    if (field === undefined) return undefined;
    const holders = name.includes('.parent.') ? chain.slice(1) : [own!];
    return holders.map(({ root }) => child(root, field)?.text ?? child(child(root, 'parent'), field)?.text).find((found) => found !== undefined) ?? (field === 'name' ? child(own!.root, 'artifactId')?.text : undefined);
  };
  const value = (text: string | undefined, depth = 0): string | undefined => {
    if (text === undefined || text === '' || depth > 8) return undefined;
    const resolved = text.replace(/\$\{([\w.-]{1,100})\}/g, (whole, name: string) => value(builtIn(name) ?? property(chain, name), depth + 1) ?? whole);
    return resolved.includes('${') ? undefined : resolved;
  };
  return (text) => value(text);
}

const compilerProperties = ['maven.compiler.release', 'maven.compiler.source', 'maven.compiler.target', 'java.version', 'jdk.version', 'java-version', 'javaVersion', 'project.java.version', 'version.java', 'kotlin.compiler.jvmTarget'];

function compiledFor(pom: Pom, chain: readonly Pom[], value: (text: string | undefined) => string | undefined, inPlugins: (pattern: RegExp, ...path: string[]) => string | undefined): JvmProject['java'] {
  const found: JvmProject['java'] = [];
  const add = (text: string | undefined, confidence: number, evidence: Evidence) => {
    const version = javaVersion(value(text));
    if (version !== undefined) found.push({ value: version, confidence, evidence });
  };
  const place = (why: string) => seen(pom.file, pom.root.line, why);
  add(inPlugins(/toolchains/, 'toolchains', 'jdk', 'version'), 0.95, place('asks for a toolchain'));
  for (const name of ['release', 'source', 'target']) add(inPlugins(/^maven-compiler-plugin$/, name), 0.94, place(`the compiler's ${name}`));
  for (const name of compilerProperties) {
    for (const { root, file } of chain) {
      const element = [root, ...activeProfiles(root)].map((part) => descend(part, 'properties', name)).find((one) => one !== undefined);
      if (element) add(element.text, 0.93, seen(file, element.line, `${name} is ${element.text}`));
    }
  }
  const helidon = helidonParent(chain);
  if (helidon) add(helidonJava(value(child(helidon, 'version')?.text)), 0.75, seen(pom.file, child(pom.root, 'parent')?.line ?? 1, 'what this Helidon compiles for'));
  const parent = chain.map(({ root }) => child(root, 'parent')).find((one) => child(one, 'artifactId')?.text === 'spring-boot-starter-parent');
  if (parent) add(springBootJava(child(parent, 'version')?.text), 0.75, seen(pom.file, child(pom.root, 'parent')?.line ?? 1, 'what this Spring Boot compiles for'));
  return found;
}

/** The parent of Helidon's applications: it names the archive after the artifact alone, and puts what that needs beside it. */
function helidonParent(chain: readonly Pom[]): Element | undefined {
  return chain.map(({ root }) => child(root, 'parent')).find((one) => child(one, 'groupId')?.text === 'io.helidon.applications');
}

/** The nearest directory above whose pom.xml lists the module among its own: from there the module is built with what it needs. */
export function aggregatorOf(tree: Tree, directory: string): string | undefined {
  const { byDirectory } = poms(tree);
  return [...byDirectory.values()].filter(({ root, directory: above }) => [root, ...(child(root, 'profiles')?.children ?? [])].some((part) => (child(part, 'modules')?.children ?? []).some(({ text }) => {
    const module = within(above, text.replace(/\/?pom\.xml$/, ''));
    return module === directory || directory.startsWith(`${module}/`) && byDirectory.has(module);
  }))).sort((a, b) => a.directory.length - b.directory.length)[0]?.directory;
}
