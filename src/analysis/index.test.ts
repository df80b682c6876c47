import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withFiles, planOf } from './fixture.ts';
import { analyse } from './index.ts';

const example = (name: string) => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));

describe('the examples', () => {
  it('reads a page, a worker and a database from guestbook', async () => {
    const plan = await analyse(example('guestbook'));
    expect(plan.app).toMatchObject({ name: 'guestbook', kind: 'web' });
    expect(plan.services.map(({ name, kind, start }) => ({ name, kind, start }))).toEqual([
      { name: 'web', kind: 'web', start: 'node src/web.js' },
      { name: 'worker', kind: 'worker', start: 'node src/worker.js' },
    ]);
    expect(plan.services[0]).toMatchObject({ install: 'npm ci', readsPort: true, health: { path: '/healthz' }, stores: [{ kind: 'postgresql', envVars: ['DATABASE_URL'] }] });
    expect(plan.stores).toMatchObject([{ kind: 'postgresql', usedBy: ['web', 'worker'] }]);
    expect(plan.edges.map(({ from, to, envVar }) => [from, to, envVar])).toEqual([['web', 'postgresql', 'DATABASE_URL'], ['worker', 'postgresql', 'DATABASE_URL']]);
  });

  it('serves static-site as files', async () => {
    const plan = await analyse(example('static-site'));
    expect(plan.services).toMatchObject([{ kind: 'static', staticDir: '.', build: null, start: null, install: null }]);
  });

  it('starts python-api without installing anything', async () => {
    const plan = await analyse(example('python-api'));
    expect(plan.services).toMatchObject([{ kind: 'api', language: 'python', start: 'python3 app.py', install: null, readsPort: true, ports: [{ port: 8000 }], health: { path: '/health' } }]);
  });

  it('sees in pair who calls whom, and by which variable', async () => {
    const plan = await analyse(example('pair'));
    expect(plan.services.map(({ name, language }) => [name, language])).toEqual([['front', 'javascript'], ['greeter', 'python']]);
    expect(plan.edges).toMatchObject([{ from: 'front', to: 'greeter', protocol: 'http', envVar: 'GREETER_URL' }]);
  });

  it('starts crashy, whose variables are optional', async () => {
    const plan = await analyse(example('crashy'));
    expect(plan.services).toMatchObject([{ start: 'npm start', readsPort: true, ports: [{ port: 3000 }] }]);
    expect(plan.services[0]!.env.filter(({ required }) => required)).toEqual([]);
  });
});

describe('what cannot be analysed', () => {
  it.each([
    ['analysis.not-found', (directory: string) => join(directory, 'none')],
    ['analysis.not-found', (directory: string) => join(directory, 'a'.repeat(300))],
    ['analysis.not-a-directory', (directory: string) => join(directory, 'README.md')],
  ])('is refused with %s and what to do next', async (code, path) => {
    await withFiles({ 'README.md': '# hello' }, async (directory) => {
      await expect(analyse(path(directory))).rejects.toMatchObject({ code, next: expect.any(String) });
    });
  });

  it('is refused when there is nothing in it', async () => {
    await withFiles({}, async (directory) => {
      await expect(analyse(directory)).rejects.toMatchObject({ code: 'analysis.empty', next: expect.any(String) });
    });
  });

  it('is refused when all in it leads out of it', async () => {
    await withFiles({}, async (directory) => {
      symlinkSync('/etc/passwd', join(directory, 'index.html'));
      await expect(analyse(directory)).rejects.toMatchObject({ code: 'analysis.outside' });
    });
  });

  it('says what was seen when nothing of it can run', async () => {
    await expect(planOf({ 'notes.txt': 'hello', 'data.csv': '1,2' })).rejects.toMatchObject({ code: 'analysis.nothing-to-run', why: expect.stringContaining('txt'), next: expect.stringContaining('Procfile') });
  });

  it('is told of a library, whatever its examples do, without a way to start it', async () => {
    const { services } = await planOf({ 'pyproject.toml': '[build-system]\nrequires = ["flit"]\n[project]\nname = "lib"\n', 'src/lib/__init__.py': '', 'src/lib/cli.py': 'if __name__ == "__main__":\n    pass\n', 'examples/app/app.py': 'from flask import Flask\napp = Flask(__name__)', 'examples/app/requirements.txt': 'flask' });
    expect(services).toMatchObject([{ kind: 'library', language: 'python', framework: null, start: null, ports: [] }]);
  });

  it('is told of a package that only others use', async () => {
    const plan = await planOf({ 'package.json': { name: 'left-pad', main: 'index.js', exports: './index.js', version: '1.0.0' }, 'index.js': 'module.exports = (a) => a' });
    expect(plan).toMatchObject({ app: { kind: 'library' }, services: [{ kind: 'library', language: 'javascript', packageManager: 'npm', start: null }] });
  });
});

