import { describe, expect, it } from 'vitest';
import { describeChange } from './change.ts';
import { clockTime } from './units.ts';

const [moment, null_] = [1_790_000_000_000, null];

describe('a change of the state', () => {
  it.each([
    [{ kind: 'changed' as const, path: 'agents.a.state', before: 'running', after: 'ready' }, '~ agents.a.state  running → ready'],
    [{ kind: 'changed' as const, path: 'agents.a.since', before: null_, after: moment }, `~ agents.a.since  none → ${clockTime(moment)}`],
    [{ kind: 'changed' as const, path: 'apps.shop.scale.web', before: 1, after: 3 }, '~ apps.shop.scale.web  1 → 3'],
    [{ kind: 'changed' as const, path: 'apps.shop.routes', before: [], after: ['/', '/api'] }, '~ apps.shop.routes  none → /, /api'],
    [{ kind: 'added' as const, path: 'agents.a', before: null_, after: { id: 'a', app: 'shop', exit: null, place: { node: 'n1' }, since: moment } }, `+ agents.a  id a, app shop, since ${clockTime(moment)}`],
    [{ kind: 'added' as const, path: 'apps.shop', before: null_, after: {} }, '+ apps.shop'],
    [{ kind: 'removed' as const, path: 'agents.a', before: { id: 'a' }, after: null_ }, '- agents.a'],
    [{ kind: 'changed' as const, path: 'apps.shop.revisions', before: [{ a: 1 }], after: [{ a: 1 }, { a: 2 }] }, '~ apps.shop.revisions  1 entries → 2 entries'],
  ])('is one line: %j', (change, line) => {
    expect(describeChange(change)).toBe(line);
  });

  it('is no longer than a terminal is wide, whatever an app wrote', () => {
    const line = describeChange({ kind: 'changed', path: 'a', before: 'x'.repeat(500), after: '\u001b[2Jgone\nnext' });
    expect(line).toBe(`~ a  ${'x'.repeat(77)}... → gone next`);
  });
});
