import { posix } from 'node:path';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import { lineOf } from '../syntax/formats.ts';
import { workOf } from '../kinds/work.ts';
import { seenFrom, upwards, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { Framework } from './listening.ts';
import { claimFramework, claimKind } from './listening.ts';
import { pageAmong } from './page-files.ts';
import { toldProgram } from './told.ts';
import { cleanVersion, pinnedVersions, runtimeAsked } from './versions.ts';

const frameworks: readonly Framework[] = [
  { name: 'rails', packages: ['rails'], kind: 'web', port: 3000, readsPort: true }, { name: 'hanami', packages: ['hanami'], kind: 'web', port: 2300 }, { name: 'sinatra', packages: ['sinatra'], kind: 'web', port: 4567, readsPort: true }, { name: 'grape', packages: ['grape'], kind: 'api', port: 9292 }, { name: 'roda', packages: ['roda'], kind: 'web', port: 9292 }, { name: 'cuba', packages: ['cuba'], kind: 'web', port: 9292 }, { name: 'padrino', packages: ['padrino'], kind: 'web', port: 3000 }, { name: 'bridgetown', packages: ['bridgetown'], kind: 'web', port: 4000 }, { name: 'camping', packages: ['camping'], kind: 'web', port: 3301 }, { name: 'syro', packages: ['syro'], kind: 'web', port: 9292 }, { name: 'rack', packages: ['rack'], kind: 'web', port: 9292 },
];

/** Ruby apps with a Gemfile, a config.ru or a file that serves. */
export const ruby: Detector = {
  name: 'ruby',
  projects: (tree) => directoriesWith(tree, ['Gemfile', 'config.ru', 'app.rb', 'server.rb', 'main.rb']).filter((directory, _, all) => tree.has(within(directory, 'Gemfile')) || tree.has(within(directory, 'config.ru')) && !upwards(posix.dirname(directory)).some((above) => directory !== '.' && tree.has(within(above, 'Gemfile')) && tree.has(within(above, 'config.ru'))) || !all.some((other) => other !== directory && directory.startsWith(other === '.' ? '' : `${other}/`))),
  describe(tree, directory, { inner, anything }) {
    if (['_config.yml', 'nanoc.yaml'].some((name) => tree.has(within(directory, name))) && !tree.has(within(directory, 'config.ru'))) return [];
    const code = codeIn(tree, directory, inner).filter((facts) => facts.language === 'ruby');
    const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, 'ruby');
    const gemfile = within(directory, 'Gemfile');
    for (const { gem, index } of gemsIn(tree.text(gemfile) ?? '')) {
      draft.dependencies.set(gem, seen(gemfile, index + 1, `depends on ${gem}`));
    }
    for (const facts of code) for (const used of facts.imports) if (used.name === 'sinatra') draft.dependencies.set('sinatra', seen(facts.path, used.line, 'requires sinatra'));
    const gem = gemOf(tree, directory);
    const framework = gem ? undefined : claimFramework(draft, frameworks);
    const bundle = tree.has(gemfile);
    const starts = gem ? claimExecutable(draft, gem) : claimStart(tree, draft, directory, framework?.name, bundle, code);
    if (!starts && !(anything && bundle)) return [];
    const place = bundle ? seen(gemfile, 1, 'a Gemfile') : draft.best('start')!.evidence[0]!;
    if (!starts) draft.claim('kind', 'library', 0.7, place);
    draft.claim('packageManager', bundle ? 'bundler' : 'gem', 0.97, place).claim('install', bundle ? 'bundle install' : null, 0.95, place);
    const version = rubyVersion(tree, directory);
    draft.claim('runtime', runtimeAsked('ruby', version?.value), version?.confidence ?? 0.9, version?.evidence ?? place);
    const settings = within(directory, 'config/application.rb');
    if (/config\.api_only\s*=\s*true/.test(tree.text(settings) ?? '')) draft.claim('kind', 'api', 0.93, seen(settings, lineOf(tree.text(settings), 'api_only'), 'serves no pages'));
    if (gem) return [draft];
    const work = framework ? undefined : workOf('ruby', draft.dependencies);
    if (work) draft.claim('kind', 'worker', 0.85, work.evidence);
    claimKind(draft, code, true);
    claimData(draft, tree, directory, framework?.kind, code);
    return [draft, ...backgroundWork(draft, tree, directory)];
  },
};

