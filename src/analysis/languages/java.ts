import { posix } from 'node:path';
import type { Detector } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { workOf } from '../kinds/work.ts';
import { within } from '../tree/paths.ts';
import { perPath, perTree } from '../tree/remembered.ts';
import type { Tree } from '../tree/tree.ts';
import { gradleFile, readGradle } from './gradle.ts';
import { jvmCommands } from './jvm-commands.ts';
import { jvmFrameworks } from './jvm-frameworks.ts';
import { claimJvmHealth } from './jvm-health.ts';
import type { JvmProject } from './jvm-project.ts';
import { claimSettings, contextPath } from './jvm-settings.ts';
import { noteDatasource } from './spring-datasource.ts';
import { claimConfiguredPort } from './configured-port.ts';
import { claimLiberty } from './liberty.ts';
import { claimFramework, claimKind } from './listening.ts';
import { readMaven } from './maven.ts';
import { pageAmong } from './page-files.ts';
import { claimJavaVersion } from './java-version.ts';

const languages = new Set(['java', 'kotlin', 'scala', 'groovy', 'clojure']);

/** Maven and Gradle projects that make a program. */
export const java: Detector = {
  name: 'java',
  projects: (tree) => tree.directories.filter((directory) => tree.has(within(directory, 'pom.xml')) || gradleFile(tree, directory) !== undefined),
  describe(tree, directory, { inner, lenient, anything }) {
    const project = readProject(tree, directory);
    if (!project || project.isNoProgram) return [];
    const code = codeIn(tree, directory, inner).filter((facts) => languages.has(facts.language) && !facts.path.endsWith('.kts') && !facts.path.endsWith('.gradle'));
    const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, mostUsed(code));
    for (const facts of code) draft.languages.add(facts.language);
    draft.aliases.add(project.name);
    takeDependencies(tree, draft, project);
    const framework = claimFramework(draft, jvmFrameworks, code);
    const mains = code.filter(isMain);
    // Of Spring a program may as well only take the clients.
    const ofSpring = code.flatMap(({ imports }) => imports.filter(({ name }) => name.startsWith('org.springframework.')));
    const isBare = framework?.name === 'spring-boot' && mains.length > 0 && !project.isWar && draft.libraries.size === 0 && ofSpring.length > 0 && ofSpring.every(({ name }) => springClients.test(name));
    if (isBare) draft.without('kind').without('framework').without('port');
    const starts = mains.length > 0 || project.isWar || (framework?.selfStarting === true && (project.plugins.size > 0 || code.length > 0) && !isLibrary(project)) || project.mainClass !== null && (framework?.kind !== undefined || lenient);
    const isProgram = starts && (lenient || !isTakenIn(tree, directory, code));
    if (!isProgram && !(anything && code.length > 0)) return [];
    const place = seen(project.file, 1, `a project of ${project.tool}`);
    draft.claim('packageManager', project.tool, 0.98, place);
    claimJavaVersion(tree, draft, directory, project.java, project.file);
    if (!isProgram) return [draft.without('kind').claim('kind', 'library', 0.7, { ...place, why: 'a package without a program' })];
    const settings = claimSettings(tree, draft, directory, framework?.name);
    if (framework?.name === 'spring-boot') noteDatasource(draft, settings, code);
    jvmCommands(tree, draft, project, framework?.name, mains);
    claimJvmKind(tree, draft, directory, project, code, settings);
    if (!readsOwnSettings.test(framework?.name ?? '') && ['web', 'api'].includes(draft.value('kind') ?? '')) claimConfiguredPort(tree, draft, directory);
    claimJvmHealth(draft, framework?.name, contextPath(settings));
    claimLiberty(tree, draft);
    return [draft];
  },
};

/** Frameworks whose files of settings have keys of their own, which are read as such. */
const readsOwnSettings = /^(?:spring-(?:boot|mvc)|quarkus|micronaut|grails|helidon|play|dropwizard|microprofile)$/;

/** Packages of Spring by which a program asks others, with what these are made of. */
const springClients = /^org\.springframework\.(?:web\.(?:client|reactive\.function\.(?:client|Body)|util)|http|util|core)\b/;

/** The project of a directory, read once: it is asked for again by each that contains it. */
const readProject = perPath((tree, directory): JvmProject | undefined => readMaven(tree, directory) ?? readGradle(tree, directory));

