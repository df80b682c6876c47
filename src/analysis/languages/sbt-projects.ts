import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** A project of an sbt build (sbt reference manual, "Multi-project builds"). */
export interface SbtProject {
  /** What tasks are called by: `sbt web/run`. */
  id: string;
  directory: string;
  /** What the build says of it, with the values that it names. */
  text: string;
  /** Directories of the projects that it contains, at first hand or further. */
  libraries: string[];
}

/** Beyond so many a build is not read by its projects. */
const mostProjects = 100;

/** The definitions of a build that stand at the left margin: their name, and what they are up to the next one. */
function definitionsIn(text: string): Map<string, string> {
  const begins = [...text.matchAll(/^(?:(?:private|lazy|implicit)[ \t]+){0,3}(?:val|def)[ \t]+`?([\w-]+)`?/gm)];
  return new Map(begins.map((match, index) => [match[1]!, text.slice(match.index, begins[index + 1]?.index)]));
}

/** Functions of a build that make a project of a name that they are given: `def sample(name: String) = Project(name, file("samples") / name)`. */
function functionsIn(definitions: ReadonlyMap<string, string>): ReadonlyMap<string, { argument: string; said: string }> {
  return new Map([...definitions].flatMap(([name, said]) => {
    const argument = /^def[ \t]+\w+\([ \t]*(\w+)[ \t]*:[ \t]*String\b/.exec(said)?.[1];
    return argument !== undefined && /\b(?:Project\(|project\b)/.test(said.slice(0, 400)) ? [[name, { argument, said }] as const] : [];
  }));
}

/** Where such a function puts the project of a name; undefined when it does not say so. */
function placeIn(directory: string, said: string, argument: string, given: string): string | undefined {
  const [, inside, outer, after] = /\bfile\(\s*(?:s"([^"\n]*)"|"([^"\n]*)"|(?=\w))\s*(?:\w+\s*)?\)\s*(?:\/\s*(\w+))?/.exec(said) ?? [];
  if (inside !== undefined) return within(directory, inside.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, plain?: string) => ((braced ?? plain) === argument ? given : '')));
  if (outer !== undefined) return after === argument ? within(directory, `${outer}/${given}`) : undefined;
  return new RegExp(`\\bfile\\(\\s*${RegExp.escape(argument)}\\s*\\)`).test(said) ? within(directory, given) : undefined;
}

/** The projects that a build has below its own directory; `text` is all that the build says. */
export function sbtProjects(tree: Tree, directory: string, text: string): SbtProject[] {
  const definitions = definitionsIn(text);
  const named = new Map([...text.matchAll(/\bval[ \t]+(\w+)[ \t]*=[ \t]*("[^"\n]*"[ \t]*%{1,3}[^\n]*)/g)].map((match) => [match[1]!, match[2]!]));
  const found = new Map<string, { place: string; said: string }>();
  for (const [id, said] of definitions) {
    if (!/^[^\n]{0,200}?=\s*\(?\s*(?:project|Project)\b/.test(said)) continue;
    const place = within(directory, /\bfile\(\s*"([^"]*)"\s*\)/.exec(said)?.[1] ?? id);
    if (place !== directory && tree.hasDirectory(place)) found.set(id, { place, said });
  }
  const functions = functionsIn(definitions);
  for (const name of functions.keys()) found.delete(name);
  for (const [id, call] of functions.size > 0 ? definitions : []) {
    const [, name, given] = /=\s*(\w+)\(\s*"([\w./-]+)"/.exec(call.slice(0, 300)) ?? [];
    const maker = name === undefined ? undefined : functions.get(name);
    const place = maker && placeIn(directory, maker.said, maker.argument, given!);
    if (place !== undefined && place !== directory && tree.hasDirectory(place)) found.set(id, { place, said: `${call}\n${maker!.said}` });
  }
  if (found.size > mostProjects) return [];
  return [...found].map(([id, { place, said }]) => {
    const contained = new Set<string>();
    const parts = [said];
    for (const part of parts) for (const list of part.matchAll(/\bdependsOn\(([^()]*(?:\([^()]*\)[^()]*)*)\)/g)) for (const word of list[1]!.match(/[A-Za-z][\w-]*/g) ?? []) {
      if (word === id || contained.has(word) || !found.has(word)) continue;
      contained.add(word);
      parts.push(found.get(word)!.said);
    }
    return { id, directory: place, text: withValues(parts.join('\n'), definitions, named, found), libraries: [...contained].map((one) => found.get(one)!.place) };
  });
}

/** A text with the settings and the dependencies that it calls by a name. */
function withValues(text: string, definitions: ReadonlyMap<string, string>, named: ReadonlyMap<string, string>, projects: ReadonlyMap<string, unknown>): string {
  const taken = new Set<string>();
  const parts = [text];
  for (const part of parts) for (const word of new Set(part.match(/[A-Za-z]\w*/g))) {
    const said = named.get(word) ?? (projects.has(word) || word === 'dependencies' ? undefined : definitions.get(word));
    if (said === undefined || taken.has(word) || /=\s*\n?\s*new\b/.test(said.slice(0, 200))) continue;
    taken.add(word);
    parts.push(said);
  }
  return parts.join('\n');
}
