import { posix } from 'node:path';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import { reachableFrom } from '../facts/reach.ts';
import { claimKind } from './listening.ts';
import { pageAmong } from './page-files.ts';
import { languageOf } from '../syntax/languages.ts';
import { isDockerfile } from '../platforms/dockerfile.ts';
import { readDockerfile } from '../platforms/dockerfile-read.ts';
import { scheduledPrograms } from '../platforms/github-schedule.ts';
import { lineOf } from '../syntax/formats.ts';
import { isSideDirectory, isTestPath } from '../tree/ignored.ts';
import { seenFrom, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { toldProgram } from './told.ts';

/** What starts programs that run as they are written. */
const runsAsWritten: ReadonlyMap<string, string> = new Map([['python', 'python3'], ['ruby', 'ruby'], ['perl', 'perl'], ['r', 'Rscript'], ['julia', 'julia']]);

/** Programs in shell of which an image is made each. */
function scriptImages(tree: Tree): Draft[] {
  return tree.files.filter((file) => isDockerfile(file) && !isSideDirectory(posix.dirname(file))).flatMap((file) => {
    const dockerfile = readDockerfile(tree, file);
    const directory = posix.dirname(file);
    const words = [...dockerfile?.entrypoint ?? [], ...dockerfile?.command?.words ?? []].flatMap((word) => word.split(/\s+/)).map((word) => posix.basename(word));
    const script = words.map((name) => scriptNamed(tree, directory, name)).find((path) => path !== undefined);
    if (!dockerfile || script === undefined) return [];
    const place = seen(file, dockerfile.command?.line ?? dockerfile.baseLine, `the image runs ${posix.basename(script)}`);
    const own = seenFrom(directory, script);
    const shell = /^#!\s*\S*\b(bash|zsh|ash|dash)\b|^#!\s*\/usr\/bin\/env (bash|zsh)/.exec(tree.text(script) ?? '');
    const draft = new Draft(directory === '.' ? 'job' : posix.basename(directory), directory, 'shell').claim('kind', 'job', 0.6, place).claim('start', `${shell?.[1] ?? shell?.[2] ?? 'sh'} ${own}`, 0.7, place);
    draft.entry = script;
    return [draft];
  });
}

/** The script of this name in a directory, or the only one below it: an image keeps it where it likes. */
function scriptNamed(tree: Tree, directory: string, name: string): string | undefined {
  if (!/\.(?:ba)?sh$/.test(name)) return undefined;
  if (tree.has(within(directory, name))) return within(directory, name);
  const [found, ...others] = tree.filesBelow(directory).filter((path) => posix.basename(path) === name);
  return others.length === 0 ? found : undefined;
}

/** How a program in C or C++ without a build file is compiled: as a script or the README beside it tells, else all of its files in one go. */
function claimCompiled(tree: Tree, draft: Draft, files: readonly string[], main: string): void {
  const isC = draft.language === 'c';
  const manuals = tree.namesIn('.').filter((name) => /^(?:readme.*|(?:build|compile|make|install)\.sh)$/i.test(name));
  for (const name of manuals) {
    for (const [index, raw] of (tree.text(name) ?? '').split('\n').entries()) {
      const told = raw.length < 400 ? /(?:^|[\s`$>])((?:gcc|cc|clang|g\+\+|c\+\+|clang\+\+)\s[^`\n]*?-o\s+([\w./-]+)[^`\n]*)/.exec(raw) : null;
      if (!told) continue;
      const place = seen(name, index + 1, `tells to compile with ${told[1]!.trim().slice(0, 120)}`);
      const directory = posix.dirname(told[2]!);
      draft.claim('build', `${directory === '.' ? '' : `mkdir -p ${directory} && `}${told[1]!.trim()}`, 0.8, place).claim('start', `./${posix.normalize(told[2]!)}`, 0.8, place);
      return;
    }
  }
  const place = seen(main, 1, 'has a main function, and nothing says how it is compiled');
  const own = files.filter((file) => isC ? file.endsWith('.c') : /\.(?:cc|cpp|cxx)$/.test(file));
  const name = posix.basename(main).replace(/\.\w+$/, '');
  draft.claim('build', `${isC ? 'cc' : 'c++'} -O2 -o ${name} ${own.slice(0, 40).join(' ')}`, 0.55, place).claim('start', `./${name}`, 0.6, place);
}

/** How a program in Java without a build tool is compiled and started, with the archives that it keeps. */
function claimJava(tree: Tree, draft: Draft, main: string): void {
  const place = seen(main, 1, 'has a main method, and no build tool');
  const name = /^[ \t]*package\s+([\w.]+)\s*;/m.exec(tree.text(main) ?? '')?.[1];
  const type = posix.basename(main, '.java');
  const home = name === undefined ? posix.dirname(main) : posix.dirname(main).replace(new RegExp(`(^|/)${name.replaceAll('.', '/')}$`), '') || '.';
  const [archive] = tree.files.filter((file) => file.endsWith('.jar') && !/(^|\/)(gradle|\.mvn)\//.test(file)).map((file) => posix.dirname(file));
  const jars = archive === undefined ? '' : `${archive === '.' ? '' : `${archive}/`}*`;
  draft.claim('build', `javac -d out${jars === '' ? '' : ` -cp '${jars}'`} $(find ${home} -name '*.java')`, 0.6, place);
  draft.claim('start', `java -cp ${jars === '' ? 'out' : `'out:${jars}'`} ${name === undefined ? type : `${name}.${type}`}`, 0.6, place).claim('runtime', { name: 'java', version: null }, 0.6, place);
}

/** Packages by which scripts of R train models. */
const fitsInR = /\b(?:library|require)\(["']?(?:randomForest|ranger|caret|tidymodels|parsnip|xgboost|lightgbm|gbm|glmnet|e1071|kernlab|nnet|rpart|mlr3?|keras3?|torch)\b/;

/** Code without a manifest: what a clock starts, else a library in the language that most of its files are written in, or a job for scripts of a shell. None when there is no code. */
export function sources(tree: Tree): Draft[] {
  const scheduled = scheduledPrograms(tree).find(({ entry }) => entry !== null);
  if (scheduled?.entry) {
    const draft = new Draft('cron', '.', languageOf(scheduled.entry)?.language ?? 'shell').claim('kind', 'cron', 0.85, scheduled.evidence).claim('start', scheduled.command, 0.85, scheduled.evidence);
    draft.entry = scheduled.entry;
    return [draft];
  }
  const written = tree.files.filter((file) => languageOf(file) !== undefined && !isTestPath(file));
  const main = written.filter((file) => !isSideDirectory(file.split('/').slice(0, -1).join('/') || '.'));
  // Scripts may be all that there is.
  const files = Map.groupBy(main.length > 0 ? main : written.filter((file) => /(^|\/)(scripts?|bin|tools?)\//.test(file)), (file) => languageOf(file)!.language);
  // A few scripts build or start what the rest is.
  const weight = ([language, own]: readonly [string, readonly string[]]) => own.length / (language === 'shell' ? 3 : 1);
  const [most] = [...files].sort((a, b) => weight(b) - weight(a));
  if (!most) return [];
  const [language, [first]] = most;
  const code = codeIn(tree, '.', []).filter((facts) => facts.language === language);
  const told = toldProgram(tree, '.', language);
  if (told) {
    const draft = new Draft('web', '.', language);
    draft.entry = told.entry;
    draft.claim('start', told.start, 0.7, seen(told.file, told.line, `tells to run ${told.command.slice(0, 120)}`));
    claimKind(draft, reachableFrom(told.entry, code), pageAmong(tree.files) !== undefined);
    return [draft];
  }
  if (code.some((facts) => facts.main)) {
    const draft = new Draft('web', '.', language);
    if (language === 'java') claimJava(tree, draft, code.find(({ main: starts }) => starts)!.path);
    if (language === 'c' || language === 'cpp') claimCompiled(tree, draft, code.map(({ path }) => path), code.find(({ main: starts }) => starts)!.path);
    claimKind(draft, code, pageAmong(tree.files) !== undefined);
    return [draft];
  }
  const place = (why: string) => seen(first!, 1, `code in ${language}, and ${why}`);
  // A program that stands alone is run as it is.
  if (files.get(language)!.length === 1 && runsAsWritten.has(language) && !/(^|\/)__init__\.py$/.test(first!)) {
    const draft = new Draft('job', '.', language).claim('start', `${runsAsWritten.get(language)} ${first}`, 0.5, place('the only one there is'));
    draft.entry = first!;
    claimKind(draft, reachableFrom(first!, code), pageAmong(tree.files) !== undefined);
    return [draft];
  }
  if (language === 'shell') {
    const images = scriptImages(tree);
    if (images.length > 0) return images;
  }
  if (language === 'shell') return [new Draft('job', '.', language).claim('kind', 'job', 0.5, place('a script is a program'))];
  if (language === 'r' && !tree.has('DESCRIPTION')) {
    const fitting = files.get(language)!.find((file) => fitsInR.test(tree.text(file) ?? ''));
    const draft = new Draft('job', '.', language).claim('kind', 'job', 0.5, place('no package'));
    return [fitting === undefined ? draft : draft.claim('kind', 'ml-training', 0.7, seen(fitting, lineOf(tree.text(fitting), fitsInR), 'trains a model'))];
  }
  return [new Draft('library', '.', language).claim('kind', 'library', 0.5, place('nothing that starts it'))];
}
