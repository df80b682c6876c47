import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { factsOf } from '../facts/file.ts';
import { claimEnding } from '../kinds/ending.ts';
import { asData, asList, asText, lineOf, readJson } from '../syntax/formats.ts';
import { linesIn } from '../syntax/lines.ts';
import { isBelow, seenFrom, within } from '../tree/paths.ts';
import type { Framework } from './listening.ts';
import type { Tree } from '../tree/tree.ts';
import { claimFramework } from './listening.ts';
import { scriptsOf, takersBeside } from './php-programs.ts';
import { claimRoadRunner } from './php-roadrunner.ts';
import { toldCommands, toldProgram } from './told.ts';
import { pinnedVersions, runtimeAsked } from './versions.ts';

const frameworks: readonly Framework[] = [
  { name: 'lumen', packages: ['laravel/lumen-framework'], kind: 'api' },
  { name: 'laravel', packages: ['laravel/framework'], kind: 'web' },
  { name: 'drupal', packages: ['drupal/core', 'drupal/core-recommended'], kind: 'web' },
  { name: 'wordpress', packages: ['johnpbloch/wordpress', 'roots/wordpress', 'johnpbloch/wordpress-core', 'roots/wordpress-no-content'], kind: 'web' },
  { name: 'magento', packages: ['magento/product-community-edition', 'magento/framework'], kind: 'web' },
  { name: 'typo3', packages: ['typo3/cms-core'], kind: 'web' },
  { name: 'craft', packages: ['craftcms/cms'], kind: 'web' },
  { name: 'api-platform', packages: ['api-platform/api-pack'], kind: 'api' },
  { name: 'symfony', packages: ['symfony/framework-bundle', 'symfony/symfony', 'symfony/runtime'], kind: 'web' },
  { name: 'codeigniter', packages: ['codeigniter4/framework', 'codeigniter/framework'], kind: 'web' },
  { name: 'cakephp', packages: ['cakephp/cakephp'], kind: 'web' },
  { name: 'yii', packages: ['yiisoft/yii2', 'yiisoft/yii', 'yiisoft/yii-web'], kind: 'web' },
  { name: 'laminas', packages: ['laminas/laminas-mvc', 'zendframework/zend-mvc'], kind: 'web' },
  { name: 'mezzio', packages: ['mezzio/mezzio'], kind: 'web' },
  { name: 'phalcon', packages: ['ext-phalcon', 'phalcon/devtools'], kind: 'web' },
  { name: 'spiral', packages: ['spiral/framework'], kind: 'web' },
  { name: 'hyperf', packages: ['hyperf/framework', 'hyperf/http-server'], kind: 'api' },
  { name: 'slim', packages: ['slim/slim'], kind: 'api' },
  { name: 'flight', packages: ['mikecao/flight', 'flightphp/core'], kind: 'api' },
  { name: 'silex', packages: ['silex/silex'], kind: 'web' },
  { name: 'shopware', packages: ['shopware/core'], kind: 'web' },
  { name: 'kirby', packages: ['getkirby/cms'], kind: 'web' },
  { name: 'grav', packages: ['getgrav/grav'], kind: 'web' },
  { name: 'nette', packages: ['nette/application'], kind: 'web' },
  { name: 'fatfree', packages: ['bcosca/fatfree', 'bcosca/fatfree-core'], kind: 'web' },
  { name: 'thinkphp', packages: ['topthink/framework'], kind: 'web' },
  { name: 'tempest', packages: ['tempest/framework'], kind: 'web' },
  { name: 'webman', packages: ['workerman/webman-framework'], kind: 'web' },
  { name: 'workerman', packages: ['workerman/workerman'], kind: 'api' },
  { name: 'reactphp', packages: ['react/http'], kind: 'api' },
  { name: 'amphp', packages: ['amphp/http-server'], kind: 'api' },
  { name: 'ratchet', packages: ['cboden/ratchet'], kind: 'api' },
  { name: 'leaf', packages: ['leafs/leaf'], kind: 'api' },
];

