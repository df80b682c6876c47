import { expect, it } from 'vitest';
import { tokensOf } from '../fixture.ts';
import { messagesOf } from './messages.ts';

const messages = (text: string) => messagesOf('csharp', tokensOf('cs', text)).map(({ type, role }) => `${role} ${type}`);

it('takes what a state machine waits for, and no event of another class', () => {
  expect(messages('class Sales : MassTransitStateMachine<Sale> { public Event<OrderPlaced> Placed { get; set; } }')).toEqual(['takes OrderPlaced']);
  expect(messages('class Sales { public Event<OrderPlaced> Placed { get; set; } }')).toEqual([]);
});

it('takes what consumers are for, and sends what is published', () => {
  expect(messages('class Mails : IConsumer<OrderPlaced> { void A() { bus.Publish(new MailSent()); } }')).toEqual(expect.arrayContaining(['takes OrderPlaced', 'sends MailSent']));
});
