import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const manual = { 'package.json': { devDependencies: { vitepress: '1' }, scripts: { 'docs:build': 'vitepress build docs' } }, 'docs/index.md': '# x' };

describe('a manual', () => {
  it('is not what code beside it is about', async () => {
    const plan = await planOf({ ...manual, 'pyproject.toml': '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "x"\n[project.scripts]\nx = "x.cli:main"\n', 'x/__init__.py': '', 'x/cli.py': 'def main():\n    print(1)\n' });
    expect(plan.services.map(({ kind, language }) => [kind, language])).toEqual([['cli', 'python']]);
  });

  it('is a site of its own where there is nothing else', async () => {
    const plan = await planOf(manual);
    expect(plan.services.map(({ kind, framework }) => [kind, framework])).toEqual([['static', 'vitepress']]);
  });
});