/** Systems that are downloaded rather than required: a file that only they have. */
const downloaded = [
  { name: 'wordpress', files: ['wp-load.php', 'wp-config-sample.php', 'wp-settings.php', 'wp-content/index.php'] },
  { name: 'drupal', files: ['core/lib/Drupal.php', 'web/core/lib/Drupal.php'] },
  { name: 'joomla', files: ['libraries/src/Version.php', 'administrator/index.php'] },
  { name: 'codeigniter', files: ['system/core/CodeIgniter.php', 'spark'] },
  { name: 'laravel', files: ['artisan'] },
  { name: 'cakephp', files: ['bin/cake'] },
  { name: 'yii', files: ['yii'] },
] as const;

/** Directories that a web server shows: the app is what holds them. */
const documentRoot = /^(public|web|html|htdocs|www|webroot)$/;

/** PHP apps: those of Composer and plain ones with an index.php. */
export const php: Detector = {
  name: 'php',
  projects(tree) {
    const composed = directoriesWith(tree, ['composer.json']);
    const pages = directoriesWith(tree, ['index.php']).map((directory) => (documentRoot.test(posix.basename(directory)) ? posix.dirname(directory) : directory)).filter((directory) => !composed.some((project) => isBelow(directory, project)));
    return [...composed, ...pages.filter((directory) => !pages.some((other) => other !== directory && isBelow(directory, other)))];
  },
  describe(tree, directory, { inner, anything }) {
    const file = within(directory, 'composer.json');
    const data = readJson(tree, file);
    // Versions of Symfony before the fourth have a front of another name.
    const fronted = tree.has(within(directory, 'web/app.php')) ? 'web' : ['public', 'web', 'html', 'htdocs', 'www', 'webroot', '.', 'src', 'api'].find((name) => tree.has(within(directory, `${name}/index.php`)));
    const server = fronted === undefined ? toldServer(tree, directory, data) : undefined;
    const shown = server && (/ -t ([\w./-]+)/.exec(server.shown)?.[1] ?? '.');
    const page = shown === undefined ? undefined : tree.namesIn(within(directory, shown)).find((name) => name.endsWith('.php'));
    const root = fronted ?? (page === undefined ? undefined : shown);
    const artisan = tree.has(within(directory, 'artisan'));
    const installed = root === undefined ? installedSite(tree, directory, data) : undefined;
    const program = asList(data?.['bin']).map(asText).find((name) => name !== undefined && tree.has(within(directory, name)));
    const isRun = ['.rr.yaml', '.rr.yml'].some((name) => tree.has(within(directory, name)));
    const ofPhp = () => codeIn(tree, directory, inner).filter(({ language }) => language === 'php');
    const scripts = root === undefined && !artisan && !isRun && installed === undefined && asText(data?.['type']) !== 'library' ? scriptsOf(tree, directory, ofPhp) : [];
    if (root === undefined && !artisan && !isRun && installed === undefined && program === undefined && scripts.length === 0 && !(anything && data)) return [];
    const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, 'php');
    const required = asData(data?.['require']);
    for (const name of Object.keys(required)) draft.dependencies.set(name, seen(file, linesIn(tree.text(file)).of(name), `requires ${name}`));
    const framework = claimFramework(draft, frameworks) ?? downloadedFramework(tree, draft);
    const index = [`${root ?? 'public'}/index.php`, 'web/app.php'].map((name) => within(directory, name)).find((path) => tree.has(path)) ?? within(directory, page === undefined ? 'public/index.php' : `${shown}/${page}`);
    const serves = root !== undefined || artisan || isRun || installed !== undefined;
    const front = installed !== undefined ? seen(within(directory, 'wp-config.php'), 1, `WordPress is installed into ${installed}`) : artisan ? seen(within(directory, 'artisan'), 1, 'the program of Laravel') : seen(file, 1, 'an app that RoadRunner runs');
    const place = !serves ? seen(file, 1, 'a composer.json') : root === undefined ? front : seen(index, 1, page === undefined ? 'an index.php' : 'a page of PHP');
    const isPackage = !serves && asText(data?.['type']) !== undefined && asText(data?.['type']) !== 'project';
    if (isPackage) draft.without('kind');
    draft.claim('kind', serves || framework?.kind === 'web' && !isPackage ? 'web' : 'library', 0.88, place).claim('build', null, 0.5, place);
    if (serves && (framework?.kind === 'api' && !fillsPages(tree, draft) || framework?.name === 'laravel' && showsGreeting(tree, directory))) draft.claim('kind', 'api', 0.89, draft.best('framework')!.evidence);
    if (data) draft.claim('packageManager', 'composer', 0.97, place);
    const isBrought = tree.has(within(directory, 'vendor/autoload.php'));
    const needed = !isBrought && (data !== undefined && Object.keys(required).some((name) => name !== 'php' && !name.startsWith('ext-')) || tree.has(within(directory, 'composer.lock')));
    draft.claim('install', needed ? 'composer install --no-dev --optimize-autoloader' : null, 0.9, place);
    // What its packages are chosen for says more than what they would do with.
    const platform = asText(asData(asData(data?.['config'])['platform'])['php']);
    const range = platform ?? asText(required['php']);
    const [pinned] = pinnedVersions(tree, 'php', directory);
    const asked = runtimeAsked('php', pinned?.value ?? range);
    draft.claim('runtime', asked, asked.version ? 0.93 : 0.9, pinned?.evidence ?? (range ? seen(file, lineOf(tree.text(file), new RegExp(`"php"\\s*:\\s*"${RegExp.escape(range)}"`)), `${platform ? 'is made for' : 'requires'} PHP ${range}`) : place));
    if (scripts.length > 0) return scripts.map((script) => runOf(scripts.length === 1 ? draft : draft.sibling(posix.basename(script.path, '.php')), script));
    if (!serves) {
      const own = program === undefined || framework ? [] : codeIn(tree, directory, inner).filter(({ language }) => language === 'php');
      const told = anything && !framework ? toldProgram(tree, directory, 'php') : undefined;
      if (told) return [programOf(draft, told, codeIn(tree, directory, inner).filter(({ language }) => language === 'php'))];
      return own.some(({ loops, commandLine }) => loops || commandLine) ? [programOf(draft, { entry: within(directory, program!), start: `php ${program}`, ...seen(within(directory, program!), 1, 'a program that is installed') }, own)] : anything ? [draft] : [];
    }
    const own = root === '.' || root === 'src' ? factsOf(tree, index) : undefined;
    if (own && !framework && (own.loops || own.takes) && own.listens.length === 0 && !answers.test(tree.text(index) ?? '')) {
      return [programOf(draft.without('port'), { entry: index, start: `php ${seenFrom(directory, index)}`, ...seen(index, 1, 'goes on by itself') }, [own])];
    }
    const beside = takersBeside(tree, draft, codeIn(tree, directory, inner).filter(({ language }) => language === 'php'));
    if (claimRoadRunner(tree, draft)) return [draft, ...beside];
    if (framework?.name === 'laravel' && artisan) {
      draft.claim('start', 'php artisan serve --host=0.0.0.0 --port=${PORT:-8000}', 0.9, seen(within(directory, 'artisan'), 1, 'the program of Laravel'));
      if (tree.hasDirectory(within(directory, 'database/migrations'))) draft.claim('release', 'php artisan migrate --force', 0.9, seen(within(directory, 'artisan'), 1, 'migrations of Laravel'));
    } else {
      const told = toldServer(tree, directory, data);
      draft.claim('start', `php -S 0.0.0.0:\${PORT:-${told?.port ?? 8000}}${told?.shown ?? (root === '.' ? '' : ` -t ${root ?? installed}`)}`, 0.85, told?.evidence ?? place);
      if (told) draft.claim('port', { port: told.port, protocol: 'http' }, 0.83, told.evidence);
      if (framework?.name === 'symfony' && tree.hasDirectory(within(directory, 'migrations')) && draft.dependencies.has('doctrine/doctrine-migrations-bundle')) draft.claim('release', 'php bin/console doctrine:migrations:migrate --no-interaction', 0.88, place);
    }
    draft.claim('port', { port: 8000, protocol: 'http' }, 0.8, place);
    return [draft, ...beside];
  },
};

