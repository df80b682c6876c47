import { posix } from 'node:path';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { lineOf } from '../syntax/formats.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import { isBelow, seenFrom, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { claimJavaVersion } from './java-version.ts';
import { jvmFrameworks } from './jvm-frameworks.ts';
import { wrapperOf } from './jvm-commands.ts';
import type { JvmProject } from './jvm-project.ts';
import { javaVersion } from './jvm-project.ts';
import { claimSettings } from './jvm-settings.ts';
import { claimFramework, claimKind } from './listening.ts';
import { pageAmong } from './page-files.ts';
import type { SbtProject } from './sbt-projects.ts';
import { sbtProjects } from './sbt-projects.ts';

/** Projects of sbt. A build with one program is that of its root; each of several is in the directory of its subproject. */
export const scala: Detector = {
  name: 'scala',
  projects(tree) {
    const old = directoriesWith(tree, ['build.properties']).filter((directory) => posix.basename(directory) === 'project' && /^sbt\.version\b/m.test(tree.text(within(directory, 'build.properties'))!)).map((directory) => posix.dirname(directory));
    const all = [...new Set([...directoriesWith(tree, ['build.sbt']), ...old])];
    return all.filter((directory) => !all.some((other) => other !== directory && isBelow(directory, other) && tree.text(within(other, 'build.sbt'))?.includes(`file("${seenFrom(other, directory)}")`)));
  },
  describe(tree, directory, { inner, anything }) {
    const file = ['build.sbt', 'project/build.properties'].map((name) => within(directory, name)).find((path) => tree.has(path))!;
    const text = tree.text(within(directory, 'build.sbt')) ?? '';
    const below = tree.filesBelow(within(directory, 'project')).filter((path) => /\.(sbt|scala)$/.test(path));
    const all = [text, ...below.map((path) => tree.text(path) ?? '')].join('\n').replace(/^[ \t]*\/\/[^\n]*/gm, '');
    const code = codeIn(tree, directory, inner).filter(({ language, path }) => (language === 'scala' || language === 'java' || language === 'kotlin') && !path.startsWith(within(directory, 'project/')));
    const projects = sbtProjects(tree, directory, all);
    const contained = new Set(projects.flatMap(({ libraries }) => libraries));
    // In what others contain, a main method is for whoever works on it, unless it serves.
    const programs = projects.filter((project) => !isSideDirectory(seenFrom(directory, project.directory))).filter((project) => playPlugin.test(project.text) && !contained.has(project.directory) || code.some((facts) => facts.main && isBelow(facts.path, project.directory) && (!contained.has(project.directory) || facts.listens.length > 0 || facts.loops)));
    if (programs.length < 2) {
      const packaged = projects.filter((project) => packages.test(project.text));
      const staged = packaged.length === 1 && all.match(new RegExp(packages, 'g'))?.length === 1 ? packaged[0] : undefined;
      return describe(tree, { file, text, all, directory, root: directory, task: '', libraries: [], ...(staged && { staged }) }, code, anything);
    }
    const settings = /^ThisBuild\b.*|^[^\n]*\bin ThisBuild\b[^\n]*|^[ \t]*scalaVersion\s*:=[^\n]*/gm;
    const plugins = below.map((path) => tree.text(path) ?? '').join('\n');
    return programs.flatMap(({ id, directory: place, text: said, libraries }) => {
      const build = { file, text: [said, ...all.match(settings) ?? []].join('\n'), all: `${said}\n${plugins}`, directory: place, root: directory, task: `${id}/`, libraries };
      return describe(tree, build, code.filter(({ path }) => isBelow(path, place)), anything);
    });
  },
};

/** How a project is told to be packed with a script that starts it. */
const packages = /enablePlugins\([^)]*\b(?:Play(?:Scala|Java|Service|Netty|Pekko|AkkaHttp|Minimal\w+)|Java(?:Server)?AppPackaging)\b/;

/** A project of Play has no main method of its own. */
const playPlugin = /enablePlugins\([^)]*Play(Scala|Java|Service|Netty|Pekko|AkkaHttp|MinimalJava)/;

interface Build {
  file: string;
  /** What the project says of itself, and that with all that its plugins and its dependencies say. */
  text: string;
  all: string;
  directory: string;
  /** Where the build is, and what stands before the tasks of the project. */
  root: string;
  task: string;
  libraries: readonly string[];
  /** The only project that is packed, where that is below the root. */
  staged?: SbtProject;
}

