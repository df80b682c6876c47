import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const kindOf = async (files: Files) => (await planOf(files)).services[0]!.kind;

describe('a program that does not listen', () => {
  it('is what the code does that is reached from where it starts', async () => {
    const main = (code: string) => ({ 'requirements.txt': 'requests\n', 'main.py': `import sys\nimport steps\n${code}\nif __name__ == "__main__":\n    steps.run()\n`, 'steps.py': 'def run():\n    pass\n', 'other.py': 'while True:\n    pass\n' });
    expect(await kindOf(main('import requests'))).toBe('job');
    expect(await kindOf(main('name = sys.argv[1]'))).toBe('cli');
    expect(await kindOf({ ...main('name = sys.argv[1]'), 'steps.py': 'import time\ndef run():\n    while True:\n        time.sleep(1)\n' })).toBe('worker');
  });

  it('is one of the command line where it asks at the terminal, also again and again', async () => {
    const go = (main: string, other = 'package main\n\nfunc help() {}\n') => ({ 'go.mod': 'module a\n\ngo 1.22\n', 'main.go': `package main\n\nimport (\n\t"bufio"\n\t"os"\n)\n\nfunc main() {\n${main}}\n`, 'other.go': other });
    expect(await kindOf({ 'requirements.txt': 'requests\n', 'main.py': 'if __name__ == "__main__":\n    fill(input("how many? "))\n' })).toBe('cli');
    expect(await kindOf(go('\tanswers := bufio.NewScanner(os.Stdin)\n\tfor {\n\t\trun(next(answers))\n\t}\n'))).toBe('cli');
    expect(await kindOf(go('\tfor {\n\t\trenew()\n\t}\n', 'package main\n\nimport (\n\t"bufio"\n\t"os"\n)\n\nfunc sure() bool {\n\treturn bufio.NewScanner(os.Stdin).Scan()\n}\n'))).toBe('worker');
    expect(await kindOf({ 'requirements.txt': 'requests\n', 'main.py': 'import form\nif __name__ == "__main__":\n    form.input("how many? ")\n' })).toBe('job');
  });

  it('is told in JavaScript as in other languages, without a package for it', async () => {
    const node = (code: string, more: object = {}) => ({ 'package.json': { scripts: { start: 'node fill.js' }, ...more }, 'fill.js': code });
    expect(await kindOf(node("const file = process.argv[2];\nfill(file);\n"))).toBe('cli');
    expect(await kindOf(node("const lines = readline.createInterface({ input: process.stdin });\nlines.question('how many? ', fill);\n"))).toBe('cli');
    expect(await kindOf(node("const lines = readline.createInterface({ input: fs.createReadStream('orders.csv') });\nfor await (const line of lines) fill(line);\n"))).toBe('job');
    expect(await kindOf(node("const queue = new Queue(process.argv[2]);\n", { dependencies: { kafkajs: '2' } }))).toBe('worker');
  });

  it('is a job where an image runs it without giving it anything', async () => {
    const program = { 'requirements.txt': 'requests\n', 'main.py': 'import argparse\nif __name__ == "__main__":\n    print(1)\n' };
    expect(await kindOf({ ...program, Dockerfile: 'FROM python:3.12\nCOPY . .\nCMD ["python", "main.py"]\n' })).toBe('job');
    expect(await kindOf({ 'run.php': '<?php\nrename("a", "b");\n', Dockerfile: 'FROM php:8-cli\nCOPY . .\nCMD ["php", "run.php"]\n' })).toBe('job');
    expect(await kindOf({ 'run.php': '<?php\nwhile (true) { take(); }\n', Dockerfile: 'FROM php:8-cli\nCOPY . .\nCMD ["php", "run.php"]\n' })).toBe('worker');
  });

  it('is told of what a package of PHP installs', async () => {
    const composer = { 'composer.json': { name: 'a/b', type: 'library', bin: ['bin/run'], require: { php: '>=8' } } };
    expect(await kindOf({ ...composer, 'bin/run': '<?php\n', 'bin/queue.php': '<?php\nwhile (true) { $queue->take(); }' })).toBe('worker');
    expect(await kindOf({ ...composer, 'bin/run': '<?php\n', 'src/A.php': '<?php\nclass A {}' })).toBe('library');
  });

  it('is what the packages of the same tree do that it contains', async () => {
    const workspace = (library: string) => ({
      'Cargo.toml': '[workspace]\nmembers = ["app", "bus"]\n', 'app/Cargo.toml': '[package]\nname = "app"\nversion = "0.1.0"\n[dependencies]\nbus = { path = "../bus" }\n', 'app/src/main.rs': 'fn main() { bus::run(); }\n',
      'bus/Cargo.toml': '[package]\nname = "bus"\nversion = "0.1.0"\n[dependencies]\nrdkafka = "0.36"\n', 'bus/src/lib.rs': library,
    });
    expect(await kindOf(workspace('use rdkafka::consumer::StreamConsumer;\n\npub fn run() { consumer.subscribe(&["orders"]); }\n'))).toBe('worker');
    expect(await kindOf(workspace('use std::net::TcpListener;\n\npub fn run() { TcpListener::bind("0.0.0.0:7000").unwrap(); }\n'))).toBe('api');
    expect(await kindOf(workspace('pub fn run() { println!("done"); }\n'))).toBe('job');
  });
});
