import { expect, it } from 'vitest';
import { AppName, suggestName } from './names.ts';

it.each([['My Shop (v2)', 'my-shop-v2'], ['3d viewer', 'd-viewer'], ['2048', 'app-2048'], ['2024-11', 'app-2024-11'], ['...', 'app'], ['7'.repeat(60), `app-${'7'.repeat(36)}`]])('names an app of %s %s', (raw, name) => {
  expect(suggestName(raw, 'app')).toBe(name);
  expect(AppName.safeParse(name).success).toBe(true);
});

it('has no name for digits where there is no word to go before them', () => {
  expect(suggestName('2048', '')).toBe('');
});
