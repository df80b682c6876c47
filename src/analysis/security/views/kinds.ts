/** A place in a view where something is written into the page as it is. */
export interface Output {
  /** How it is written, for people. */
  readonly as: string;
  /** Matches it whole, with the expression as its first group; or up to an opening bracket, whose contents are the expression. */
  readonly pattern: RegExp;
  readonly bracket?: true;
  /** Only after the first of these and before the second. */
  readonly between?: readonly [from: RegExp, to: RegExp];
  /** Only what a visitor sends counts: the language has no other way to write things that is in use. */
  readonly onlyInput?: true;
}

/** A language of templates. */
export interface ViewKind {
  readonly name: string;
  readonly files: RegExp;
  readonly outputs: readonly Output[];
  /** How the same is written escaped. */
  readonly escaped: string;
}

const print = /\{\{-?\s{0,20}((?:(?!\}\})[^\n]){1,300}?)\s{0,20}-?\}\}/g;

/** Languages of templates that escape what they write, and how each is told not to. */
export const viewKinds: readonly ViewKind[] = [
  {
    name: 'ERB', files: /\.(?:html\.)?erb$/, escaped: '`<%= … %>` by itself, or `sanitize`',
    outputs: [
      { as: 'raw', pattern: /<%=\s{0,20}raw[ (]([^%\n]{1,300}?)\s{0,20}-?%>/g },
      { as: 'html_safe', pattern: /<%=\s{0,20}([^%\n]{1,300}?)\.html_safe\b/g },
      { as: '<%==', pattern: /<%==\s{0,20}([^%\n]{1,300}?)\s{0,20}-?%>/g },
    ],
  },
  {
    name: 'Haml', files: /\.haml$/, escaped: '`=` by itself, or `sanitize`',
    outputs: [
      { as: '!=', pattern: /(?<![^\n])[ \t]*(?:[%.#][\w.#:-]*(?:\{[^}\n]{0,200}\}|\([^)\n]{0,200}\))?)?!=[ \t]*([^\n]{1,300})/g },
      { as: 'raw', pattern: /=[ \t]*raw[ (]([^\n]{1,300})/g },
      { as: 'html_safe', pattern: /=[ \t]*([^\n]{1,300}?)\.html_safe\b/g },
    ],
  },
  {
    name: 'Slim', files: /\.slim$/, escaped: '`=` by itself, or `sanitize`',
    outputs: [
      { as: '==', pattern: /(?<![^\n])[ \t]*(?:[\w.#:-]{1,80}(?:\[[^\]\n]{0,200}\])?[ \t]*)?==[<>']{0,3}[ \t]*([^=\n][^\n]{0,300})/g },
      { as: 'html_safe', pattern: /=[ \t]*([^\n]{1,300}?)\.html_safe\b/g },
    ],
  },
  {
    name: 'Razor', files: /\.(?:cshtml|razor|vbhtml)$/, escaped: '`@…` by itself',
    outputs: [
      { as: 'Html.Raw', pattern: /\bHtml\.Raw\(/g, bracket: true },
      { as: 'MarkupString', pattern: /\(MarkupString\)\s{0,4}([\w.@?!()"$[\]]{1,200})/g },
      { as: 'MarkupString', pattern: /\bnew MarkupString\(/g, bracket: true },
    ],
  },
  { name: 'Blade', files: /\.blade\.php$/, escaped: '`{{ … }}`', outputs: [{ as: '{!! !!}', pattern: /\{!!\s{0,20}([^\n]{1,300}?)\s{0,20}!!\}/g }] },
  {
    name: 'Twig', files: /\.twig$/, escaped: '`{{ … }}` without `raw`',
    outputs: [
      { as: '|raw', pattern: /\{\{-?\s{0,20}((?:(?!\}\})[^\n]){1,300}?)\|\s{0,4}raw\b/g },
      { as: 'autoescape false', pattern: print, between: [/\{%-?\s{0,4}autoescape false\s{0,4}-?%\}/g, /\{%-?\s{0,4}endautoescape/g] },
    ],
  },
  {
    name: 'Jinja or Django', files: /\.(?:html?|xhtml|j2|jinja2?|njk|nunjucks|tera|tmpl)$/, escaped: '`{{ … }}` without `safe`',
    outputs: [
      { as: '|safe', pattern: /\{\{-?\s{0,20}((?:(?!\}\})[^\n]){1,300}?)\|\s{0,4}safe\b/g },
      { as: 'autoescape off', pattern: print, between: [/\{%-?\s{0,4}autoescape (?:off|false)\s{0,4}-?%\}/g, /\{%-?\s{0,4}endautoescape/g] },
    ],
  },
  { name: 'EJS', files: /\.ejs$/, escaped: '`<%= … %>`', outputs: [{ as: '<%-', pattern: /<%-\s{0,20}([^%]{1,300}?)\s{0,20}-?%>/g }] },
  { name: 'Handlebars', files: /\.(?:hbs|handlebars|mustache|hjs|html)$/, escaped: '`{{ … }}`', outputs: [{ as: '{{{ }}}', pattern: /\{\{\{\s{0,20}([\w.[\]@/][^{}\n]{0,200}?)\s{0,20}\}\}\}/g }] },
  {
    name: 'Pug', files: /\.(?:pug|jade)$/, escaped: '`=` or `#{…}`',
    outputs: [
      { as: '!=', pattern: /(?<![^\n])[ \t]*(?:[\w.#:-]{1,120}(?:\([^)\n]{0,200}\))?)?!=[ \t]*([^\n]{1,300})/g },
      { as: '!{}', pattern: /!\{([^}\n]{1,300})\}/g },
    ],
  },
  {
    name: 'JSP', files: /\.(?:jspx?|jspf|tag)$/, escaped: '`<c:out value="…"/>` or `fn:escapeXml`',
    outputs: [
      { as: '<%= %>', pattern: /<%=\s{0,20}([^%]{1,300}?)\s{0,20}%>/g, onlyInput: true },
      { as: '${}', pattern: /(?<!<\w{1,20}:[^<>]{0,400})\$\{\s{0,20}((?:param|paramValues|header|cookie)(?:\.|\[)[^}\n]{1,200})\}/g },
    ],
  },
  { name: 'Thymeleaf', files: /\.x?html?$/, escaped: '`th:text`', outputs: [{ as: 'th:utext', pattern: /\bth:utext="([^"\n]{1,300})"/g }] },
  { name: 'FreeMarker', files: /\.ftlh?x?$/, escaped: '`${…}` without `?no_esc`', outputs: [{ as: '?no_esc', pattern: /\$\{\s{0,20}([^}\n]{1,300}?)\?no_esc\b/g }] },
  { name: 'EEx', files: /\.(?:heex|leex|eex)$/, escaped: '`<%= … %>` by itself', outputs: [{ as: 'raw', pattern: /(?:<%=|\{)\s{0,20}(?:Phoenix\.HTML\.)?raw[ (]([^%}\n]{1,300}?)\s{0,20}(?:%>|\})/g }] },
  { name: 'Vue', files: /\.(?:vue|html)$/, escaped: '`{{ … }}`, or sanitised where it is made', outputs: [{ as: 'v-html', pattern: /\bv-html="([^"]{1,300})"/g }] },
  { name: 'Svelte', files: /\.svelte$/, escaped: '`{…}`, or sanitised where it is made', outputs: [{ as: '{@html}', pattern: /\{@html\s{1,20}([^}]{1,300})\}/g }] },
  { name: 'Astro', files: /\.astro$/, escaped: '`{…}`, or sanitised where it is made', outputs: [{ as: 'set:html', pattern: /\bset:html=\{([^}]{1,300})\}/g }] },
  { name: 'React', files: /\.[jt]sx?$/, escaped: '`{…}`, or sanitised where it is made', outputs: [{ as: 'dangerouslySetInnerHTML', pattern: /dangerouslySetInnerHTML\s{0,4}=\s{0,4}\{\{\s{0,40}__html\s{0,4}:\s{0,40}((?:[^{}]|\$\{[^{}]{0,100}\}){1,300}?),?\s{0,40}\}\}/g }] },
];
