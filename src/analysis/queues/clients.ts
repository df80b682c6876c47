import type { TopicRole } from './topic-use.ts';
import { isWrapper } from './wrapped.ts';

/** How code that sends or takes messages is recognised: the function, and where among its arguments the topic stands. */
export interface MessageCall {
  name: RegExp;
  /** What stands before the function, when the name alone says too little. */
  owner?: RegExp;
  role: TopicRole;
  /**
   * Positions of arguments, or names of members; the first that is known counts. All of them for `every`. `#` are the members of a list, `.` is what stands before the function, `>` the keys under
   * which positions of streams stand, and `STREAMS` is what follows that word.
   */
  topic: readonly (number | string)[];
  every?: boolean;
  /** It does so for other reasons as well: it counts only when somebody has the topic at the other end. */
  guessed?: boolean;
  /** What the first argument has to name. */
  first?: RegExp;
  /** Holds only in files that import something of this name. */
  imports?: RegExp;
}

/** Functions of messaging clients, by kind of broker. A client is an entry here. */
export const messageCalls: Readonly<Record<string, readonly MessageCall[]>> = {
  kafka: [
    { name: /^setHeader$/, first: /^TOPIC$/, role: 'sends', topic: [1] },
    { name: /^(ToKafkaTopic|ToKafkaTopics)$/, role: 'sends', topic: [0] },
    { name: /^(ListenToKafkaTopic|ListenToKafkaTopics)$/, role: 'takes', topic: [0] },
    { name: /^(setEventType|eventType|setTopic|setTopicName)$/, role: 'makes', topic: [0] },
    { name: /^Topic$/, role: 'takes', topic: ['value', '#', 0], every: true, imports: /KafkaListener$/ },
    { name: /^Topic$/, role: 'sends', topic: ['value', 0], imports: /KafkaClient$/ },
    { name: /^(send|sendBatch|produce|Produce|ProduceAsync|send_and_wait|sendOffsets|Send|SendMessage|WriteMessages|produce_sync|produce_async|publish)$/, role: 'sends', topic: ['topic', 'Topic', 0] },
    { name: /^(ProducerRecord|ProducerMessage|FutureRecord|Record|BaseRecord|KafkaMessage|to)$/, role: 'sends', topic: ['Topic', 'topic', 0] },
    { name: /^subscription$/, role: 'takes', topic: ['#', 0], every: true, imports: /kafka/i },
    { name: /^(Writer|WriterConfig|KafkaClient)$/, role: 'sends', topic: ['Topic', 'topic'] },
    { name: /^(subscribe|Subscribe|SubscribeTopics|ConsumePartition|Consume|ConsumeTopics|KafkaListener|KafkaHandler|TopicPartition|KafkaConsumer|AIOKafkaConsumer|Consumer|stream|ReaderConfig|consumer|agent|each_message|subscribe_to|createConsumer)$/, role: 'takes', topic: ['topic', 'topics', 'Topic', 'Topics', 'fromTopic', 'GroupTopics', 'topicPattern', '#', 0], every: true },
    { name: /^topic$/, owner: /^$/, role: 'takes', topic: [0] },
    { name: /^topic$/, owner: /./, imports: /^faust/, role: 'names', topic: [0] },
    { name: /^send$/, owner: /topic/i, imports: /^faust/, role: 'sends', topic: ['.'] },
    { name: /^(publishOn|onTopic)$/, role: 'sends', topic: [0] },
  ],
  rabbitmq: [
    { name: /^(ToRabbitQueue|ToRabbitExchange|ToRabbitRoutingKey|ToRabbitTopics)$/, role: 'sends', topic: [0] },
    { name: /^(ListenToRabbitQueue)$/, role: 'takes', topic: [0] },
    { name: /^bind$/, owner: /queue|^q$/, role: 'binds', topic: ['routing_key', 'exchange', 0], every: true },
    { name: /^bind$/, owner: /^Queue$/, role: 'binds', topic: ['routing_key', 2], every: true },
    { name: /^consume$/, owner: /^Basic$/, role: 'takes', topic: [1] },
    { name: /^(declareExchange|declareQueue)$/, imports: /^amqp-ts/, role: 'names', topic: [0] },
    { name: /^send$/, owner: /exchange|queue/i, imports: /^amqp-ts/, role: 'sends', topic: ['.'] },
    { name: /^bind$/, owner: /queue/i, imports: /^amqp-ts/, role: 'binds', topic: [0] },
    { name: /^activateConsumer$/, imports: /^amqp-ts/, role: 'takes', topic: ['.'] },
    { name: /^iterator$/, owner: /queue/i, role: 'takes', topic: [] },
    { name: /^(setEventType|eventType|setTopic|setTopicName|setRoutingKey)$/, role: 'makes', topic: [0] },
    { name: /^(ExchangeName|QueueName|WithExchange|WithQueue|WithQueueName|WithExchangeName|WithPublishOptionsExchangeName|WithPublishOptionsRoutingKey)$/, owner: /pub|prod|send/i, role: 'sends', topic: [0] },
    { name: /^(ExchangeName|QueueName|WithExchange|WithQueue|WithQueueName|WithExchangeName|WithConsumerOptionsExchangeName|WithConsumerOptionsQueueName)$/, owner: /sub|cons|receiv|listen/i, role: 'takes', topic: [0] },
    { name: /^(Binding|RabbitClient)$/, role: 'sends', topic: ['value', 0], imports: /RabbitClient$/ },
    { name: /^(Queue)$/, role: 'takes', topic: ['value', 0], imports: /RabbitListener$/ },
    { name: /^(topic|fanout|direct|headers)$/, owner: /^@?(\w*_)?ch(an(nel)?)?$/, imports: /^(bunny|march_hare)$/, role: 'names', topic: [0] },
    { name: /^queue$/, owner: /^@?(\w*_)?ch(an(nel)?)?$/, imports: /^(bunny|march_hare)$/, role: 'names', topic: [0] },
    { name: /^publish$/, owner: /exchange|^x$|topic|fanout/i, imports: /^(bunny|march_hare)$/, role: 'sends', topic: ['.'] },
    { name: /^subscribe$/, owner: /queue|^q$/i, imports: /^(bunny|march_hare)$/, role: 'takes', topic: ['.'] },
    { name: /^(sendToQueue)$/, role: 'sends', topic: [0] },
    { name: /^(publish|basic_publish|Publish|PublishWithContext|PublishAsync|BasicPublish|BasicPublishAsync|basicPublish)$/, role: 'sends', topic: ['exchange', 'routing_key', 'routingKey', 0, 1, 2], every: true },
    { name: /^(convertAndSend|convertSendAndReceive|sendAndReceive|basic_send)$/, owner: /template|rabbit|amqp/i, role: 'sends', topic: [0, 1], every: true },
    { name: /^(consume|basic_consume|Consume|BasicConsume|BasicConsumeAsync|basicConsume|RabbitListener|ConsumeWithContext|QueueListener|setQueues|setQueueNames)$/, role: 'takes', topic: ['queue', 'queues', 'queuesToDeclare', 'value', '#', 0], every: true },
    { name: /^(RabbitSubscribe)$/, role: 'takes', topic: ['exchange', 'queue', 'routingKey'], every: true },
    { name: /^(bindQueue|queue_bind|QueueBind|queueBind|QueueBinding|exchange_bind)$/, role: 'binds', topic: ['exchange', 'queue', 1, 2, 0], every: true },
    { name: /^(assertQueue|assertExchange|queue_declare|QueueDeclare|queueDeclare|QueueDeclareAsync|ExchangeDeclare|ExchangeDeclareAsync|exchangeDeclare|exchange_declare|declare_exchange|declare_queue|TopicExchange|DirectExchange|FanoutExchange|Queue)$/, role: 'names', topic: ['queue', 'exchange', 'name', 0] },
    { name: /^(topicExchange|directExchange|fanoutExchange|headersExchange)$/, owner: /ExchangeBuilder$/, role: 'binds', topic: [0] },
    { name: /^(TopicExchange|DirectExchange|FanoutExchange|Exchange|assertExchange|exchange_declare|ExchangeDeclare|ExchangeDeclareAsync|exchangeDeclare|declare_exchange)$/, role: 'binds', topic: ['exchange', 'name', 'value', 0] },
  ],
  nats: [
    { name: /^(publish|Publish|PublishAsync|request|Request|RequestWithContext|PublishMsg|emit|jetstream_publish)$/, role: 'sends', topic: ['subject', 'Subject', 0, 1] },
    { name: /^(subscribe|Subscribe|QueueSubscribe|SubscribeAsync|queue_subscribe|SubscribeSync|PullSubscribe|pull_subscribe|ChanSubscribe)$/, role: 'takes', topic: ['subject', 'Subject', 0] },
    { name: /^(ConsumeAsync|FetchAsync|NextAsync|SubscribeCoreAsync|CreateOrUpdateConsumer|CreateOrUpdateConsumerAsync)$/, role: 'takes', topic: ['FilterSubject'], imports: /nats/i },
  ],
  mqtt: [
    { name: /^(publish|Publish|publishAsync|PublishAsync|publish_single|single)$/, role: 'sends', topic: ['topic', 0] },
    { name: /^(WithTopic)$/, role: 'names', topic: [0] },
    { name: /^(subscribe|Subscribe|subscribeAsync|SubscribeAsync|message_callback_add)$/, role: 'takes', topic: ['topic', '#', 0] },
  ],
  sqs: [
    { name: /^(SendMessageCommand|SendMessageBatchCommand|sendMessage|send_message|send_message_batch|SendMessage|SendMessageInput|SendMessageAsync|PublishCommand|publish|Publish|PublishInput|PublishAsync|convertAndSend|sendNotification)$/, role: 'sends', topic: ['QueueUrl', 'TopicArn', 'queueUrl', 'topicArn', 0] },
    { name: /^(ReceiveMessageCommand|receiveMessage|receive_message|ReceiveMessage|ReceiveMessageInput|ReceiveMessageAsync|SqsListener|receive_messages)$/, role: 'takes', topic: ['QueueUrl', 'queueUrl', 'value', 'queueNames', 0] },
    { name: /^(get_queue_by_name|GetQueueUrl|getQueueUrl|create_queue|create_topic)$/, role: 'names', topic: ['QueueName', 'Name', 0] },
  ],
  pulsar: [
    { name: /^(createProducer|create_producer|newProducer|CreateProducer|ProducerOptions)$/, role: 'sends', topic: ['topic', 'Topic', 0] },
    { name: /^(PulsarListener|subscribe|Subscribe|ConsumerOptions|create_reader|ReaderOptions)$/, role: 'takes', topic: ['topic', 'topics', 'Topic', '#', 0] },
  ],
  redis: [
    { name: /^(lpush|rpush|lPush|rPush|LPush|RPush|ListLeftPush|ListRightPush|ListLeftPushAsync|ListRightPushAsync)$/, owner: /redis|client|rdb|conn|db|^r$|broker|queue/i, role: 'sends', topic: [0, 1], guessed: true },
    { name: /^(blpop|brpop|blPop|brPop|BLPop|BRPop|brpoplpush|blmove)$/, owner: /redis|client|rdb|conn|db|^r$|broker|queue/i, role: 'takes', topic: [0, 2, '#'] },
    { name: /^(xread|xreadgroup|xReadGroup|xRead)$/, owner: /redis|sub|client|rdb|conn|db|^r$|broker/i, role: 'takes', topic: ['>', 'STREAMS', 'streams', 'key'] },
    { name: /^(publish|PublishAsync|Publish|xadd|xAdd|XAdd|spublish)$/, owner: /redis|pub|client|rdb|conn|db|^r$|broker/i, role: 'sends', topic: ['Stream', 'channel', 0, 1] },
    { name: /^(subscribe|psubscribe|Subscribe|PSubscribe|SubscribeAsync|pSubscribe|XRead|XReadGroup)$/, owner: /redis|sub|client|rdb|conn|db|^r$|broker|pubsub|^p$/i, role: 'takes', topic: ['Streams', 'channel', 0, 1] },
  ],
  bullmq: [
    { name: /^(Queue|InjectQueue|FlowProducer|QueueScheduler|registerQueue|registerQueueAsync)$/, role: 'sends', topic: ['name', 0], every: true },
    { name: /^(Worker|Processor)$/, role: 'takes', topic: ['name', 0] },
    { name: /^(Bull)$/, role: 'sends', topic: [0] },
  ],
  celery: [
    { name: /^(send_task|signature)$/, role: 'sends', topic: [0, 'name'] },
    { name: /^(task|shared_task)$/, role: 'takes', topic: ['name'] },
  ],
  dapr: [
    { name: /^(publish_event|PublishEventAsync|PublishEvent|publishEvent|publish)$/, role: 'sends', topic: ['topic_name', 'topic', 1, 2] },
    { name: /^(Topic|subscribe|WithTopic|Subscription|TopicRule)$/, role: 'takes', topic: ['topic', 'name', 'Topic', 1] },
  ],
  nest: [
    { name: /^(emit|send)$/, owner: /client|service|broker|bus|kafka|nats|rabbit|rmq|proxy/i, role: 'sends', topic: [0, 'cmd'] },
    { name: /^(EventPattern|MessagePattern)$/, role: 'takes', topic: [0, 'cmd'] },
  ],
};

