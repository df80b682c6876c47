import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const kindOf = async (files: Files) => (await planOf(files)).services[0]!.kind;

describe('a service that holds a model', () => {
  it('answers by it, in any language', async () => {
    const express = (...more: string[]) => ({ 'package.json': { scripts: { start: 'node a.js' }, dependencies: Object.fromEntries(['express', ...more].map((name) => [name, '1'])) }, 'a.js': "require('express')().listen(3000)" });
    expect(await kindOf(express('@tensorflow/tfjs-node'))).toBe('ml-inference');
    expect(await kindOf(express('axios'))).toBe('api');
    expect(await kindOf({ 'server.js': "const sherpa = require('sherpa-onnx-node');\nrequire('fastify')().listen({ port: 3002 });" })).toBe('ml-inference');
    expect(await kindOf({ 'CMakeLists.txt': 'project(shop)\nadd_executable(shop main.cpp)\n', 'main.cpp': '#include "httplib.h"\n#include <onnxruntime_cxx_api.h>\nint main() { server.listen("0.0.0.0", 8080); }' })).toBe('ml-inference');
    expect(await kindOf({ 'go.mod': 'module x\n', 'main.go': 'package main\nimport (\n"net/http"\nort "github.com/yalue/onnxruntime_go"\n)\nfunc main() { http.ListenAndServe(":80", nil) }' })).toBe('ml-inference');
  });

  it('answers by it on a page for whoever tries it out', async () => {
    const page = (code: string) => ({ 'requirements.txt': 'streamlit\nscikit-learn\n', 'app.py': `import streamlit as st\nimport pickle\n${code}\nst.write(1)\n` });
    expect(await kindOf(page('model = pickle.load(open("m.p", "rb"))\nst.write(model.predict(x))'))).toBe('ml-inference');
    expect(await kindOf(page('rows = pickle.load(open("m.p", "rb"))'))).toBe('web');
    expect(await kindOf(page('model.fit(x)\nst.write(model.predict(x))'))).toBe('web');
  });

  it('is no training with a directory beside it from which Triton serves', async () => {
    expect(await kindOf({ 'requirements.txt': 'tensorflow\n', 'train.py': 'import tensorflow as tf\nmodel = tf.keras.Sequential([])\nmodel.compile()\nmodel.fit(x, y, epochs=5)\nmodel.save("m")\n', 'triton/m/config.pbtxt': 'name: "m"\n' })).toBe('ml-training');
  });

  it('is what Triton is given to serve', async () => {
    expect(await kindOf({ 'pyproject.toml': '[project]\nname = "x"\n', 'models/1/model.py': 'class TritonPythonModel:\n    pass\n', 'models/config.pbtxt': 'backend: "python"\n' })).toBe('ml-inference');
  });

  it('is none when it answers nobody', async () => {
    expect(await kindOf({ 'Cargo.toml': '[package]\nname = "say"\nversion = "1.0.0"\n[dependencies]\nclap = "4"\nort = "2"\n', 'src/main.rs': 'fn main() {}' })).toBe('cli');
  });
});
