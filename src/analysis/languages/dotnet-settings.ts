import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { asData, asText, lineOf, readJson } from '../syntax/formats.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** Claims where a project listens by its appsettings.json (Kestrel's endpoints, `Urls`) and, as developers start it, its launchSettings.json. */
export function claimDotnetPort(tree: Tree, draft: Draft, directory: string): void {
  for (const [name, sure] of [['appsettings.json', 0.94], ['appsettings.Production.json', 0.95], ['hosting.json', 0.93]] as const) {
    const file = within(directory, name);
    const data = readJson(tree, file);
    const endpoints = Object.values(asData(asData(asData(data?.['Kestrel'])['Endpoints']))).map((endpoint) => asText(asData(endpoint)['Url']));
    for (const urls of [asText(data?.['Urls']), asText(data?.['urls']), ...endpoints]) {
      const port = httpPort(urls);
      if (port !== undefined) draft.claim('port', { port, protocol: 'http' }, sure, seen(file, lineOf(tree.text(file), String(port)), `listens on ${urls}`));
    }
  }
  const file = within(directory, 'Properties/launchSettings.json');
  const profiles = Object.values(asData(readJson(tree, file)?.['profiles'])).map(asData);
  for (const profile of profiles) {
    const environment = asData(profile['environmentVariables']);
    const port = httpPort(asText(profile['applicationUrl']) ?? asText(environment['ASPNETCORE_URLS']));
    if (port === undefined || asText(profile['commandName']) !== 'Project') continue;
    const evidence = seen(file, lineOf(tree.text(file), String(port)), `developers reach it at ${port}`);
    draft.claim('port', { port, protocol: 'http' }, 0.72, evidence);
    draft.given.set('ASPNETCORE_URLS', { value: `http://0.0.0.0:${port}`, evidence });
    return;
  }
}

/** The port of the first address without encryption, or else of the first: `https://localhost:7001;http://localhost:5001` → 5001. */
function httpPort(urls: string | undefined): number | undefined {
  const all = [...(urls ?? '').matchAll(/(https?):\/\/[^:;/]+:(\d{2,5})/g)];
  const found = all.find((match) => match[1] === 'http') ?? all[0];
  const port = Number(found?.[2]);
  return port > 0 && port < 65536 ? port : undefined;
}
