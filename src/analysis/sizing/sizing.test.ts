import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';
import type { Features, Measured } from './features.ts';
import measured from './measured.json' with { type: 'json' };
import { observed, predict, termsOf, train } from './model.ts';
import trained from './trained.json' with { type: 'json' };

const all = (measured as unknown as readonly Measured[]).map(observed);
const MiB = 2 ** 20;

describe('the sizing model', () => {
  it('is the one that the script makes of the data', () => {
    const { intercept, weights, ...rest } = train(all);
    expect(rest).toEqual({ kind: trained.kind, spread: trained.spread, scores: trained.scores, apps: all.length });
    expect(intercept).toBeCloseTo(trained.intercept, 9);
    for (const [term, weight] of Object.entries(trained.weights)) expect(weights[term]).toBeCloseTo(weight as number, 9);
  });

  it('is used only as far as it is better than simpler ones at apps that it has not seen', () => {
    const { kind, scores } = train(all);
    for (const [other, { error }] of Object.entries(scores)) expect(scores[kind].error, `${kind} against ${other}`).toBeLessThanOrEqual(error + 0.02);
    const noise = Array.from({ length: 30 }, (_, n): Measured => ({ name: `app-${n}`, features: { language: ['python', 'javascript', 'go'][n % 3]!, framework: n % 2 ? 'x' : null, kind: 'web', processes: 1 + (n % 2), rendersPages: false, computes: n % 5 === 0, stores: n % 4 }, memory: 2 ** (25 + ((n * 7919) % 97) / 32) }));
    expect(train(noise.map(observed)).kind).toBe('constant');
  });

  it('finds what was put into the data', () => {
    const base = (n: number): Features => ({ language: n % 2 ? 'python' : 'go', framework: null, kind: 'api', processes: 1, rendersPages: false, computes: n % 3 === 0, stores: 0 });
    const made = Array.from({ length: 60 }, (_, n): Measured => ({ name: `${n}`, features: base(n), memory: MiB * (n % 2 ? 64 : 16) * (n % 3 === 0 ? 4 : 1) * (1 + (n % 7) / 50) }));
    const model = train(made.map(observed));
    expect(model.kind).toBe('features');
    expect(predict(model, termsOf(base(1))) / MiB).toBeGreaterThan(45);
    expect(predict(model, termsOf(base(1))) / MiB).toBeLessThan(90);
    expect(predict(model, termsOf(base(6))) / predict(model, termsOf(base(4)))).toBeGreaterThan(3);
  });
});

describe('an estimate', () => {
  const express = { 'package.json': { name: 'shop', scripts: { start: 'node server.js' }, dependencies: { express: '5' } }, 'server.js': "require('express')().listen(process.env.PORT || 3000);\n" };

  it('is a range with what led to it, and limits nobody', async () => {
    const { resources, evidence } = (await planOf(express)).services[0]!;
    const [low, high] = resources.memoryRange!;
    expect(resources.limits).toEqual([]);
    expect(low).toBeLessThanOrEqual(resources.memory!);
    expect(resources.memory).toBeLessThanOrEqual(high);
    expect(resources.memory! / MiB).toBeGreaterThan(55);
    expect(resources.memory! / MiB).toBeLessThan(400);
    expect(evidence.map(({ why }) => why)).toContainEqual(expect.stringMatching(/^memory: estimated from runtime:node/));
    expect(resources).toMatchObject({ cpu: 500, cpuRange: [125, 2000] });
    expect(evidence.map(({ why }) => why)).toContain('cpu: the rule for api, which nothing measured');
  });

  it('becomes a limit when a person says it', async () => {
    const [service] = (await planOf(express, { hints: { memory: '512Mi' } })).services;
    expect(service!.resources).toMatchObject({ memory: 512 * MiB, limits: ['memory'] });
  });

  it('grows with libraries for numbers and pictures that are imported, each counted once with what it brings along', async () => {
    const importing = (code: string) => planOf({ 'requirements.txt': 'flask\npandas\nscikit-learn\nopencv-python\n', 'app.py': `${code}from flask import Flask\napp = Flask(__name__)\n@app.route('/')\ndef index(): return 'x'\n` }).then(({ services }) => services[0]!);
    const memory = async (code: string) => (await importing(code)).resources.memory! / MiB;
    const plain = await memory('');
    const frames = await memory('import pandas as pd\n');
    const learning = await memory('import pandas as pd\nfrom sklearn.ensemble import RandomForestClassifier\n');
    expect(frames - plain).toBeGreaterThan(60);
    expect(learning - frames).toBeGreaterThan(60);
    expect(learning).toBeLessThan(400);
    expect(await memory('import numpy, pandas as pd\n')).toBe(frames);
    expect((await importing('import cv2\n')).evidence.map(({ why }) => why)).toContainEqual(expect.stringMatching(/^memory: estimated from runtime:python, framework, numpy, cv2/));
  });

  it('grows with processes, and with a model in memory', async () => {
    const python = (start: string, requirements = 'flask\ngunicorn\n', code = '') => planOf({ 'requirements.txt': requirements, 'app.py': `${code}from flask import Flask\napp = Flask(__name__)\n@app.route('/')\ndef index(): return 'x'\n`, Procfile: `web: ${start}\n` }).then(({ services }) => services[0]!.resources.memory!);
    const one = await python('gunicorn app:app');
    expect(await python('gunicorn -w 8 app:app')).toBeGreaterThan(1.5 * one);
    expect(await python('gunicorn app:app', 'flask\ngunicorn\ntorch\ntransformers\n', "import torch\nfrom transformers import pipeline\nmodel = pipeline('text-classification', model='bert-base-uncased')\n")).toBeGreaterThan(900 * MiB);
  });
});
