import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const services = async (files: Files) => (await planOf(files)).services.map(({ path, kind, start, ports }) => `${path} ${kind} ${start} ${ports.map(({ port, protocol }) => `${protocol} ${port}`).join()}`.trim()).sort();
const taking = "  $channel = (new AMQPStreamConnection('queue', 5672, 'a', 'b'))->channel();\n  $channel->basic_consume('orders', '', false, false, false, false, $take);\n  while (count($channel->callbacks)) { $channel->wait(); }\n";
const symfony = { 'composer.json': { type: 'project', require: { 'symfony/framework-bundle': '7.*', 'php-amqplib/php-amqplib': '3.*' } }, 'public/index.php': '<?php\nrequire "kernel.php";\n', 'bin/console': '#!/usr/bin/env php\n' };

describe('programs of PHP beside the pages', () => {
  it('are commands of the console that take messages', async () => {
    const command = `<?php\nuse PhpAmqpLib\\Connection\\AMQPStreamConnection;\nclass TakeOrders extends Command {\n protected function configure() { $this->setName('app:take-orders'); }\n protected function execute() {\n${taking} }\n}\n`;
    expect(await services({ ...symfony, 'src/Command/TakeOrders.php': command })).toEqual(['. web php -S 0.0.0.0:${PORT:-8000} -t public http 8000', '. worker php bin/console app:take-orders']);
  });

  it('are scripts that do so, and no classes', async () => {
    const head = '<?php\nuse PhpAmqpLib\\Connection\\AMQPStreamConnection;\n';
    expect(await services({ ...symfony, 'take.php': head + taking, 'src/Taker.php': `${head}final class Taker {\n function run() {\n${taking} }\n}\n` })).toEqual(['. web php -S 0.0.0.0:${PORT:-8000} -t public http 8000', '. worker php take.php']);
  });
});

describe('a project of PHP without pages', () => {
  const composed = { 'mail/composer.json': { require: { php: '^8.2', 'php-amqplib/php-amqplib': '3.*' } } };

  it('is the worker that its script is, of a class that is made below it too', async () => {
    const script = `<?php\nuse PhpAmqpLib\\Connection\\AMQPStreamConnection;\nclass Mail {\n function start() {\n${taking} }\n}\n(new Mail())->start();\n`;
    const plan = await planOf({ ...composed, 'mail/worker.php': script, 'mail/test_worker.php': '<?php\n' });
    expect(plan.services).toMatchObject([{ path: 'mail', kind: 'worker', start: 'php worker.php', packageManager: 'composer', ports: [] }]);
  });

  it('has several workers where several scripts set classes of it to work', async () => {
    const worker = `<?php\nnamespace Mail;\nuse PhpAmqpLib\\Connection\\AMQPStreamConnection;\nclass Worker {\n function listen() {\n${taking} }\n}\n`;
    const script = (of: string) => `<?php\nrequire_once __DIR__ . '/autoload.php';\nuse Mail\\${of};\n$worker = new ${of}();\n$worker->listen();\n`;
    expect(await services({ ...composed, 'mail/Mail/Worker.php': worker, 'mail/mail_worker.php': script('Worker'), 'mail/bill_worker.php': script('Bills'), 'mail/send.php': '<?php\n' })).toEqual(['mail worker php bill_worker.php', 'mail worker php mail_worker.php']);
  });

  it('is shown by its image as that runs it', async () => {
    const files = { 'composer.json': { require: { 'slim/slim': '4.*' } }, 'index.php': '<?php\n', 'app.php': '<?php\n', Dockerfile: 'FROM php:8.2-cli\nCOPY . .\nCMD ["php", "-S", "0.0.0.0:8081", "app.php"]\n' };
    expect(await services(files)).toEqual(['. api php -S 0.0.0.0:8081 app.php http 8081']);
  });
});

describe('an app that RoadRunner runs', () => {
  const app = (configuration: string, more: Files = {}) => services({ 'composer.json': { type: 'project', require: { 'spiral/framework': '3.*' } }, 'app.php': '<?php\n', '.rr.yaml': `version: '3'\nserver:\n  command: php app.php\n${configuration}`, ...more });

  it('answers requests, or calls of gRPC that a file of its own tells of, at the port of its configuration', async () => {
    expect(await app("http:\n  address: '0.0.0.0:8090'\n")).toEqual(['. web rr serve http 8090']);
    expect(await app('include:\n  - .rr/grpc.yaml\n', { '.rr/grpc.yaml': "grpc:\n  listen: 'tcp://0.0.0.0:9001'\n" })).toEqual(['. api rr serve grpc 9001']);
  });

  it('is a worker where it has workflows alone', async () => {
    expect(await app('temporal:\n  address: temporal:7233\n')).toEqual(['. worker rr serve']);
  });
});
