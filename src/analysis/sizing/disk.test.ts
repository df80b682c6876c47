import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';
import { observedDisk } from './disk-features.ts';
import measured from './measured-disk.json' with { type: 'json' };
import { train } from './model.ts';
import trained from './trained-disk.json' with { type: 'json' };

const [MiB, GiB] = [2 ** 20, 2 ** 30];

describe.each(['installed', 'listed'] as const)('the model of disk by packages that are %s', (by) => {
  const model = train(measured.map((one) => observedDisk(one, by)));

  it('is the one that the script makes of the data', () => {
    const { kind, apps } = trained[by];
    expect(model).toMatchObject({ kind, apps });
    expect(model.intercept).toBeCloseTo(trained[by].intercept, 9);
  });

  it('is used only as far as it is better than simpler ones at apps that it has not seen', () => {
    for (const { error } of Object.values(model.scores)) expect(model.scores[model.kind].error).toBeLessThanOrEqual(error + 0.02);
  });
});

describe('the disk of a service', () => {
  const server = "require('express')().listen(process.env.PORT || 3000);\n";
  const one = async (files: Readonly<Record<string, string | object>>) => (await planOf(files)).services[0]!;
  const lock = (count: number) => JSON.stringify({ lockfileVersion: 3, packages: Object.fromEntries([['', {}], ...Array.from({ length: count }, (_, n) => [`node_modules/p${n}`, { version: '1.0.0' }])]) }, null, 2);

  it('is a range with what led to it', async () => {
    const { resources: { disk, diskRange }, evidence } = await one({ 'package.json': { scripts: { start: 'node server.js' }, dependencies: { express: '5' } }, 'package-lock.json': lock(68), 'server.js': server });
    expect(diskRange![0]).toBeLessThanOrEqual(disk!);
    expect(disk!).toBeLessThanOrEqual(diskRange![1]);
    expect(diskRange![0] / MiB).toBeGreaterThanOrEqual(1);
    expect(diskRange![1] / MiB).toBeLessThan(1024);
    expect(evidence).toContainEqual({ file: 'package-lock.json', line: 1, why: expect.stringMatching(/^disk: what is installed and built, with 68 packages, about \d+ MiB$/) });
    expect(evidence.map(({ why }) => why)).toContainEqual(expect.stringMatching(/^disk: 3 files of its own/));
  });

  it('grows with the packages of a lock file', async () => {
    const disks = await Promise.all([20, 200, 2000].map(async (count) => (await one({ 'package.json': { scripts: { start: 'node server.js' }, dependencies: { express: '5' } }, 'package-lock.json': lock(count), 'server.js': server })).resources.disk!));
    expect(disks).toEqual(disks.toSorted((a, b) => a - b));
    expect(disks[2]).toBeGreaterThan(2 * disks[0]!);
  });

  it('is a rule, which says so, where no app of the runtime was measured with packages', async () => {
    const { evidence } = await one({ 'go.mod': 'module shop\n\ngo 1.24\n\nrequire github.com/go-chi/chi/v5 v5.2.0\n', 'go.sum': 'github.com/go-chi/chi/v5 v5.2.0 h1:x=\n', 'main.go': 'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":8080", nil) }\n' });
    expect(evidence.map(({ why }) => why)).toContainEqual(expect.stringMatching(/^disk: what is installed and built, with 1 packages of which nothing measured the size, about \d+ MiB$/));
  });

  it('of pages that are served as they are written is that of the pages', async () => {
    expect((await one({ 'index.html': `<p>${'x'.repeat(3 * MiB / 4)}` })).resources).toMatchObject({ disk: MiB, diskRange: [MiB, MiB] });
  });

  it('has in it the weights of a model that is loaded, the checkpoints of one that is trained, and examples', async () => {
    const { resources: { disk, diskRange }, evidence } = await one({
      'requirements.txt': 'torch\ntransformers\ndatasets\n',
      'train.py': "from transformers import AutoModelForSequenceClassification, Trainer\nfrom datasets import load_dataset\nmodel = AutoModelForSequenceClassification.from_pretrained('roberta-base')\ndata = load_dataset('imdb')\nif __name__ == '__main__':\n    Trainer(model=model, train_dataset=data).train()\n    model.to('cuda')\n",
    });
    const reasons = evidence.map(({ why }) => why).filter((why) => why.startsWith('disk:')).join('\n');
    expect(reasons).toMatch(/the library pytorch, which nothing measured/);
    expect(reasons).toMatch(/the weights of roberta-base, about 477 MiB/);
    expect(reasons).toMatch(/3 checkpoints/);
    expect(reasons).toMatch(/the examples of imdb, about 160 MiB/);
    expect(disk!).toBeGreaterThan(5 * GiB);
    expect(diskRange![1]).toBeGreaterThan(2 * disk!);
  });

  it('has room for a database in a file, and for what people upload', async () => {
    const { resources: { diskRange } } = await one({ 'package.json': { scripts: { start: 'node server.js' }, dependencies: { express: '5', 'better-sqlite3': '12', multer: '2' } }, 'server.js': `const db = new (require('better-sqlite3'))('data.db'); require('multer')(); ${server}` });
    expect(diskRange![1]).toBeGreaterThan(50 * GiB);
  });
});
