import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const node = (code: string, more: Files = {}): Files => ({ 'package.json': { dependencies: { express: '4', amqplib: '0' }, scripts: { start: 'node a.js' } }, 'a.js': `const amqp = require('amqplib')\nrequire('express')().listen(3000)\n${code}`, ...more });
const python = (code: string, more: Files = {}): Files => ({ 'requirements.txt': 'flask\npika\n', 'app.py': `import pika\nfrom flask import Flask\napp = Flask(__name__)\n${code}`, ...more });
const go = (code: string, more: Files = {}): Files => ({ 'go.mod': 'module acme.test/svc\nrequire github.com/nats-io/nats.go v1.0.0\n', 'main.go': `package main\nimport ("net/http"; "github.com/nats-io/nats.go")\n${code}\nfunc main() { http.ListenAndServe(":9000", nil) }`, ...more });
const taking = node("channel.consume('order-placed', f)");

async function amqp(from: Files, to: Files = taking): Promise<string[]> {
  const files = Object.fromEntries(Object.entries({ from, to }).flatMap(([directory, list]) => Object.entries(list).map(([name, content]) => [`${directory}/${name}`, content])));
  return (await planOf(files)).edges.filter((edge) => edge.from === 'from' && edge.to === 'to').map(({ protocol }) => protocol);
}

