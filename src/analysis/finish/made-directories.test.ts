import { describe, expect, it } from 'vitest';
import { planOf, type Files } from '../fixture.ts';

const node = (code: string, more: Files = {}): Files => ({ 'package.json': { name: 'shop', main: 'a.js', dependencies: { express: '4' } }, 'a.js': `const fs = require('fs'), path = require('path');\n${code}\nrequire("express")().listen(3000)\n`, ...more });
const kept = async (files: Files) => (await planOf(files)).services[0]!.keeps.map(({ path, shared }) => [path, shared]);

describe('a directory that code makes for its data is kept', () => {
  it.each<[string, Files, [string, boolean][]]>([
    ['where it runs', node("fs.mkdirSync('data', { recursive: true })"), [['data', false]]],
    ['beside its file', node("fs.mkdirSync(path.join(__dirname, 'uploads'))"), [['uploads', true]]],
    ['by a name of its own', node("const DATA_DIR = path.resolve(process.cwd(), './data/shop');\nif (!fs.existsSync(DATA_DIR)) fs.mkdirSync(DATA_DIR)"), [['data/shop', false]]],
    ['above its file', node("require('./src/store')", { 'src/store.js': "const fs = require('fs'), path = require('path');\nconst storageDir = path.join(__dirname, '..', 'storage');\nfs.mkdirSync(storageDir)" }), [['storage', false]]],
    ['in Python', { 'requirements.txt': 'flask\n', 'app.py': "import os\nfrom flask import Flask\nos.makedirs('data/notes', exist_ok=True)\napp = Flask(__name__)\napp.run()\n" }, [['data/notes', false]]],
  ])('%s', async (_, files, expected) => {
    expect(await kept(files)).toEqual(expected);
  });

  it.each<[string, Files]>([
    ['has any other name', node("fs.mkdirSync('tmp'); fs.mkdirSync(path.join(__dirname, 'dist'))")],
    ['comes with files', node("fs.mkdirSync('data', { recursive: true })", { 'data/countries.json': [] })],
    ['lies outside', node("fs.mkdirSync(path.join(__dirname, '..', '..', 'data'))")],
    ['is made by a script for developers', node('', { 'scripts/seed.js': "require('fs').mkdirSync('data')" })],
    ['is only read', node("const dataDir = './data';\nfs.readdirSync(dataDir)")],
  ])('but not one that %s', async (_, files) => {
    expect(await kept(files)).toEqual([]);
  });
});
