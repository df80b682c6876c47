import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const node = (dependencies: object, code: string): Files => ({ 'package.json': { dependencies: { express: '4', ...dependencies }, scripts: { start: 'node a.js' } }, 'a.js': `require('express')().listen(3000)\n${code}` });
const python = (requirements: string, code: string): Files => ({ 'requirements.txt': requirements, 'app.py': `${code}\nwhile True:\n    pass\nif __name__ == '__main__':\n    pass\n` });
const java = (artifact: string, code: string): Files => ({
  'pom.xml': `<project><artifactId>j</artifactId><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency><dependency><groupId>${artifact.split(':')[0]}</groupId><artifactId>${artifact.split(':')[1]}</artifactId></dependency></dependencies></project>`,
  'src/main/java/App.java': `${code}\nclass App { public static void main(String[] a) {} }`,
});
const ruby = (code: string): Files => ({ 'Gemfile': "source 'https://rubygems.org'\ngem 'sinatra'\ngem 'bunny'\n", 'app.rb': `require 'sinatra'\nrequire 'bunny'\nEXCHANGE = 'shop.events'\n${code}\n`, 'config.ru': "require './app'\nrun Sinatra::Application\n" });
const elixir = (code: string): Files => ({ 'mix.exs': 'defmodule X.MixProject do\n  use Mix.Project\n  def project, do: [app: :x, version: "1.0.0", deps: deps()]\n  def application, do: [mod: {X.Application, []}]\n  defp deps, do: [{:amqp, "~> 4.0"}]\nend\n', 'lib/x.ex': `defmodule X.Worker do\n  def run(channel, key, payload) do\n    ${code}\n  end\nend\n` });
const php = (code: string): Files => ({ 'composer.json': { require: { 'laravel/framework': '^11', 'mateusjunges/laravel-kafka': '^2' } }, 'artisan': '#!/usr/bin/env php\n', 'public/index.php': '<?php require "../bootstrap/app.php";', 'app/Orders.php': `<?php\nuse Junges\\Kafka\\Facades\\Kafka;\nclass Orders { function run($message, $f) { ${code} } }\n` });
const placed = (services: Record<string, Files>): Files => Object.fromEntries(Object.entries(services).flatMap(([directory, files]) => Object.entries(files).map(([name, content]) => [`${directory}/${name}`, content])));

