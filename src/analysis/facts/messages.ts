import type { Token } from '../syntax/lexer.ts';
import { isMark } from '../syntax/match.ts';

/** A message that is told by its type: published, or taken by a handler of it. */
export interface TypedMessage {
  type: string;
  role: 'sends' | 'takes' | 'makes';
  line: number;
}

const publishing = /^(Publish|PublishAsync|PublishMessage|PublishMessageAsync|BasicPublish)$/;

/** `IConsumer<OrderPlaced>`, `Event<OrderPlaced> Placed { get; }` of a state machine, `Publish(new OrderPlaced(…))`, `Publish<OrderPlaced>(…)`. */
export function messagesOf(language: string, tokens: readonly Token[]): TypedMessage[] {
  if (language !== 'csharp' && language !== 'fsharp') return [];
  const messages: TypedMessage[] = [];
  const isSaga = tokens.some(({ text }) => text === 'MassTransitStateMachine');
  const publishes = tokens.some(({ text }) => publishing.test(text));
  for (let i = 0; i < tokens.length; i++) {
    const { kind, text, line } = tokens[i]!;
    if (kind !== 'word') continue;
    const type = isMark(tokens[i + 1], '<') && tokens[i + 2]?.kind === 'word' && isMark(tokens[i + 3], '>') ? tokens[i + 2]!.text : undefined;
    if (type !== undefined && /^(IConsumer|IHandleMessages|INotificationHandler|IIntegrationEventHandler|IEventHandler|SubscribeAsync|Subscribe)$/.test(text)) messages.push({ type, role: 'takes', line });
    if (type !== undefined && isSaga && text === 'Event' && tokens[i + 4]?.kind === 'word' && isMark(tokens[i + 5], '{')) messages.push({ type, role: 'takes', line });
    if (text === 'new' && publishes && tokens[i + 1]?.kind === 'word' && isMark(tokens[i + 2], '(', '{')) messages.push({ type: tokens[i + 1]!.text, role: 'makes', line });
    if (!publishing.test(text)) continue;
    if (type !== undefined) messages.push({ type, role: 'sends', line });
    else if (isMark(tokens[i + 1], '(') && tokens[i + 2]?.text === 'new' && tokens[i + 3]?.kind === 'word') messages.push({ type: tokens[i + 3]!.text, role: 'sends', line });
    else if (isMark(tokens[i + 1], '(') && /^[A-Z]/.test(tokens[i + 2]?.text ?? '') && isMark(tokens[i + 3], '(')) messages.push({ type: tokens[i + 2]!.text, role: 'makes', line });
  }
  return messages;
}
