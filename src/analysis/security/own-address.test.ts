import { expect, it } from 'vitest';
import { isOwnAddress } from './own-address.ts';

it.each([
  ['const url = new URL(process.env.DATABASE_URL);', true],
  ['const url = new URL(DATABASE_URL);', true],
  ["const url = new URL('postgres://db/app?schema=x');", true],
  ['const url = new URL(req.url, BASE);', false],
  ['const url = new URL(`http://x${path}`);', false],
  ['const url = new URL(process.env.A); url = new URL(req.url)', false],
  ['const other = new URL(process.env.A);', false],
])('an address made by %s is the program\'s own: %s', (text, own) => {
  expect(isOwnAddress(text, 'url.searchParams.get')).toBe(own);
});
