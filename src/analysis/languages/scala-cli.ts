import { posix } from 'node:path';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import { linesIn } from '../syntax/lines.ts';
import { isTestPath } from '../tree/ignored.ts';
import { upwards, within } from '../tree/paths.ts';
import { perTree } from '../tree/remembered.ts';
import { claimJavaVersion } from './java-version.ts';
import { jvmFrameworks } from './jvm-frameworks.ts';
import type { JvmProject } from './jvm-project.ts';
import { javaVersion } from './jvm-project.ts';
import { claimSettings } from './jvm-settings.ts';
import { claimFramework, claimKind } from './listening.ts';
import { toldCommands } from './told.ts';

const source = /\.(?:scala|sc)$/;
const build = /^(?:build\.(?:sbt|sc|mill(?:\.scala)?)|pom\.xml|build\.gradle(?:\.kts)?)$/;
const directive = /^[ \t]*\/\/>[ \t]*using[ \t]+([\w.]+)[ \t]+(.*)$/gm;

/** Topmost directories with a file of Scala that says by `//> using` what it needs, where no build tool does. */
const homes = perTree((tree): string[] => {
  const all = directoriesWith(tree, source).filter((directory) => tree.namesIn(directory).some((name) => source.test(name) && /^[ \t]*\/\/>[ \t]*using\b/m.test((tree.textOnce(within(directory, name)) ?? '').slice(0, 20_000))));
  const isBuilt = (directory: string) => upwards(directory).some((above) => tree.namesIn(above).some((name) => build.test(name)));
  const among = new Set(all);
  return all.filter((directory) => !isBuilt(directory) && !upwards(directory).slice(1).some((above) => among.has(above)));
});

/** Programs that scala-cli runs by what their files say themselves. */
export const scalaCli: Detector = {
  name: 'scala-cli',
  projects: (tree) => homes(tree),
  describe(tree, directory, { inner, anything }) {
    const files = tree.filesBelow(directory).filter((file) => source.test(file) && !isTestPath(file));
    const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, 'scala');
    const first = files.find((file) => posix.basename(file) === 'project.scala') ?? files.find((file) => posix.dirname(file) === directory) ?? files[0]!;
    const place = seen(first, 1, 'a program of scala-cli');
    const versions: JvmProject['java'] = [];
    let mainClass: string | undefined;
    for (const file of files) {
      const text = tree.textOnce(file) ?? '';
      for (const match of text.matchAll(directive)) {
        const [, key, value] = match as unknown as [string, string, string];
        const line = linesIn(text).at(match.index);
        if (/^(?:dep|deps|lib|libs|dependency)$/.test(key)) {
          for (const dependency of value.matchAll(/([\w.-]+):{1,3}([\w.-]+):{1,2}[\w.+-]/g)) draft.dependencies.set(`${dependency[1]}:${dependency[2]}`, seen(file, line, `depends on ${dependency[2]}`)).set(dependency[2]!, seen(file, line, `depends on ${dependency[2]}`));
        } else if (key === 'jvm') {
          const version = javaVersion(/(\d[\d.]*)/.exec(value)?.[1]);
          if (version !== undefined) versions.push({ value: version, confidence: 0.92, evidence: seen(file, line, `for Java ${version}`) });
        } else if (key === 'mainClass') mainClass ??= value.trim().replace(/^"(.*)"$/, '$1');
      }
    }
    const code = codeIn(tree, directory, inner).filter(({ language }) => language === 'scala');
    const scripts = files.filter((file) => file.endsWith('.sc'));
    const framework = claimFramework(draft, jvmFrameworks, code);
    const isProgram = framework?.selfStarting === true || mainClass !== undefined || scripts.length > 0 || code.some(({ main }) => main);
    if (!isProgram && !anything) return [];
    draft.claim('packageManager', 'scala-cli', 0.95, place).claim('install', null, 0.85, place);
    claimJavaVersion(tree, draft, directory, versions, first);
    if (!isProgram) return [draft.without('kind').claim('kind', 'library', 0.7, { ...place, why: 'a package without a program' })];
    const told = toldCommands(tree, directory).find(({ command }) => /^scala(?:-cli)?\s+(?!test\b|fmt\b|setup-ide\b|compile\b|package\b|publish\b|clean\b|--version)/.test(command));
    draft.claim('build', 'scala-cli compile .', 0.8, place).claim('start', mainClass === undefined ? 'scala-cli run .' : `scala-cli run . --main-class ${mainClass}`, 0.8, place);
    if (told) draft.claim('start', told.command, 0.87, seen(told.file, told.line, `tells to run ${told.command.slice(0, 120)}`));
    claimSettings(tree, draft, directory, framework?.name);
    claimKind(draft, code, framework?.kind === 'web');
    draft.claim('kind', 'job', 0.5, place);
    return [draft];
  },
};
