import { describe, expect, it } from 'vitest';
import type { Files } from './fixture.ts';
import { planOf } from './fixture.ts';

const node = (pkg: object, code: string, more: Files = {}): Files => ({ 'package.json': { scripts: { start: 'node index.js' }, ...pkg }, 'index.js': code, ...more });
const fixtures: [what: string, files: Files, kind: string, expected?: object][] = [
  ['a program with an executable', node({ bin: { tldr: './index.js' } }, 'console.log(1)'), 'cli'],
  ['a program that reads a command line', node({ dependencies: { commander: '12' } }, "require('commander')"), 'cli'],
  ['a bot that answers those who run it over HTTP', node({ dependencies: { 'discord.js': '14', express: '5' } }, "require('discord.js'); require('express')().listen(3000)"), 'worker'],
  ['a published package that shows itself off', node({ name: 'lib', exports: './index.js', scripts: { start: 'node ./sandbox/server.js' } }, 'module.exports = 1', { 'sandbox/server.js': "require('http').createServer(f).listen(3000)" }), 'library'],
  ['a training beside a demonstration', { 'requirements.txt': 'torch\ngradio\n', 'finetune.py': 'import torch\noptimizer = torch.optim.Adam(p)\nloss.backward()\noptimizer.step()\nif __name__ == "__main__":\n    train()\n', 'demo/show.py': 'import gradio\ngradio.Interface(f).launch()\n' }, 'ml-training'],
  ['spiders', { 'scrapy.cfg': '[settings]\ndefault = quotes.settings\n', 'quotes/spiders/q.py': 'import scrapy\nclass Q(scrapy.Spider):\n    name = "q"\n' }, 'job', { start: 'scrapy list | xargs -n 1 scrapy crawl' }],
  ['models of dbt without a line of Python', { 'dbt_project.yml': 'name: shop\n', 'models/orders.sql': 'select 1\n' }, 'data-pipeline', { language: 'sql', framework: 'dbt' }],
  ['flows of Airflow without a list of packages', { 'dags/flow.py': 'from airflow import DAG\nwith DAG("x") as dag:\n    pass\n', Makefile: 'up:\n\tdocker compose up\n' }, 'data-pipeline', { framework: 'airflow', start: 'airflow standalone' }],
  ['code with a manual', { 'mkdocs.yml': 'site_name: x\n', 'docs/index.md': '# x', 'pyproject.toml': '[project]\nname = "x"\ndependencies = ["fastapi"]\n', 'app.py': 'from fastapi import FastAPI\napp = FastAPI()\n' }, 'api', { framework: 'fastapi' }],
  ['code with a theme around its README', { '_config.yml': 'theme: x\n', 'requirements.txt': 'torch\n', 'train.py': 'import torch\nloss.backward()\noptimizer.step()\nif __name__ == "__main__":\n    main()\n' }, 'ml-training'],
  ['a terminal program of Rust that goes on', { 'Cargo.toml': '[package]\nname = "bench"\nversion = "1.0.0"\n[dependencies]\nclap = "4"\n', 'src/main.rs': 'fn main() { loop { step(); } }' }, 'cli'],
  ['a program of Rust that reads its options with docopt', { 'Cargo.toml': '[package]\nname = "xsv"\nversion = "1.0.0"\n[dependencies]\ndocopt = "1"\n', 'src/main.rs': 'fn main() { loop { step(); } }' }, 'cli'],
  ['a library with a manual', { 'mkdocs.yml': 'site_name: x\n', 'docs/index.md': '# x', 'pyproject.toml': '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "x"\n', 'x/__init__.py': 'def f():\n    pass\n' }, 'library'],
  ['a library of models with a script beside it', { 'pyproject.toml': '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "x"\ndependencies = ["torch"]\n', 'x/__init__.py': 'import torch\nloss.backward()\noptimizer.step()\n', 'misc/table.py': 'if __name__ == "__main__":\n    print(1)\n' }, 'library'],
  ['a terminal program of Go that goes on', { 'go.mod': 'module a/lazy\n', 'main.go': 'package main\nimport "github.com/jesseduffield/gocui"\nfunc main() { for { gocui.Step() } }' }, 'cli'],
  ['a package for developers that brings an application', { 'pyproject.toml': '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "jobs"\ndependencies = ["fastapi"]\nclassifiers = ["Intended Audience :: Developers"]\n', 'jobs/__init__.py': '', 'jobs/api.py': 'from fastapi import FastAPI\napp = FastAPI()\n' }, 'library'],
  ['a package with a script for those who work on it', { 'pyproject.toml': '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "cook-books"\n', 'cook_books/__init__.py': 'def f():\n    pass\n', 'generate.py': 'import cook_books\nif __name__ == "__main__":\n    print(1)\n' }, 'library'],
  ['a command that is installed, with pages of its own', { 'pyproject.toml': '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "x"\n[project.scripts]\nx = "x.cli:main"\n', 'src/x/__init__.py': '', 'src/x/cli.py': 'def main():\n    print(1)\n', 'js/package.json': { scripts: { build: 'vite build' }, devDependencies: { vite: '7' } }, 'js/index.html': '<p>' }, 'cli'],
  ['scripts of a shell', { 'backup.sh': '#!/bin/sh\npg_dump shop > shop.sql\n' }, 'job', { language: 'shell' }],
  ['a Cloudflare Worker that a clock starts', { 'package.json': { scripts: { deploy: 'wrangler deploy' } }, 'wrangler.toml': 'main = "src/index.ts"\n[triggers]\ncrons = ["* * * * *"]\n', 'src/index.ts': 'export default { async scheduled() { await check() } }' }, 'cron'],
  ['a scheduler of Go with a command line', { 'go.mod': 'module a/clock\n', 'main.go': 'package main\nimport (\n"github.com/alecthomas/kong"\n"github.com/robfig/cron/v3"\n)\nfunc main() { kong.Parse(&cli); c := cron.New(); c.AddFunc("@daily", run); c.Start() }' }, 'worker'],
  ['a training written for the first TensorFlow', { 'rows.py': 'def load():\n    pass\nif __name__ == "__main__":\n    load()\n', 'net.py': 'import tensorflow as tf\nimport rows\nstep = tf.train.GradientDescentOptimizer(0.1).minimize(loss)\n' }, 'ml-training', { start: 'python3 net.py' }],
  ['a training beside a program that goes on', { 'requirements.txt': 'torch\n', 'train.py': 'import torch\nif __name__ == "__main__":\n    loss.backward()\n    torch.optim.Adam(w)\n', 'camera/CMakeLists.txt': 'project(camera)\nadd_executable(camera main.cpp)', 'camera/main.cpp': 'int main() { while (true) { look(); } }' }, 'ml-training'],
  ['a program that is called a worker', { 'package.json': { scripts: { start: 'node src/worker.js' } }, 'src/worker.js': 'import { poll } from "./poll.js"\npoll()', 'src/poll.js': 'export function poll() {}' }, 'worker'],
  ['a server of a model in the format of llama.cpp', { 'requirements.txt': 'fastapi\nuvicorn\nllama-cpp-python\n', 'main.py': 'from fastapi import FastAPI\nfrom llama_cpp import Llama\napp = FastAPI()\nmodel = Llama(model_path=path)\n' }, 'ml-inference'],
  ['a package that is run as a module', { 'requirements.txt': 'requests\n', 'etl/__init__.py': '', 'etl/__main__.py': 'from etl.steps import run\nrun()\n', 'etl/steps.py': 'def run():\n    pass\n' }, 'job', { start: 'python3 -m etl' }],
  ['a model behind web sockets', { 'requirements.txt': 'torch\nwebsockets\n', 'server.py': 'import torch\nimport websockets.sync.server\nwith torch.no_grad():\n    pass\nif __name__ == "__main__":\n    websockets.sync.server.serve(handle, host="0.0.0.0", port=int(port)).serve_forever()\n' }, 'ml-inference', { start: 'python3 server.py' }],
];

describe('the kind of an app', () => {
  it.each(fixtures)('is told for %s', async (_, files, kind, expected = {}) => {
    const plan = await planOf(files);
    expect(plan.app.kind).toBe(kind);
    expect(plan.services[0]).toMatchObject(expected);
  });
});
