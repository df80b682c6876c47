import { posix } from 'node:path';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { asData, asText, lineOf, readJson } from '../syntax/formats.ts';
import { isBelow, within } from '../tree/paths.ts';
import type { Framework } from './listening.ts';
import { claimFramework } from './listening.ts';
import { pinnedVersions, runtimeAsked } from './versions.ts';

const frameworks: readonly Framework[] = [
  { name: 'laravel', packages: ['laravel/framework', 'laravel/lumen-framework'], kind: 'web' }, { name: 'symfony', packages: ['symfony/framework-bundle', 'symfony/symfony', 'symfony/runtime'], kind: 'web' }, { name: 'slim', packages: ['slim/slim'], kind: 'api' }, { name: 'codeigniter', packages: ['codeigniter4/framework'], kind: 'web' }, { name: 'cakephp', packages: ['cakephp/cakephp'], kind: 'web' }, { name: 'yii', packages: ['yiisoft/yii2'], kind: 'web' }, { name: 'laminas', packages: ['laminas/laminas-mvc'], kind: 'web' }, { name: 'drupal', packages: ['drupal/core', 'drupal/core-recommended'], kind: 'web' }, { name: 'wordpress', packages: ['johnpbloch/wordpress', 'roots/wordpress'], kind: 'web' },
];

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
  describe(tree, directory, { anything }) {
    const file = within(directory, 'composer.json');
    const data = readJson(tree, file);
    const root = ['public', 'web', 'html', 'htdocs', 'www', 'webroot', '.', 'src', 'api'].find((name) => tree.has(within(directory, `${name}/index.php`)));
    const artisan = tree.has(within(directory, 'artisan'));
    if (root === undefined && !artisan && !(anything && data)) return [];
    const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, 'php');
    const required = asData(data?.['require']);
    for (const name of Object.keys(required)) draft.dependencies.set(name, seen(file, lineOf(tree.text(file), `"${name}"`), `requires ${name}`));
    const framework = claimFramework(draft, frameworks);
    const index = within(directory, `${root ?? 'public'}/index.php`);
    const serves = root !== undefined || artisan;
    const place = !serves ? seen(file, 1, 'a composer.json') : root === undefined ? seen(within(directory, 'artisan'), 1, 'the program of Laravel') : seen(index, 1, 'an index.php');
    draft.claim('kind', serves || framework?.kind === 'web' ? 'web' : 'library', 0.88, place).claim('build', null, 0.5, place);
    draft.claim('packageManager', data ? 'composer' : 'none', data ? 0.97 : 0.3, place);
    const needed = data !== undefined && Object.keys(required).some((name) => name !== 'php' && !name.startsWith('ext-')) || tree.has(within(directory, 'composer.lock'));
    draft.claim('install', needed ? 'composer install --no-dev --optimize-autoloader' : null, 0.9, place);
    const range = asText(required['php']) ?? asText(asData(asData(data?.['config'])['platform'])['php']);
    const [pinned] = pinnedVersions(tree, 'php', directory);
    const asked = runtimeAsked('php', pinned?.value ?? range);
    draft.claim('runtime', asked, asked.version ? 0.93 : 0.9, pinned?.evidence ?? (range ? seen(file, lineOf(tree.text(file), '"php"'), `requires PHP ${range}`) : place));
    if (!serves) return [draft];
    if (framework?.name === 'laravel' && artisan) {
      draft.claim('start', 'php artisan serve --host=0.0.0.0 --port=${PORT:-8000}', 0.9, seen(within(directory, 'artisan'), 1, 'the program of Laravel'));
      if (tree.directories.includes(within(directory, 'database/migrations'))) draft.claim('release', 'php artisan migrate --force', 0.9, seen(within(directory, 'artisan'), 1, 'migrations of Laravel'));
    } else {
      draft.claim('start', `php -S 0.0.0.0:\${PORT:-8000}${root === '.' ? '' : ` -t ${root}`}`, 0.85, place);
      if (framework?.name === 'symfony' && tree.directories.includes(within(directory, 'migrations')) && draft.dependencies.has('doctrine/doctrine-migrations-bundle')) draft.claim('release', 'php bin/console doctrine:migrations:migrate --no-interaction', 0.88, place);
    }
    draft.claim('port', { port: 8000, protocol: 'http' }, 0.8, place);
    return [draft];
  },
};
