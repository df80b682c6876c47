import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';
import { isWrapper, plainTopic } from './wrapped.ts';

describe('a function of an app around a messaging client', () => {
  it.each(['NewOrderProducer', 'order_publisher', 'publishEvent', 'send_message', 'sendToQueue', 'emitOrderEvents', 'OrderListener', 'subscribeTopic', 'consume_messages', 'receiveSqs'])('is known by its name: %s', (name) => {
    expect(isWrapper(name)).toBe(true);
  });

  it.each(['', 'send', 'publish', 'sendMail', 'addEventListener2', 'Consumers', 'listen', 'pushState', 'produceReport', 'queue'])('is not %s', (name) => {
    expect(isWrapper(name)).toBe(false);
  });
});

describe('topics of such functions', () => {
  const service = (code: string): Files => ({ 'package.json': { dependencies: { express: '4', kafkajs: '2' }, scripts: { start: 'node a.js' } }, 'a.js': `require('express')().listen(3000)\nconst { Kafka } = require('kafkajs')\n${code}` });
  async function edges(from: string, to: string) {
    const files = Object.fromEntries(Object.entries({ from, to }).flatMap(([directory, code]) => Object.entries(service(code)).map(([name, content]) => [`${directory}/${name}`, content])));
    return (await planOf(files)).edges.filter((edge) => edge.from === 'from' && edge.to === 'to').map(({ protocol }) => protocol);
  }

  it('are what they are given and is written as a topic is', async () => {
    expect(await edges("publishEvent('orders.placed', order)", "subscribeTopic('orders.placed', f)")).toEqual(['kafka']);
    expect(await edges("publishEvent('hello', order)", "subscribeTopic('hello', f)")).toEqual([]);
  });

  it('are what is called one, whatever it looks like', async () => {
    expect(await edges("const topic = 'orders'\npublishEvent(topic, order)", "subscribeTopic({ topic: 'orders' })")).toEqual(['kafka']);
  });

  it('lead nowhere when both send, or when they are not the same', async () => {
    expect(await edges("publishEvent('orders.placed', order)", "publishEvent('orders.placed', order)")).toEqual([]);
    expect(await edges("publishEvent('orders.placed', order)", "subscribeTopic('orders.gone', f)")).toEqual([]);
  });
});

it.each([['http://localhost:4566/000000000000/mails', 'mails'], ['arn:aws:sns:eu-central-1:1:orders', 'orders'], ['persistent://public/default/orders', 'public/default/orders'], ['orders.placed', 'orders.placed']])('the topic in %s is %s', (text, topic) => {
  expect(plainTopic(text)).toBe(topic);
});
