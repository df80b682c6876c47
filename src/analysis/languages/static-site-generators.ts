/** A generator of sites outside the JavaScript world. */
export interface SiteGenerator {
  name: string;
  /** Files that configure it, as seen from the project. */
  files: readonly string[];
  /** What that file must say. */
  says?: RegExp;
  /** Two of these directories must be there. */
  needs?: readonly string[];
  language: string;
  build: string;
  output: string;
  /** Where that file says that it builds into something else. */
  setting?: RegExp;
  /** It makes manuals: in a directory for those it tells of what stands beside. */
  isManual?: true;
}

/** In order of precedence. */
export const generators: readonly SiteGenerator[] = [
  { name: 'zola', files: ['config.toml', 'zola.toml'], says: /^[ \t]*base_url[ \t]*=/m, needs: ['content', 'templates', 'sass', 'themes', 'static'], language: 'rust', build: 'zola build', output: 'public', setting: /^output_dir[ \t]*=[ \t]*["']([\w./-]+)["']/m },
  { name: 'hugo', files: ['hugo.toml', 'hugo.yaml', 'hugo.yml', 'hugo.json', 'config/_default/hugo.toml', 'config/_default/hugo.yaml', 'config/_default/config.toml', 'config/_default/config.yaml'], language: 'go', build: 'hugo --minify', output: 'public', setting: /^["']?publishDir["']?[ \t]*[:=][ \t]*["']?([\w./-]+)/im },
  { name: 'hugo', files: ['config.toml', 'config.yaml', 'config.yml', 'config.json'], needs: ['content', 'layouts', 'themes', 'archetypes'], language: 'go', build: 'hugo --minify', output: 'public', setting: /^["']?publishDir["']?[ \t]*[:=][ \t]*["']?([\w./-]+)/im },
  { name: 'jupyter-book', files: ['_toc.yml'], says: /^(?:format:[ \t]*jb-|root:|- file:)/m, language: 'python', build: 'jupyter-book build .', output: '_build/html' },
  { name: 'jekyll', files: ['_config.yml', '_config.yaml'], language: 'ruby', build: 'jekyll build', output: '_site', setting: /^destination:[ \t]*["']?([\w./-]+)/m },
  { name: 'jekyll', files: ['Gemfile'], says: /^[ \t]*gem[ \t]+["'](?:jekyll|github-pages)["']/m, language: 'ruby', build: 'jekyll build', output: '_site' },
  { name: 'middleman', files: ['Gemfile'], says: /^[ \t]*gem[ \t]+["']middleman["']/m, language: 'ruby', build: 'middleman build', output: 'build' },
  { name: 'nanoc', files: ['nanoc.yaml', 'nanoc.yml'], language: 'ruby', build: 'nanoc compile', output: 'output', setting: /^output_dir:[ \t]*["']?([\w./-]+)/m },
  { name: 'mkdocs', files: ['mkdocs.yml', 'mkdocs.yaml'], language: 'python', build: 'mkdocs build', output: 'site', setting: /^site_dir:[ \t]*["']?([\w./-]+)/m, isManual: true },
  { name: 'mdbook', files: ['book.toml'], language: 'rust', build: 'mdbook build', output: 'book', setting: /^build-dir[ \t]*=[ \t]*["']([\w./-]+)["']/m },
  { name: 'pelican', files: ['pelicanconf.py'], language: 'python', build: 'pelican content', output: 'output', setting: /^OUTPUT_PATH[ \t]*=[ \t]*["']([\w./-]+)["']/m },
  { name: 'nikola', files: ['conf.py'], says: /^(?:NAVIGATION_LINKS|BLOG_TITLE)[ \t]*=/m, language: 'python', build: 'nikola build', output: 'output' },
  { name: 'sphinx', files: ['conf.py'], says: /^(?:project|extensions|html_theme)[ \t]*=/m, language: 'python', build: 'sphinx-build -M html . _build', output: '_build/html', isManual: true },
  { name: 'sphinx', files: ['source/conf.py'], says: /^(?:project|extensions|html_theme)[ \t]*=/m, language: 'python', build: 'sphinx-build -M html source build', output: 'build/html', isManual: true },
  { name: 'quarto', files: ['_quarto.yml', '_quarto.yaml'], says: /^[ \t]+type:[ \t]*(?:website|book)\b/m, language: 'quarto', build: 'quarto render', output: '_site', setting: /^[ \t]+output-dir:[ \t]*["']?([\w./-]+)/m },
  { name: 'antora', files: ['antora-playbook.yml', 'antora-playbook.yaml'], language: 'javascript', build: 'npx antora antora-playbook.yml', output: 'build/site', isManual: true },
  { name: 'cobalt', files: ['_cobalt.yml'], language: 'rust', build: 'cobalt build', output: '_site', setting: /^destination:[ \t]*["']?([\w./-]+)/m },
  { name: 'retype', files: ['retype.yml', 'retype.json'], language: 'csharp', build: 'retype build', output: '.retype', setting: /^output:[ \t]*["']?([\w./-]+)/m, isManual: true },
  { name: 'bookdown', files: ['_bookdown.yml'], language: 'r', build: "Rscript -e \"bookdown::render_book('index.Rmd')\"", output: '_book', setting: /^output_dir:[ \t]*["']?([\w./-]+)/m },
  { name: 'rmarkdown', files: ['_site.yml'], language: 'r', build: 'Rscript -e "rmarkdown::render_site()"', output: '_site', setting: /^output_dir:[ \t]*["']?([\w./-]+)/m },
];