/** Where Composer puts WordPress, which is not among the files, beside the configuration that is; undefined for other projects. */
function installedSite(tree: Tree, directory: string, data: ReturnType<typeof readJson>): string | undefined {
  const isRequired = Object.keys(asData(data?.['require'])).some((name) => /^(?:johnpbloch|roots)\/wordpress(?:-core|-no-content|-full)?$/.test(name));
  const place = asText(asData(data?.['extra'])['wordpress-install-dir']) ?? 'wordpress';
  return isRequired && tree.has(within(directory, 'wp-config.php')) && /^[\w./-]+$/.test(place) ? place.replace(/^\.\/|\/$/g, '') : undefined;
}

/** Whether an app of a framework for interfaces fills in pages all the same. */
function fillsPages(tree: Tree, draft: Draft): boolean {
  return [...draft.dependencies.keys()].some((name) => /^(?:slim\/(?:php|twig)-view|twig\/twig|leafs\/(?:blade|bareui|views?)|league\/plates|latte\/latte|smarty\/smarty)$/.test(name)) || tree.filesBelow(draft.path).some((file) => /\.(?:twig|phtml|latte|tpl|blade\.php)$/.test(file));
}

/** Whether the only page of an app of Laravel is the greeting that a new one brings, and it has more routes of an interface than that. */
function showsGreeting(tree: Tree, directory: string): boolean {
  const pages = tree.filesBelow(within(directory, 'resources')).filter((file) => /\.(?:blade\.php|vue|[jt]sx|svelte)$/.test(file));
  return pages.every((file) => posix.basename(file) === 'welcome.blade.php') && (tree.text(within(directory, 'routes/api.php'))?.match(/^[ \t]*Route::/gm)?.length ?? 0) > 1;
}