describe('topics that come through parameters', () => {
  it.each<[string, Files]>([
    ['a function', node("const tell = (queue, data) => { channel.sendToQueue(queue, data) }\ntell('order-placed', {})")],
    ['a function of another file, and one that hands on to it', node("require('./b').announce('order-placed', {})", { 'b.js': "const { tell } = require('./c')\nexports.announce = function announce(name, data) { tell(data, name) }", 'c.js': "const amqp = require('amqplib')\nfunction tell(data, queue) { channel.sendToQueue(queue, data) }\nmodule.exports = { tell }" })],
    ['a constructor', node("class Teller {\n  constructor(channel, queue) { this.queue = queue }\n  tell(data) { channel.sendToQueue(this.queue, data) }\n}\nnew Teller(channel, 'order-placed').tell({})")],
    ['a field with another name', node("class Teller {\n  constructor(channel, name) { this.target = name }\n  tell(data) { channel.sendToQueue(this.target, data) }\n}\nnew Teller(channel, 'order-placed').tell({})")],
    ['a method of Python, by its place', python("class Teller:\n    def tell(self, key, body):\n        self.channel.basic_publish(exchange='', routing_key=key, body=body)\nTeller().tell('order-placed', b'')\n")],
    ['a method of Python, by its name', python("class Teller:\n    def __init__(self, host, key):\n        self.key = key\n    def tell(self, body):\n        self.channel.basic_publish(exchange='', routing_key=self.key, body=body)\nTeller(host='a', key='order-placed').tell(b'')\n")],
    ['a loop over a list', node("const QUEUES = ['order-placed', 'order-gone']\nfor (const queue of QUEUES) channel.sendToQueue(queue, {})")],
    ['a list with a name', node("const placed = 'order-placed'\nconst queues = [placed]\nqueues.forEach((queue) => channel.sendToQueue(queue, {}))")],
  ])('are what is given to %s', async (_, from) => {
    expect(await amqp(from)).toEqual(['amqp']);
  });

  it('are those that the messages made carry themselves', async () => {
    const java = (code: string): Files => ({
      'pom.xml': '<project><artifactId>a</artifactId><parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId></parent><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency><dependency><groupId>org.springframework.kafka</groupId><artifactId>spring-kafka</artifactId></dependency></dependencies></project>',
      'src/main/java/App.java': `import org.springframework.kafka.core.KafkaTemplate;\n@SpringBootApplication\nclass App { public static void main(String[] a) { SpringApplication.run(App.class, a); }\n${code} }`,
      ...Object.fromEntries(['Placed', 'Paid', 'Gone', 'Sent', 'Late'].map((name) => [`src/main/java/${name}.java`, `class ${name} implements Event { static final String TOPIC = "order.${name.toLowerCase()}"; public String getTopic() { return TOPIC; } }`])),
    });
    const sends = java('void tell(Event event) { kafkaTemplate.send(event.getTopic(), event); }\nvoid place() { tell(new Placed()); }');
    expect(await amqp(sends, java('@KafkaListener(topics = Placed.TOPIC) void hear(String text) {}'))).toEqual(['kafka']);
    expect(await amqp(sends, java('@KafkaListener(topics = Paid.TOPIC) void hear(String text) {}'))).toEqual([]);
  });

  it('are those that rows are noted with which are sent later', async () => {
    const java = (code: string, more: Files = {}): Files => ({
      'pom.xml': '<project><artifactId>a</artifactId><parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId></parent><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency><dependency><groupId>org.springframework.kafka</groupId><artifactId>spring-kafka</artifactId></dependency></dependencies></project>',
      'src/main/java/App.java': `import org.springframework.kafka.core.KafkaTemplate;\n@SpringBootApplication\nclass App { public static void main(String[] a) { SpringApplication.run(App.class, a); }\n${code} }`,
      ...more,
    });
    const later = 'void run() { for (Row row : rows.findAll()) { kafkaTemplate.send(row.getTopic(), row.getText()); } }';
    const noted = (code: string) => java(later, { 'src/main/java/Orders.java': `class Orders { static final String PLACED = "order-placed";\n${code} }` });
    const takes = java('@KafkaListener(topics = "order-placed") void hear(String text) {}');
    expect(await amqp(noted('void place() { rows.save(row(PLACED, "x")); }\nprivate Row row(String topic, String text) { return Row.builder().id(1).topic(topic).text(text).build(); }'), takes)).toEqual(['kafka']);
    expect(await amqp(noted('void place(Row row) { row.setTopic(PLACED); rows.save(row); }'), takes)).toEqual(['kafka']);
    expect(await amqp(noted('void place(Row row) { row.setTitle(PLACED); rows.save(row); }'), takes)).toEqual([]);
  });

  it('are found for methods that another module has', async () => {
    const client = { 'bus/client.go': 'package bus\nimport "github.com/nats-io/nats.go"\ntype Client struct { nc *nats.Conn }\nfunc (c Client) Tell(subject, message string) {\n log.Printf("sends to %s", subject)\n err := c.nc.Publish(subject, []byte(message)) }\nfunc (c Client) Hear(subject string, durable string, handler func(m *nats.Msg)) { c.nc.Subscribe(subject, handler) }\n' };
    const sends = go('const placed = "orders.placed"\nfunc tell(c bus.Client) { c.Tell(placed, "x") }', client);
    const takes = go('func hear(c bus.Client) { c.Hear("orders.placed", "front", handler) }', client);
    expect(await amqp(sends, takes)).toEqual(['nats']);
  });

  it('are not what a call is given by a name that something else has', async () => {
    expect(await amqp(node("const queue = pick('order-placed', 1)\nchannel.sendToQueue(queue, {})"))).toEqual([]);
  });

  it('count for a function of any name only when somebody has them at the other end', async () => {
    const files = { ...node("const tell = (queue, data) => { channel.sendToQueue(queue, data) }\ntell('order-placed', {})\ndb.tell('secret-words', 1)") };
    const queues = (await planOf({ ...files })).services.flatMap((service) => service.queues.flatMap(({ topics }) => topics));
    expect(queues).toEqual([]);
  });
});

it('follows a topic through a function of Go that gives a pointer back', async () => {
  const main = (code: string) => `package main\nimport ("net/http"; "github.com/segmentio/kafka-go")\n${code}\n`;
  const module = 'module acme.test/a\nrequire github.com/segmentio/kafka-go v0.4.0\n';
  const files = {
    'from/go.mod': module, 'from/main.go': main('const Paid = "order.paid"\nfunc writer(brokers []string, topic string) *kafka.Writer {\n  return &kafka.Writer{\n    Addr: kafka.TCP(brokers...),\n    Topic: topic,\n  }\n}\nfunc main() {\n  w := writer(brokers, Paid)\n  w.WriteMessages(ctx, message)\n  http.ListenAndServe(":9000", nil)\n}'),
    'to/go.mod': module, 'to/main.go': main('func main() {\n  r := kafka.NewReader(kafka.ReaderConfig{Topic: "order.paid"})\n  go r.ReadMessage(ctx)\n  http.ListenAndServe(":9001", nil)\n}'),
  };
  expect((await planOf(files)).edges.filter(({ from, to }) => from === 'from' && to === 'to').map(({ protocol }) => protocol)).toEqual(['kafka']);
});
