import { describe, expect, it } from 'vitest';
import { after, afterScript } from './testing.ts';

const input = 'let a = req.query.a; ';

describe('a test that was passed', () => {
  it.each([
    'if (!["x", "y"].includes(a)) throw 0',
    'if (a !== "x") throw 0',
    'if (!(a === "x" && ready)) throw 0',
    'if (a !== "x" || late) throw 0',
    'if (!/^[a-z]+$/.test(a)) throw 0',
  ])('takes the danger: %s', async (code) => {
    expect((await afterScript(input + code)).dangerous('a')).toBe(false);
  });

  it.each([
    'if (["x", "y"].includes(a)) throw 0',
    'if (a === "x") throw 0',
    'if (!(a === "x" || ready)) throw 0',
    'if (a !== req.query.b) throw 0',
    'if (a !== null) throw 0',
    'if (!known(a)) throw 0',
    'if (![req.query.b].includes(a)) throw 0',
  ])('leaves it where it says nothing: %s', async (code) => {
    expect((await afterScript(input + code)).dangerous('a')).toBe(true);
  });

  it('counts a list of Python, and what text is made of', async () => {
    const { dangerous } = await after({ 'a.py': 'a = request.args["a"]\nb = request.args["b"]\nif a not in ("x", "y"):\n    raise E\nif not b.isdigit():\n    raise E\n' });
    expect([dangerous('a'), dangerous('b')]).toEqual([false, false]);
  });
});
