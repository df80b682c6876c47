import type { Finding } from '../../model/index.ts';
import { languageOf } from '../syntax/languages.ts';
import type { Token } from '../syntax/lexer.ts';
import { parse } from './ast/parse.ts';
import { isOwnAddress } from './own-address.ts';
import { servesSecrecy, tellsApart } from './purpose.ts';
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
  program.lacking = set.lackingIn(text);
  program.inBrowser = set.isInBrowser(text);
  program.makesPages = set.makesPages(text);
  const { hits, steps } = runFile(program, world, set);
  world.steps -= steps;
  return onceASource(purposeful(hits.filter(({ source }) => !source || !isOwnAddress(text, source.what)), path, text, language)).map((hit) => findingOf(path, hit));
}

/** What is mended where the input comes in is told of once for each: redirects, and what a session keeps; of chance the first few in a file. */
function onceASource(hits: readonly Hit[]): Hit[] {
  const seen = new Map<string, number>();
  return hits.filter(({ rule, source, sink }) => {
    const most = rule === 'weak-randomness' ? mostOfChance : rule === 'open-redirect' || rule === 'trust-boundary' ? 1 : undefined;
    if (most === undefined) return true;
    const key = source ? `${rule}:${source.what}:${source.line}:${sink}` : rule;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count <= most;
  });
}

const mostOfChance = 3;

/** Chance and digests are weak only for some purposes. In Java, where the purpose of what is made stands in other classes, the whole file tells. */
function purposeful(hits: readonly Hit[], path: string, text: string, language: string): readonly Hit[] {
  if (!hits.some(({ rule }) => rule === 'weak-randomness' || rule === 'weak-hash')) return hits;
  const lines = text.split('\n');
  return hits.filter(({ rule, line }) => {
    if (rule === 'weak-randomness') return language === 'java' ? /\bHttpServlet/.test(text) || servesSecrecy(path, lines) : servesSecrecy(path, lines, line);
    return rule !== 'weak-hash' || !tellsApart(lines, line);
  });
}

const weaknesses: Readonly<Record<string, Weakness>> = { ...flowWeaknesses, ...plainWeaknesses };

function findingOf(file: string, { rule, line, source, sink, severity: own }: Hit): Finding {
  const { severity: usual, what, fix } = weaknesses[rule]!;
  const severity = own ?? usual;
  const message = source ? `${source.what} (line ${source.line}) ${what}: ${sink}` : `${sink} ${what}`;
  return { rule, severity, file, line, message, fix };
}
