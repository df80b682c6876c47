import { directoriesWith } from '../detector.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { asData, asList, asText, readToml } from '../syntax/formats.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** Applies every fly.toml (Fly.io documentation, "App configuration"): where the service of its directory listens there, what it is given, and what is done before a release. */
export function applyFly(tree: Tree, drafts: Draft[]): Draft[] {
  for (const directory of directoriesWith(tree, ['fly.toml']).filter((one) => !isSideDirectory(one))) {
    const here = drafts.filter((draft) => draft.path === directory && draft.value('kind') !== 'static');
    if (here.length === 1) apply(tree, here[0]!, within(directory, 'fly.toml'));
  }
  return drafts;
}

function apply(tree: Tree, draft: Draft, file: string): void {
  const fly = readToml(tree, file) ?? {};
  const lines = linesOfKeys(tree.text(file) ?? '');
  const place = (key: string, why: string) => seen(file, lines.get(key) ?? 1, why);
  const port = Number(asText(asData(fly['http_service'])['internal_port']) ?? asText(asData(asList(fly['services'])[0])['internal_port']));
  if (Number.isInteger(port) && port > 0 && port < 65536) draft.claim('port', { port, protocol: 'http' }, 0.97, place('internal_port', `is reached at port ${port}`));
  for (const [name, value] of Object.entries(asData(fly['env']))) {
    const given = asText(value);
    if (given !== undefined && !draft.given.has(name)) draft.given.set(name, { value: given, isAddress: false, evidence: place(name, `is given ${name}`) });
  }
  const release = asText(asData(fly['deploy'])['release_command']);
  if (release !== undefined) draft.claim('release', release, 0.95, place('release_command', `release: ${release.slice(0, 120)}`));
}

/** The first line on which each key is set. */
function linesOfKeys(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    const key = /^[ \t]*["']?([^"'=\s]{1,256})["']?[ \t]*=/.exec(line)?.[1];
    if (key !== undefined && !lines.has(key)) lines.set(key, index + 1);
  }
  return lines;
}
