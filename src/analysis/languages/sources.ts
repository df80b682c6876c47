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
import { isSideDirectory, isTestPath } from '../tree/ignored.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { toldProgram } from './told.ts';

/** Programs in shell that have a directory and an image of their own each. */
function scriptImages(tree: Tree): Draft[] {
  return tree.files.filter((file) => isDockerfile(file) && !isSideDirectory(posix.dirname(file))).flatMap((file) => {
    const dockerfile = readDockerfile(tree, file);
    const directory = posix.dirname(file);
    const script = dockerfile?.command?.words.flatMap((word) => word.split(/\s+/)).concat(dockerfile.entrypoint ?? []).map((word) => posix.basename(word)).find((name) => name.endsWith('.sh') && tree.has(within(directory, name)));
    if (!dockerfile?.command || script === undefined || directory === '.') return [];
    const place = seen(file, dockerfile.command.line, `the image runs ${script}`);
    const draft = new Draft(posix.basename(directory), directory, 'shell').claim('kind', 'job', 0.6, place).claim('start', `sh ${script}`, 0.7, place);
    draft.entry = within(directory, script);
    return [draft];
  });
}

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
  const [most] = [...files].sort((a, b) => b[1].length - a[1].length);
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
    claimKind(draft, code, pageAmong(tree.files) !== undefined);
    return [draft];
  }
  const place = (why: string) => seen(first!, 1, `code in ${language}, and ${why}`);
  if (language === 'shell') {
    const images = scriptImages(tree);
    if (images.length > 1) return images;
  }
  if (language === 'shell') return [new Draft('job', '.', language).claim('kind', 'job', 0.5, place('a script is a program'))];
  return [new Draft('library', '.', language).claim('kind', 'library', 0.5, place('nothing that starts it'))];
}
