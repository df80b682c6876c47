import { expect, it } from 'vitest';
import { browserFor } from './browsers.ts';

const manifest = (dependencies: object) => [JSON.stringify({ dependencies })];
const here = (name: string) => (name === 'chromium' ? '/usr/bin/chromium' : undefined);

it('an app that drives a browser is told where the one of the machine is', () => {
  expect(browserFor(manifest({ puppeteer: '24' }), here)).toEqual({ env: { PUPPETEER_EXECUTABLE_PATH: '/usr/bin/chromium' }, note: undefined });
  expect(browserFor(manifest({ playwright: '1' }), here)).toEqual({ env: {}, note: expect.stringContaining('executablePath') });
});

it('whoever deploys it learns when there is none', () => {
  expect(browserFor(manifest({ 'puppeteer-core': '24' }), () => undefined)).toEqual({ env: {}, note: 'it has puppeteer-core drive a browser, and this machine has none: apt install chromium, and deploy again' });
});

it('others, and those that test with one, are told nothing', () => {
  expect(browserFor(manifest({ express: '5' }), here)).toBeUndefined();
  expect(browserFor([JSON.stringify({ devDependencies: { playwright: '1' } }), '{broken'], here)).toBeUndefined();
});