/** Packages that say which client the calls of a file belong to, where the store does not, and the broker of those that are called otherwise. */
export const clientPackages: Readonly<Record<string, { packages: RegExp; broker?: string }>> = {
  kafka: { packages: /kafka|sarama|franz-go|redpanda|faust|karafka|rdkafka|smallrye-reactive-messaging-kafka/i },
  rabbitmq: { packages: /amqp|rabbit|pika|bunny|lapin|spring-boot-starter-amqp|kombu|EasyNetQ|MassTransit\.RabbitMQ/i },
  nats: { packages: /(^|[./@-])nats([./-]|$)|nats-io|jnats|stan\.go/i }, mqtt: { packages: /mqtt|paho/i }, pulsar: { packages: /pulsar/i },
  sqs: { packages: /sqs|sns|boto3|aws-sdk|AWSSDK|messaging-sns|cloud-aws-messaging/i }, redis: { packages: /redis|valkey|redigo|rueidis|predis/i },
  bullmq: { packages: /^(bull|bullmq|@nestjs\/bull|@nestjs\/bullmq|bee-queue)(\/|$)/, broker: 'redis' }, celery: { packages: /^celery/i }, dapr: { packages: /dapr/i },
  nest: { packages: /^@nestjs\/microservices/ },
};

const noted = new Set(Object.values(messageCalls).flat().flatMap(({ name }) => name.source.replace(/^\^\(?|\)?\$$/g, '').split('|')));

/** Annotations of Spring Cloud Stream that say which way a binding leads. */
export const bindingRoles: Readonly<Record<string, 'sends' | 'takes'>> = { Output: 'sends', SendTo: 'sends', Input: 'takes', StreamListener: 'takes' };

/** Annotations of MicroProfile that say which way a channel leads. */
export const channelRoles: Readonly<Record<string, 'sends' | 'takes'>> = { Incoming: 'takes', Outgoing: 'sends', Channel: 'sends' };

/** Whether calls of a function of this name may send or take messages. */
export function isMessageCall(name: string): boolean {
  return noted.has(name) || Object.hasOwn(bindingRoles, name) || Object.hasOwn(channelRoles, name) || isWrapper(name);
}
