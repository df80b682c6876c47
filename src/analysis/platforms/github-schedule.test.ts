import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const workflow = (run: string, on = 'schedule:\n    - cron: "34 10 * * *"') => ({ '.github/workflows/sync.yml': `name: sync\non:\n  ${on}\njobs:\n  sync:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          ${run}\n` });

describe('a workflow of GitHub', () => {
  it('is the clock of a program that runs and ends', async () => {
    const job = { 'requirements.txt': 'requests', 'main.py': 'import requests\nif __name__ == "__main__":\n    print(1)\n' };
    expect((await planOf({ ...job, ...workflow('python main.py') })).services).toMatchObject([{ kind: 'cron', start: 'python3 main.py' }]);
    expect((await planOf({ ...job, ...workflow('python main.py', 'push:') })).services).toMatchObject([{ kind: 'job' }]);
    expect((await planOf({ ...job, ...workflow('python other.py') })).services).toMatchObject([{ kind: 'job' }]);
  });

  it('is the clock of a program that is built, or run by a script', async () => {
    const java = { 'pom.xml': '<project><artifactId>a</artifactId></project>', 'src/main/java/A.java': 'public class A { public static void main(String[] args) {} }' };
    expect((await planOf({ ...java, ...workflow('mvn compile exec:java') })).services).toMatchObject([{ kind: 'cron' }]);
    expect((await planOf({ ...java, ...workflow('mvn verify') })).services).toMatchObject([{ kind: 'job' }]);
    const node = { 'package.json': { scripts: { start: 'tsc && node dist/a.js claim' }, dependencies: { yargs: '17' } }, 'src/a.ts': "import yargs from 'yargs';" };
    expect((await planOf({ ...node, ...workflow('npm start') })).services).toMatchObject([{ kind: 'cron' }]);
    expect((await planOf({ ...node, ...workflow('npm test') })).services).toMatchObject([{ kind: 'cli' }]);
    const named = { 'package.json': { scripts: { 'run-prices': 'npx ts-node src/prices', lint: 'node lint.js' } }, 'src/prices.ts': 'fetch(all)', 'lint.js': '' };
    expect((await planOf({ ...named, ...workflow('yarn run-prices') })).services).toMatchObject([{ kind: 'cron', start: 'yarn run-prices' }]);
    expect((await planOf(named)).services).toMatchObject([{ kind: 'job', start: 'npm run run-prices' }]);
  });

  it('tells which of several programs is started where nothing else does', async () => {
    const steps = Object.fromEntries(['extract', 'transform'].map((name) => [`scripts/${name}.py`, 'if __name__ == "__main__":\n    print(1)\n']));
    const plan = await planOf({ 'requirements.txt': 'scikit-learn\n', 'ml/look.py': 'from sklearn.svm import SVC\nif __name__ == "__main__":\n    SVC().fit(x, y)\n', ...steps, ...workflow('python scripts/extract.py\n          python scripts/transform.py') });
    expect(plan.services).toMatchObject([{ kind: 'cron', start: 'python scripts/extract.py' }]);
  });

  it('tells how code without a manifest is started', async () => {
    const plan = await planOf({ 'src/sync/all.ts': 'import { x } from "./x.ts";\nx();', 'src/sync/x.ts': 'export const x = () => 1;', ...workflow('deno run --allow-net src/sync/all.ts') });
    expect(plan.services).toMatchObject([{ kind: 'cron', language: 'typescript', start: 'deno run --allow-net src/sync/all.ts' }]);
  });
});
