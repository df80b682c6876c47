import { expect, it } from 'vitest';
import { Draft, seen } from '../draft.ts';
import type { Caller } from './caller.ts';
import { LocalPorts } from './local-ports.ts';

function listening(name: string, port: number, { published = [] as number[], file = `${name}/a.js`, url = '', confidence = 0.9 } = {}): Caller {
  const draft = new Draft(name, name, 'javascript').claim('port', { port, protocol: 'http' }, confidence, seen(file, 1, ''));
  for (const one of published) draft.published.add(one);
  const settings = url === '' ? [] : [{ key: 'profiles.http.applicationUrl', text: url, file: `${name}/Properties/launchSettings.json` }];
  return { draft, settings, code: [], service: { name, ports: [{ port, protocol: 'http' }] } } as unknown as Caller;
}

it('finds who is published at a port before who listens there, but not whoever asks', () => {
  const [shop, stock] = [listening('shop', 8080, { published: [5001], file: 'shop/Dockerfile' }), listening('stock', 5001)];
  const ports = new LocalPorts([shop, stock]);
  expect([5001, 8080, 5002].map((port) => ports.find(port, stock))).toEqual([shop, undefined, undefined]);
  expect(ports.find(5001, shop)).toBeUndefined();
});

it('finds who is published elsewhere where its own code listens, or where it is told to for development', () => {
  const [shop, mail] = [listening('shop', 8080, { published: [5001] }), listening('mail', 80, { url: 'https://localhost:7001;http://localhost:5003' })];
  const ports = new LocalPorts([shop, mail]);
  expect([8080, 7001, 5003, 500].map((port) => ports.find(port, listening('other', 1)))).toEqual([shop, mail, mail, undefined]);
});

it('finds none where several would be meant', () => {
  expect(new LocalPorts([listening('a', 3000), listening('b', 3000)]).find(3000, listening('c', 1))).toBeUndefined();
});

it('finds whose own code says so before those that listen there by custom, the caller among them', () => {
  const [gate, shop, page] = [listening('gate', 3000), listening('shop', 3000, { confidence: 0.6 }), listening('page', 3000, { confidence: 0.6 })];
  expect(new LocalPorts([gate, shop, page]).find(3000, shop)).toBe(gate);
});

it('finds who listens there for one profile where nobody else does', () => {
  const [shop, stock] = [listening('shop', 8080), listening('stock', 8080)];
  shop.draft.claim('port', { port: 8081, protocol: 'http' }, 0.62, seen('shop/application.properties', 1, ''));
  expect(new LocalPorts([shop, stock]).find(8081, stock)).toBe(shop);
  expect(new LocalPorts([shop, stock, listening('mail', 8081)]).find(8081, stock)?.draft.name).toBe('mail');
});

it('finds the one in the framework of the caller where a program is there in several', () => {
  const of = (name: string, framework: string) => {
    const caller = listening(name, 8701);
    return { ...caller, service: { ...caller.service, framework } } as Caller;
  };
  const [plain, other, gate] = [of('spring-stock', 'spring-boot'), of('quarkus-stock', 'quarkus'), of('quarkus-gate', 'quarkus')];
  const from = { ...listening('quarkus-shop', 1), service: { ports: [], framework: 'quarkus' } } as unknown as Caller;
  expect(new LocalPorts([plain, other]).find(8701, from)).toBe(other);
  expect(new LocalPorts([plain, gate]).find(8701, from)).toBeUndefined();
});
