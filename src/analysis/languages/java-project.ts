import type { Evidence } from '../../model/index.ts';
import { seen } from '../draft.ts';
import { lineOf } from '../syntax/formats.ts';
import { upwards, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** What a Maven or Gradle project says of itself. */
export interface JavaProject {
  tool: 'maven' | 'gradle';
  file: string;
  /** `group:artifact` of what it needs when it runs. */
  dependencies: Map<string, Evidence>;
  name: string;
  version: string | null;
  javaVersion: { value: string; line: number } | null;
  /** Modules that it only gathers. */
  isParent: boolean;
  /** A plugin makes one jar that runs by itself. */
  runnable: boolean;
  mainClass: string | null;
  finalName: string | null;
  isWar: boolean;
  text: string;
}

export function readJavaProject(tree: Tree, directory: string): JavaProject | undefined {
  const pom = within(directory, 'pom.xml');
  if (tree.has(pom)) return readPom(tree, pom, directory);
  const gradle = ['build.gradle', 'build.gradle.kts'].map((name) => within(directory, name)).find((path) => tree.has(path));
  return gradle === undefined ? undefined : readGradle(tree, gradle, directory);
}

/** Text between the first `<name>` and its end; XML entities and documents that refer to others are not resolved. */
function element(text: string, name: string): string | undefined {
  return new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(text)?.[1];
}

function readPom(tree: Tree, file: string, directory: string): JavaProject | undefined {
  const text = tree.text(file)?.replace(/<!--[\s\S]*?-->/g, (comment) => comment.replace(/[^\n]/g, ' '));
  if (text === undefined) return undefined;
  const own = text.replace(/<(parent|dependencyManagement|dependencies|build|profiles|repositories|pluginRepositories)>[\s\S]*?<\/\1>/g, '');
  const parents = upwards(directory).slice(1).map((above) => tree.text(within(above, 'pom.xml'))).filter((other) => other !== undefined);
  const property = (value: string | undefined): string | undefined => {
    const name = /^\$\{([\w.-]+)\}$/.exec(value ?? '')?.[1];
    return name === undefined ? value : [text, ...parents].map((one) => element(one, name.replace(/\./g, '\\.'))).find((found) => found !== undefined && !found.startsWith('${'));
  };
  const dependencies = new Map<string, Evidence>();
  for (const match of text.replace(/<(dependencyManagement|plugins|pluginManagement)>[\s\S]*?<\/\1>/g, (part) => part.replace(/[^\n]/g, ' ')).matchAll(/<dependency>([\s\S]*?)<\/dependency>/g)) {
    const [group, artifact] = [element(match[1]!, 'groupId'), element(match[1]!, 'artifactId')];
    if (!artifact || element(match[1]!, 'scope') === 'test') continue;
    const evidence = seen(file, lineOf(text, `<artifactId>${artifact}</artifactId>`), `depends on ${artifact}`);
    dependencies.set(`${group}:${artifact}`, evidence).set(artifact, evidence);
  }
  const java = ['maven.compiler.release', 'java.version', 'maven.compiler.source', 'maven.compiler.target', 'release', 'source', 'jdk.version'].map((name) => ({ name, value: property([text, ...parents].map((one) => element(one, name.replace(/\./g, '\\.'))).find((found) => found !== undefined)) })).find(({ value }) => value !== undefined && /^[\d.]+$/.test(value));
  return {
    tool: 'maven', file, dependencies, text,
    name: element(own, 'artifactId') ?? 'app', version: property(element(own, 'version')) ?? element(/<parent>[\s\S]*?<\/parent>/.exec(text)?.[0] ?? '', 'version') ?? null,
    javaVersion: java ? { value: java.value!.replace(/^1\.(\d)/, '$1'), line: lineOf(text, `<${java.name}>`) } : null,
    isParent: element(own, 'packaging') === 'pom' || /<modules>/.test(own),
    runnable: /spring-boot-maven-plugin|maven-shade-plugin|maven-assembly-plugin|quarkus-maven-plugin|micronaut-maven-plugin/.test(text),
    mainClass: element(text, 'mainClass') ?? element(text, 'start-class') ?? null,
    finalName: property(element(text, 'finalName')) ?? null,
    isWar: element(own, 'packaging') === 'war',
  };
}

function readGradle(tree: Tree, file: string, directory: string): JavaProject | undefined {
  const text = tree.text(file)?.replace(/(^|\s)\/\/[^\n]*/g, '$1');
  if (text === undefined) return undefined;
  const dependencies = new Map<string, Evidence>();
  const catalog = upwards(directory).map((above) => tree.text(within(above, 'gradle/libs.versions.toml'))).find((found) => found !== undefined) ?? '';
  for (const match of text.matchAll(/\b(implementation|api|compile|runtimeOnly|runtime|compileOnly|developmentOnly)\b[\s(]+(?:platform\()?(?:["']([\w.-]+):([\w.-]+)|libs\.([\w.]+))/g)) {
    const alias = match[4]?.replaceAll('.', '[-_.]');
    const [, group, artifact] = alias ? new RegExp(`^${alias}\\s*=.*?["']([\\w.-]+):([\\w.-]+)`, 'm').exec(catalog) ?? [] : [match[0], match[2], match[3]];
    const evidence = seen(file, lineOf(text, match[0]), `depends on ${artifact ?? match[4]}`);
    if (artifact) dependencies.set(`${group}:${artifact}`, evidence).set(artifact, evidence);
  }
  for (const match of text.matchAll(/["']io\.ktor:(ktor-server[\w-]*)|ktor\s*\{|id\(?\s*["'](io\.ktor\.plugin|io\.quarkus|org\.springframework\.boot|io\.micronaut\.application)["']/g)) dependencies.set(match[1] ?? match[2] ?? 'io.ktor.plugin', seen(file, lineOf(text, match[0]), `uses ${match[0]}`));
  const settings = ['settings.gradle', 'settings.gradle.kts'].map((name) => tree.text(within(directory, name))).find((found) => found !== undefined);
  const java = /(?:JavaLanguageVersion\.of\(|jvmToolchain\(|sourceCompatibility\s*=?\s*(?:JavaVersion\.VERSION_)?["']?|targetCompatibility\s*=?\s*(?:JavaVersion\.VERSION_)?["']?)(\d+(?:[._]\d+)?)/.exec(text);
  return {
    tool: 'gradle', file, dependencies, text,
    name: /rootProject\.name\s*=\s*["']([^"']+)/.exec(settings ?? '')?.[1] ?? (directory === '.' ? 'app' : directory.split('/').at(-1)!),
    version: /^\s*version\s*=?\s*["']([^"']+)["']/m.exec(text)?.[1] ?? null,
    javaVersion: java ? { value: java[1]!.replace(/^1[._](\d)/, '$1'), line: lineOf(text, java[0]) } : null,
    isParent: settings !== undefined && /\binclude\b/.test(settings) && !tree.filesBelow(within(directory, 'src/main')).length,
    runnable: /org\.springframework\.boot|shadow|io\.quarkus|io\.ktor\.plugin|io\.micronaut\.application|com\.github\.johnrengelman/.test(text),
    mainClass: /mainClass(?:Name)?(?:\.set\(|\s*=\s*)["']([\w.$]+)/.exec(text)?.[1] ?? null,
    finalName: /archiveFileName\s*=?\s*["']([^"']+)\.jar/.exec(text)?.[1] ?? /archiveBaseName\s*=?\s*["']([^"']+)/.exec(text)?.[1] ?? null,
    isWar: false,
  };
}
