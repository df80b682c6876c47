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
