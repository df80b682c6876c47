import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const fixtures: [name: string, files: Files, expected: object][] = [
  ['rails', { Gemfile: "ruby '3.3.1'\ngem 'rails'\ngem 'pg'\ngroup :development do\n  gem 'redis'\nend\n", 'config/database.yml': 'production:\n  adapter: postgresql\n  url: <%= ENV["DATABASE_URL"] %>\n', 'config/routes.rb': 'get "up" => "rails/health#show"\n', 'app/assets/x.css': '', 'config.ru': 'run Rails.application' }, { kind: 'web', framework: 'rails', install: 'bundle install', build: 'bundle exec rails assets:precompile', start: 'bundle exec rails server -b 0.0.0.0 -p ${PORT:-3000}', release: 'bundle exec rails db:migrate', health: { path: '/up' }, runtime: { name: 'ruby', version: '3.3.1' }, stores: [{ kind: 'postgresql' }] }],
  ['a bot that a script starts', { Gemfile: "gem 'discordrb'\n", 'run.rb': "require_relative 'src/bot'\n", 'src/bot.rb': "require 'discordrb'\nDiscordrb::Bot.new(token: ENV['TOKEN']).run\n", 'run.sh': 'git pull\nbundle exec ruby run.rb\n' }, { language: 'ruby', start: 'bundle exec ruby run.rb' }],
  ['sinatra', { Gemfile: "gem 'sinatra'\n", 'app.rb': "require 'sinatra'\nset :port, ENV.fetch('PORT', 4568)\nget '/health' do\n 'ok'\nend\n", '.ruby-version': '3.2.2\n' }, { framework: 'sinatra', start: 'bundle exec ruby app.rb', ports: [{ port: 4568 }], readsPort: true, health: { path: '/health' }, runtime: { version: '3.2.2' } }],
  ['a server of gRPC beside a client for trying it out', { Gemfile: "gem 'grpc'\n", 'server.rb': "require 'grpc'\ns = GRPC::RpcServer.new\ns.add_http2_port('0.0.0.0:50051', :this_port_is_insecure)\ns.run_till_terminated\n", 'try.rb': 'puts ARGV[0]\n' }, { kind: 'api', start: 'bundle exec ruby server.rb' }],
  ['rack', { Gemfile: "gem 'rack'\ngem 'puma'\n", 'config.ru': 'run ->(env) { [200, {}, []] }' }, { framework: 'rack', start: 'bundle exec puma -p ${PORT:-9292}', ports: [{ port: 9292 }], readsPort: true }],
  ['laravel', { 'composer.json': { require: { php: '^8.2', 'laravel/framework': '^11' } }, artisan: '<?php', 'public/index.php': '<?php', 'database/migrations/1.php': '<?php', '.env.example': 'DB_CONNECTION=pgsql\nDB_HOST=127.0.0.1\n', 'config/database.php': "<?php return ['default' => env('DB_CONNECTION', 'sqlite'), 'redis' => env('REDIS_HOST', 'x'), 'pgsql' => env('DB_HOST', 'y')];" }, { framework: 'laravel', install: 'composer install --no-dev --optimize-autoloader', start: 'php artisan serve --host=0.0.0.0 --port=${PORT:-8000}', release: 'php artisan migrate --force', runtime: { name: 'php', version: '8.2' }, stores: [{ kind: 'postgresql', envVars: ['DB_HOST'] }] }],
  ['rack with a server of its own', { Gemfile: "gem 'sinatra'\ngem 'thin'\n", 'config.ru': 'run App' }, { framework: 'sinatra', start: 'bundle exec thin start -p ${PORT:-3000}', readsPort: true }],
  ['rails as it is made, with a layout and no controller yet', { Gemfile: "gem 'rails'\ngem 'sqlite3'\n", 'config/application.rb': 'module Shop; end\n', 'config/cable.yml': 'production:\n  adapter: redis\n  url: <%= ENV.fetch("REDIS_URL") { "redis://localhost:6379/1" } %>\n', 'config/database.yml': 'production:\n  adapter: sqlite3\n  database: db/production.sqlite3\n', 'app/controllers/application_controller.rb': 'class ApplicationController < ActionController::Base\nend\n', 'app/views/layouts/application.html.erb': '<html></html>' }, { kind: 'web', stores: [{ kind: 'sqlite' }] }],
  ['rails without pages', { Gemfile: "gem 'rails'\n", 'config/application.rb': 'config.api_only = true\n' }, { kind: 'api', framework: 'rails' }],
  ['rails without anything of its own yet', { Gemfile: "gem 'rails'\n", 'app/controllers/application_controller.rb': 'class ApplicationController\nend', 'app/views/layouts/application.html.erb': '<%= yield %>' }, { kind: 'web' }],
  ['rails whose generator wrote where Redis is, but which has no gem for it', { Gemfile: "gem 'rails'\n", 'config/cable.yml': 'production:\n  adapter: redis\n  url: <%= ENV.fetch("REDIS_URL") { "redis://localhost:6379/1" } %>\n' }, { framework: 'rails', stores: [] }],
  ['rails that speaks to Redis by its cable', { Gemfile: "gem 'rails'\ngem 'redis'\n", 'config/cable.yml': 'production:\n  adapter: redis\n  url: <%= ENV.fetch("REDIS_URL") { "redis://localhost:6379/1" } %>\n' }, { stores: [{ kind: 'redis' }] }],
  ['laravel whose configuration was changed, and whose sample was not', { 'composer.json': { require: { 'laravel/framework': '^7' } }, artisan: '<?php', '.env.example': 'DB_CONNECTION=mysql\nDB_HOST=127.0.0.1\n', 'config/database.php': "<?php return ['default' => env('DB_CONNECTION', 'pgsql')];" }, { stores: [{ kind: 'postgresql' }] }],
  ['pages of PHP without an index, where a script of Composer serves them', { 'composer.json': { require: { 'till/sdk': '^1' }, scripts: { start: 'cd public && php -S 0.0.0.0:4243' } }, 'public/index.html': '<p>', 'public/pay.php': "<?php echo $_ENV['TILL_KEY'];" }, { kind: 'web', language: 'php', packageManager: 'composer', start: 'php -S 0.0.0.0:${PORT:-4243} -t public', ports: [{ port: 4243 }] }],
  ['what the runtime of Symfony hands to an app', { 'composer.json': { require: { 'symfony/framework-bundle': '^8', 'symfony/runtime': '^8' } }, 'public/index.php': "<?php return fn (array $context) => new Kernel($context['APP_ENV'], (bool) $context['APP_DEBUG'], $context['user']);" }, { framework: 'symfony', env: [{ name: 'APP_DEBUG' }, { name: 'APP_ENV' }] }],
  ['the version of PHP that packages are chosen for', { 'composer.json': { require: { php: '>=7.2.5' }, config: { platform: { php: '7.4' } } }, 'public/index.php': '<?php' }, { runtime: { name: 'php', version: '7.4' } }],
  ['what a server of PHP says of a request, which is no variable', { 'index.php': "<?php if ($_SERVER['REQUEST_METHOD'] === 'POST') echo $_SERVER['APP_MODE'] . $_SERVER['HTTP_HOST'];" }, { env: [{ name: 'APP_MODE' }] }],
  ['deno beside a package.json that runs it', { 'deno.json': { tasks: { dev: 'deno run --allow-net main.ts' } }, 'package.json': { scripts: { dev: 'deno run --allow-net main.ts', start: './shop' }, dependencies: { 'deno-bin': '1' } }, 'main.ts': 'Deno.serve({ port: 8003 }, () => new Response("hi"))' }, { runtime: { name: 'deno' }, packageManager: 'deno', start: 'deno run --allow-net main.ts' }],
  ['wordpress that Composer installs beside its configuration', { 'composer.json': { type: 'package', require: { php: '>=8', 'johnpbloch/wordpress-core': '^6' } }, 'wp-config.php': '<?php' }, { kind: 'web', framework: 'wordpress', start: 'php -S 0.0.0.0:${PORT:-8000} -t wordpress' }],
  ['slim that answers with data', { 'composer.json': { require: { 'slim/slim': '4' } }, 'public/index.php': '<?php $app->run();' }, { kind: 'api', framework: 'slim' }],
  ['slim that fills in pages', { 'composer.json': { require: { 'slim/slim': '4', 'slim/twig-view': '3' } }, 'public/index.php': '<?php $app->run();', 'templates/a.twig': '<p>' }, { kind: 'web', framework: 'slim' }],
  ['rails with clients of several databases for hosts that choose', { Gemfile: "gem 'rails'\ngem 'sqlite3'\ngroup :production do\n  gem 'mysql2'\n  gem 'pg'\nend\n", 'config/database.yml': 'production:\n  adapter: sqlite3\n  database: db/production.sqlite3\n' }, { stores: [{ kind: 'sqlite' }] }],
  ['jekyll without a configuration', { Gemfile: 'source "https://rubygems.org"\ngem "jekyll"\n', 'index.html': '---\n---\n<p>' }, { kind: 'static', framework: 'jekyll', packageManager: 'bundler', build: 'bundle exec jekyll build', staticDir: '_site' }],
  ['lume', { 'deno.json': { tasks: { build: 'deno task lume', lume: 'echo "import \'lume/cli.ts\'" | deno run -A -' }, imports: { 'lume/': 'https://deno.land/x/lume@v2/' } }, '_config.ts': "import lume from 'lume/mod.ts';\nexport default lume({ dest: './public' });", 'index.md': '# a' }, { kind: 'static', framework: 'lume', packageManager: 'deno', build: 'deno task build', start: null, staticDir: 'public' }],
  ['wordpress as it is downloaded', { 'index.php': '<?php', 'wp-load.php': '<?php', 'wp-settings.php': '<?php' }, { kind: 'web', framework: 'wordpress', packageManager: null }],
  ['symfony', { 'composer.json': { require: { 'symfony/framework-bundle': '7' } }, 'public/index.php': '<?php' }, { framework: 'symfony', start: 'php -S 0.0.0.0:${PORT:-8000} -t public' }],
  ['slim where its README has it listen', { 'composer.json': { require: { 'slim/slim': '4' } }, 'public/index.php': '<?php', 'README.md': 'Run `php -S localhost:8081 -t public/`.\n' }, { framework: 'slim', start: 'php -S 0.0.0.0:${PORT:-8081} -t public', ports: [{ port: 8081 }] }],
  ['slim with a script of Composer', { 'composer.json': { require: { 'slim/slim': '4' }, scripts: { start: 'php -S localhost:8082 -t public public/index.php' } }, 'public/index.php': '<?php' }, { start: 'php -S 0.0.0.0:${PORT:-8082} -t public public/index.php', ports: [{ port: 8082 }] }],
  ['plain PHP', { 'index.php': '<h1><?php echo "hi"; ?></h1>' }, { kind: 'web', install: null, start: 'php -S 0.0.0.0:${PORT:-8000}', readsPort: true }],
  ['deno', { 'deno.json': { tasks: { start: 'deno run -A main.ts' } }, 'main.ts': 'Deno.serve({ port: 8001 }, () => new Response("hi"))' }, { runtime: { name: 'deno' }, start: 'deno task start', ports: [{ port: 8001 }] }],
  ['deno without its file, with a script that starts it', { 'server.ts': 'import { Application } from "https://deno.land/x/oak/mod.ts"\nimport "./apis/login/index.ts"\nnew Application().listen({ port: 9922 })', 'apis/login/index.ts': 'import { Router } from "https://deno.land/x/oak/mod.ts"', 'start.sh': 'deno run -A server.ts' }, { path: '.', language: 'typescript', framework: 'oak', start: 'deno run -A server.ts', ports: [{ port: 9922 }] }],
  ['deno whose port a sample of its variables tells', { 'deno.json': { tasks: { start: 'deno run -A main.ts' } }, 'main.ts': 'import { Application } from "https://deno.land/x/oak/mod.ts"\nimport { PORT } from "./settings.ts"\nnew Application().listen({ port: PORT })', 'settings.ts': 'export const PORT = Number(env["PORT"]) || 3000', '.env.example': 'PORT=3000\n' }, { ports: [{ port: 3000 }] }],
  ['deno without its file, with its code in src', { 'src/index.ts': 'Deno.serve({ port: 8002 }, () => new Response("hi"))' }, { path: '.', runtime: { name: 'deno' }, start: 'deno run -A src/index.ts', ports: [{ port: 8002 }] }],
  ['a gem with a program, and a page of it that others mount', { 'notes.gemspec': "Gem::Specification.new do |s|\n  s.name = 'notes'\n  s.executables << 'notes'\n  s.add_dependency 'sinatra'\nend", Gemfile: 'gemspec', 'bin/notes': "#!/usr/bin/ruby\nrequire 'notes'", 'config.ru': 'run Notes::Web', 'lib/notes/web.rb': "require 'sinatra'" }, { kind: 'cli', framework: null, start: 'bundle exec notes' }],
  ['a gem whose programs are files', { 'notes.gemspec': 'Gem::Specification.new do |spec|\n  spec.bindir = "exe"\n  spec.executables = spec.files.grep(%r{\\Aexe/}) { |f| File.basename(f) }\nend', Gemfile: 'gemspec', 'bin/console': '', 'exe/jot': '#!/usr/bin/env ruby' }, { kind: 'cli', start: 'bundle exec jot' }],
  ['a gem without a program', { 'notes.gemspec': 'Gem::Specification.new { |s| s.name = "notes" }', Gemfile: 'gemspec', 'config.ru': 'run Notes::Web', 'lib/notes.rb': 'module Notes\nend' }, { kind: 'library', language: 'ruby', packageManager: 'bundler', start: null }],
  ['hugo', { 'hugo.toml': 'baseURL = "/"', 'content/a.md': '# a' }, { kind: 'static', framework: 'hugo', build: 'hugo --minify', staticDir: 'public' }],
  ['jekyll', { '_config.yml': 'title: x', Gemfile: "gem 'jekyll'", 'index.html': '---\n---' }, { kind: 'static', framework: 'jekyll', install: 'bundle install', build: 'bundle exec jekyll build', staticDir: '_site', language: 'ruby', packageManager: 'bundler' }],
  ['jekyll that is installed by itself', { '_config.yml': 'title: x', 'index.html': '---\n---' }, { framework: 'jekyll', language: 'html', packageManager: null, install: null, build: 'jekyll build' }],
  ['mkdocs with the requirements above it', { 'blog/mkdocs.yml': 'site_name: x', 'blog/docs/a.md': '# a', 'requirements.txt': 'mkdocs-material\n' }, { path: 'blog', kind: 'static', framework: 'mkdocs', language: 'python', packageManager: 'pip', install: 'pip install -r ../requirements.txt', build: 'python -m mkdocs build', staticDir: 'site' }],
  ['zola with a theme', { 'config.toml': 'base_url = "https://x.org"\ntheme = "y"', 'content/a.md': '# a', 'themes/y/theme.toml': '' }, { kind: 'static', framework: 'zola', build: 'zola build', staticDir: 'public' }],
  ['hugo in a file of any name', { 'config.toml': 'baseURL = "https://x.org"\ntheme = "y"', 'content/a.md': '# a', 'themes/y/theme.toml': '' }, { framework: 'hugo' }],
  ['hanami', { Gemfile: "gem 'hanami'\ngem 'puma'\n", 'config.ru': 'run Hanami.app' }, { framework: 'hanami', start: 'bundle exec hanami server --host 0.0.0.0 --port ${PORT:-2300}', ports: [{ port: 2300 }], readsPort: true }],
  ['roda as its image starts it', { Gemfile: "gem 'roda'\ngem 'rackup'\ngem 'puma'\n", 'config.ru': 'run App', Dockerfile: 'FROM ruby:3.2\nCMD ["rackup", "-p", "9293", "-o", "0.0.0.0"]\n' }, { framework: 'roda', start: 'rackup -p 9293 -o 0.0.0.0', ports: [{ port: 9293 }] }],
  ['pages in public', { 'public/index.html': '<p>', 'README.md': '' }, { kind: 'static', staticDir: 'public', build: null }],
  ['a page with a script', { 'index.html': '<script src=app.js>', 'app.js': 'document.title = "x"' }, { kind: 'static', staticDir: '.' }],
];

