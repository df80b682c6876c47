import type { Caller } from '../calls/caller.ts';
import { seen } from '../draft.ts';
import type { Template } from '../syntax/template.ts';
import type { TopicUse } from './topic-use.ts';

/** An app's own functions and classes around a messaging client: `NewOrderProducer(brokers, config.Topic)`, `publishEvent('orders.placed', order)`, `extends Listener<OrderPlaced> { subject = Subjects.OrderPlaced }`. */
const sending = /(?:Producer|Publisher|Sender|Emitter|_producer|_publisher)$|^(?:publish|send|produce|emit|enqueue|push|dispatch)_?(?:\w*(?:Message|Event|Queue|Topic|Exchange|Kafka|Rabbit\w*|Sqs|Nats)s?|\w*_(?:message|event|queue|topic|exchange))$|^(?:publish|send|produce|emit|enqueue|dispatch)_(?:message|event)_\w+$|^(?!consume|receive|take|read|subscribe|listen|get|from)[a-z]\w*(?:To|In|On|Into)(?:Queue|Exchange|Topic)$/;
const taking = /(?:Consumer|Subscriber|Receiver|Listener|_consumer|_subscriber)$|^(?:consume|subscribe|listen|receive|poll)_?(?:\w*(?:Messages?|Events?|Queue|Topic|Kafka|Rabbit\w*|Sqs|Nats)|\w*_(?:messages?|events?|queue|topic))$/;
const topicName = /topic|queue|exchange|subject|channel|stream|routing/i;

/** Types of what is given, which stand in the place of it where a function is declared. */
const shapes = /(?:Options|Config|Configuration|Props|Params|Settings|Type)$/;

/** Whether a function of this name may be one of an app's own around a messaging client. */
export function isWrapper(name: string): boolean {
  return sending.test(name) || taking.test(name);
}

/** What a service with a client of `kind` sends and takes through functions of its own: what these are given and is called a topic, or is written out. */
export function wrappedTopics({ code, resolver }: Caller, kind: string): TopicUse[] {
  const uses: TopicUse[] = [];
  for (const { path, texts } of code) {
    for (const call of texts.calls) {
      if (!isWrapper(call.name)) continue;
      const role = taking.test(call.name) ? 'takes' as const : 'sends' as const;
      const given = [...call.arguments.slice(0, 4).map((template) => ({ key: '', template })), ...call.named.filter(({ key }) => /^[0-3]$/.test(key) || topicName.test(key))];
      for (const [index, { key, template }] of given.entries()) {
        const named = topicName.test(key) || speaksOfTopic(template);
        // Of a function that speaks of a queue itself, the first text is mostly what the queue is called.
        const likely = index === 0 && key === '' && /(?:queue|topic|exchange)s?$/i.test(call.name) ? /^[a-z][\w.:-]+$/i : /[.:_-]/;
        if (!named && !(template.length === 1 && typeof template[0] === 'string' && likely.test(template[0]))) continue;
        const [resolved] = resolver.resolve(template, path);
        const topic = resolved && resolved.text.replace(/\*/g, '') !== '' ? plainTopic(resolved.text) : resolved?.variables[0] ?? (named ? resolved?.names.find((name) => /^[A-Z]/.test(name) && !shapes.test(name)) : undefined);
        if (topic !== undefined) uses.push({ kind, topic, variable: resolved?.variables[0], role, ...(!named && { guessed: true }), evidence: seen(path, call.line, `${role === 'takes' ? 'takes from' : 'sends to'} ${topic}`) });
      }
    }
  }
  return uses;
}

/** The name at the end of an address of a queue, of a resource of a cloud or of a topic of Pulsar. */
export function plainTopic(text: string): string {
  return text.trim().replace(/^https?:\/\/.*\/(?=[\w.-]+$)|^arn:.*:|^(persistent|non-persistent):\/\//, '');
}

function speaksOfTopic(template: Template): boolean {
  return template.some((part) => typeof part === 'object' && part !== null && topicName.test(part.name));
}
