import { posix } from 'node:path';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { seenFrom, upwards, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { JvmProject } from './jvm-project.ts';
import { aggregatorOf } from './maven.ts';

/** Claims how a Maven or Gradle project is built and started. */
export function jvmCommands(tree: Tree, draft: Draft, project: JvmProject, framework: string | undefined, mains: readonly FileFacts[]): void {
  const place = seen(project.file, 1, `a project of ${project.tool}`);
  draft.claim('install', null, 0.85, place);
  if (project.tool === 'maven') maven(tree, draft, project, framework, mains);
  else gradle(tree, draft, project, framework, mains);
}

function maven(tree: Tree, draft: Draft, project: JvmProject, framework: string | undefined, mains: readonly FileFacts[]): void {
  const { directory, archive, plugins } = project;
  const place = seen(project.file, 1, 'a project of maven');
  const program = wrapperOf(tree, directory, 'mvnw') ?? 'mvn';
  const above = aggregatorOf(tree, directory);
  const module = above === undefined || above === directory ? '' : ` -f ${posix.relative(directory, above)} -pl ${seenFrom(above, directory)} -am`;
  draft.claim('build', `${program}${module} -DskipTests package`, 0.9, place);
  const main = mainClassOf(project, mains);
  const config = dropwizardConfig(tree, directory, framework);
  if (framework === 'quarkus' && plugins.has('quarkus-maven-plugin')) draft.claim('start', `java -jar target/${packaged(tree, directory) === 'uber-jar' ? `${archive}-runner.jar` : 'quarkus-app/quarkus-run.jar'}`, 0.92, place);
  else if (project.runnable !== null) draft.claim('start', `java -jar target/${project.runnable}.${project.isWar ? 'war' : 'jar'}${config}`, plugins.has('spring-boot-maven-plugin') ? 0.93 : 0.9, place);
  else if (plugins.has('appassembler-maven-plugin') && main !== undefined) draft.claim('start', `sh target/appassembler/bin/${project.name}`, 0.8, place);
  else if (plugins.has('liberty-maven-plugin')) draft.claim('start', `${program} liberty:run`, 0.8, place);
  else if (plugins.has('jetty-maven-plugin') && project.isWar) draft.claim('start', `${program} jetty:run`, 0.75, place);
  else if (plugins.has('wildfly-maven-plugin') || plugins.has('wildfly-jar-maven-plugin')) draft.claim('start', plugins.has('wildfly-jar-maven-plugin') ? `java -jar target/${archive}-bootable.jar` : 'target/server/bin/standalone.sh', 0.75, place);
  else if (plugins.has('payara-micro-maven-plugin')) draft.claim('start', `java -jar target/${archive}-microbundle.jar`, 0.75, place);
  else if (project.isWar) draft.claim('start', copied(project, 'webapp-runner') ? `java -jar target/dependency/webapp-runner.jar --port $PORT target/${archive}.war` : 'catalina.sh run', copied(project, 'webapp-runner') ? 0.85 : 0.62, place);
  else if (plugins.has('maven-dependency-plugin') && main !== undefined) draft.claim('start', `java -cp target/classes:target/dependency/* ${main}`, 0.8, place);
  else if (framework === 'helidon') draft.claim('start', `java -jar target/${archive}.jar`, 0.88, place);
  else if (project.dependencies.size > 0 && plugins.has('exec-maven-plugin')) draft.claim('start', `${program} exec:java${project.mainClass === null && main !== undefined ? ` -Dexec.mainClass=${main}` : ''}`, 0.75, place);
  else draft.claim('start', main === undefined ? `java -jar target/${archive}.jar` : `java -cp target/${archive}.jar ${main}`, 0.7, place);
}

/** The file that an application of Dropwizard is started with. */
function dropwizardConfig(tree: Tree, directory: string, framework: string | undefined): string {
  if (framework !== 'dropwizard') return '';
  const file = tree.namesIn(directory).find((name) => /\.ya?ml$/.test(name) && /^(server|logging|database):/m.test(tree.text(within(directory, name)) ?? ''));
  return ` server${file === undefined ? '' : ` ${file}`}`;
}

function packaged(tree: Tree, directory: string): string | undefined {
  return /^quarkus\.package\.(?:jar\.)?type\s*=\s*([\w-]+)/m.exec(tree.text(within(directory, 'src/main/resources/application.properties')) ?? '')?.[1];
}

function copied(project: JvmProject, artifact: string): boolean {
  return project.plugins.has('maven-dependency-plugin') && (project.dependencies.has(artifact) || artifact === 'webapp-runner');
}

function gradle(tree: Tree, draft: Draft, project: JvmProject, framework: string | undefined, mains: readonly FileFacts[]): void {
  const { directory } = project;
  const place = seen(project.file, 1, 'a project of gradle');
  const program = wrapperOf(tree, directory, 'gradlew') ?? 'gradle';
  const [task, start, sure] = gradleProgram(tree, project, framework, mains);
  draft.claim('build', `${program} ${task} -x test`, 0.9, place).claim('start', start, sure, place);
}

function gradleProgram(tree: Tree, project: JvmProject, framework: string | undefined, mains: readonly FileFacts[]): [task: string, start: string, sure: number] {
  const { plugins, runnable, name, directory } = project;
  const config = dropwizardConfig(tree, directory, framework);
  if (plugins.has('io.quarkus')) return ['build', 'java -jar build/quarkus-app/quarkus-run.jar', 0.92];
  if (plugins.has('org.springframework.boot')) return [plugins.has('war') ? 'bootWar' : 'bootJar', `java -jar build/libs/${runnable}.${plugins.has('war') ? 'war' : 'jar'}`, 0.92];
  const isApplication = plugins.has('application') || [...plugins].some((plugin) => /\.application$|application-conventions$/.test(plugin));
  // Of the two ways of these plugins, the one that the image is made with.
  const installed: [string, string, number] = ['installDist', `build/install/${name}/bin/${name}${config}`, 0.87];
  if ((isApplication || plugins.has('io.ktor.plugin')) && /\binstallDist\b/.test(tree.text(within(directory, 'Dockerfile')) ?? '')) return installed;
  if (plugins.has('io.ktor.plugin')) return ['buildFatJar', `java -jar build/libs/${runnable}.jar`, 0.9];
  if ([...plugins].some((plugin) => /shadow$|^io\.micronaut\.application$/.test(plugin)) && runnable !== null) return ['shadowJar', `java -jar build/libs/${runnable}.jar${config}`, 0.88];
  if (isApplication) return installed;
  if (plugins.has('org.gretty')) return ['war', `${wrapperOf(tree, directory, 'gradlew') ?? 'gradle'} appRun`, 0.8];
  if (plugins.has('war')) return ['war', 'catalina.sh run', 0.62];
  if (runnable !== null) return ['jar', `java -jar build/libs/${runnable}.jar`, 0.85];
  const main = mainClassOf(project, mains);
  return ['build', main === undefined ? `java -jar build/libs/${project.archive}.jar` : `java -cp build/libs/${project.archive}.jar ${main}`, 0.6];
}

/** The class that is named, or that of the only file with a main function. */
function mainClassOf(project: JvmProject, mains: readonly FileFacts[]): string | undefined {
  if (project.mainClass !== null) return project.mainClass;
  const [main] = mains;
  const path = main && /(?:^|\/)src\/main\/(?:java|kotlin|scala|groovy)\/(.+)\.(\w+)$/.exec(main.path);
  return path ? `${path[1]!.replaceAll('/', '.')}${path[2] === 'kt' ? 'Kt' : ''}` : undefined;
}

/** How a wrapper is called from a project's directory; undefined when there is none. */
export function wrapperOf(tree: Tree, directory: string, wrapper: string): string | undefined {
  const above = upwards(directory).find((path) => tree.has(within(path, wrapper)));
  if (above === undefined) return undefined;
  const up = posix.relative(directory, above) || '.';
  return `${up}/${wrapper}`;
}
