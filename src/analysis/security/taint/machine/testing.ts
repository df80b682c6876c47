import { basename } from 'node:path';
import type { Files } from '../../../fixture.ts';
import { withFiles } from '../../../fixture.ts';
import { openTree } from '../../../tree/tree.ts';
import { parse } from '../../ast/parse.ts';
import { languageRules } from '../../flows.ts';
import { programOf } from '../program.ts';
import { RuleSet } from '../rule-set.ts';
import type { Constant, Env } from '../value.ts';
import { dangers, known, unknown } from '../value.ts';
import { World } from '../world.ts';
import { evaluate } from './expressions.ts';
import { Frame, Run } from './frame.ts';
import { execute } from './statements.ts';

/** What a test asks of variables after some code. */
export interface After {
  /** The one constant that it is; undefined when that is not known. */
  known(name: string): Constant | undefined;
  dangerous(name: string): boolean;
  /** Nothing comes after the code: all of its ways return or throw. */
  readonly ended: boolean;
  readonly run: Run;
  readonly frame: Frame;
}

/** For tests: runs what stands in the first of these files, as its top level. Input is what the rules of its language take for it. */
export async function after(files: Files): Promise<After> {
  return withFiles(files, (directory) => {
    const [[path, code]] = Object.entries(files) as [[string, string]];
    const program = programOf(parse(basename(path), code));
    const { language } = program.unit;
    const run = new Run({ evaluate, execute }, new World(openTree(directory)), new RuleSet(language, languageRules[language]!), program);
    run.begin();
    const frame = new Frame(run, program);
    const env: Env | null = frame.execute(program.unit.body, run.globals);
    const value = (name: string) => env?.get(name) ?? unknown;
    return { known: (name) => known(value(name)), dangerous: (name) => dangers(value(name)) !== 0, ended: env === null, run, frame };
  });
}

/** The same for JavaScript. */
export async function afterScript(code: string): Promise<After> {
  return after({ 'a.js': code });
}
