import { describe, expect, it } from 'vitest';
import type { App, Service } from '../model/index.ts';
import { addressOf } from './views.ts';

const origin = (host: string) => `http://${host}:8080`;
const service = (name: string, routes: string[], port: number | null = 3000) => ({ name, kind: 'web', protocol: 'http', port, routes }) as unknown as Service;
const app = (...services: Service[]) => ({ name: 'shop', revision: 1, revisions: new Map([[1, { services }]]) }) as unknown as App;

describe('the address of an app', () => {
  it('is that of the service that has its root, wherever that stands', () => {
    expect(addressOf(app(service('api', []), service('web', ['/'])), origin)).toBe('http://shop.localhost:8080');
  });

  it('is that of a service when none has the root, and none when nothing answers requests', () => {
    expect(addressOf(app(service('worker', [], null), service('api', [])), origin)).toBe('http://api.shop.localhost:8080');
    expect(addressOf(app(service('worker', [], null)), origin)).toBeNull();
    expect(addressOf(app(service('web', ['/'])), null)).toBeNull();
  });
});
