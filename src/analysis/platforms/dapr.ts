import { posix } from 'node:path';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { asData, asList, asText, lineOf, readYaml } from '../syntax/formats.ts';
import { isSideDirectory } from '../tree/ignored.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** Applies `dapr.yaml`, by which Dapr runs several apps: the names by which they call each other, their ports and variables. */
export function applyDapr(tree: Tree, drafts: Draft[]): Draft[] {
  for (const file of tree.files) {
    if (!/^dapr\.ya?ml$/.test(posix.basename(file)) || isSideDirectory(posix.dirname(file))) continue;
    const data = readYaml(tree, file);
    for (const app of asList(data?.['apps']).map(asData)) {
      const place = within(posix.dirname(file), asText(app['appDirPath']) ?? '.').replace(/\/$/, '');
      const here = drafts.filter(({ path }) => path === place);
      const id = asText(app['appID']) ?? asText(app['appId']) ?? posix.basename(place);
      const draft = here.length === 1 ? here[0] : here.find(({ name }) => name === id);
      if (!draft) continue;
      const line = lineOf(tree.text(file), id);
      const port = Number(asText(app['appPort']));
      draft.aliases.add(id);
      if (port > 0 && port < 65536 && draft.value('kind') !== 'static') draft.claim('port', { port, protocol: app['appProtocol'] === 'grpc' ? 'grpc' : 'http' }, 0.86, seen(file, line, `Dapr calls it at ${port}`));
      for (const [name, value] of Object.entries(asData(app['env']))) if (!draft.given.has(name)) draft.given.set(name, { value: asText(value) ?? null, evidence: seen(file, line, `is given ${name}`) });
    }
  }
  return drafts;
}
