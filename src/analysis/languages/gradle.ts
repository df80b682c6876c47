import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import { seen } from '../draft.ts';
import { asData, asList, asText, lineOf, readPairs, readToml } from '../syntax/formats.ts';
import { linesIn } from '../syntax/lines.ts';
import { seenFrom, upwards, within } from '../tree/paths.ts';
import { perTree } from '../tree/remembered.ts';
import type { Tree } from '../tree/tree.ts';
import type { Script } from './gradle-blocks.ts';
import { blocksIn, withoutBlocks } from './gradle-blocks.ts';
import type { JvmProject } from './jvm-project.ts';
import { javaVersion, springBootJava } from './jvm-project.ts';

/** The build script of a directory: Gradle's usual names, or one that has the directory's own name. */
export function gradleFile(tree: Tree, directory: string): string | undefined {
  const own = directory === '.' ? [] : [`${posix.basename(directory)}.gradle`, `${posix.basename(directory)}.gradle.kts`];
  return ['build.gradle', 'build.gradle.kts', ...own].map((name) => within(directory, name)).find((path) => tree.has(path));
}

/** Reads the Gradle project of a directory, with what the build's root and its convention plugins say of it. */
export function readGradle(tree: Tree, directory: string): JvmProject | undefined {
  const file = gradleFile(tree, directory);
  const own = file === undefined ? undefined : scriptOf(tree, file);
  if (file === undefined || own === undefined) return undefined;
  const root = upwards(directory).find((above) => settingsOf(tree, above) !== undefined) ?? directory;
  const settings = settingsOf(tree, root);
  const ownPart = withoutBlocks(own, /\b(?:subprojects|allprojects|configure\s*\([^)]*\))\s*\{/g, (beginning) => /\ballprojects\b/.test(beginning.slice(0, 20)));
  const scripts = [ownPart, ...inherited(tree, directory, root)];
  scripts.push(...conventions(tree, scripts));
  const variables = variablesOf(tree, directory, root, scripts);
  const catalog = catalogsOf(tree, root);
  const dependencies = new Map<string, Evidence>();
  const siblings = new Set<string>();
  const plugins = new Set<string>();
  for (const script of scripts) {
    const place = (index: number, why: string) => seen(script.file, script.offset + linesIn(script.text).at(index), why);
    for (const match of script.text.matchAll(/\b(?:id|kotlin)\s*\(?\s*["']([\w.-]+)["']|\bapply\s*\(?\s*plugin\s*[:=]\s*["']([\w.-]+)["']|^[ \t]*`?((?<=`)[\w-]+(?=`)|application|war)`?[ \t]*$|\balias\s*\(?\s*(\w+)\.plugins\.([\w.]+)/gm)) {
      const name = match[5] === undefined ? (match[1] ?? match[2] ?? match[3])! : catalog.plugins.get(aliasKey(match[5]))?.id;
      if (name === undefined || /^\s*apply\s+false|^\s*version[^\n]*apply\s+false|^\)?[^\n]{0,80}apply\s*\(?\s*false/.test(script.text.slice(match.index + match[0].length, match.index + match[0].length + 120))) continue;
      plugins.add(name);
      if (name.includes('.')) dependencies.set(name, place(match.index, `the plugin ${name}`));
    }
    for (const match of script.text.matchAll(/\b(implementation|api|compile|runtimeOnly|runtime|compileOnly|developmentOnly|providedRuntime|ksp|kapt)\b[ \t(]*(?:(?:enforcedPlatform|platform)\s*\(\s*)?(?:["']([\w.-]+):([\w.-]+)|group\s*[:=]\s*["']([\w.-]+)["']\s*,\s*name\s*[:=]\s*["']([\w.-]+)|(\w*[lL]ibs)\.([\w.]+)|(?:project\s*\(\s*(?:path\s*[:=]\s*)?["']:?([\w.:-]+)["'])|projects\.([\w.]+)|kotlin\(\s*["']([\w-]+)|(ktor[A-Za-z]*|spring[A-Za-z]*)\b)/g)) {
      const [, , group, artifact, otherGroup, otherArtifact, , alias, project, accessor] = match;
      const found = alias === undefined ? [`${group ?? otherGroup}:${artifact ?? otherArtifact}`] : catalog.libraries(aliasKey(alias));
      const module = project ?? accessor?.replaceAll('.', ':');
      if (module !== undefined) {
        const target = moduleDirectory(tree, root, module, settings ?? '');
        if (target !== undefined && target !== directory) siblings.add(target);
      } else for (const dependency of found) {
        if (dependency.startsWith('undefined')) continue;
        const name = dependency.split(':')[1]!;
        dependencies.set(dependency, place(match.index, `depends on ${name}`)).set(name, place(match.index, `depends on ${name}`));
      }
    }
    // `fun ktor(module: String) = "io.ktor:ktor-$module:1.3"` and `implementation(ktor("server-netty"))`
    for (const [, own, before] of script.text.matchAll(/\bfun\s{1,8}(\w{1,40})\(\w{1,40}\s{0,8}:\s{0,8}String\)[^="\n]{0,40}=\s{0,40}"([\w.-]{1,80}:[\w.-]{0,80})\$/g)) {
      for (const match of script.text.matchAll(new RegExp(`\\b(?:implementation|api|compile|runtimeOnly|runtime)\\s*\\(\\s*${own}\\("([\\w.-]{1,80})"`, 'g'))) {
        const dependency = `${before}${match[1]}`;
        const name = dependency.split(':')[1]!;
        dependencies.set(dependency, place(match.index, `depends on ${name}`)).set(name, place(match.index, `depends on ${name}`));
      }
    }
    for (const match of script.text.matchAll(/["']io\.ktor:(ktor-server[\w-]*)/g)) dependencies.set(match[1]!, place(match.index, `depends on ${match[1]}`));
  }
  const text = scripts.map((script) => script.text).join('\n');
  const value = (written: string | undefined) => resolved(written, variables, catalog.versions);
  const isRoot = root === directory;
  const name = (isRoot ? value(/rootProject\.name\s*=\s*("[^"\n]+"|'[^'\n]+'|\w+)/.exec(settings ?? '')?.[1]) : undefined) ?? (directory === '.' ? 'app' : posix.basename(directory));
  const version = value(/^[ \t]*version\s*=?\s*\(?\s*("[^"\n]+"|'[^'\n]+'|[\w.]+)\s*\)?\s*$/m.exec(text)?.[1]) ?? variables.get('version') ?? null;
  const base = value(/(?:archivesBaseName|archivesName|archiveBaseName)(?:\.set\(|\s*=?\s*)\s*("[^"\n]+"|'[^'\n]+')/.exec(text)?.[1]) ?? name;
  const archived = /archiveVersion(?:\.set\(|\s*=?\s*)\s*["']([\w.-]*)["']/.exec(text)?.[1] ?? version;
  const full = `${base}${archived === null || archived === '' || archived === 'unspecified' ? '' : `-${archived}`}`;
  const fileName = value(/archiveFileName(?:\.set\(|\s*=?\s*)\s*("[^"\n]+"|'[^'\n]+')/.exec(text)?.[1])?.replace(/\.[jw]ar$/, '');
  return {
    tool: 'gradle', directory, file, name, version, dependencies, plugins, siblings,
    java: compiledFor(tree, scripts, root, value),
    isNoProgram: [...plugins].some((plugin) => /^(com\.android\.|java-gradle-plugin$|kotlin-dsl$|com\.gradle\.plugin-publish|java-platform$|org\.jetbrains\.intellij|application\.android|fabric-loom|net\.minecraftforge|net\.neoforged)/.test(plugin)) || /(^|\/)buildSrc(\/|$)|(^|\/)build-logic(\/|$)/.test(directory) || (settings !== undefined && isRoot && /\binclude\b/.test(settings) && tree.filesBelow(within(directory, 'src')).length === 0),
    isWar: plugins.has('war') && !plugins.has('org.springframework.boot'),
    mainClass: value(/\b(?:mainClass|mainClassName)(?:\.set\s*\(|\s*=)\s*("[^"\n]+"|'[^'\n]+')/.exec(text)?.[1] ?? /["']Main-Class["']\s*(?::|to)\s*("[^"\n]+"|'[^'\n]+')/.exec(text)?.[1]) ?? null,
    archive: fileName ?? full,
    runnable: runnableArchive(plugins, text, { full, base, fileName }),
  };
}

function runnableArchive(plugins: ReadonlySet<string>, text: string, { full, base, fileName }: { full: string; base: string; fileName: string | undefined }): string | null {
  const classifier = /archiveClassifier(?:\.set\(|\s*=?\s*)\s*["']([\w-]*)["']/.exec(text)?.[1];
  if (plugins.has('org.springframework.boot')) return fileName ?? (classifier ? `${full}-${classifier}` : full);
  if (plugins.has('io.ktor.plugin')) return fileName ?? `${base}-all`;
  const shadow = [...plugins].some((plugin) => /shadow$|^io\.micronaut\.application$/.test(plugin));
  if (shadow) return fileName ?? (classifier === '' ? full : `${full}-${classifier ?? 'all'}`);
  return /["']Main-Class["']/.test(text) ? fileName ?? (classifier ? `${full}-${classifier}` : full) : null;
}

/** Scripts as they were read: those of the root are asked for by each of its projects. */
const known = new WeakMap<Tree, Map<string, Script | undefined>>();

function scriptOf(tree: Tree, file: string): Script | undefined {
  const scripts = known.get(tree) ?? new Map<string, Script | undefined>();
  known.set(tree, scripts);
  if (!scripts.has(file)) scripts.set(file, readScript(tree, file));
  return scripts.get(file);
}

function readScript(tree: Tree, file: string): Script | undefined {
  const text = tree.text(file)?.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (match) => (match.startsWith('/') ? match.replace(/[^\n]/g, ' ') : match));
  return text === undefined ? undefined : { file, text, offset: 0 };
}

function settingsOf(tree: Tree, directory: string): string | undefined {
  const file = ['settings.gradle', 'settings.gradle.kts'].map((name) => within(directory, name)).find((path) => tree.has(path));
  return file === undefined ? undefined : scriptOf(tree, file)?.text;
}

/** What scripts above say of all their projects, or of this one by its path. */
function inherited(tree: Tree, directory: string, root: string): Script[] {
  return upwards(directory).slice(1).filter((above) => root === '.' || above === root || above.startsWith(`${root}/`)).flatMap((above) => {
    const file = gradleFile(tree, above);
    const script = file === undefined ? undefined : scriptOf(tree, file);
    if (!script) return [];
    const path = seenFrom(root, directory).replaceAll('/', ':');
    const named = new RegExp(`["']:?${path.replace(/[^\w:-]/g, '.')}["']`);
    return [...blocksIn(script, /\b(?:subprojects|allprojects)\s*\{/g), ...blocksIn(script, /\bproject\s*\(\s*["']:?[\w:-]+["']\s*\)\s*\{/g, (beginning) => named.test(beginning))];
  });
}

const pluginScripts = perTree((tree) => tree.files.filter((file) => /\.gradle(\.kts)?$/.test(file) && /(^|\/)(buildSrc|build-logic|build-plugin|buildLogic|gradle)\//.test(file) && !/(build|settings)\.gradle(\.kts)?$/.test(file)));

/** Precompiled script plugins of the build that the scripts apply, and scripts applied by `from`. */
function conventions(tree: Tree, scripts: readonly Script[]): Script[] {
  const own = pluginScripts(tree);
  const found: Script[] = [];
  const queue = [...scripts];
  for (let script = queue.shift(); script && found.length < 40; script = queue.shift()) {
    for (const file of own) {
      if (found.some((one) => one.file === file)) continue;
      const read = scriptOf(tree, file);
      const plain = posix.basename(file).replace(/\.gradle(\.kts)?$/, '');
      // A plugin in a package is called after both.
      const inside = /^[ \t]*package[ \t]+([\w.]+)/m.exec(read?.text ?? '')?.[1];
      const isApplied = [plain, ...(inside === undefined ? [] : [`${inside}.${plain}`])].some((name) => script.text.includes(`"${name}"`) || script.text.includes(`'${name}'`) || script.text.includes(`\`${name}\``));
      if (!isApplied && !script.text.includes(posix.basename(file))) continue;
      if (read) {
        found.push(read);
        queue.push(read);
      }
    }
  }
  return found;
}

function moduleDirectory(tree: Tree, root: string, module: string, settings: string): string | undefined {
  const placed = new RegExp(`project\\s*\\(\\s*["']:?${module.replace(/[^\w:-]/g, '.')}["']\\s*\\)\\.projectDir\\s*=\\s*(?:new\\s+File|file)\\s*\\([^"']*["']([^"']+)["']`).exec(settings)?.[1];
  const direct = within(root, placed ?? module.replaceAll(':', '/'));
  if (tree.hasDirectory(direct)) return direct;
  const kebab = module.split(':').map((part) => part.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)).join('/');
  return tree.hasDirectory(within(root, kebab)) ? within(root, kebab) : undefined;
}

/** Values by name: gradle.properties, and literals that the scripts give to names. */
function variablesOf(tree: Tree, directory: string, root: string, scripts: readonly Script[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { text } of scripts) for (const match of text.matchAll(/(?:^|[\s.])([A-Za-z_]\w*)\s*=\s*(?:["']([^"'\n$]+)["']|(\d+(?:\.\d+)*|JavaVersion\.VERSION_\w+))\s*$/gm)) if (!found.has(match[1]!)) found.set(match[1]!, (match[2] ?? match[3])!);
  found.delete('version');
  for (const above of new Set([root, directory])) for (const { key, value } of readPairs(tree.text(within(above, 'gradle.properties')) ?? '')) found.set(key, value);
  return found;
}

interface Catalog {
  libraries(key: string): string[];
  plugins: Map<string, { id: string }>;
  versions: Map<string, string>;
}

function aliasKey(accessor: string): string {
  return accessor.replace(/\.get\b.*$/, '').replace(/[._-]/g, '-').toLowerCase();
}

/** The version catalogs of a build (`gradle/*.versions.toml`), by the keys of their accessors. */
function catalogsOf(tree: Tree, root: string): Catalog {
  const plugins = new Map<string, { id: string }>();
  const versions = new Map<string, string>();
  const libraries = new Map<string, string>();
  const bundles = new Map<string, string[]>();
  for (const above of upwards(root)) {
    for (const name of tree.namesIn(within(above, 'gradle')).filter((one) => one.endsWith('.versions.toml'))) {
      const data = readToml(tree, within(within(above, 'gradle'), name));
      for (const [key, value] of Object.entries(asData(data?.['versions']))) versions.set(aliasKey(key), asText(value) ?? asText(asData(value)['require']) ?? asText(asData(value)['strictly']) ?? asText(asData(value)['prefer']) ?? '');
      for (const [key, value] of Object.entries(asData(data?.['libraries']))) libraries.set(aliasKey(key), (asText(value) ?? asText(asData(value)['module']) ?? `${asText(asData(value)['group'])}:${asText(asData(value)['name'])}`).split(':').slice(0, 2).join(':'));
      for (const [key, value] of Object.entries(asData(data?.['plugins']))) plugins.set(aliasKey(key), { id: (asText(value)?.split(':')[0] ?? asText(asData(value)['id']))! });
      for (const [key, value] of Object.entries(asData(data?.['bundles']))) bundles.set(aliasKey(key), asList(value).map(String));
    }
  }
  return {
    plugins, versions,
    libraries: (key) => (key.startsWith('bundles-') ? bundles.get(key.slice(8)) ?? [] : [key]).flatMap((one) => libraries.get(aliasKey(one)) ?? []),
  };
}

/** The value of an expression: a literal, a name, a catalog's version; with `$name` in texts replaced. */
function resolved(written: string | undefined, variables: ReadonlyMap<string, string>, versions: ReadonlyMap<string, string>): string | undefined {
  if (written === undefined) return undefined;
  const catalog = /\b\w+\.versions\.([\w.]+)/.exec(written)?.[1];
  if (catalog !== undefined) return versions.get(aliasKey(catalog.replace(/\.(get|asProvider|toInt|map)$/, '')));
  const literal = /^\s*(["'])(.*)\1\s*$/.exec(written)?.[2];
  if (literal !== undefined) {
    const filled = literal.replace(/\$\{?(?:project\.|rootProject\.)?(\w+)\}?/g, (whole, name: string) => variables.get(name) ?? whole);
    return filled.includes('$') ? undefined : filled;
  }
  if (/^\s*\d/.test(written) || /VERSION_|JVM_/.test(written)) return written.trim();
  const quoted = /["']([\w.-]+)["']/.exec(written)?.[1];
  if (quoted !== undefined) return variables.get(quoted) ?? quoted;
  return variables.get(/([A-Za-z_]\w*)\W*$/.exec(written.replace(/\.(toInt|toString|get|asInt)\(\)?/g, ''))?.[1] ?? '');
}

const compilers = [/JavaLanguageVersion\.of\s*\(([^)\n]+\)?)/, /\bjvmToolchain\s*\(([^)\n]+)\)/, /\boptions\.release(?:\.set)?\s*(?:=|\()\s*([^)\n]+)/, /\bsourceCompatibility\s*=?\s*([^\n;]+)/, /\btargetCompatibility\s*=?\s*([^\n;]+)/, /\bjvmTarget(?:\.set)?\s*(?:=|\()\s*([^)\n]+)/];

function compiledFor(tree: Tree, scripts: readonly Script[], root: string, value: (text: string | undefined) => string | undefined): JvmProject['java'] {
  const found: JvmProject['java'] = [];
  for (const [rank, pattern] of compilers.entries()) {
    for (const script of scripts) {
      const match = pattern.exec(script.text);
      if (!match) continue;
      const version = javaVersion(value(match[1]!.replace(/^JavaVersion\.(?=VERSION)|^JavaVersion\.toVersion\(|^JvmTarget\.(?=JVM)|^JvmTarget\.fromTarget\(/, '')));
      if (version !== undefined) found.push({ value: version, confidence: 0.94 - rank * 0.002, evidence: seen(script.file, script.offset + linesIn(script.text).at(match.index), `compiled for Java ${version}`) });
    }
  }
  const daemon = within(root, 'gradle/gradle-daemon-jvm.properties');
  const pinned = javaVersion(/toolchainVersion=(\d+)/.exec(tree.text(daemon) ?? '')?.[1]);
  if (pinned !== undefined) found.push({ value: pinned, confidence: 0.8, evidence: seen(daemon, lineOf(tree.text(daemon), 'toolchainVersion'), `Gradle runs on Java ${pinned}`) });
  for (const script of scripts) {
    const boot = /org\.springframework\.boot["'][^\n]*version\s*\(?\s*["']([\d.]+)/.exec(script.text);
    const least = springBootJava(boot?.[1]);
    if (boot && least !== undefined) found.push({ value: least, confidence: 0.6, evidence: seen(script.file, script.offset + linesIn(script.text).at(boot.index), 'the least Java that this Spring Boot runs on') });
  }
  return found.sort((a, b) => b.confidence - a.confidence);
}
