import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const programs = async (files: Files) => (await planOf(files)).services.map(({ name, kind, start, ports }) => `${name} ${kind} ${start?.replace(/ --host.*/, '')} ${ports.map(({ port }) => port).join()}`.trim()).sort();
const fastapi = (imports = '') => `${imports}from fastapi import FastAPI\napp = FastAPI()\n@app.get("/")\ndef index():\n    return {}\n`;
const flask = (port: string, imports = '') => `${imports}from flask import Flask\napp = Flask(__name__)\nif __name__ == "__main__":\n    app.run(${port})\n`;

describe('several programs in a project of Python', () => {
  it('are its applications that lie beside each other under one name', async () => {
    const files = { 'shop/requirements.txt': 'fastapi\nuvicorn\n', 'shop/orders/main.py': fastapi(), 'shop/bills/main.py': fastapi() };
    expect((await planOf(files)).services.map(({ name, path, kind }) => `${name} ${path} ${kind}`).sort()).toEqual(['bills shop api', 'orders shop api']);
  });

  it('are its applications that run by themselves at different ports', async () => {
    expect(await programs({ 'requirements.txt': 'flask\n', 'gateway.py': flask('port=9000'), 'parts/books.py': flask('port=8000'), 'parts/people.py': flask('') })).toEqual([
      'books api python3 parts/books.py 8000', 'people api python3 parts/people.py 5000', expect.stringContaining('python3 gateway.py 9000'),
    ]);
  });

  it('are not those that one application takes in', async () => {
    const files = { 'requirements.txt': 'fastapi\nuvicorn\n', 'main.py': fastapi('from v1.main import app as first\nfrom v2.main import app as second\n'), 'v1/main.py': fastapi(), 'v2/main.py': fastapi() };
    expect((await planOf(files)).services).toHaveLength(1);
  });

  it('are a server and what takes messages beside it', async () => {
    const consumer = 'import redis\nr = redis.Redis()\nwhile True:\n    got = r.xreadgroup("billing", "one", {"orders": ">"})\n';
    expect(await programs({ 'shop/requirements.txt': 'fastapi\nuvicorn\nredis\n', 'shop/main.py': fastapi(), 'shop/consumer.py': consumer })).toEqual(['shop api uvicorn main:app 8000', 'shop-consumer worker python3 consumer.py']);
  });

  it('are one that takes messages, also when it is a module of a directory that it imports by name', async () => {
    const consumer = 'from confluent_kafka import Consumer\nfrom app.handler import handle\nc = Consumer({})\nc.subscribe(["orders"])\nwhile True:\n    handle(c.poll(1.0))\n';
    const files = { 'pay/requirements.txt': 'confluent-kafka\n', 'pay/app/main.py': 'from app.consumer import *\n', 'pay/app/consumer.py': consumer, 'pay/app/handler.py': 'def handle(message):\n    print(message)\n' };
    expect(await programs(files)).toEqual(['pay worker python3 -m app.main']);
  });

  it('are one where a program and the module that it takes messages by are in a package', async () => {
    const main = 'from app.consumer import consumer\nfrom app.producer import again\nwhile True:\n    again(consumer.poll(1.0))\n';
    const files = { 'replay/requirements.txt': 'confluent-kafka\n', 'replay/app/main.py': main, 'replay/app/producer.py': 'def again(message):\n    print(message)\n', 'replay/app/consumer.py': 'from confluent_kafka import Consumer\nconsumer = Consumer({})\nconsumer.subscribe(["orders"])\n' };
    expect(await programs(files)).toEqual(['replay worker python3 -m app.main']);
  });

  it('are started from the directory above where they import their own by name', async () => {
    const own = 'from app.libs.settings import settings\n';
    const files = { 'app/requirements.txt': 'fastapi\nuvicorn\n', 'app/libs/settings.py': 'settings = {}\n', 'app/orders/main.py': fastapi(own), 'app/bills/main.py': fastapi(own) };
    expect((await planOf(files)).services.map(({ name, start }) => `${name}: ${start?.replace(/ --host.*/, '')}`).sort()).toEqual(['bills: uvicorn app.bills.main:app --app-dir ..', 'orders: uvicorn app.orders.main:app --app-dir ..']);
  });

  it('are looked for in time that follows the number of files that import each other', async () => {
    const many = Array.from({ length: 600 }, (_, i) => i);
    const files = { 'requirements.txt': 'flask\nkafka-python\n', 'main.py': flask('port=8000', many.map((i) => `import m${i}\n`).join('')), ...Object.fromEntries(many.map((i) => [`m${i}.py`, flask(`port=${9000 + i}`, `import m${(i + 1) % 600}\n`)])) };
    expect((await planOf(files)).services).toHaveLength(1);
  });
});

