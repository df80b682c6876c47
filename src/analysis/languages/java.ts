import { posix } from 'node:path';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import { placeholders } from '../facts/declared.ts';
import { portNumber } from '../facts/ports.ts';
import { readPairs } from '../syntax/formats.ts';
import { upwards, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { JavaProject } from './java-project.ts';
import { readJavaProject } from './java-project.ts';
import type { Framework } from './listening.ts';
import { claimFramework, claimKind } from './listening.ts';
import { pinnedVersions } from './versions.ts';

const frameworks: readonly Framework[] = [
  { name: 'quarkus', packages: ['io.quarkus', 'quarkus-rest', 'quarkus-resteasy', 'quarkus-resteasy-reactive', 'quarkus-arc', 'quarkus-vertx-http'], kind: 'api', port: 8080 },
  { name: 'micronaut', packages: ['io.micronaut.application', 'micronaut-http-server-netty', 'io.micronaut:micronaut-http-server-netty'], kind: 'api', port: 8080 },
  { name: 'spring-boot', packages: ['spring-boot-starter-web', 'spring-boot-starter-webflux', 'spring-boot-starter-webmvc', 'spring-cloud-starter-gateway', 'spring-cloud-starter-netflix-eureka-server', 'spring-cloud-config-server', 'spring-boot-starter-graphql', 'spring-boot-starter-jersey', 'spring-boot-starter-data-rest'], kind: 'api', port: 8080 },
  { name: 'spring-boot', packages: ['spring-boot-starter', 'org.springframework.boot', 'spring-boot-starter-batch', 'spring-boot-starter-amqp'] },
  { name: 'ktor', packages: ['io.ktor.plugin', 'ktor-server-netty', 'ktor-server-core', 'ktor-server-core-jvm', 'ktor-server-netty-jvm'], kind: 'api', port: 8080 },
  { name: 'vertx', packages: ['io.vertx:vertx-core', 'vertx-web', 'vertx-core'], kind: 'api', port: 8888 }, { name: 'dropwizard', packages: ['dropwizard-core'], kind: 'api', port: 8080 },
  { name: 'javalin', packages: ['javalin'], kind: 'api', port: 7070 }, { name: 'spark', packages: ['spark-core', 'com.sparkjava:spark-core'], kind: 'api', port: 4567 }, { name: 'helidon', packages: ['helidon-webserver', 'helidon-microprofile'], kind: 'api', port: 8080 }, { name: 'play', packages: ['play'], kind: 'web', port: 9000 }, { name: 'http4k', packages: ['http4k-core'], kind: 'api', port: 8080 }, { name: 'jetty', packages: ['jetty-server'], kind: 'web', port: 8080 },
];

/** Maven and Gradle projects in Java or Kotlin that make a program. */
export const java: Detector = {
  name: 'java',
  projects: (tree) => directoriesWith(tree, ['pom.xml', 'build.gradle', 'build.gradle.kts']),
  describe(tree, directory, { inner }) {
    const project = readJavaProject(tree, directory);
    if (!project || project.isParent) return [];
    const code = codeIn(tree, directory, inner).filter((facts) => facts.language === 'java' || facts.language === 'kotlin' && facts.path.endsWith('.kt') || facts.language === 'groovy');
    const mains = code.filter((facts) => facts.main || facts.called.has('runApplication'));
    const language = code.filter((facts) => facts.language === 'kotlin').length > code.length / 2 ? 'kotlin' : 'java';
    const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, language);
    draft.aliases.add(project.name);
    for (const [name, evidence] of project.dependencies) draft.dependencies.set(name, evidence);
    const framework = claimFramework(draft, frameworks);
    if (mains.length === 0 && !framework?.kind && !project.isWar) return [];
    const place = seen(project.file, 1, `a project of ${project.tool}`);
    draft.claim('packageManager', project.tool, 0.98, place);
    const [pinned] = pinnedVersions(tree, 'java', directory);
    const systemProperties = within(directory, 'system.properties');
    const heroku = /java\.runtime\.version\s*=\s*([\d.]+)/.exec(tree.text(systemProperties) ?? '')?.[1]?.replace(/^1\.(\d)/, '$1');
    const version = pinned?.value ?? heroku ?? project.javaVersion?.value ?? null;
    draft.claim('runtime', { name: 'java', version }, version ? 0.95 : 0.9, pinned?.evidence ?? (heroku ? seen(systemProperties, 1, `asks for Java ${heroku}`) : seen(project.file, project.javaVersion?.line ?? 1, `compiled for Java ${version ?? 'of any version'}`)));
    commands(tree, draft, directory, project, framework?.name);
    if (framework?.name === 'spring-boot') springConfiguration(tree, draft, directory);
    if (framework?.name === 'quarkus' || framework?.name === 'micronaut') serverPort(tree, draft, directory);
    claimKind(draft, code, tree.filesBelow(within(directory, 'src/main/resources/templates')).length > 0 || tree.filesBelow(within(directory, 'src/main/webapp')).length > 0);
    if (framework?.kind && tree.filesBelow(within(directory, 'src/main/resources/templates')).some((file) => file.endsWith('.html'))) draft.claim('kind', 'web', 0.9, place);
    return [draft];
  },
};

