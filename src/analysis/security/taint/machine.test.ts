import { describe, expect, it } from 'vitest';
import { parse } from '../ast/parse.ts';
import { languageRules } from '../flows.ts';
import { withFiles } from '../../fixture.ts';
import { openTree } from '../../tree/tree.ts';
import { runFile } from './machine.ts';
import { programOf } from './program.ts';
import { RuleSet } from './rule-set.ts';
import { World } from './world.ts';

const run = async (path: string, code: string) => withFiles({ [path]: code }, (directory) => {
  const program = programOf(parse(path, code));
  const rules = new RuleSet(program.unit.language, languageRules[program.unit.language]!);
  program.checks = rules.checksIn(code);
  return runFile(program, new World(openTree(directory)), rules);
});

describe('a file', () => {
  it('is run at its top, in its functions and in the methods of its classes', async () => {
    const { hits } = await run('a.js', 'eval(req.query.a)\nfunction f(req) { eval(req.query.a) }\nclass A { f(req) { eval(req.query.a) } }');
    expect(hits.map(({ line }) => line)).toEqual([1, 2, 3]);
  });

  it('of which nothing is dangerous costs few steps', async () => {
    expect(await run('a.js', `function f() { return 1 }\n${'function g() { while (f()) f() }\n'.repeat(200)}`)).toEqual({ hits: [], steps: 201 });
  });

  it('lets the settings of one function say nothing of the fields of a class after it', async () => {
    const plain = 'function f(req, res) { res.setHeader("content-type", "text/plain"); res.send("<b>" + req.query.a) }\n';
    const page = 'class A { answer = res.send("<b>" + req.query.a) }';
    expect((await run('a.js', plain + page)).hits).toMatchObject([{ rule: 'xss', line: 2 }]);
  });
});
