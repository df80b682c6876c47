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

  it('tells how code without a manifest is started', async () => {
    const plan = await planOf({ 'src/sync/all.ts': 'import { x } from "./x.ts";\nx();', 'src/sync/x.ts': 'export const x = () => 1;', ...workflow('deno run --allow-net src/sync/all.ts') });
    expect(plan.services).toMatchObject([{ kind: 'cron', language: 'typescript', start: 'deno run --allow-net src/sync/all.ts' }]);
  });
});