describe('scripting languages and sites', () => {
  it.each(fixtures)('reads %s', async (_, files, expected) => {
    const plan = await planOf(files);
    expect(plan.services).toHaveLength(1);
    expect(plan.services[0]).toMatchObject(expected);
  });

  it('takes no manual that was made of the code for a site', async () => {
    const plan = await planOf({ 'app/package.json': { scripts: { start: 'node a.js' } }, 'app/a.js': "require('http').createServer(f).listen(3000)", 'docs/index.html': '<p>', 'docs/overview-tree.html': '<p>' });
    expect(plan.services.map(({ path }) => path)).toEqual(['app']);
  });

  it('takes a theme around the README of a package, in whatever language, for no site', async () => {
    const plan = await planOf({ '_config.yml': 'theme: jekyll-theme-cayman\n', 'README.md': '# shop\n', 'client/mix.exs': 'defmodule Client.MixProject do\n  def project, do: [app: :client, package: package()]\nend\n', 'client/lib/client.ex': 'defmodule Client do\nend\n' });
    expect(plan.services).toMatchObject([{ path: 'client', kind: 'library', language: 'elixir' }]);
  });

  it('builds the pages of a server in another language first', async () => {
    const plan = await planOf({ 'requirements.txt': 'flask\ngunicorn', 'app.py': 'from flask import Flask\napp = Flask(__name__)', 'package.json': { scripts: { build: 'esbuild a.js' }, devDependencies: { esbuild: '0.25' } }, 'assets/a.js': 'x' });
    expect(plan.services).toMatchObject([{ language: 'python', install: 'npm install && pip install -r requirements.txt', build: 'npm run build', start: 'gunicorn app:app' }]);
  });
});

it('takes a second config.ru below that of a project for a part of it', async () => {
  const files = { Gemfile: "gem 'rails'\n", 'config.ru': 'run Rails.application\n', 'config/application.rb': 'module Shop; end\n', 'cable/config.ru': 'run ActionCable.server\n' };
  expect((await planOf(files)).services.map(({ path }) => path)).toEqual(['.']);
});

describe('packages of Composer', () => {
  const app = { 'composer.json': { require: { php: '^8.2', 'acme/lib': '^1' } }, 'index.php': '<?php echo 1;' };
  it('are installed, unless they come with the code', async () => {
    const install = async (files: Files) => (await planOf({ ...app, ...files })).services[0]!.install;
    expect(await install({})).toBe('composer install --no-dev --optimize-autoloader');
    expect(await install({ 'vendor/autoload.php': '<?php' })).toBeNull();
    expect(await install({ 'vendor/autoload.php': '<?php', '.gitignore': 'vendor/\n' })).toBe('composer install --no-dev --optimize-autoloader');
  });
});