/** What a file does that is run for a request: it reads of it, or writes a page. */
const answers = /\$_(?:GET|POST|REQUEST|SERVER|FILES|SESSION|COOKIE)\b|\bheader\s*\(|php:\/\/input|<!doctype|<html|<body/i;

/** Where the authors let the server of PHP listen, and what they have it show: in a script of Composer or a README. */
function toldServer(tree: Tree, directory: string, data: ReturnType<typeof readJson>): { port: number; shown: string; evidence: Evidence } | undefined {
  const file = within(directory, 'composer.json');
  const scripts = Object.entries(asData(data?.['scripts'])).filter(([name]) => /^(?:start|serve|server|dev)$/.test(name)).flatMap(([name, script]) => asList(script).concat(script).map((command) => ({ command: asText(command) ?? '', file, line: lineOf(tree.text(file), new RegExp(`"${name}"\\s*:`)) })));
  for (const { command, ...place } of [...scripts, ...toldCommands(tree, directory)]) {
    const match = /^(?:@?php) -S [\w.]*:(\d{2,5})((?: -t [\w./-]+)?(?: [\w./-]+\.php)?)$/.exec(command.replace(/^cd ([\w./-]+) && (@?php -S \S+)$/, '$2 -t $1'));
    const paths = match?.[2]!.trim().split(' ').filter((word) => word !== '' && word !== '-t') ?? [];
    if (match && paths.every((path) => tree.has(within(directory, path)) || tree.hasDirectory(within(directory, path.replace(/\/$/, ''))))) return { port: Number(match[1]), shown: match[2]!.replace(/\/(?= |$)/g, ''), evidence: seen(place.file, place.line, `tells to run ${command}`) };
  }
  return undefined;
}

/** What a script does that is run by itself. */
function runOf(draft: Draft, script: FileFacts): Draft {
  const { path, asks, loops, takes, listens } = script;
  programOf(draft, { entry: path, start: `php ${seenFrom(draft.path, path)}`, ...seen(path, takes?.line ?? 1, 'a program of its own') }, [script]);
  if (asks && !loops && listens.length === 0) return draft.claim('kind', 'cli', 0.9, seen(path, 1, 'asks whoever starts it'));
  return loops || takes || listens.length > 0 ? draft : draft.claim('kind', 'worker', 0.88, seen(path, 1, 'sets to work what takes messages'));
}

/** A package with a program that is installed with it, or that its authors tell to run, is what that does. */
function programOf(draft: Draft, { entry, start, ...place }: { entry: string; start: string; file: string; line: number; why?: string; command?: string }, code: readonly FileFacts[]): Draft {
  draft.entry = entry;
  claimEnding(draft.without('kind'), code);
  return draft.claim('start', start, 0.85, seen(place.file, place.line, place.why ?? `tells to run ${place.command?.slice(0, 120)}`));
}

function downloadedFramework(tree: Tree, draft: Draft): { name: string; kind: 'web' } | undefined {
  for (const { name, files } of downloaded) {
    const file = files.map((one) => within(draft.path, one)).find((path) => tree.has(path));
    if (file === undefined) continue;
    draft.frameworks.add(name);
    draft.claim('framework', name, 0.9, seen(file, 1, `a file of ${name}`));
    return { name, kind: 'web' };
  }
  return undefined;
}
