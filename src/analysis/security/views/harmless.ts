/** Values that a person wrote down: nothing comes in with them. */
const constant = /^(?:"(?:[^"\\$#]|\\.|[$#](?!\{)){0,300}"|'(?:[^'\\]|\\.){0,300}'|`(?:[^`\\$]|\\.|\$(?!\{)){0,300}`|-?\d[\d.]*|true|false|null|nil|None|undefined|''|"")$/;

/** Functions and filters that escape, sanitise or make text without markup. */
const cleans = /sanitiz|sanitis|[pP]urif|clean|\bescape|[a-z]Escape|_escape|[eE]ncode|\bh\(|(?<![\w>])e\(|\|\s{0,4}(?:e|escape|striptags|strip_tags|slugify|urlize|linebreaks(?:br)?|force_escape|richtext|number_format|length|date)\b|htmlspecialchars|htmlentities|strip_?[tT]ags|bleach|\bxss\(|\bnh3\b|simple_format/;

/** Data that is written as data. */
const data = /to_?json|json_encode|JSON\.stringify|JSON\.generate|Json\.Serialize|JsonSerializer|JsonConvert|jsonify|\bdumps\(|\|\s{0,4}(?:json|dump|jsonencode)\b|Js::(?:from|encode)|serialize\(|[jJ]son[lL]d|json-?ld|structuredData|[sS]chema(?:Markup|Json|Org)|@json/;

/** What the app itself makes or says: parts of pages, forms, links, words in other languages, settings. */
const own = new RegExp([
  String.raw`^(?:await\s+)?(?:render|renders|partial|include|includes|yield|slot|view|component|block|layout|content_for|capture|csrf\w*|method_field|form\w*|Form::|Html::|HTML::|asset\w*|encore_\w+|vite\w*|\$?attributes|javascript\w*|stylesheet\w*|css|script\w*|image_tag|link_to\w*|button_to|tag|content_tag|path|url|url_for|\w{1,30}_url|static|route|mix|icon\w*|svg\w*|inline_\w+|paginate|will_paginate|pagy\w*|highlight\w*|hljs|katex|Prism)\b`,
  String.raw`^(?:URL|Url|Route|Config|Asset|Vite|Carbon|Auth|Session|Str|[lL]ang|Form|Html|HTML|Storage|Breadcrumbs)::|^(?:URL|date|now|count|today|strftime|number_\w+)\(|^\$errors->|^session\(|^(?:Html|Url|html)\.(?!Raw)\w+\(|\bforms?\.`,
  String.raw`(?:->|\.|\[['"]|^\$?)(?:\w*_)?(?:id|uuid|permalink|count|total|length|size|index|\w*_at|date|year|version|slug|\w*(?:Id|Count|At|Uri))(?:['"]\])?(?:\(\))?$`,
  String.raw`^[$\w.]{0,60}(?:->|\.)(?:links|render|renderBlock|appends\([^)]*\)->links|script|scripts|styles|toHtml)\(`,
  String.raw`(?:^|[\s(.!])(?:\$?tc?|__|_|trans\w*|gettext|ngettext|translate|i18n\.\w+|I18n\.t|\$i18n\.\w+|Lang::get|lang|getMessage|Localizer|localizer|L|intl\.\w+)[([]`,
  String.raw`\|\s{0,4}(?:trans|t|translate|i18n)\b`, String.raw`^#\{`,
  String.raw`^[@$]?(?:config|settings?|options?|site|env|theme|self|super|forms?|field|page|section|csrf|meta|seo|plugin|app\.config|import\.meta)(?:\.|->|\[|\()`,
].join('|'));

/** A part of a page by itself, which the app puts together: `{{{ body }}}`. */
const part = /^[@$]?(?:body|content|contents|children|main|head|header|footer|foot|nav\w*|menu|sidebar|layout\w*|slot|yield|css|styles?|stylesheets?|scripts?|js|scriptTags?|styleTags?|metaTags?|helmet\w*|links?|svg\w*|icons?|\w*Icon|\w*Svg|form|pagination|pager|paginator|analytics\w*|captcha\w*|recaptcha\w*|csrf\w*|state|initial\w*|preloaded\w*|__\w+__|themeScript|\w*_(?:html|markup|body|modal|content)|\w*(?:Html|HTML|Markup)|modal|html|markup|messages?|errors?|msg|notices?|alerts?|flash\w*|\w*(?:Css|CSS|Styles?|Scripts?))$/;

const name = /^[@$]?[A-Za-z_]\w{0,60}(?:\.value)?$/;
const declared = 300;
const deepest = 3;

/** Whether nothing that a stranger wrote can come with an expression, as far as that and the text around it tell. */
export function isHarmless(expression: string, text: string, depth = 0): boolean {
  const e = unwrapped(expression);
  if (e === '' || constant.test(e) || cleans.test(e) || data.test(e) || own.test(e)) return true;
  const choice = /^[^?]{1,200}\?\s*([^:?]{1,100}):\s*([^:?]{1,100})$/.exec(e);
  if (choice) return [choice[1]!, choice[2]!].every((one) => isHarmless(one, text, depth));
  if (depth >= deepest || !name.test(e)) return false;
  const values = valuesOf(e.replace(/\.value$/, ''), text);
  return values.length === 0 ? part.test(e) : values.every((value) => isHarmless(value, text, depth + 1));
}

function unwrapped(expression: string): string {
  const e = expression.trim().replace(/;$/, '').trim();
  const inner = /^\(([^()]*)\)$/.exec(e)?.[1] ?? /^(?:String|new HtmlString|new MarkupString)\((.*)\)$/.exec(e)?.[1];
  return inner === undefined ? e : inner.trim();
}

/** Of the last text that was asked for: a view writes many names, and often the same. */
let lastValues: { text: string; values: Map<string, string[]> } | undefined;

/** What a name is given in the same file: as it is written, up to the end of the statement or of what fits. */
function valuesOf(own: string, text: string): string[] {
  if (lastValues?.text !== text) lastValues = { text, values: new Map() };
  const known = lastValues.values.get(own);
  if (known) return known;
  const escaped = RegExp.escape(own.replace(/^@/, ''));
  const given = new RegExp(String.raw`(?<![\w.$-])${escaped}(?:\s{0,4}:\s{0,4}[\w<>[\]|]{1,40})?\s{0,4}=(?![=>])\s{0,20}([^;\n](?:[^;\n]|\n(?=[ \t]*[.+?:)\]])){0,${declared}})|(?<![\w.$])${escaped}\s{0,4}(?:\(\)\s{0,4}\{|:\s{0,4}function\s{0,4}\()([^}]{1,${declared}})`, 'g');
  const values = [...text.slice(0, 100_000).matchAll(given).take(8)].map((match) => (match[1] ?? match[2] ?? '').trim());
  const setter = new RegExp(String.raw`\[\s{0,4}${RegExp.escape(own)}\s{0,4},\s{0,4}(set\w{1,60})\s{0,4}\]\s{0,4}=\s{0,4}(?:React\.)?useState`).exec(text)?.[1];
  if (setter !== undefined) values.push(...[...text.slice(0, 100_000).matchAll(new RegExp(String.raw`(?<![\w.$])${RegExp.escape(setter)}\(([^;\n]{1,${declared}}?)\)?;?\s*(?:\n|$)`, 'g')).take(8)].map((match) => match[1]!.trim()));
  lastValues.values.set(own, values);
  return values;
}

const input = new RegExp([
  String.raw`(?<![\w.])(?:@?[rR]equest|req|app\.request|HttpContext\.Request|Context\.Request)(?:\(|\[|(?:\.|->)(?:args|form|values|GET|POST|COOKIES|META|query\w*|params?|body|cookies?|headers?|input|get|post|all|request|json|url|path|fullpath|original_\w+|referr?er|getParameter\w*|getHeader|getQueryString|getRequestUR[IL]|Query\w*|Form|Params|Headers|Cookies)\b)`,
  String.raw`(?<![\w.])(?:params|cookies|\$_(?:GET|POST|REQUEST|COOKIE)|\$?route\.(?:query|params)|router\.query|query|location|searchParams|param|paramValues|header|cookie|old|Request)\s{0,2}(?:\.|\[|\(|->)`,
].join('|'));

/** Whether an expression reads what a visitor sends with the request. */
export function isInput(expression: string): boolean {
  return input.test(expression);
}
