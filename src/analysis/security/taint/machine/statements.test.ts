import { describe, expect, it } from 'vitest';
import { after, afterScript } from './testing.ts';

describe('statements', () => {
  it('run one way of a branch where it is known which, both where not', async () => {
    const { known, dangerous } = await afterScript('let a = 1, b = 1; if (2 > 1) a = 2; else a = req.query.a; if (now()) b = req.query.b');
    expect([known('a'), dangerous('b')]).toEqual([2, true]);
  });

  it('end where all ways have returned', async () => {
    const { ended, dangerous } = await afterScript('let a = "x"; if (now()) throw 0; else throw 1; a = req.query.a');
    expect([ended, dangerous('a')]).toEqual([true, false]);
  });

  it('of a handler begin with what was known before or after what failed', async () => {
    expect((await afterScript('let a = req.query.a, b; try { a = "x"; f() } catch { b = a }')).dangerous('b')).toBe(true);
    expect((await afterScript('let a = "x", b; try { a = req.query.a; f() } catch { b = a }')).dangerous('b')).toBe(true);
  });

  it('that are always run come after a return too, and can end all', async () => {
    expect((await afterScript('try { f() } finally { throw 0 }')).ended).toBe(true);
    expect((await afterScript('let a = 1; try { throw 0 } finally { a = 2 }')).ended).toBe(true);
  });

  it('declare a type with a name', async () => {
    const { frame, run } = await after({ 'A.java': 'StringBuilder b = null;' });
    expect(frame.run).toBe(run);
    expect(run.globals.get('b')).toMatchObject({ type: 'StringBuilder', options: [null] });
  });

  it('are left alone once a file has had its steps', async () => {
    const { run, known } = await afterScript(`let a = 0; ${'a++;'.repeat(20_000)}`);
    expect(known('a')).toBeLessThan(20_000);
    expect(run.steps).toBeLessThan(12_100);
  });
});