function mostUsed(code: readonly FileFacts[]): string {
  const own = code.filter(({ path }) => /(^|\/)src\/main\//.test(path));
  const counts = Map.groupBy(own.length > 0 ? own : code, ({ language }) => language);
  return [...counts].sort((a, b) => b[1].length - a[1].length)[0]?.[0] ?? 'java';
}

/** A library that a runtime's extension or another module takes in. */
function isLibrary(project: JvmProject): boolean {
  if (project.dependencies.has('io.quarkus') || [...project.dependencies.keys()].some((name) => name.startsWith('io.quarkus:'))) return !project.plugins.has('quarkus-maven-plugin') && !project.plugins.has('io.quarkus');
  if (project.dependencies.has('vertx-core') || project.dependencies.has('vertx-web')) return project.mainClass === null && !project.plugins.has('vertx-maven-plugin') && !project.plugins.has('io.vertx.vertx-plugin');
  return false;
}

/** Modules that others contain, whatever main class a template left in them: those that answer requests are services all the same. */
function isTakenIn(tree: Tree, directory: string, code: readonly FileFacts[]): boolean {
  if (!containedIn(tree).has(directory)) return false;
  return !code.some((facts) => facts.listens.length > 0 || facts.routes.length > 0 || facts.imports.some(({ name }) => /\.(RestController|Controller|Enable\w+Server|KafkaListener|RabbitListener|Scheduled)$|^(javax|jakarta)\.ws\.rs\.Path$|^org\.springframework\.web\.bind\.annotation\.\*$/.test(name)));
}

const containedIn = perTree((tree) => new Set(java.projects(tree).flatMap((directory) => [...(readProject(tree, directory)?.siblings ?? [])])));

function isMain(facts: FileFacts): boolean {
  return facts.main && !/Benchmarks?\.(java|kt|scala)$/.test(facts.path) || facts.called.has('runApplication') || (facts.language === 'groovy' && facts.called.has('ratpack'));
}

/** Its own dependencies, and those of the modules that it contains: their code is its code, too. */
function takeDependencies(tree: Tree, draft: Draft, project: JvmProject): void {
  const taken = new Set([project.directory]);
  const queue = [project];
  for (let at = queue.shift(); at && taken.size < 200; at = queue.shift()) {
    for (const [name, evidence] of at.dependencies) if (!draft.dependencies.has(name) && !(at !== project && /plugin$|^org\.springframework\.boot$|^io\.quarkus$/.test(name))) draft.dependencies.set(name, evidence);
    for (const plugin of at === project ? at.plugins : []) if (!draft.dependencies.has(plugin)) draft.dependencies.set(plugin, seen(project.file, 1, `uses ${plugin}`));
    for (const directory of at.siblings) {
      if (taken.has(directory)) continue;
      taken.add(directory);
      draft.libraries.add(directory);
      const sibling = readProject(tree, directory);
      if (sibling) queue.push(sibling);
    }
  }
}

/** Libraries by which code writes pages. */
const pageWriter = /^(?:ktor-server-html-builder|kotlinx-html|j2html)/;

const waiting = /^(Scheduled|KafkaListener|RabbitListener|JmsListener|SqsListener|StreamListener|PulsarListener|RocketMQMessageListener|EnableScheduling|Incoming|addJob|scheduleJob)$/;

function claimJvmKind(tree: Tree, draft: Draft, directory: string, project: JvmProject, code: readonly FileFacts[], settings: ReturnType<typeof claimSettings>): void {
  // `src/jvmMain` where one project is built for several platforms.
  const resources = tree.filesBelow(within(directory, 'src')).filter((file) => /(?:^|\/)src\/(?:main|[a-z]\w*Main)\//.test(file));
  // Templates that no controller of Spring's could name are for mail, or for documents.
  const isSpring = /^spring-/.test(draft.value('framework') ?? '');
  const renders = !isSpring || code.some((facts) => facts.imports.some(({ name }) => /^org\.springframework\.(stereotype\.(Controller|\*)$|ui\.|web\.servlet\.(ModelAndView|view)|web\.reactive\.result)|^com\.vaadin\./.test(name)));
  const page = pageAmong(renders ? resources : resources.filter((file) => !/\/resources\/(templates|views)\//.test(file)), /\/resources\/(templates|static|public|META-INF\/resources|views|velocity)\/.*\.(html|ftlh?|mustache|jte|pebble|peb|vm)$|\/resources\/(?:[\w-]+\/){0,4}index\.html$|\/webapp\/.*\.(html|jsp|jspx|xhtml)$|\/jte\/|\.(gsp|scala\.html)$/);
  const serving = ['web', 'api'].includes(draft.value('kind') ?? '');
  const written = [...draft.dependencies].find(([name]) => pageWriter.test(name));
  if (written && serving && code.some(({ called }) => called.has('respondHtml') || called.has('html') || called.has('respondHtmlTemplate'))) draft.claim('kind', 'web', 0.9, { ...written[1], why: `writes pages with ${written[0]}` });
  if (page !== undefined && (serving || project.isWar)) draft.claim('kind', 'web', 0.92, seen(page, 1, 'a page that it serves'));
  const resource = page === undefined ? code.find((facts) => facts.imports.some(({ name }) => /^(?:javax|jakarta)\.ws\.rs\.Path$/.test(name))) : undefined;
  if (project.isWar && resource && !code.some((facts) => facts.imports.some(({ name }) => /^(?:javax|jakarta)\.(?:servlet\.http\.HttpServlet|faces|mvc)\b/.test(name)))) draft.claim('kind', 'api', 0.93, seen(resource.path, 1, 'answers requests, and no page is there'));
  if (project.isWar) draft.claim('kind', serving ? draft.value('kind')! : 'web', 0.9, seen(project.file, 1, 'a web application')).claim('port', { port: 8080, protocol: 'http' }, 0.66, seen(project.file, 1, 'where servlet containers listen'));
  const listener = code.find((facts) => facts.imports.some(({ name }) => waiting.test(name.split('.').at(-1)!)));
  const work = workOf('java', draft.dependencies);
  if (work?.source === 'chat' && !serving) draft.claim('kind', 'worker', 0.82, work.evidence);
  if (listener && !serving) draft.claim('kind', 'worker', 0.8, seen(listener.path, 1, 'waits for messages or for its time'));
  // Functions of Spring Cloud Stream are bound to topics by the configuration alone.
  const bound = settings.find(({ key }) => /^spring\.cloud\.(?:stream\.bindings\.|function\.definition)/.test(key));
  if (bound && !serving) draft.claim('kind', 'worker', 0.8, seen(bound.file, bound.line, `takes messages by ${bound.key}`));
  const ends = code.some((facts) => facts.imports.some(({ name }) => /\.(QuarkusApplication|QuarkusMain|CommandLineRunner|ApplicationRunner)$|^org\.springframework\.batch\./.test(name)));
  if (!serving && !ends && draft.value('framework') === 'quarkus') draft.claim('kind', 'worker', 0.65, seen(project.file, 1, 'runs until it is stopped'));
  const controller = code.find((facts) => facts.imports.some(({ name }) => /^org\.springframework\.(web\.bind\.annotation|web\.reactive(?!\.function\.(?:client|Body))|stereotype\.Controller$)|^(javax|jakarta)\.ws\.rs\.Path$/.test(name)));
  if (controller && draft.value('framework') !== undefined) {
    // An engine for templates without a page to show writes mail.
    const writesMail = page === undefined && draft.value('framework') === 'spring-boot' && !project.isWar && ![...draft.dependencies.keys()].some((name) => name.includes('vaadin'));
    draft.claim('kind', page === undefined ? 'api' : 'web', writesMail ? 0.88 : 0.84, seen(controller.path, 1, 'answers requests'));
    if (draft.value('framework') === 'spring-boot') draft.claim('port', { port: 8080, protocol: 'http' }, 0.68, seen(controller.path, 1, 'spring-boot listens on 8080 unless told otherwise'));
  }
  // A client for the web comes with what could serve it.
  const batch = code.find((facts) => facts.imports.some(({ name }) => name.startsWith('org.springframework.batch.')));
  if (batch && !controller && !listener && page === undefined) draft.claim('kind', 'job', 0.92, seen(batch.path, 1, 'a batch of Spring'));
  claimKind(draft, code, page !== undefined);
}