it('takes what is imported by a string into what a server runs, and makes no program of it', async () => {
  const files = { 'requirements.txt': 'fastapi\nuvicorn\nconfluent-kafka\n', 'run.py': 'import uvicorn\nif __name__ == "__main__":\n    uvicorn.run("app.main:app", port=8000)\n', 'app/main.py': 'from fastapi import FastAPI\nfrom app.results_consumer import Results\napp = FastAPI()\n', 'app/results_consumer.py': 'from confluent_kafka import Consumer\nclass Results:\n    def run(self):\n        consumer = Consumer({})\n        consumer.subscribe(["results"])\n        while True:\n            consumer.poll(1)\n' };
  expect((await planOf(files)).services.map(({ start }) => start)).toEqual(['python3 run.py']);
});

it('starts an application of Celery by its worker where nothing else is there', async () => {
  const files = { 'requirements.txt': 'celery\n', 'tasks.py': "from celery import Celery\napp = Celery('tasks')\n@app.task\ndef add(a, b):\n    return a + b\n" };
  expect((await planOf(files)).services.map(({ kind, start }) => `${kind}: ${start}`)).toEqual(['worker: celery -A tasks worker']);
});

describe('programs without a manifest', () => {
  const consumer = 'from confluent_kafka import Consumer\nfrom store import keep\ndef main():\n    consumer = Consumer({})\n    consumer.subscribe(["orders"])\n    while True:\n        keep(consumer.poll(1))\nif __name__ == "__main__":\n    main()\n';

  it('are found by what they do when they are run, whatever they are called', async () => {
    const files = { 'kafka/taker/take_orders.py': consumer, 'kafka/taker/store.py': 'def keep(order):\n    pass\n', 'reader/read_plates.py': "from flask import Flask\napp = Flask(__name__)\nif __name__ == '__main__':\n    app.run(port=5010)\n", 'shop/package.json': { scripts: { start: 'node a.js' }, dependencies: { express: '5' } }, 'shop/a.js': "require('express')().listen(3000)" };
    expect((await planOf(files)).services.map(({ path, kind, start }) => `${path} ${kind} ${start}`).sort()).toEqual(['kafka/taker worker python3 take_orders.py', 'reader api python3 read_plates.py', 'shop api npm start']);
  });

  it('are parts of a project from whose top they import', async () => {
    const files = { 'gate.py': "from flask import Flask\napp = Flask(__name__)\nif __name__ == '__main__':\n    app.run(port=9000)\n", 'store.py': 'def keep(order):\n    pass\n', 'workers/take_orders.py': consumer };
    expect((await planOf(files)).services.map(({ path }) => path)).not.toContain('workers');
  });
});

it('tells applications in directories of their own from a program beside them', async () => {
  const made = "from flask import Flask\ndef create_app():\n    app = Flask(__name__)\n    return app\n";
  const files = { 'requirements.txt': 'flask\nredis\n', 'README.md': '```\npython src/control/main.py kitchen\n```\n', 'src/control/main.py': "import argparse\nif __name__ == '__main__':\n    argparse.ArgumentParser().parse_args()\n", 'src/kitchen/app.py': made, 'src/staff/app.py': made };
  expect((await planOf(files)).services.filter(({ kind }) => kind === 'api').map(({ name, start }) => `${name} ${start?.replace(/ --host.*/, '')}`).sort()).toEqual(['kitchen flask --app kitchen.app run', 'staff flask --app staff.app run']);
});
