import { describe, expect, it } from 'vitest';
import { after, afterScript } from './testing.ts';

const constantOf = async (expression: string) => (await afterScript(`const a = ${expression}`)).known('a');
const isDangerous = async (expression: string) => (await afterScript(`const a = ${expression}`)).dangerous('a');

describe('an expression', () => {
  it.each([
    ['1 > 2 ? req.query.a : "x"', 'x'],
    ['{ b: 1, ...{ c: 2 } }.c', 2],
    ['{ ["b"]: 3 }["b"]', 3],
    ['[1, [2, 3]][1][0]', 2],
    ['(0, 5)', undefined],
    ['req.query.a', undefined],
  ])('%s is %s', async (expression, value) => {
    expect(await constantOf(expression)).toBe(value);
  });

  it('is dangerous where a part of it is', async () => {
    for (const expression of ['`x${req.query.a}`', '[1, req.query.a]', '{ b: req.query.a }', 'now() ? "x" : req.query.a', '{ [now()]: req.query.a }', 'req.query[0]', '"x" as unknown && req.query.a']) expect(await isDangerous(expression), expression).toBe(true);
  });

  it('is safe where only a part beside it is dangerous', async () => {
    for (const expression of ['{ b: req.query.a, c: 1 }.c', '[req.query.a, 1][1]', '[req.query.a].length', 'typeof req.query.a']) expect(await isDangerous(expression), expression).toBe(false);
  });

  it('that is chosen by a test is what the test leaves of it', async () => {
    const { dangerous } = await afterScript('const q = req.query.a; const a = q === "x" ? q : "", b = q !== "x" ? q : ""');
    expect([dangerous('a'), dangerous('b')]).toEqual([false, true]);
  });

  it('that is cast to a number is safe', async () => {
    const { dangerous } = await after({ 'a.php': '<?php $a = (int) $_GET["a"]; $b = (string) $_GET["b"];' });
    expect([dangerous('$a'), dangerous('$b')]).toEqual([false, true]);
  });

  it('of markup that is taken as it is must not be input', async () => {
    const { run } = await afterScript('const a = { __html: req.query.a }; const b = { __html: "<b>" }');
    expect(run.hits).toMatchObject([{ rule: 'xss', line: 1 }]);
  });

  it('that is a statement gives the value that is chosen, and keeps what it sets', async () => {
    const { run } = await after({ 'A.java': 'int k = 2; String a = switch (k) { case 1 -> request.getParameter("q"); default -> "x"; };' });
    expect(run.globals.get('a')).toMatchObject({ taint: 0, options: ['x'] });
  });
});
