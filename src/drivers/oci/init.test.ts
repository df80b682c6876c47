import { expect, test } from 'vitest';
import { readNotes } from './init.ts';
import { lastMessage } from './runtime.ts';

test.each([
  ['exit 0 .\n', { code: 0, signal: null }],
  ['exit 137 .\n', { code: 137, signal: null }],
  ['Killed\nexit 137 .\n', { code: null, signal: 9 }],
  ['exit 130 .\n', { code: null, signal: 2 }],
  ['Killed\nexit 3 .\n', { code: 3, signal: null }],
  ['exit 13', null],
  ['', null],
] as const)('notes %j of process 1 say how the program ended', (notes, outcome) => {
  expect(readNotes(notes)).toEqual(outcome);
});

test('what a runtime complains of is found in its log, and in plain text', () => {
  expect(lastMessage('time="t" level=warning msg="first"\ntime="t" level=error msg="no \\"x\\" here"\n')).toBe('no "x" here');
  expect(lastMessage('2026-01-01 cannot do it\n')).toBe('2026-01-01 cannot do it');
});
