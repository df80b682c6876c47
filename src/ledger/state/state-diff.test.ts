import { expect, it } from 'vitest';
import { emptyState } from '../../model/index.ts';
import { diffStates } from './state-diff.ts';

it('who may approve is part of what differs', () => {
  const ada = { person: 'user:ada', key: 'ada+00000000+AA==', also: [], changed: { position: 7, actor: 'user:root', correlation: 'c' } };
  const after = { ...emptyState, approvers: emptyState.approvers.set('user:ada', ada as never) };
  expect(diffStates(emptyState, after).map(({ kind, path }) => `${kind} ${path}`)).toEqual(['added approvers.user:ada']);
  expect(diffStates(after, emptyState).map(({ kind, path }) => `${kind} ${path}`)).toEqual(['removed approvers.user:ada']);
});