function commands(tree: Tree, draft: Draft, directory: string, project: JavaProject, framework: string | undefined): void {
  const place = seen(project.file, 1, `a project of ${project.tool}`);
  const wrapper = project.tool === 'maven' ? 'mvnw' : 'gradlew';
  const above = upwards(directory).find((path) => tree.has(within(path, wrapper)));
  const program = above === undefined ? (project.tool === 'maven' ? 'mvn' : 'gradle') : posix.join(posix.relative(directory, above) || '.', wrapper).replace(/^(?!\.)/, './');
  draft.claim('install', null, 0.85, place);
  const isSpring = framework === 'spring-boot';
  draft.claim('build', project.tool === 'maven' ? `${program} -DskipTests package` : `${program} ${isSpring ? 'bootJar' : framework === 'ktor' ? 'buildFatJar' : project.runnable ? 'build' : 'installDist'} -x test`, 0.9, place);
  const base = project.finalName ?? `${project.name}${project.version ? `-${project.version}` : ''}`;
  if (framework === 'quarkus') draft.claim('start', `java -jar ${project.tool === 'maven' ? 'target' : 'build'}/quarkus-app/quarkus-run.jar`, 0.92, place);
  else if (project.tool === 'maven' && (project.runnable || !project.mainClass)) draft.claim('start', `java -jar target/${base}.${project.isWar ? 'war' : 'jar'}`, isSpring || project.runnable ? 0.92 : 0.7, place);
  else if (project.tool === 'maven') draft.claim('start', `java -cp target/${base}.jar ${project.mainClass}`, 0.75, place);
  else if (isSpring) draft.claim('start', `java -jar build/libs/${base}.jar`, 0.9, place);
  else if (project.runnable) draft.claim('start', `java -jar build/libs/${project.finalName ?? `${base}-all`}.jar`, 0.75, place);
  else draft.claim('start', `build/install/${project.name}/bin/${project.name}`, 0.8, place);
}

/** `server.port`, its variable, and the variables that placeholders name, in application.properties and application.yml. */
function springConfiguration(tree: Tree, draft: Draft, directory: string): void {
  for (const name of ['application.properties', 'application.yml', 'application.yaml', 'application-prod.properties', 'application-prod.yml']) {
    const file = within(directory, `src/main/resources/${name}`);
    const text = tree.text(file);
    if (text === undefined) continue;
    for (const [index, line] of text.split('\n').entries()) for (const { name: variable, default: value } of placeholders(line, index + 1)) draft.placeholders.push({ name: variable, default: value, evidence: seen(file, index + 1, `reads ${variable}`) });
  }
  serverPort(tree, draft, directory);
  const actuator = draft.dependencies.get('spring-boot-starter-actuator');
  if (actuator) draft.claim('health', '/actuator/health', 0.9, actuator);
  draft.aliases.add(springName(tree, directory) ?? draft.name);
}

function springName(tree: Tree, directory: string): string | undefined {
  const texts = ['application.properties', 'application.yml', 'application.yaml', 'bootstrap.yml', 'bootstrap.properties'].map((name) => tree.text(within(directory, `src/main/resources/${name}`)) ?? '');
  return texts.map((text) => /spring\.application\.name\s*[=:]\s*([\w-]+)/.exec(text)?.[1] ?? /^spring:[\s\S]*?application:\s*\n\s+name:\s*["']?([\w-]+)/m.exec(text)?.[1]).find((name) => name !== undefined);
}

const portKeys = /^(server\.port|quarkus\.http\.port|micronaut\.server\.port)$/;

function serverPort(tree: Tree, draft: Draft, directory: string): void {
  for (const name of ['application.properties', 'application.yml', 'application.yaml', 'bootstrap.yml']) {
    const file = within(directory, `src/main/resources/${name}`);
    const text = tree.text(file);
    if (text === undefined) continue;
    const pairs = name.endsWith('properties') ? readPairs(text) : nestedPairs(text);
    const found = pairs.find(({ key }) => portKeys.test(key));
    if (!found) continue;
    const evidence = seen(file, found.line, `${found.key} is ${found.value}`);
    const port = portNumber(/\$\{\w+:(\d+)\}/.exec(found.value)?.[1] ?? found.value);
    if (port !== null) draft.claim('port', { port, protocol: 'http' }, 0.96, evidence);
    if (/\$\{PORT\b/.test(found.value)) draft.claim('readsPort', true, 0.96, evidence);
    return;
  }
}

/** Keys of nested YAML with their path; enough for scalar settings, and it keeps the lines. */
function nestedPairs(text: string): { key: string; value: string; line: number }[] {
  const path: { indent: number; key: string }[] = [];
  return text.split('\n').flatMap((raw, index) => {
    const match = /^(\s*)([\w.-]+)\s*:\s*(.*?)\s*(?:#.*)?$/.exec(raw);
    if (!match) return [];
    const indent = match[1]!.length;
    while (path.length > 0 && path.at(-1)!.indent >= indent) path.pop();
    path.push({ indent, key: match[2]! });
    return match[3] === '' ? [] : [{ key: path.map(({ key }) => key).join('.'), value: match[3]!.replace(/^["']|["']$/g, ''), line: index + 1 }];
  });
}
