import { describe, expect, it } from 'vitest';
import { isHarmless, isInput } from './harmless.ts';

describe('an expression in a view', () => {
  it.each(['"<b>x</b>"', '12', 'sanitize(post.body)', 'JSON.stringify(a)', 't("a.b")', 'post.id', 'form.as_p', '(e(post.body))', 'ok ? "a" : "b"'])('is harmless: %s', (expression) => expect(isHarmless(expression, '')).toBe(true));
  it.each(['post.body', 'comment', 'ok ? post.body : "b"', 'marked(post.body)'])('may be anything: %s', (expression) => expect(isHarmless(expression, '')).toBe(false));

  it('is what its name is given in the file, however the name is written', () => {
    expect(isHarmless('$a', '$a = "x"; $ab = $post;')).toBe(true);
    expect(isHarmless('$a', '$a = $post;')).toBe(false);
    expect(isHarmless('a', 'a = b\nb = a\n')).toBe(false);
  });

  it('is looked for once however often a view writes it', () => {
    const text = Array.from({ length: 8 }, () => 'a = b\nb = c\nc = d\nd = "x"\n').join('');
    for (let i = 0; i < 5000; i++) expect(isHarmless('a', text)).toBe(false);
  });

  it.each(['request("q")', '$_GET["q"]', 'params[:q]', 'req.query.q', 'route.query.q', 'location.hash'])('comes with the request: %s', (expression) => expect(isInput(expression)).toBe(true));
  it.each(['post.body', 'requests.count', 'parameter'])('does not come with the request: %s', (expression) => expect(isInput(expression)).toBe(false));
});