describe('the plan', () => {
  it('takes its name from the option, and any name becomes a valid one', async () => {
    const files = { 'index.html': '<h1>hi</h1>' };
    expect((await planOf(files, { name: 'My Shop (v2)' })).app.name).toBe('my-shop-v2');
    expect((await planOf(files, { name: '../../etc; rm -rf' })).app.name).toBe('etc-rm-rf');
    expect((await planOf(files, { name: 'x'.repeat(300) })).app.name).toBe('x'.repeat(40));
  });

  it('is the same each time', async () => {
    const files = { 'package.json': { dependencies: { express: '4' }, scripts: { start: 'node a.js' } }, 'a.js': 'require("express")().listen(process.env.PORT || 3000)' };
    const plans = await Promise.all([planOf(files, { name: 'a' }), planOf(files, { name: 'a' })]);
    expect(plans[0]).toEqual(plans[1]);
  });

  it('asks one question when two commands are as likely, and takes the answer as a hint', async () => {
    const files = { 'package.json': { name: 'two', private: true, main: 'server.js', dependencies: { express: '4' } }, 'server.js': 'require("express")().listen(3000)', 'app.js': 'require("express")().listen(3000)' };
    const plan = await planOf(files);
    expect(plan.questions).toHaveLength(1);
    const [question] = plan.questions;
    expect(question).toMatchObject({ id: 'start:web', default: 'node server.js' });
    expect(question!.options.map(({ value }) => value)).toEqual(['node server.js', 'node app.js']);
    const answered = await planOf(files, { hints: { 'start:web': 'node app.js' } });
    expect(answered.services).toMatchObject([{ start: 'node app.js' }]);
    expect(answered.questions).toEqual([]);
  });
});

describe('two servers in one directory', () => {
  const next = { 'package.json': { dependencies: { next: '15', react: '19' }, scripts: { build: 'next build', start: 'next start' } }, 'app/page.tsx': 'export default () => <p>{process.env.NEXT_PUBLIC_TITLE}</p>' };
  const flask = 'import os\nfrom flask import Flask\napp = Flask(__name__)\nif __name__ == "__main__":\n    app.run(port=5328, debug=os.getenv("API_DEBUG"))\n';

  it('are both there when one lies below the other in another language', async () => {
    const plan = await planOf({ ...next, 'requirements.txt': 'flask\n', 'api/index.py': flask });
    expect(plan.services.map(({ name, framework, ports, env }) => ({ name, framework, port: ports[0]?.port, env: env.map((one) => one.name) }))).toEqual([
      { name: 'web', framework: 'next', port: 3000, env: ['NEXT_PUBLIC_TITLE'] }, { name: 'api', framework: 'flask', port: 5328, env: ['API_DEBUG'] },
    ]);
  });

  it('are one where the other only makes its pages', async () => {
    const pages = { 'package.json': { devDependencies: { vite: '7' }, scripts: { build: 'vite build' } }, 'requirements.txt': 'flask\n', 'shop/app.py': flask };
    expect((await planOf(pages)).services.map(({ framework }) => framework)).toEqual(['flask']);
  });
});