describe('messages', () => {
  it.each<[string, Files, Files, string, string[]]>([
    ['Kafka, from JavaScript to Python', node({ kafkajs: '2' }, "const { Kafka } = require('kafkajs')\nconst TOPIC = process.env.TOPIC || 'orders.placed'\nproducer.send({ topic: TOPIC, messages: [] })"), python('kafka-python\n', "from kafka import KafkaConsumer\nc = KafkaConsumer('orders.placed', bootstrap_servers='x')"), 'kafka', ['orders.placed']],
    ['Kafka, from Python to Spring', python('confluent-kafka\n', "from confluent_kafka import Producer\np = Producer({})\np.produce('orders.placed', b'')"), java('org.springframework.kafka:spring-kafka', 'import org.springframework.kafka.annotation.KafkaListener;\nclass L { @KafkaListener(topics = {"orders.placed", "orders.gone"}) void on(String x) {} }'), 'kafka', ['orders.placed']],
    ['Kafka, by the header of a message', java('org.springframework.kafka:spring-kafka', 'import org.springframework.kafka.support.KafkaHeaders;\nclass S { void x() { kafkaTemplate.send(MessageBuilder.withPayload("x").setHeader(KafkaHeaders.TOPIC, "orders.placed").setHeader(KafkaHeaders.KEY, "nobody").build()); } }'), java('org.springframework.kafka:spring-kafka', 'import org.springframework.kafka.annotation.KafkaListener;\nclass L { @KafkaListener(topics = "orders.placed") void on(String x) {} }'), 'kafka', ['orders.placed']],
    ['RabbitMQ, by queue', node({ amqplib: '0.10' }, "const amqp = require('amqplib')\nconst queue = 'mail'\nch.sendToQueue(queue, Buffer.from(''))"), python('pika\n', "import pika\nch.queue_declare(queue='mail')\nch.basic_consume(queue='mail', on_message_callback=f)"), 'amqp', ['mail']],
    ['RabbitMQ, by exchange', java('org.springframework.boot:spring-boot-starter-amqp', 'import org.springframework.amqp.rabbit.core.RabbitTemplate;\nclass S { static final String EXCHANGE = "shop"; void x() { rabbitTemplate.convertAndSend(EXCHANGE, "order.new", m); } }'), node({ amqplib: '0.10' }, "const amqp = require('amqplib')\nch.bindQueue('mails', 'shop', 'order.*')\nch.consume('mails', f)"), 'amqp', ['order.new', 'shop']],
    ['RabbitMQ, by an exchange that both declare', java('org.springframework.boot:spring-boot-starter-amqp', 'import org.springframework.amqp.rabbit.core.RabbitTemplate;\nclass S { void x() { rabbitTemplate.convertAndSend("shop.all", "order.new", m); } }'), java('org.springframework.boot:spring-boot-starter-amqp', 'import org.springframework.amqp.core.ExchangeBuilder;\nimport org.springframework.amqp.rabbit.annotation.RabbitListener;\nclass C { Exchange e() { return ExchangeBuilder.directExchange("shop.all").durable(true).build(); }\n @RabbitListener(queues = "mails") void on(String m) {} }'), 'amqp', ['order.new', 'shop.all']],
    ['NATS', node({ nats: '2' }, "const { connect } = require('nats')\nnc.publish('orders.placed', x)"), node({ nats: '2' }, "const { connect } = require('nats')\nnc.subscribe('orders.*')"), 'nats', ['orders.placed']],
    ['MQTT', python('paho-mqtt\n', "import paho.mqtt.client as mqtt\nclient.publish('house/kitchen', '1')"), node({ mqtt: '5' }, "const mqtt = require('mqtt')\nclient.subscribe('house/#')"), 'mqtt', ['house/kitchen']],
    ['BullMQ', node({ bullmq: '5' }, "const { Queue } = require('bullmq')\nconst q = new Queue('mails')"), node({ bullmq: '5' }, "const { Worker } = require('bullmq')\nnew Worker('mails', f)"), 'redis', ['mails']],
    ['Celery, by task', python('celery\nredis\n', "from celery import Celery\napp = Celery('x', broker='redis://localhost')\napp.send_task('mail.send')"), python('celery\nredis\n', "from celery import Celery\napp = Celery('x', broker='redis://localhost')\n@app.task(name='mail.send')\ndef send(): pass"), 'redis', ['mail.send']],
    ['Redis, by the variable that names the channel', node({ redis: '4' }, "const redis = require('redis')\nconst channel = process.env.LOG_CHANNEL || 'log'\nthis._channel = channel\nthis._redisClient.publish(this._channel, m)"), python('redis\n', "import redis, os\nchannel = os.environ['LOG_CHANNEL']\npubsub.subscribe([channel])"), 'redis', ['log']],
    ['SQS, by the variable with the queue', node({ '@aws-sdk/client-sqs': '3' }, "const { SendMessageCommand } = require('@aws-sdk/client-sqs')\nsqs.send(new SendMessageCommand({ QueueUrl: process.env.ORDERS_QUEUE_URL }))"), python('boto3\n', "import boto3, os\nsqs = boto3.client('sqs')\nsqs.receive_message(QueueUrl=os.environ['ORDERS_QUEUE_URL'])"), 'sqs', ['ORDERS_QUEUE_URL']],
    ['RabbitMQ, by an exchange of Bunny', ruby("channel = Bunny.new.start.create_channel\nexchange = channel.fanout(EXCHANGE)\nexchange.publish(body, persistent: true)"), ruby("channel = Bunny.new.start.create_channel\nexchange = channel.fanout(EXCHANGE)\nqueue = channel.queue('')\nqueue.bind(exchange)\nqueue.subscribe(block: true) { |a, b, c| p c }"), 'amqp', ['shop.events']],
    ['RabbitMQ, in Elixir, by an exchange that the configuration may name', elixir('exchange = Application.get_env(:from, :exchange_name, "shop.events")\n    AMQP.Basic.publish(channel, exchange, key, payload)'), elixir(':ok = AMQP.Queue.bind(channel, "mails", "shop.events", routing_key: "order.*")\n    {:ok, _} = AMQP.Basic.consume(channel, "mails")'), 'amqp', ['shop.events']],
    ['Kafka, by facades of Laravel', php("Kafka::publishOn('orders.placed')->withMessage($message)->send();"), php("Kafka::createConsumer(['orders.placed'])->withHandler($f)->build()->consume();"), 'kafka', ['orders.placed']],
    ['Kafka, by a symbol of Karafka', python('confluent-kafka\n', "from confluent_kafka import Producer\np = Producer({})\np.produce('orders', b'')"), { ...ruby(''), 'Gemfile': "gem 'sinatra'\ngem 'karafka'\n", 'karafka.rb': 'class Shop < Karafka::App\n  routes.draw do\n    topic :orders do\n      consumer Orders\n    end\n  end\nend\n' }, 'kafka', ['orders']],
    ['Kafka, by another name of a constant', node({ kafkajs: '2' }, "const { Kafka } = require('kafkajs')\nproducer.send({ topic: process.env.ORDERS_TOPIC, messages: [] })"), node({ kafkajs: '2' }, "const { Kafka } = require('kafkajs')\nconst settings = { ORDERS_TOPIC: process.env.ORDERS_TOPIC }\nconst topic = ORDERS_TOPIC\nconsumer.subscribe({ topics: [topic] })"), 'kafka', ['ORDERS_TOPIC']],
    ['Kafka, by topics of Faust', python('faust\n', "import faust\napp = faust.App('x')\nplaced_topic = app.topic('orders.placed')\nasync def send():\n    await placed_topic.send(value=b'')"), python('faust\n', "import faust\napp = faust.App('y')\nplaced = app.topic('orders.placed')\n@app.agent(placed)\nasync def on(orders):\n    pass"), 'kafka', ['orders.placed']],
  ])('lead from who sends to who takes: %s', async (_, from, to, protocol, topics) => {
    const plan = await planOf(placed({ from, to }));
    expect(plan.services.find(({ name }) => name === 'from')!.queues).toEqual([{ kind: protocol === 'amqp' ? 'rabbitmq' : protocol, topics }]);
    expect(plan.edges.filter((edge) => edge.from === 'from' && edge.to === 'to')).toMatchObject([{ from: 'from', to: 'to', protocol, evidence: [{ file: expect.stringContaining('from/') }, { file: expect.stringContaining('to/') }] }]);
  });

  const goFiles = (code: string): Files => ({ 'go.mod': 'module acme.test/x\n', 'main.go': `package main\nimport ("os"; "net/http"; amqp "github.com/rabbitmq/amqp091-go"; "github.com/IBM/sarama")\n${code}\nfunc main() { http.ListenAndServe(":9000", nil) }` });
  const goEdges = async (from: string, to: string) => (await planOf(placed({ from: goFiles(from), to: goFiles(to) }))).edges.filter((edge) => edge.from === 'from' && edge.to === 'to').map(({ protocol }) => protocol);

  it('are followed through functions of the app around a client, and not when the other end has another topic', async () => {
    const config = (name: string) => `var config = Config{ OrdersTopic: os.Getenv("${name}") }\nvar c = sarama.NewConfig()\n`;
    const takes = `${config('ORDERS_TOPIC')}func a() { NewOrderConsumer(brokers, []string{config.OrdersTopic}) }`;
    expect(await goEdges(`${config('ORDERS_TOPIC')}func a() { producer.NewOrderProducer(brokers, config.OrdersTopic) }`, takes)).toEqual(['kafka']);
    expect(await goEdges(`${config('BILLS_TOPIC')}func a() { producer.NewOrderProducer(brokers, config.OrdersTopic) }`, takes)).toEqual([]);
  });

  it('reach a nameless queue by what it is bound to, also when a function tells the name', async () => {
    const exchange = 'func getExchangeName() string {\n  return "logs"\n}\nvar u amqp.Connection\n';
    expect(await goEdges(`${exchange}func a() { ch.PublishWithContext(ctx, getExchangeName(), severity, false, false, m) }`, `${exchange}func a() { ch.QueueBind(q.Name, s, getExchangeName(), false, nil); ch.Consume(q.Name, "", true, false, false, false, nil) }`)).toEqual(['amqp']);
  });

  it('lead to the one queue that a service of Spring knows, by the key of its name', async () => {
    const amqp = (code: string) => java('org.springframework.boot:spring-boot-starter-amqp', `import org.springframework.amqp.core.Queue;\nclass C { @Value("\${queue.order.name}") private String name; Queue queue() { return new Queue(name, true); } ${code} }`);
    const plan = await planOf(placed({ from: amqp('void x() { rabbitTemplate.convertAndSend(this.queue.getName(), order); }'), to: amqp('void y() { container.setQueues(queue()); }') }));
    expect(plan.edges.filter(({ protocol }) => protocol === 'amqp').map(({ from, to }) => `${from} ${to}`)).toEqual(['from to']);
  });

  it('are taken by a reactive receiver of Kafka that subscribes to them', async () => {
    const plan = await planOf(placed({ from: java('org.springframework.kafka:spring-kafka', 'import org.springframework.kafka.core.reactive.ReactiveKafkaProducerTemplate;\nclass P { static final String TOPIC = "votes"; void x() { reactiveKafkaProducerTemplate.send(TOPIC, m); } }'), to: java('org.springframework.kafka:spring-kafka', 'import reactor.kafka.receiver.ReceiverOptions;\nclass C { static final String TOPIC = "votes"; Object x() { return ReceiverOptions.create(p).subscription(Collections.singleton(TOPIC)); } }') }));
    expect(plan.edges.filter(({ protocol, to }) => protocol === 'kafka' && to === 'to')).toHaveLength(1);
  });

  it('go through lists of Redis that somebody waits at', async () => {
    const app = (code: string) => node({ redis: '4' }, `const redis = require('redis')\n${code}`);
    const plan = await planOf(placed({ from: app("redis.lPush('jobs:mail', x)\nredis.lPush('latest', y)"), to: app("redis.brPop('jobs:mail', 0)") }));
    expect(plan.edges.filter(({ to }) => to === 'to').map(({ from, protocol }) => `${from} ${protocol}`)).toEqual(['from redis']);
    expect(plan.services.find(({ name }) => name === 'from')!.queues).toEqual([{ kind: 'redis', topics: ['jobs:mail'] }]);
  });

  it('go by what amqp-ts declares', async () => {
    const app = (code: string) => node({ 'amqp-ts-async': '1' }, `const amqp = require('amqp-ts-async')\nconst exchangeName = 'user.added'\nconst exchange = connection.declareExchange(exchangeName, 'fanout')\n${code}`);
    const plan = await planOf(placed({ from: app('exchange.send(new amqp.Message(x))'), to: app("const queue = connection.declareQueue('', { exclusive: true })\nqueue.bind(exchange)\nqueue.activateConsumer(f)") }));
    expect(plan.edges.filter(({ protocol }) => protocol === 'amqp').map(({ from, to }) => `${from} ${to}`)).toEqual(['from to']);
  });

  it('are told by classes that extend those of an app’s messaging', async () => {
    const app = (code: string) => node({ 'node-nats-streaming': '0.3' }, `const nats = require('node-nats-streaming')\n${code}`);
    const plan = await planOf(placed({ from: app('class P extends Publisher { subject = Subjects.OrderCreated }\nnew P(nats).publish(x)'), to: app('class L extends Listener { subject = Subjects.OrderCreated }\nnew L(nats).listen()') }));
    expect(plan.edges.filter(({ protocol }) => protocol === 'nats').map(({ from, to }) => `${from} ${to}`)).toEqual(expect.arrayContaining(['from to']));
    expect(plan.edges.some(({ from, to }) => from === 'to' && to === 'from')).toBe(false);
  });

  it('go to a queue that a function of the app is given by name, which is told only where somebody takes it', async () => {
    const sends = node({ amqplib: '0.10' }, "const amqp = require('amqplib')\nthis.broker.putInQueue('mail', text)\nthis.broker.putInQueue('nobody', text)");
    const plan = await planOf(placed({ from: sends, to: node({ amqplib: '0.10' }, "const amqp = require('amqplib')\nch.consume('mail', f)") }));
    expect(plan.edges.filter(({ to }) => to === 'to')).toMatchObject([{ from: 'from', protocol: 'amqp' }]);
    expect(plan.services.find(({ name }) => name === 'from')!.queues).toEqual([{ kind: 'rabbitmq', topics: ['mail'] }]);
  });

  it('take a name with a hole for none that ends otherwise', async () => {
    const java17 = (code: string) => java('org.springframework.kafka:spring-kafka', code);
    const takes = (topic: string) => java17(`import org.springframework.kafka.annotation.KafkaListener;\nclass L { @KafkaListener(topics = "${topic}") void on(String s) {} }`);
    const sends = java17('import org.springframework.kafka.core.KafkaTemplate;\nclass P { void x(Row row) { kafkaTemplate.send(String.format("%s-dead", row.topic()), "x"); } }');
    expect((await planOf(placed({ from: sends, to: takes('orders-dead') }))).edges.filter(({ to }) => to === 'to')).toHaveLength(1);
    expect((await planOf(placed({ from: sends, to: takes('orders') }))).edges.filter(({ to }) => to === 'to')).toEqual([]);
  });

  it('are named by the key of a setting that a constant stands for', async () => {
    const files = (code: string): Files => ({ ...python('kafka-python\n', `import kafka, settings\nconfig = settings.Config()\n${code}`), 'config.yml': 'ORDERS_TOPIC: "orders.placed"\n' });
    expect(await links(files('producer = kafka.KafkaProducer()\nproducer.send(config.get(settings.ORDERS_TOPIC), b"")'), files('consumer = kafka.KafkaConsumer(config.get(settings.ORDERS_TOPIC))'))).toEqual(['from to kafka']);
  });

  it('lead nowhere when nobody takes them', async () => {
    const plan = await planOf(placed({ from: node({ nats: '2' }, "const { connect } = require('nats')\nnc.publish('orders.placed', x)"), to: node({ nats: '2' }, "const { connect } = require('nats')\nnc.subscribe('mails.*')") }));
    expect(plan.edges.filter((edge) => edge.to === 'to')).toEqual([]);
  });

  const links = async (from: Files, to: Files) => (await planOf(placed({ from, to }))).edges.filter(({ to: end }) => end === 'from' || end === 'to').map((edge) => `${edge.from} ${edge.to} ${edge.protocol}`).sort();

  it('lead to the queue that a variable was declared as, of several in one file', async () => {
    const amqp = (code: string) => node({ amqplib: '0.10' }, `const amqp = require('amqplib')\nasync function run(ch) {\n${code}\n}`);
    const asks = "const asked = await ch.assertQueue('asked-queue', {})\nconst told = await ch.assertQueue('told-queue', {})\nch.sendToQueue(asked.queue, x, { replyTo: told.queue })\nch.consume(told.queue, f)";
    const answers = "ch.consume('asked-queue', f)\nch.sendToQueue('told-queue', x)";
    expect(await links(amqp(asks), amqp(answers))).toEqual(['from to amqp', 'to from amqp']);
  });

  it('reach a queue of aio-pika by the key that it is bound with', async () => {
    const takes = 'import aio_pika\nasync def run(channel):\n    queue = await channel.declare_queue("mail_work", durable=True)\n    await queue.bind(exchange, routing_key="mail.wanted")\n    async with queue.iterator() as messages:\n        pass';
    expect(await links(python('aio-pika\n', 'import aio_pika\nasync def send(exchange):\n    await exchange.publish(aio_pika.Message(b""), routing_key="mail.wanted")'), python('aio-pika\n', takes))).toEqual(['from to amqp']);
  });

  it('are taken from streams that stand as keys before their positions', async () => {
    const takes = 'import redis\nkey = "orders_done"\nredis.xreadgroup("group", "me", {key: ">"})';
    expect(await links(python('redis\n', 'import redis\nredis.xadd("orders_done", {})'), python('redis\n', takes))).toEqual(['from to redis']);
  });

  it('go to the one topic that the configuration names, where the code puts the name together', async () => {
    const files = (code: string) => ({ ...java('org.springframework.kafka:spring-kafka', `import org.springframework.kafka.core.KafkaTemplate;\n${code}`), 'src/main/resources/application.yml': 'spring:\n  kafka:\n    topic: orders\n' });
    expect(await links(files('class P { void x(Event event) { kafkaTemplate.send(event.topic(), text); } }'), files('class L { @KafkaListener(topics = "${spring.kafka.topic}") void on(String s) {} }'))).toEqual(['from to kafka']);
  });

  it('are sent later to the topic that they are noted with', async () => {
    const outbox = 'import org.springframework.kafka.core.KafkaTemplate;\nclass P { void note(Row row) { row.setEventType("order-paid"); } void run(Row row) { kafkaTemplate.send(row.getEventType(), row.text()); } }';
    expect(await links(java('org.springframework.kafka:spring-kafka', outbox), java('org.springframework.kafka:spring-kafka', 'import org.springframework.kafka.annotation.KafkaListener;\nclass L { @KafkaListener(topics = "order-paid") void on(String s) {} }'))).toEqual(['from to kafka']);
  });

  it('of Nest lead to the pattern of a command', async () => {
    const app = (code: string) => node({ '@nestjs/microservices': '11', amqplib: '0.10' }, `const { ClientProxy } = require('@nestjs/microservices')\n${code}`);
    expect(await links(app("this.client.send({ cmd: 'sign-in' }, {})"), app("class C { @MessagePattern({ cmd: 'sign-in' }) signIn() {} }"))).toEqual(['from to nest']);
  });

  it('meet by the variable of a field of settings, which has a default on one side', async () => {
    const sends = 'from confluent_kafka import Producer\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    ORDER_TOPIC: str = "orders"\nsettings = Settings()\np = Producer({})\np.produce(topic=settings.ORDER_TOPIC, value=b"")';
    expect(await links(python('confluent-kafka\npydantic-settings\n', sends), python('confluent-kafka\n', 'import os\nfrom confluent_kafka import Consumer\nc = Consumer({})\nc.subscribe([os.getenv("ORDER_TOPIC")])'))).toEqual(['from to kafka']);
  });

  it('of MicroProfile are called as their channel where no setting says otherwise', async () => {
    const quarkus = (code: string, settings: string): Files => ({
      'pom.xml': '<project><artifactId>a</artifactId><dependencies><dependency><groupId>io.quarkus</groupId><artifactId>quarkus-rest</artifactId></dependency><dependency><groupId>io.quarkus</groupId><artifactId>quarkus-smallrye-reactive-messaging-kafka</artifactId></dependency></dependencies></project>',
      'src/main/java/Events.java': `import org.eclipse.microprofile.reactive.messaging.Channel;\nimport org.eclipse.microprofile.reactive.messaging.Incoming;\n@Path("/x") class Events { ${code} }`, 'src/main/resources/application.properties': settings,
    });
    const prices = quarkus('@Channel("prices-out") Emitter<String> prices;\n@Channel("inner") Emitter<String> inner;', 'mp.messaging.outgoing.prices-out.topic=prices\n');
    const plan = await planOf(placed({ prices, report: quarkus('@Incoming("prices") void on(String text) {}\n@Incoming("prices-out") void no(String text) {}', 'quarkus.http.port=8081\nmp.messaging.incoming.prices.connector=smallrye-kafka\n') }));
    expect(plan.edges.filter(({ protocol, to }) => protocol === 'kafka' && to !== 'kafka').map(({ from, to }) => `${from} ${to}`)).toEqual(['prices report']);
    expect(plan.services.find(({ name }) => name === 'prices')?.queues).toEqual([{ kind: 'kafka', topics: ['prices'] }]);
  });

  it('of Spring Cloud Stream go the way that the end of a binding says', async () => {
    const service = (binding: string): Files => ({ ...java('org.springframework.cloud:spring-cloud-starter-stream-kafka', ''), 'src/main/resources/application.yml': `spring.cloud.stream:\n  bindings:\n    ${binding}:\n      destination: stock-changed\n` });
    const plan = await planOf(placed({ stock: service('inventorySupplier-out-0'), orders: service('outOfStock-in-0') }));
    expect(plan.edges.filter(({ to }) => to === 'stock' || to === 'orders').map(({ from, to }) => `${from} ${to}`)).toEqual(['stock orders']);
  });

  it('of Spring Cloud Stream go the way that annotations say of a binding', async () => {
    const settings = 'spring:\n  cloud:\n    stream:\n      bindings:\n        placed:\n          destination: orders.placed\n';
    const service = (code: string): Files => ({ ...java('org.springframework.cloud:spring-cloud-starter-stream-rabbit', code), 'src/main/resources/application.yml': settings });
    const plan = await planOf(placed({ shop: service('import org.springframework.cloud.stream.annotation.Output;\ninterface Source { String PLACED = "placed";\n @Output(PLACED) MessageChannel placed(); }'), mails: service('import org.springframework.cloud.stream.annotation.Input;\ninterface Sink { String PLACED = "placed";\n @Input(PLACED) SubscribableChannel placed(); }') }));
    expect(plan.edges.filter(({ to }) => to !== 'rabbitmq').map(({ from, to, protocol }) => `${from} → ${to} ${protocol}`)).toEqual(['shop → mails amqp']);
  });
});
