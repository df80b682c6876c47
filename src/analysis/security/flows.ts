import type { Finding } from '../../model/index.ts';
import { languageOf } from '../syntax/languages.ts';
import type { Token } from '../syntax/lexer.ts';
import { parse } from './ast/parse.ts';
import { csharpRules } from './languages/csharp.ts';
import { goRules } from './languages/go.ts';
import { javaRules } from './languages/java.ts';
import { javascriptRules } from './languages/javascript.ts';
import { phpRules } from './languages/php.ts';
import { pythonRules } from './languages/python.ts';
import { rubyRules } from './languages/ruby.ts';
import { runFile } from './taint/machine.ts';
import { programOf } from './taint/program.ts';
import { RuleSet } from './taint/rule-set.ts';
import type { Hit, LanguageRules, Weakness } from './taint/rules.ts';
import { flowWeaknesses, plainWeaknesses } from './taint/rules.ts';
import type { World } from './taint/world.ts';

/** What is known of each language, by the name of its dialect. */
export const languageRules: Readonly<Record<string, LanguageRules>> = { java: javaRules, javascript: javascriptRules, python: pythonRules, go: goRules, php: phpRules, ruby: rubyRules, csharp: csharpRules };

const sets = new Map<string, RuleSet>();

/**
 * Weaknesses in a file of code; none when its language is not one of those that are read, or it calls nothing dangerous.
 * Undefined when so much was looked at before that there is nothing left to spend. `tokens`: those of the text, where somebody has them already.
 */
export function weaknessesIn(path: string, text: string, world: World, tokens?: readonly Token[]): Finding[] | undefined {
  const found = languageOf(path)?.language ?? '';
  const language = found === 'typescript' ? 'javascript' : found;
  if (!Object.hasOwn(languageRules, language)) return [];
  const rules = languageRules[language]!;
  let set = sets.get(language);
  if (!set) sets.set(language, (set = new RuleSet(language, rules)));
  const takesInput = set.takesInput(text);
  const checks = set.checksIn(text);
  if (!takesInput && checks.size === 0) return [];
  if (world.steps <= 0 || world.characters <= 0) return undefined;
  world.characters -= text.length;
  const unit = world.kept(path) ?? parse(path, text, tokens);
  world.keep(unit, text.length);
  const program = programOf(unit);
  program.takesInput = takesInput;
  program.checks = checks;
  const { hits, steps } = runFile(program, world, set);
  world.steps -= steps;
  return hits.map((hit) => findingOf(path, hit));
}

const weaknesses: Readonly<Record<string, Weakness>> = { ...flowWeaknesses, ...plainWeaknesses };

function findingOf(file: string, { rule, line, source, sink }: Hit): Finding {
  const { severity, what, fix } = weaknesses[rule]!;
  const message = source ? `${source.what} (line ${source.line}) ${what}: ${sink}` : `${sink} ${what}`;
  return { rule, severity, file, line, message, fix };
}
