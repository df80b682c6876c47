import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const rows: [name: string, files: Files, framework: string, staticDir: string, build: string][] = [
  ['zola with a directory of its own', { 'config.toml': 'base_url = "https://x.org"\noutput_dir = "out"\n', 'content/_index.md': '', 'templates/index.html': '' }, 'zola', 'out', 'zola build'],
  ['hugo with a directory of its own', { 'hugo.yaml': 'baseURL: https://x.org\npublishDir: docs\n', 'content/a.md': '' }, 'hugo', 'docs', 'hugo --minify'],
  ['hugo with settings in their own directory', { 'config/_default/hugo.toml': 'baseURL = "https://x.org"\n', 'content/a.md': '', 'layouts/index.html': '' }, 'hugo', 'public', 'hugo --minify'],
  ['jekyll with a directory of its own', { Gemfile: 'gem "github-pages"\n', '_config.yml': 'title: x\ndestination: ./public\n', 'index.md': '' }, 'jekyll', 'public', 'bundle exec jekyll build'],
  ['a book of Jupyter', { 'requirements.txt': 'jupyter-book\n', '_config.yml': 'title: x\n', '_toc.yml': 'format: jb-book\nroot: intro\n', 'intro.md': '' }, 'jupyter-book', '_build/html', 'python -m jupyter-book build .'],
  ['middleman', { Gemfile: 'gem "middleman"\n', 'config.rb': 'activate :autoprefixer\n', 'source/index.html.erb': '' }, 'middleman', 'build', 'bundle exec middleman build'],
  ['nanoc', { Gemfile: 'gem "nanoc"\n', 'nanoc.yaml': 'output_dir: out/\n', Rules: '', 'content/index.html': '' }, 'nanoc', 'out', 'bundle exec nanoc compile'],
  ['mkdocs with a directory of its own', { 'mkdocs.yml': 'site_name: x\nsite_dir: public\n', 'docs/index.md': '' }, 'mkdocs', 'public', 'mkdocs build'],
  ['mkdocs with its packages beside its pages', { 'mkdocs.yml': 'site_name: x\n', 'docs/requirements.txt': 'mkdocs-material\n', 'docs/index.md': '' }, 'mkdocs', 'site', 'python -m mkdocs build'],
  ['mdbook with a directory of its own', { 'book.toml': '[book]\ntitle = "x"\n[build]\nbuild-dir = "out"\n', 'src/SUMMARY.md': '' }, 'mdbook', 'out', 'mdbook build'],
  ['pelican with a directory of its own', { 'pelicanconf.py': 'OUTPUT_PATH = "www/"\n', 'content/a.md': '' }, 'pelican', 'www', 'pelican content'],
  ['nikola', { 'conf.py': 'BLOG_TITLE = "x"\nNAVIGATION_LINKS = {}\n', 'posts/1.md': '' }, 'nikola', 'output', 'nikola build'],
  ['sphinx', { 'conf.py': 'project = "x"\n', 'index.rst': '' }, 'sphinx', '_build/html', 'sphinx-build -M html . _build'],
  ['sphinx with its sources apart', { 'requirements.txt': 'sphinx\n', 'source/conf.py': 'project = "x"\n', 'source/index.rst': '' }, 'sphinx', 'build/html', 'python -m sphinx-build -M html source build'],
  ['quarto', { '_quarto.yml': 'project:\n  type: website\n  output-dir: docs\n', 'index.qmd': '' }, 'quarto', 'docs', 'quarto render'],
  ['antora', { 'antora-playbook.yml': 'site:\n  title: x\n', 'README.md': '' }, 'antora', 'build/site', 'npx antora antora-playbook.yml'],
  ['cobalt', { '_cobalt.yml': 'site:\n  title: x\n', 'index.md': '' }, 'cobalt', '_site', 'cobalt build'],
  ['retype', { 'retype.yml': 'input: .\noutput: out\n', 'readme.md': '' }, 'retype', 'out', 'retype build'],
  ['bookdown', { '_bookdown.yml': 'book_filename: x\n', 'index.Rmd': '' }, 'bookdown', '_book', 'Rscript -e "bookdown::render_book(\'index.Rmd\')"'],
  ['a site of R Markdown', { '_site.yml': 'name: x\noutput_dir: docs\n', 'index.Rmd': '' }, 'rmarkdown', 'docs', 'Rscript -e "rmarkdown::render_site()"'],
  ['eleventy by another name of its settings', { 'package.json': { devDependencies: { '@11ty/eleventy': '3' } }, 'index.md': '', 'eleventy.config.js': 'export const config = { dir: { output: "public" } };\n' }, 'eleventy', 'public', 'npx eleventy'],
  ['vuepress below the package', { 'package.json': { scripts: { 'docs:build': 'vuepress build docs' }, devDependencies: { vuepress: '2' } }, 'docs/.vuepress/config.js': '', 'docs/README.md': '' }, 'vuepress', 'docs/.vuepress/dist', 'npm run docs:build'],
  ['rsbuild, which writes its page itself', { 'package.json': { dependencies: { react: '19' }, devDependencies: { '@rsbuild/core': '1' } }, 'src/index.jsx': '' }, 'rsbuild', 'dist', 'npx rsbuild build'],
];

describe('a site', () => {
  it.each(rows)('%s', async (_name, files, framework, staticDir, build) => {
    const { services } = await planOf(files);
    expect(services.map((service) => [service.kind, service.framework, service.staticDir, service.build, service.start])).toEqual([['static', framework, staticDir, build, null]]);
  });

  it('is nothing that a manual beside a program makes', async () => {
    const { services } = await planOf({ 'requirements.txt': 'flask\nsphinx\n', 'app.py': 'from flask import Flask\napp = Flask(__name__)\n', 'source/conf.py': 'project = "x"\n' });
    expect(services.map(({ framework }) => framework)).toEqual(['flask']);
  });
});
