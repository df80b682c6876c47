import { describe, expect, it } from 'vitest';
import { constant, known, unknown } from '../value.ts';
import { givesItself, isReduced, listCall, runsFunction } from './by-name.ts';
import { after } from './testing.ts';

describe('a call by its name', () => {
  it('takes from a text all but letters, when its pattern says so', () => {
    expect(isReduced('replaceAll', [constant('[^A-Za-z0-9]'), constant('')])).toBe(true);
    expect(isReduced('replace', [constant('/[^\\w-]/g'), constant('')])).toBe(true);
    expect(isReduced('replaceAll', [constant('[A-Z]'), constant('')])).toBe(false);
    expect(isReduced('replaceAll', [unknown])).toBe(false);
    expect(isReduced('split', [constant('[^A-Z]')])).toBe(false);
  });

  it('is a list', () => {
    expect(listCall('of', [constant(1), constant(2)])?.result.items?.map(known)).toEqual([1, 2]);
    expect(listCall('asList', [{ ...unknown, items: [constant(1)] }])?.result.items?.map(known)).toEqual([1]);
    expect(listCall('list', [])).toBeUndefined();
  });

  it('runs a function, or gives back what it is called on', () => {
    expect(['apply', 'applyAsInt', 'run', 'running', 'getter'].map((name) => runsFunction.test(name))).toEqual([true, true, true, false, false]);
    expect(['toString', 'stream', 'substring'].map((name) => givesItself.test(name))).toEqual([true, true, false]);
  });

  it('reads configuration that lies beside the code', async () => {
    const code = 'Properties p = new Properties(); p.load(A.class.getResourceAsStream("app.properties")); String a = p.getProperty("mode"); String b = p.getProperty("none");';
    const { known: of } = await after({ 'A.java': code, 'app.properties': 'mode=fast\n' });
    expect([of('a'), of('b')]).toEqual(['fast', undefined]);
    expect((await after({ 'A.java': code })).known('a')).toBeUndefined();
  });

  it('says that an answer is no page, until another says that it is one', async () => {
    const rules = async (...types: string[]) => (await after({ 'a.js': `${types.map((type) => `res.setHeader("content-type", "${type}");`).join(' ')} res.send("<b>" + req.query.a)` })).run.hits.map(({ rule }) => rule);
    expect(await rules('text/plain')).toEqual([]);
    expect(await rules('text/xml')).toEqual([]);
    expect(await rules('text/plain', 'HTTP/1.1 410 Gone')).toEqual([]);
    expect(await rules('text/html')).toEqual(['xss']);
    expect(await rules('text/plain', 'text/html')).toEqual(['xss']);
    expect(await rules('application/xhtml+xml')).toEqual(['xss']);
  });

  it('opens no file where only the last part of its path is asked for', async () => {
    const { run } = await after({ 'A.java': 'String p = request.getParameter("p"); String a = new File(p).getName(); File f = new File("/srv/" + a); File g = new File(p);' });
    expect(run.hits.map(({ rule }) => rule)).toEqual(['path-traversal']);
  });
});