function describe(tree: Tree, { file, text, all, directory, root, task, libraries, staged }: Build, code: readonly FileFacts[], anything: boolean): Draft[] {
  const isJava = code.filter(({ language }) => language === 'java').length > code.length / 2;
  const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, isJava ? 'java' : 'scala');
  const name = /^[ \t]*(?:ThisBuild\s*\/\s*)?name\s*:=\s*"{1,3}([^"]+)"/m.exec(text)?.[1] ?? (root === directory ? /\bname\s*:=\s*"{1,3}([^"]+)"/.exec(all)?.[1] : task.replace(/\/$/, '') || undefined) ?? /\bval\s+Name\s*=\s*"([^"]+)"/.exec(all)?.[1] ?? /\blazy\s+val\s+`?([\w-]+)`?\s*=\s*\(?\s*project\s*(?:\.\s*)?in\s*\(?\s*file\("\."\)/.exec(text)?.[1] ?? (directory === '.' ? 'app' : posix.basename(directory));
  const place = seen(file, 1, 'a project of sbt');
  for (const library of libraries) draft.libraries.add(library);
  draft.aliases.add(name);
  // `"org.http4s" %% s"http4s-$module"` says as much as where it is used.
  for (const match of all.matchAll(/"([\w.-]+)"\s*%%?%?\s*s?"([\w.-]+)(?:\$\{?\w+\}?)?"/g)) {
    const evidence = seen(file, lineOf(tree.text(file), match[0]), `depends on ${match[2]}`);
    draft.dependencies.set(`${match[1]}:${match[2]}`, evidence).set(match[2]!, evidence);
  }
  if (playPlugin.test(text)) draft.dependencies.set('play', seen(file, lineOf(tree.text(file), /enablePlugins/), 'the plugin of Play'));
  const framework = claimFramework(draft, jvmFrameworks, code);
  const isProgram = framework?.selfStarting === true || code.some(({ main }) => main) || /mainClass/.test(text);
  if (!isProgram && !anything) return [];
  const sbt = root === directory ? wrapperOf(tree, directory, 'sbt') ?? 'sbt' : `cd ${posix.relative(directory, root)} && sbt`;
  const version = /^[ \t]*(?:ThisBuild\s*\/\s*)?version\s*(?:in ThisBuild\s*)?:=\s*"([^"]+)"/m.exec(text)?.[1];
  const scalaVersion = /scalaVersion\s*(?:in ThisBuild\s*)?:=\s*"(\d+\.\d+)(\.[\w.-]+)?"/.exec(text);
  draft.claim('packageManager', 'sbt', 0.97, place).claim('install', null, 0.88, place);
  if (!isProgram) return [draft.without('kind').claim('kind', 'library', 0.7, { ...place, why: 'a package without a program' })];
  const script = name.toLowerCase().replace(/\W+/g, '-');
  const executable = /\bexecutableScriptName\s*:=\s*"([\w.-]+)"/.exec(text)?.[1] ?? script;
  const isStaged = framework?.name === 'play' || /sbt-native-packager|JavaAppPackaging|JavaServerAppPackaging/.test(all);
  const isSecond = /^sbt\.version\s*=\s*2\./m.test(tree.text(within(directory, 'project/build.properties')) ?? '');
  const stage = isSecond && scalaVersion ? `target/out/jvm/scala-${scalaVersion[1]}${scalaVersion[2] ?? ''}/${script}/universal/stage` : 'target/universal/stage';
  const packed = staged && !isSecond ? { place: `${seenFrom(directory, staged.directory)}/`, script: /\bname\s*:=\s*"([\w.-]+)"/.exec(staged.text)?.[1]?.toLowerCase() ?? staged.id } : undefined;
  if (isStaged && packed) draft.claim('build', `${sbt} ${task}stage`, 0.92, place).claim('start', `${packed.place}${stage}/bin/${packed.script}`, 0.9, place);
  else if (isStaged) draft.claim('build', `${sbt} ${task}stage`, 0.92, place).claim('start', `${stage}/bin/${executable}`, 0.9, place);
  else if (/sbt-assembly/.test(all)) {
    const jar = jarName(text, name, version ?? '0.1.0-SNAPSHOT');
    const directoryName = scalaVersion && Number(scalaVersion[1]!.split('.')[0]) >= 3 ? `scala-${scalaVersion[1]}${scalaVersion[2] ?? ''}` : `scala-${scalaVersion?.[1] ?? '2.13'}`;
    draft.claim('build', `${sbt} ${task}assembly`, 0.92, place).claim('start', `java -jar target/${directoryName}/${jar ?? `${script}-assembly-${version ?? '0.1.0-SNAPSHOT'}.jar`}`, 0.88, place);
  } else draft.claim('build', `${sbt} ${task}compile`, 0.85, place).claim('start', `${sbt} ${task}run`, 0.8, place);
  const compiled: JvmProject['java'] = [...all.matchAll(/"(?:-release|--release|-release:|-java-output-version|-source|-target)(?:"\s*,\s*"|:)?(?:jvm-)?([\d.]+)"/g)].flatMap((match) => {
    const found = javaVersion(match[1]);
    return found === undefined ? [] : [{ value: found, confidence: 0.88, evidence: seen(file, lineOf(tree.text(file), match[0]), `compiled for Java ${found}`) }];
  });
  claimJavaVersion(tree, draft, directory, compiled, file);
  if (draft.value('runtime')?.version === null) draft.claim('runtime', { name: 'java', version: null }, 0.6, place);
  claimSettings(tree, draft, directory, framework?.name);
  const page = pageAmong(tree.filesBelow(within(directory, 'app')), /\.scala\.(html|xml|js)$/);
  const isBare = framework?.name === 'play' && page === undefined;
  if (isBare) draft.claim('kind', 'api', 0.88, { ...place, why: 'an app of Play without views' });
  claimKind(draft, code, framework?.kind === 'web' && !isBare);
  return [draft];
}

/** What `sbt assembly` is told to call the archive. */
function jarName(text: string, name: string, version: string): string | undefined {
  const said = /\bassembly\s*\/\s*assemblyJarName\s*:=([^\n]{1,200})|\bassemblyJarName in assembly\s*:=([^\n]{1,200})/.exec(text);
  const whole = (said?.[1] ?? said?.[2])?.replace(/\$\{(name|version)\.value\}|\b(name|version)\.value\b/g, (_, inside?: string, alone?: string) => ((inside ?? alone) === 'name' ? name : version)).replace(/[),]{1,9}[ \t]*$|\bs"|["\s+]/g, '');
  return whole !== undefined && /^[\w.-]+\.jar$/.test(whole) ? whole : undefined;
}
