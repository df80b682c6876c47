import { posix } from 'node:path';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import { lineOf } from '../syntax/formats.ts';
import { isBelow, seenFrom, within } from '../tree/paths.ts';
import { claimJavaVersion } from './java-version.ts';
import { jvmFrameworks } from './jvm-frameworks.ts';
import { wrapperOf } from './jvm-commands.ts';
import type { JvmProject } from './jvm-project.ts';
import { javaVersion } from './jvm-project.ts';
import { claimSettings } from './jvm-settings.ts';
import { claimFramework, claimKind } from './listening.ts';
import { pageAmong } from './page-files.ts';

/** Projects of sbt. A build with subprojects is one program: the one that its root stages. */
export const scala: Detector = {
  name: 'scala',
  projects(tree) {
    const all = directoriesWith(tree, ['build.sbt']);
    return all.filter((directory) => !all.some((other) => other !== directory && isBelow(directory, other) && tree.text(within(other, 'build.sbt'))!.includes(`file("${seenFrom(other, directory)}")`)));
  },
  describe(tree, directory, { inner, anything }) {
    const file = within(directory, 'build.sbt');
    const text = tree.text(file) ?? '';
    const below = tree.filesBelow(within(directory, 'project')).filter((path) => /\.(sbt|scala)$/.test(path));
    const all = [text, ...below.map((path) => tree.text(path) ?? '')].join('\n').replace(/^[ \t]*\/\/[^\n]*/gm, '');
    const code = codeIn(tree, directory, inner).filter(({ language, path }) => (language === 'scala' || language === 'java' || language === 'kotlin') && !path.startsWith(within(directory, 'project/')));
    const isJava = code.filter(({ language }) => language === 'java').length > code.length / 2;
    const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, isJava ? 'java' : 'scala');
    const name = /^[ \t]*(?:ThisBuild\s*\/\s*)?name\s*:=\s*"{1,3}([^"]+)"/m.exec(text)?.[1] ?? /\bname\s*:=\s*"{1,3}([^"]+)"/.exec(all)?.[1] ?? /\blazy\s+val\s+`?([\w-]+)`?\s*=\s*\(?\s*project\s*(?:\.\s*)?in\s*\(?\s*file\("\."\)/.exec(text)?.[1] ?? (directory === '.' ? 'app' : posix.basename(directory));
    const place = seen(file, 1, 'a project of sbt');
    draft.aliases.add(name);
    // `"org.http4s" %% s"http4s-$module"` says as much as where it is used.
    for (const match of all.matchAll(/"([\w.-]+)"\s*%%?%?\s*s?"([\w.-]+)(?:\$\{?\w+\}?)?"/g)) {
      const evidence = seen(file, lineOf(text, match[0]), `depends on ${match[2]}`);
      draft.dependencies.set(`${match[1]}:${match[2]}`, evidence).set(match[2]!, evidence);
    }
    if (/enablePlugins\([^)]*Play(Scala|Java|Service|Netty|Pekko|AkkaHttp|MinimalJava)/.test(text)) draft.dependencies.set('play', seen(file, lineOf(text, /enablePlugins/), 'the plugin of Play'));
    const framework = claimFramework(draft, jvmFrameworks, code);
    const isProgram = framework?.selfStarting === true || code.some(({ main }) => main) || /mainClass/.test(text);
    if (!isProgram && !anything) return [];
    const sbt = wrapperOf(tree, directory, 'sbt') ?? 'sbt';
    const version = /^[ \t]*(?:ThisBuild\s*\/\s*)?version\s*(?:in ThisBuild\s*)?:=\s*"([^"]+)"/m.exec(text)?.[1];
    const scalaVersion = /scalaVersion\s*:=\s*"(\d+\.\d+)(\.[\w.-]+)?"/.exec(text);
    draft.claim('packageManager', 'sbt', 0.97, place).claim('install', null, 0.88, place);
    if (!isProgram) return [draft.without('kind').claim('kind', 'library', 0.7, { ...place, why: 'a package without a program' })];
    const script = name.toLowerCase().replace(/\W+/g, '-');
    const executable = /\bexecutableScriptName\s*:=\s*"([\w.-]+)"/.exec(text)?.[1] ?? script;
    const isStaged = framework?.name === 'play' || /sbt-native-packager|JavaAppPackaging|JavaServerAppPackaging/.test(all);
    const isSecond = /^sbt\.version\s*=\s*2\./m.test(tree.text(within(directory, 'project/build.properties')) ?? '');
    const stage = isSecond && scalaVersion ? `target/out/jvm/scala-${scalaVersion[1]}${scalaVersion[2] ?? ''}/${script}/universal/stage` : 'target/universal/stage';
    if (isStaged) draft.claim('build', `${sbt} stage`, 0.92, place).claim('start', `${stage}/bin/${executable}`, 0.9, place);
    else if (/sbt-assembly/.test(all)) {
      const jar = /assembly\s*\/\s*assemblyJarName\s*:=\s*"([^"]+)"|assemblyJarName in assembly\s*:=\s*"([^"]+)"/.exec(text);
      const directoryName = scalaVersion && Number(scalaVersion[1]!.split('.')[0]) >= 3 ? `scala-${scalaVersion[1]}${scalaVersion[2] ?? ''}` : `scala-${scalaVersion?.[1] ?? '2.13'}`;
      draft.claim('build', `${sbt} assembly`, 0.92, place).claim('start', `java -jar target/${directoryName}/${jar?.[1] ?? jar?.[2] ?? `${script}-assembly-${version ?? '0.1.0-SNAPSHOT'}.jar`}`, 0.88, place);
    } else draft.claim('build', `${sbt} compile`, 0.85, place).claim('start', `${sbt} run`, 0.8, place);
    const compiled: JvmProject['java'] = [...all.matchAll(/"(?:-release|--release|-release:|-java-output-version|-source|-target)(?:"\s*,\s*"|:)?(?:jvm-)?([\d.]+)"/g)].flatMap((match) => {
      const found = javaVersion(match[1]);
      return found === undefined ? [] : [{ value: found, confidence: 0.88, evidence: seen(file, lineOf(text, match[0]), `compiled for Java ${found}`) }];
    });
    claimJavaVersion(tree, draft, directory, compiled, file);
    if (draft.value('runtime')?.version === null) draft.claim('runtime', { name: 'java', version: null }, 0.6, place);
    claimSettings(tree, draft, directory, framework?.name);
    const page = pageAmong(tree.filesBelow(within(directory, 'app')), /\.scala\.(html|xml|js)$/);
    const isBare = framework?.name === 'play' && page === undefined;
    if (isBare) draft.claim('kind', 'api', 0.88, { ...place, why: 'an app of Play without views' });
    claimKind(draft, code, framework?.kind === 'web' && !isBare);
    return [draft];
  },
};
