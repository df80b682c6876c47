import { expect, it } from 'vitest';
import type { Caller } from './caller.ts';
import { Routes } from './routes.ts';

const serving = (...paths: string[]) => ({ code: [{ path: 'a.js', routes: paths.map((path, at) => ({ path, line: at + 1 })) }] }) as unknown as Caller;

it('finds the one service that answers the first two parts of a path under an unknown host, by its first route', () => {
  const [orders, stock] = [serving('/', '/api/orders/:id', '/api/orders'), serving('/api/stock', '/api/stock/low', '/health')];
  const routes = new Routes([orders, stock]);
  expect(routes.find('http://*/api/orders?page=1')).toEqual({ to: orders, evidence: { file: 'a.js', line: 2, why: 'answers /api/orders/:id' } });
  expect(routes.find('*/api/stock/low')?.to).toBe(stock);
  expect(['*/api', '*/api/order', '*/health', 'http://orders/api/orders', '*/api/orders-old'].map((text) => routes.find(text))).toEqual(Array(5).fill(undefined));
});

it('finds none where several answer it', () => {
  expect(new Routes([serving('/api/health'), serving('/api/health/live')]).find('*/api/health')).toBeUndefined();
});