const templates = /\.(erb|haml|slim|liquid|mustache|hbs|rhtml|arb|html)$/;

/** Claims that an app which has no page to show, but those for mail and for errors, answers with data. */
function claimData(draft: Draft, tree: Tree, directory: string, kind: string | undefined, code: ReturnType<typeof codeIn>): void {
  if (kind !== 'web' || code.some(({ called }) => ['erb', 'haml', 'slim', 'markdown'].some((name) => called.has(name)))) return;
  const page = pageAmong(tree.filesBelow(directory).filter((file) => !/(^|\/)(public\/\d{3}|layouts\/[^/]+|app\/assets\/.*|lib\/templates\/.*)\.|(^|\/)db\//.test(seenFrom(directory, file))), templates);
  // A generator writes a layout for an app of pages, which may have none of its own yet.
  const isEmpty = tree.filesBelow(within(directory, 'app/views/layouts')).some((file) => /\/application\.html\./.test(file)) && !code.some(({ path }) => /(?<!(?:^|\/)application)_controller\.rb$/.test(path));
  const place = draft.value('framework') !== 'rails' ? code[0] : isEmpty ? undefined : code.find(({ path }) => /_controller\.rb$/.test(path));
  const isWritten = draft.value('framework') !== 'rails' && code.slice(0, 30).some(({ path }) => /<html[\s>]/i.test(tree.textOnce(path) ?? ''));
  if (page === undefined && place && !isWritten) draft.claim('kind', 'api', 0.93, seen(place.path, 1, 'has no page to show'));
}

interface Gem {
  file: string;
  text: string;
  /** The program that it installs. */
  executable: string | undefined;
}

/** A package for others: what serves in it is mounted in their apps, and a `config.ru` beside it shows how. */
function gemOf(tree: Tree, directory: string): Gem | undefined {
  const name = tree.namesIn(directory).find((one) => one.endsWith('.gemspec'));
  const file = name === undefined ? undefined : within(directory, name);
  const text = file === undefined ? undefined : tree.text(file);
  if (file === undefined || text === undefined || tree.has(within(directory, 'config/application.rb'))) return undefined;
  const [, listed] = /\.executables\s*(?:<<|\+?=)\s*(?:\[\s*|%w[[({]\s*)?["']?([\w.-]+)["'\s\])}]/.exec(text) ?? [];
  const places = [/\.bindir\s*=\s*["']([\w/]+)["']/.exec(text)?.[1] ?? 'bin', 'exe'];
  const found = /\.executables\b/.test(text) ? places.flatMap((place) => tree.namesIn(within(directory, place))).find((one) => !/^(console|setup|rails|rake|rspec|test)$/.test(one)) : undefined;
  return { file, text, executable: found ?? (listed?.includes('.') ? undefined : listed) };
}

function claimExecutable(draft: Draft, { file, text, executable }: Gem): boolean {
  if (executable === undefined) return false;
  const place = seen(file, lineOf(text, /\.executables\b/), `installs the program ${executable}`);
  draft.claim('start', `bundle exec ${executable}`, 0.85, place).claim('kind', 'cli', 0.9, place);
  return true;
}

/** Groups of gems that no app in use has. */
const forDevelopers = /^(?:dev(?:elopment)?|tests?|ci|lint\w*|rubocop|docs?|documentation|guard|debug(?:ging)?|profil\w*|deploy(?:ment)?|tools?|local|cucumber|r?specs?|metrics|code_quality|release|benchmarks?|ide|editor|plugins|jekyll_plugins|optional|integration|system_tests|style|quality|console|darwin|linux|kitchen\w*|vagrant|acceptance|e2e|staging)$/;

/** The gems of a Gemfile with the number of their line from 0; those of groups for development and tests are left out. */
function gemsIn(text: string): { gem: string; index: number }[] {
  let inside = false;
  return text.split('\n').flatMap((raw, index) => {
    const gem = /^\s*gem\s+["']([\w-]+)["']/.exec(raw)?.[1];
    if (gem !== undefined) return inside ? [] : [{ gem, index }];
    if (/^\s*group\b.*do\s*$/.test(raw)) inside = [...raw.matchAll(/:["']?(\w+)/g)].every(([, name]) => forDevelopers.test(name!));
    else if (/^\s*end\b/.test(raw)) inside = false;
    return [];
  });
}

/** Servers for Rack by their gems, and how each is started; otherwise `rackup` finds one. */
const rackServers = [['puma', 'puma -p ${PORT:-9292}'], ['unicorn', 'unicorn -p ${PORT:-8080}'], ['falcon', 'falcon serve --bind http://0.0.0.0:${PORT:-9292}'], ['passenger', 'passenger start --port ${PORT:-3000}'], ['thin', 'thin start -p ${PORT:-3000}'], ['iodine', 'iodine -p ${PORT:-3000}']] as const;

/** Gems whose own program runs a file: the names that this has, and the command. */
const rubyTools = [['clockwork', ['clock.rb', 'lib/clock.rb', 'config/clock.rb'], 'clockwork %f'], ['karafka', ['karafka.rb'], 'karafka server'], ['racecar', ['racecar.rb'], 'racecar'], ['sidekiq', ['worker.rb', 'workers.rb', 'app.rb', 'sidekiq.rb', 'config/environment.rb'], 'sidekiq -r ./%f'], ['shoryuken', ['app.rb', 'worker.rb'], 'shoryuken -r ./%f']] as const;

function claimStart(tree: Tree, draft: Draft, directory: string, framework: string | undefined, bundle: boolean, code: ReturnType<typeof codeIn>): boolean {
  const run = bundle ? 'bundle exec ' : '';
  const rackup = within(directory, 'config.ru');
  if (framework === 'rails') {
    const puma = within(directory, 'config/puma.rb');
    const rails = draft.dependencies.get('rails')!;
    if (tree.has(puma)) draft.claim('start', 'bundle exec puma -C config/puma.rb', 0.7, seen(puma, 1, 'a configuration of Puma'));
    draft.claim('start', 'bundle exec rails server -b 0.0.0.0 -p ${PORT:-3000}', 0.9, rails);
    if (tree.has(within(directory, 'config/database.yml'))) draft.claim('release', 'bundle exec rails db:migrate', 0.9, seen(within(directory, 'config/database.yml'), 1, 'a database that is migrated'));
    if (tree.hasDirectory(within(directory, 'app/assets'))) draft.claim('build', 'bundle exec rails assets:precompile', 0.85, rails);
    draft.claim('health', '/up', 0.8, healthRoute(tree, directory) ?? rails);
    if (!healthRoute(tree, directory)) draft.claim('health', '', 0.9, rails);
    return true;
  }
  if (tree.has(rackup)) {
    const [, server] = framework === 'hanami' ? ['', `${run}hanami server --host 0.0.0.0 --port \${PORT:-2300}`] : rackServers.map(([gem, command]) => [gem, run + command] as const).find(([gem]) => draft.dependencies.has(gem)) ?? ['', `${run}rackup -o 0.0.0.0 -p \${PORT:-9292}`];
    draft.claim('start', server, 0.88, seen(rackup, 1, 'an application for Rack')).claim('kind', 'web', 0.85, seen(rackup, 1, 'an application for Rack'));
    return true;
  }
  for (const [gem, named, command] of rubyTools) {
    const own = draft.dependencies.has(gem) && framework === undefined ? named.find((name) => tree.has(within(directory, name))) : undefined;
    if (own === undefined) continue;
    draft.claim('start', run + command.replace('%f', own), 0.9, seen(within(directory, own), 1, `what ${gem} runs`));
    draft.entry = within(directory, own);
    return true;
  }
  const file = code.find((facts) => facts.listens.length > 0 || facts.imports.some(({ name }) => /^(sinatra|webrick|socket)$/.test(name))) ?? code.find((facts) => /^(app|server|main|bot|worker|index)\.rb$/.test(seenFrom(directory, facts.path)));
  const told = file ? undefined : toldProgram(tree, directory, 'ruby');
  if (told) {
    draft.claim('start', run + told.start, 0.8, seen(told.file, told.line, `tells to run ${told.command.slice(0, 120)}`));
    draft.entry = told.entry;
    return true;
  }
  const rakefile = ['Rakefile', 'rakefile', 'Rakefile.rb'].map((name) => within(directory, name)).find((path) => /^[ \t]*task\s+(:?default|["']default["'])/m.test(tree.text(path) ?? ''));
  if (!file && rakefile && draft.dependencies.has('rake')) {
    draft.claim('start', `${run}rake`, 0.5, seen(rakefile, lineOf(tree.text(rakefile), /^[ \t]*task\s+:?default/m), 'a default task'));
    return true;
  }
  if (!file) return false;
  draft.claim('start', `${run}ruby ${seenFrom(directory, file.path)}`, 0.8, seen(file.path, file.listens[0]?.line ?? 1, 'runs as a program'));
  draft.entry = file.path;
  return true;
}

/** The health route that new Rails apps have. */
function healthRoute(tree: Tree, directory: string) {
  const file = within(directory, 'config/routes.rb');
  const text = tree.text(file);
  return text !== undefined && /^[ \t]*get\s+["']\/?up["']/m.test(text) ? seen(file, lineOf(text, /^[ \t]*get\s+["']\/?up["']/m), 'answers /up') : undefined;
}

/** The version by the Gemfile, then by version managers' files, then by the lockfile. */
export function rubyVersion(tree: Tree, directory: string) {
  const [pinned] = pinnedVersions(tree, 'ruby', directory);
  const gemfile = within(directory, 'Gemfile');
  const stated = /^[ \t]*ruby\s+((?:["'][^"']+["'][ \t]*,?[ \t]*)+)/m.exec(tree.text(gemfile) ?? '')?.[1]?.replace(/["']/g, '').trim();
  if (stated && cleanVersion(stated)) return { value: stated, confidence: 0.97, evidence: [seen(gemfile, lineOf(tree.text(gemfile), /^[ \t]*ruby\s/m), `asks for Ruby ${stated}`)] };
  if (pinned) return pinned;
  const lock = within(directory, 'Gemfile.lock');
  const locked = /RUBY VERSION\s+ruby (\d+\.\d+\.\d+)/.exec(tree.text(lock) ?? '')?.[1];
  return locked ? { value: locked, confidence: 0.93, evidence: [seen(lock, lineOf(tree.text(lock), 'RUBY VERSION'), `locked to Ruby ${locked}`)] } : undefined;
}

/** Sidekiq and its like work off jobs in a process of their own. */
function backgroundWork(main: Draft, tree: Tree, directory: string): Draft[] {
  const workers = [['sidekiq', 'bundle exec sidekiq'], ['good_job', 'bundle exec good_job start'], ['delayed_job', 'bundle exec rake jobs:work'], ['resque', 'bundle exec rake resque:work QUEUE=*'], ['solid_queue', 'bundle exec rake solid_queue:start']] as const;
  const found = workers.find(([gem]) => main.dependencies.has(gem));
  const hasJobs = tree.filesBelow(directory).some((file) => /(^|\/)(app\/jobs|app\/workers|app\/sidekiq)\/(?!application_job)\w+\.rb$/.test(file));
  if (!found || !hasJobs) return [];
  const evidence = main.dependencies.get(found[0])!;
  return [main.sibling('worker').claim('kind', 'worker', 0.85, evidence).claim('start', found[1], 0.85, evidence)];
}
