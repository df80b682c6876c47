import { posix } from 'node:path';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import { lineOf } from '../syntax/formats.ts';
import { linesIn } from '../syntax/lines.ts';
import { seenFrom, upwards, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { claimJavaVersion } from './java-version.ts';
import { wrapperOf } from './jvm-commands.ts';
import { jvmFrameworks } from './jvm-frameworks.ts';
import type { JvmProject } from './jvm-project.ts';
import { javaVersion } from './jvm-project.ts';
import { claimSettings } from './jvm-settings.ts';
import { claimFramework, claimKind } from './listening.ts';
import { toldCommands } from './told.ts';

const manifest = /^build\.(?:mill(?:\.scala)?|sc)$/;
const otherBuild = /^(?:build\.sbt|pom\.xml|build\.gradle(?:\.kts)?)$/;

/** Projects of Mill, other than those that another build tool builds as well. */
export const mill: Detector = {
  name: 'mill',
  projects: (tree) => directoriesWith(tree, manifest).filter((directory) => !tree.namesIn(directory).some((name) => otherBuild.test(name)) && !upwards(directory).slice(1).some((above) => tree.namesIn(above).some((name) => manifest.test(name)))),
  describe(tree, directory, { inner, anything }) {
    const file = within(directory, tree.namesIn(directory).find((name) => manifest.test(name))!);
    const text = (tree.text(file) ?? '').replace(/^[ \t]*\/\/[^\n]*/gm, '');
    const code = codeIn(tree, directory, inner).filter(({ language, path }) => (language === 'scala' || language === 'java' || language === 'kotlin') && path !== file);
    const count = (language: string) => code.filter((facts) => facts.language === language).length;
    const language = count('java') > code.length / 2 ? 'java' : count('kotlin') > code.length / 2 ? 'kotlin' : 'scala';
    const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, language);
    const place = seen(file, 1, 'a project of Mill');
    for (const match of text.matchAll(/\b(?:ivy|mvn)"([\w.-]+):{1,3}([\w.-]+):/g)) {
      const evidence = seen(file, linesIn(text).at(match.index), `depends on ${match[2]}`);
      draft.dependencies.set(`${match[1]}:${match[2]}`, evidence).set(match[2]!, evidence);
    }
    if (/\bPlay(?:Api)?Module\b/.test(text)) draft.dependencies.set('play', seen(file, lineOf(text, /\bPlay(?:Api)?Module\b/), 'the module of Play'));
    const framework = claimFramework(draft, jvmFrameworks, code);
    const isProgram = framework?.selfStarting === true || framework?.name === 'play' || code.some(({ main }) => main) || /\bmainClass\b/.test(text);
    if (!isProgram && !anything) return [];
    draft.claim('packageManager', 'mill', 0.97, place).claim('install', null, 0.88, place);
    if (!isProgram) return [draft.without('kind').claim('kind', 'library', 0.7, { ...place, why: 'a package without a program' })];
    const program = ['./mill', './millw'].find((name) => tree.has(within(directory, name))) ?? wrapperOf(tree, directory, 'mill') ?? 'mill';
    const name = moduleOf(tree, directory, text, code.filter(({ main }) => main).map(({ path }) => seenFrom(directory, path)));
    const task = (what: string) => (name === '' ? what : `${name}.${what}`);
    if (name !== '') draft.aliases.add(name);
    const told = toldCommands(tree, directory).find(({ command }) => /^(?:\.\/)?millw?\s+(?:-{1,2}[\w-]+\s+){0,3}(?:\w+\.)*run\w*(?:\s|$)/.test(command));
    if (told) draft.claim('build', `${program} ${task('compile')}`, 0.85, place).claim('start', told.command, 0.87, seen(told.file, told.line, `tells to run ${told.command.slice(0, 120)}`));
    else if (framework?.name === 'play') draft.claim('build', `${program} ${task('compile')}`, 0.85, place).claim('start', `${program} ${task('run')}`, 0.85, place);
    else draft.claim('build', `${program} ${task('assembly')}`, 0.88, place).claim('start', `java -jar out/${name === '' ? '' : `${name.replaceAll('.', '/')}/`}assembly.dest/out.jar`, 0.85, place);
    const compiled: JvmProject['java'] = [...text.matchAll(/\bjvm(?:Id|Version)\s*=\s*"(?:[\w-]+:)?([\d.]+)|"(?:-release|--release|-java-output-version)(?:"\s*,\s*"|:)?([\d.]+)"/g)].flatMap((match) => {
      const version = javaVersion(match[1] ?? match[2]);
      return version === undefined ? [] : [{ value: version, confidence: 0.88, evidence: seen(file, linesIn(text).at(match.index), `for Java ${version}`) }];
    });
    claimJavaVersion(tree, draft, directory, compiled, file);
    claimSettings(tree, draft, directory, framework?.name);
    claimKind(draft, code, framework?.kind === 'web');
    return [draft];
  },
};

/** The module of the build that holds the program; empty for the one that the whole directory is. */
function moduleOf(tree: Tree, directory: string, text: string, mains: readonly string[]): string {
  const modules = [...text.matchAll(/\bobject\s+`?([\w-]+)`?\s+extends\s+([^{\n]*)/g)].filter((match) => /Module\b/.test(match[2]!) && !/Tests?\b|TestModule|ScalaJSModule|ScalaNativeModule/.test(match[2]!));
  const isRoot = ([, name, bases]: readonly (string | undefined)[]) => name === 'package' || /\bRootModule\b|\bSingleModule\b/.test(bases!);
  const holding = modules.find((match) => mains.some((path) => path.startsWith(`${match[1]}/`))) ?? modules.find(isRoot) ?? modules.find((match) => tree.hasDirectory(within(directory, match[1]!))) ?? modules[0];
  return holding === undefined || holding[1] === 'package' || /\bRootModule\b/.test(holding[2]!) ? '' : holding[1]!;
}
