import { posix } from 'node:path';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { factsOf } from '../facts/file.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import { seenFrom, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { isErrand, mostPrograms } from './programs.ts';

/** Names of scripts that are run by themselves. */
const programName = /^(?:\w+[-_])?(?:worker|consumer|daemon|listener|subscriber|processor|server|console|bot|scheduler|main|run|start)\.php$/i;

/** How a script sets to work what is a class elsewhere. */
const setsToWork = /^[ \t]*(?:\(?new [\w\\]+|\$\w+)[^\n;]{0,80}->(?:listen|consume|subscribe|run|start|work|process|execute)\(/m;

/**
 * The scripts of a project without pages that are run by themselves: they go on until they are stopped, listen, ask whoever starts them, or set something of the
 * project to work that takes messages.
 */
export function scriptsOf(tree: Tree, directory: string, code: () => readonly FileFacts[]): FileFacts[] {
  const own = ['.', 'bin', 'src'].flatMap((place) => tree.namesIn(within(directory, place)).filter((name) => programName.test(name)).map((name) => within(directory, posix.join(place, name))));
  const named = own.flatMap((path) => factsOf(tree, path) ?? []);
  const takes = named.length > 0 && code().some((facts) => facts.takes !== undefined && (facts.loops || facts.called.has('wait')));
  const runs = named.filter(({ path, loops, takes: taken, listens, asks }) => loops || taken !== undefined || listens.length > 0 || asks || takes && setsToWork.test(tree.text(path) ?? ''));
  return runs.length > mostPrograms ? [] : runs;
}

/** Programs by which frameworks run commands that an app declares. */
const consoles = ['bin/console', 'artisan', 'bin/hyperf.php', 'app.php', 'yii', 'spark'];

/** How commands are declared: by their name for a console of Symfony, or for Laravel's. */
const declared = /->setName\(\s*['"]([\w:-]+)['"]|\$(?:defaultName|signature|name)\s*=\s*['"]([\w:-]+)|#\[AsCommand\(\s*(?:name:\s*)?['"]([\w:-]+)['"]/;

/** What an app of PHP runs beside its pages: commands of its console, and scripts, that take messages until they are stopped. */
export function takersBeside(tree: Tree, main: Draft, code: readonly FileFacts[]): Draft[] {
  const console = consoles.find((name) => tree.has(within(main.path, name)));
  // With some clients the loop is left when nothing is to be taken any more.
  const takers = code.filter(({ path, takes, loops, called }) => takes !== undefined && (loops || called.has('wait')) && path !== main.entry && !isSideDirectory(posix.dirname(seenFrom(main.path, path))) && !isErrand(seenFrom(main.path, path)));
  if (takers.length > mostPrograms) return [];
  return takers.flatMap(({ path, takes }) => {
    const text = tree.text(path) ?? '';
    const [, ...names] = declared.exec(text) ?? [];
    const command = names.find((name) => name !== undefined);
    // A class is a part of something.
    if (command === undefined ? /^[ \t]*(?:abstract |final |readonly ){0,2}class\s/m.test(text) : console === undefined) return [];
    const name = command?.split(':').at(-1) ?? posix.basename(path, '.php');
    const place = seen(path, takes!.line, `takes messages (${takes!.call}) until it is stopped`);
    const draft = main.sibling(name).claim('kind', 'worker', 0.9, place).claim('start', command === undefined ? `php ${seenFrom(main.path, path)}` : `php ${console} ${command}`, 0.88, place);
    draft.entry = path;
    return [draft];
  });
}
