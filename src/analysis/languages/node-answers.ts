import type { FileFacts } from '../facts/file-facts.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { pageAnswered } from './answered-pages.ts';
import type { NodePackage } from './node-package.ts';
import { pageAmong } from './page-files.ts';

/** Endings of what a server in JavaScript hands out or fills in as a page, or with one. */
const page = /\.(html?|css|ejs|pug|jade|hbs|handlebars|mustache|njk|eta|liquid|vue|svelte|[jt]sx)$/;

/** Libraries of pages that run in a browser: where a server has them in its own package, it brings the pages along. */
const pageRenderers = ['react-dom', 'preact', 'vue', 'svelte', 'solid-js', '@angular/core'];

/** Libraries that fill in pages or hand them out. */
export const pageMakers = ['ejs', 'pug', 'hbs', 'express-handlebars', 'nunjucks', 'eta', '@fastify/view', '@fastify/static', 'koa-static', 'koa-views', '@hapi/vision', 'serve-static', 'mustache-express'];

/** A page that is written where a request is answered: `res.send('<h1>…')`, `` reply.type('text/html').send(`<!doctype html>…`) ``. */
const written = /\.(?:send|end|write|html)\(\s{0,40}["'`]\s{0,40}<(?:!doctype html|html|head|body|main|div|section|center|form|table|ul|h[1-6]|p)\b/gi;
/** Data as an answer. */
const data = /\.json\(|\.(?:send|end)\(\s{0,40}(?:\{|\[|JSON\.stringify\()/g;

/** Whether a server writes its pages by itself, several of them and more than it answers with data. A greeting at its root is none. */
function answersWithPages(tree: Tree, code: readonly FileFacts[]): boolean {
  const texts = code.map(({ path }) => tree.textOnce(path) ?? '').filter((text) => text.includes('<'));
  const pages = texts.reduce((sum, text) => sum + (text.match(written)?.length ?? 0), 0);
  return pages > 1 && pages > code.reduce((sum, { path }) => sum + (tree.textOnce(path)?.match(data)?.length ?? 0), 0);
}

/** Whether a server in JavaScript shows pages: it has libraries or files for them, or writes them by itself. `directory` is its own. */
export function hasPages(tree: Tree, directory: string, pkg: NodePackage, code: readonly FileFacts[]): boolean {
  // Templates with a package of their own are made into something else, such as mail.
  const hasOwnTemplates = tree.has(within(directory, 'templates/package.json'));
  const places = ['public', 'views', 'client', 'static', 'src/public', 'src/views', 'src/static', ...(hasOwnTemplates ? [] : ['templates'])];
  return pageMakers.some((name) => pkg.dependencies.has(name)) || pageRenderers.some((name) => pkg.dependencies.has(name) || pkg.devDependencies.has(name)) || pageAmong(places.flatMap((name) => tree.filesBelow(within(directory, name))), page) !== undefined || answersWithPages(tree, code) || pageAnswered(tree, code) !== undefined;
}
