/** Names of what is made into mail: templates of it look like pages, and nobody is served them. */
const mail = /(^|[/_.-])(e-?mails?|mail(er|s|ing)?|newsletters?)([/_.-]|$)/i;

/** Directories where servers keep the pages that they fill in or hand out, and how those look. */
const places = /(^|\/)(templates?|views?|pages|static|public|www|web|ui|html|client|assets|webroot)\/(.+\/)?[^/]+\.(html?|xhtml|css|ejs|pug|jade|hbs|handlebars|mustache|njk|eta|liquid|twig|tera|j2|csp|tmpl|gohtml|templ|jte|ftlh?|erb|haml|slim)$/i;

/** Directories in which servers hand out the manual of their interface: what other programs ask them for. */
const manual = /(^|\/)(?:static|public|resources|www|web|assets)\/(?:.*\/)?(?:docs?|api-?docs?|swagger(?:-ui)?|redoc|openapi|javadoc)(?:\/|\.html?$)/i;

/** The first of these files that is a page people are served; `pattern` says which files may be one where the usual places and endings do not. */
export function pageAmong(files: readonly string[], pattern: RegExp = places): string | undefined {
  return files.find((file) => pattern.test(file) && !mail.test(file) && !manual.test(file));
}
