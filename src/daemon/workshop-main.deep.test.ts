import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { inAdvance } from './workers.ts';
import type { WorkMessage } from './workshop.ts';

const program = fileURLToPath(new URL('./workshop-main.ts', import.meta.url));

it('rehearses a whole order before one comes, says nothing of it, and leaves nothing of it behind', () => {
  const temporary = mkdtempSync(join(tmpdir(), 'stratoswarm-workshop-'));
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', program, inAdvance], { input: '', encoding: 'utf8', env: { ...process.env, TMPDIR: temporary } });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(readdirSync(temporary)).toEqual([]);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
});

/** Builds an app that writes down what its build is told, and says what that was, or how the order ended. */
function told(lines: (order: object) => readonly object[]): string {
  const temporary = mkdtempSync(join(tmpdir(), 'stratoswarm-workshop-'));
  try {
    const app = join(temporary, 'app');
    mkdirSync(app);
    writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'shop', type: 'module', scripts: { build: 'node -p "process.env.API_URL" > told.txt', start: 'node server.js' } }));
    writeFileSync(join(app, 'server.js'), "import { createServer } from 'node:http';\ncreateServer((_, response) => response.end('ok')).listen(process.env.PORT || 3000);\n");
    const order = { home: join(temporary, 'home'), request: { source: { kind: 'path', location: app } }, planOnly: false };
    const input = lines(order).map((line) => `${JSON.stringify(line)}\n`).join('');
    const { stdout } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', program], { input, encoding: 'utf8' });
    const last = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as WorkMessage;
    if (last.kind === 'error') return last.error.code;
    if (last.kind !== 'result') throw new Error(stdout);
    const [built] = Object.values(last.result.built);
    return readFileSync(join(order.home, 'artefacts', built!.artefact, 'told.txt'), 'utf8').trim();
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

it('gives builds the variables of the second line', () => {
  expect(told((order) => [order, { env: { API_URL: 'https://api.example' } }])).toBe('https://api.example');
});

it('gives builds the variables that came with the order, as daemons of earlier versions tell them, and does nothing for one that is gone', () => {
  expect(told((order) => [{ ...order, env: { API_URL: 'https://old.example' } }])).toBe('https://old.example');
  expect(told((order) => [order])).toBe('deployment.cancelled');
});
