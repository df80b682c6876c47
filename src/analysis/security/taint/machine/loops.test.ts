import { describe, expect, it } from 'vitest';
import { after, afterScript } from './testing.ts';

describe('a loop', () => {
  it('that is not entered does nothing', async () => {
    const { known } = await afterScript('let a = 1, b = 1; while (false) a = 2; for (let i = 0; i < 0; i++) b = 2');
    expect([known('a'), known('b')]).toEqual([1, 1]);
  });

  it('that may be entered leaves both', async () => {
    const { known, dangerous } = await afterScript('let a = "x"; while (more()) a = req.query.a');
    expect([known('a'), dangerous('a')]).toEqual([undefined, true]);
  });

  it('that is entered for certain leaves what its body does', async () => {
    const { dangerous } = await afterScript('let a = req.query.a, b = req.query.b; do { a = "x" } while (more()); for (let i = 0; i < 1; i++) b = "x"');
    expect([dangerous('a'), dangerous('b')]).toEqual([false, false]);
  });

  it('carries what one turn learns into the next', async () => {
    expect((await afterScript('let a = "", b = "", c = ""; for (const x of xs) { c = b; b = a; a = req.query.a }')).dangerous('c')).toBe(true);
  });

  it('knows no count after several turns', async () => {
    expect((await afterScript('let n = 0; for (const x of xs) n++')).known('n')).toBeUndefined();
  });

  it('is left with what was known at a break, and goes on with what was at a continue', async () => {
    const { dangerous } = await afterScript('let a = "", b = ""; while (true) { if (done()) { a = req.query.a; break } if (next()) { b = req.query.b; continue } }');
    expect([dangerous('a'), dangerous('b')]).toEqual([true, true]);
  });

  it('that ends in all of its ways has nothing after it', async () => {
    expect((await afterScript('do { throw 0 } while (true)')).ended).toBe(true);
  });

  it('over elements takes each for any of them, and keys of known parts for safe', async () => {
    const { dangerous } = await after({ 'a.php': '<?php $k = ""; $v = ""; foreach (["x" => $_GET["a"], "y" => "b"] as $key => $value) { $k = $key; $v = $value; }' });
    expect([dangerous('$k'), dangerous('$v')]).toEqual([false, true]);
  });
});
