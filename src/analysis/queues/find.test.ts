import { expect, it } from 'vitest';
import type { Caller } from '../calls/caller.ts';
import { CommonCode } from '../calls/common.ts';
import { seen } from '../draft.ts';
import { topicLinks } from './find.ts';
import type { TopicUse } from './topic-use.ts';

const caller = (name: string, library: string) => ({ service: { name }, draft: { path: name, entry: null }, code: [`${name}/app.py`, library].map((path) => ({ path })) }) as unknown as Caller;
const use = (role: TopicUse['role'], topic: string, file: string): TopicUse => ({ kind: 'rabbitmq', topic, role, evidence: seen(file, 1, '') });

it('tells nothing of an exchange that code for several names at both ends', () => {
  const sender = (name: string, topic: string) => ({ caller: caller(name, 'common/tell.py'), uses: [use('sends', 'shop_events', 'common/tell.py'), use('sends', topic, `${name}/app.py`)] });
  const taker = (name: string, topic: string) => ({ caller: caller(name, 'common/hear.py'), uses: [use('binds', 'shop_events', 'common/hear.py'), use('takes', topic, `${name}/app.py`)] });
  const all = [sender('orders', 'order_created'), sender('pay', 'order_paid'), taker('mail', 'order_created'), taker('stock', 'order_paid')];
  const links = (some: typeof all) => topicLinks(some, new CommonCode(some.map((one) => one.caller))).map(({ from, to }) => `${from} → ${to}`);
  expect(links(all)).toEqual(['orders → mail', 'pay → stock']);
  expect(links([all[0]!, all[3]!])).toEqual(['orders → stock']);
});
