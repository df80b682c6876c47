import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const kindOf = async (files: Files) => (await planOf(files)).services[0]!.kind;

describe('a service that holds a model', () => {
  it('answers by it, in any language', async () => {
    const express = (...more: string[]) => ({ 'package.json': { scripts: { start: 'node a.js' }, dependencies: Object.fromEntries(['express', ...more].map((name) => [name, '1'])) }, 'a.js': "require('express')().listen(3000)" });
    expect(await kindOf(express('@tensorflow/tfjs-node'))).toBe('ml-inference');
    expect(await kindOf(express('axios'))).toBe('api');
    expect(await kindOf({ 'go.mod': 'module x\n', 'main.go': 'package main\nimport (\n"net/http"\nort "github.com/yalue/onnxruntime_go"\n)\nfunc main() { http.ListenAndServe(":80", nil) }' })).toBe('ml-inference');
  });

  it('is none when it answers nobody', async () => {
    expect(await kindOf({ 'Cargo.toml': '[package]\nname = "say"\nversion = "1.0.0"\n[dependencies]\nclap = "4"\nort = "2"\n', 'src/main.rs': 'fn main() {}' })).toBe('cli');
  });
});
