import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

const hoard = [];
let unhealthyUntil = 0;

/** By path: what each is about, and what it does. `number(name, usual)` reads a number from the query. */
export const misdeeds = {
  '/health': {
    about: 'says how it is: 200 or 503',
    act(response) {
      const healthy = Date.now() >= unhealthyUntil;
      response.writeHead(healthy ? 200 : 503).end(healthy ? 'ok\n' : 'unwell\n');
    },
  },
  '/crash': {
    about: 'dies of an uncaught exception',
    act() {
      setImmediate(() => {
        throw new Error('crashed as asked');
      });
    },
  },
  '/exit?code=1': {
    about: 'exits with a code',
    act(response, number) {
      process.exit(number('code', 1));
    },
  },
  '/hang': {
    about: 'blocks the event loop for good',
    act() {
      for (;;);
    },
  },
  '/spin?threads=1': {
    about: 'keeps CPU cores busy, and answers nevertheless',
    act(response, number) {
      for (let i = 0; i < number('threads', 1); i++) new Worker('for (;;);', { eval: true });
      response.end('spinning\n');
    },
  },
  '/leak?mb=100': {
    about: 'takes memory and keeps it',
    act(response, number) {
      for (let i = 0; i < number('mb', 100); i++) hoard.push(Buffer.alloc(2 ** 20, 1));
      response.end(`${hoard.length} MB kept\n`);
    },
  },
  '/fork?children=10': {
    about: 'starts processes that do nothing',
    async act(response, number) {
      let started = 0;
      for (let i = 0; i < number('children', 10); i++) {
        const child = spawn('sleep', ['600'], { stdio: 'ignore' });
        const outcome = await new Promise((resolve) => child.once('spawn', () => resolve('ok')).once('error', resolve));
        if (outcome === 'ok') started++;
        else console.error(outcome.message);
      }
      response.end(`${started} started\n`);
    },
  },
  '/unhealthy?seconds=30': {
    about: 'lets /health answer 503 for a while',
    act(response, number) {
      const seconds = number('seconds', 30);
      unhealthyUntil = Date.now() + seconds * 1_000;
      response.end(`unwell for ${seconds} s\n`);
    },
  },
  '/slow?ms=1000': {
    about: 'answers late',
    async act(response, number) {
      await sleep(number('ms', 1_000));
      response.end('at last\n');
    },
  },
  '/flood?lines=100000': {
    about: 'writes lines to standard output',
    async act(response, number) {
      for (let line = 1; line <= number('lines', 100_000); line++) {
        if (!process.stdout.write(`flood ${line}\n`)) await new Promise((drained) => process.stdout.once('drain', drained));
      }
      response.end('written\n');
    },
  },
};
