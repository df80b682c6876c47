import { describe, expect, it } from 'vitest';
import { withFiles } from '../../fixture.ts';
import { openTree } from '../../tree/tree.ts';
import { securityFindings } from '../findings.ts';
import { viewWeaknesses } from './views.ts';

/** A view that writes something as it is, on its last line, and one that escapes it or writes what the app made. */
const pairs: readonly (readonly [file: string, dangerous: string, safe: string])[] = [
  ['app/views/a.html.erb', '<p><%= raw @post.body %></p>', '<%= raw t("legal_html") %><%= raw "&nbsp;" %><%= @post.body %>'],
  ['app/views/a.html.erb', '<%= post.body.html_safe %>', '<%= sanitize post.body %><%= "<b>".html_safe %>'],
  ['app/views/a.html.erb', '<%== @user.bio %>', '<%== render "footer" %><%= "#{@user.bio}" %>'],
  ['a.haml', '%p.note!= @user.bio', '%p= @user.bio\n!!! 5\n- if a != b'],
  ['a.slim', 'p == @user.bio', 'p = @user.bio\n== yield\n- if a == b'],
  ['A.cshtml', '<div>@Html.Raw(Model.Lines(1).Body)</div>', '@Html.Raw("&copy;") @Model.Body @Html.Raw(Json.Serialize(Model)) @Html.Raw(Localizer["a"])'],
  ['A.razor', '@((MarkupString)comment.Text)', '@comment.Text'],
  ['a.blade.php', '{!! $post->body !!}', '{!! csrf_field() !!}{!! nl2br(e($post->body)) !!}{!! $posts->links() !!}{!! __("a") !!}{{ $post->body }}'],
  ['a.html.twig', '{{ post.body|raw }}', '{{ post.body|e|nl2br|raw }}{{ "a.b"|trans|raw }}{{ form_row(form)|raw }}{{ post.body }}'],
  ['a.twig', '{% autoescape false %}{{ app.request.query.get("q") }}', '{% autoescape true %}{{ app.request.query.get("q") }}{% endautoescape %}'],
  ['templates/a.html', '{{ post.body|safe }}', '{{ data|tojson|safe }}{{ _("a")|safe }}{{ form.as_p|safe }}{{ content|safe }}'],
  ['templates/b.html', '{% autoescape off %}{{ comment.text }}', '{{ comment.text|escape|safe }}'],
  ['a.ejs', '<%- post.body %>', '<%- include("head") %><%- body %><%- JSON.stringify(a) %><%= post.body %>'],
  ['a.hbs', '{{{comment.text}}}', '{{{body}}}{{comment.text}}'],
  ['a.pug', 'div!= post.body', "p!= '&copy;'\n- if (a != b)\ndiv= post.body"],
  ['a.jsp', '<%= request.getParameter("q") %>', '<%= new java.util.Date() %>'],
  ['b.jsp', '<% String q = request.getParameter("q"); %>\n<%= q %>', '<% String q = clean(request.getParameter("q")); %>\n<%= q %>'],
  ['c.jsp', '<input value="${param.q}">', '<c:out value="${param.q}"/><c:if test="${param.q != null}"></c:if>${fn:escapeXml(param.q)}${user.name}'],
  ['t.html', '<p th:utext="${post.body}"></p>', '<p th:text="${post.body}"></p><p th:utext="#{legal}"></p>'],
  ['a.ftlh', '${post.body?no_esc}', '${post.body}'],
  ['A.vue', '<template><p v-html="comment.body" /></template>', '<template><p v-html="clean" /><p v-html="$t(\'a\')" /></template><script>const clean = computed(() => DOMPurify.sanitize(props.body))</script>'],
  ['A.svelte', '{@html data.post.comment}', '<script>$: safe = sanitize(data.comment)</script>{@html safe}'],
  ['A.astro', '<p set:html={post.body} />', '<p set:html={JSON.stringify(schema)} />'],
  ['a.tsx', 'export const A = ({ post }) => <p dangerouslySetInnerHTML={{ __html: post.body }} />', 'const rules = `a { color: red }`\nexport const A = () => <style dangerouslySetInnerHTML={{ __html: rules }} />'],
];

describe('a view', () => {
  it.each(pairs)('%s: %s', (file, dangerous, safe) => {
    expect(viewWeaknesses(file, dangerous)).toMatchObject([{ rule: 'xss', line: dangerous.split('\n').length }]);
    expect(viewWeaknesses(file, safe)).toEqual([]);
  });

  it('that writes what comes with the request is graver than one that writes what the app keeps', () => {
    expect(viewWeaknesses('a.blade.php', '{!! request("q") !!}')).toMatchObject([{ severity: 'high', message: expect.stringContaining('comes with the request') as string, fix: expect.stringContaining('{{ … }}') as string }]);
    expect(viewWeaknesses('A.vue', '<p v-html="$route.query.q" />')).toMatchObject([{ severity: 'high' }]);
    expect(viewWeaknesses('a.blade.php', '{!! $post->body !!}')).toMatchObject([{ severity: 'medium' }]);
  });

  it('of a mail or of documentation is no page of the app', () => {
    expect(viewWeaknesses('resources/views/emails/order.blade.php', '{!! $post->body !!}')).toEqual([]);
    expect(viewWeaknesses('docs/layout.html', '{{ body_of.page|safe }}')).toEqual([]);
  });

  it('tells once of what it writes many times', () => {
    expect(viewWeaknesses('a.ejs', '<%- post.body %>\n'.repeat(5))).toHaveLength(1);
  });

  it('that does it everywhere is told of three times, the last with the lines of the others', () => {
    const found = viewWeaknesses('a.ejs', Array.from({ length: 7 }, (_, i) => `<%- post.part${'abcdefg'[i]!} %>`).join('\n'));
    expect(found.map(({ line }) => line)).toEqual([1, 2, 3]);
    expect(found[2]!.message).toMatch(/4 more like it in this file, on lines 4, 5, 6, 7$/);
  });

  it('is judged by what the names that it writes are given in the same file', () => {
    const page = (made: string) => viewWeaknesses('A.tsx', `const html = ${made};\nexport const A = () => <p dangerouslySetInnerHTML={{ __html: html }} />`).length;
    expect([page('marked(post.body)'), page('DOMPurify.sanitize(post.body)'), page('"<b>x</b>"'), page('JSON.stringify(post)')]).toEqual([1, 0, 0, 0]);
  });

  it('may write numbers, addresses and messages of the app as they are', () => {
    expect(viewWeaknesses('a.blade.php', '{!! $post->id !!}{!! $posts->count() !!}{!! URL::route("a") !!}{!! $errors->first("a") !!}{!! date("Y") !!}{!! $attributes->merge(["a" => 1]) !!}')).toEqual([]);
  });

  it('is searched within bounds', () => {
    for (const [file] of pairs) viewWeaknesses(file, `${'{{{ {!! <%- <%== @Html.Raw( ${param. {% autoescape false %} v-html="'.repeat(8000)}`);
  }, 10_000);

  it('is told of with its place among the findings of the app', async () => {
    const found = await withFiles({ 'views/a.ejs': '<h1>\n<%- post.body %>' }, (directory) => securityFindings(openTree(directory)));
    expect(found).toMatchObject([{ rule: 'xss', file: 'views/a.ejs', line: 2 }]);
  });
});
