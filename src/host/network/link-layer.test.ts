import { expect, it } from 'vitest';
import { hardwareAddress, linkLocal } from './link-layer.ts';

it('what a link knows an agent by follows from its address', () => {
  expect(hardwareAddress('10.78.0.9')).toBe('02:5a:0a:4e:00:09');
  expect(linkLocal('10.78.0.9')).toBe('fe80::5a:aff:fe4e:9');
  expect(linkLocal('10.200.255.16')).toBe('fe80::5a:aff:fec8:ff10');
});
