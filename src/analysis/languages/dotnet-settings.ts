import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { asData, asText, lineOf, readJson } from '../syntax/formats.ts';
import { within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import type { DotnetProject } from './dotnet-project.ts';

/** What Visual Studio adds to a project that is built into an image. */
const containerTools = 'Microsoft.VisualStudio.Azure.Containers.Tools.Targets';

/**
 * Claims where a project listens by its appsettings.json (Kestrel's endpoints, `Urls`), as Microsoft's images have it where it is made for one, and, as developers start it, by its
 * launchSettings.json.
 */
export function claimDotnetPort(tree: Tree, draft: Draft, { directory, packages, target }: DotnetProject): void {
  for (const [name, sure] of [['appsettings.json', 0.94], ['appsettings.Production.json', 0.95], ['hosting.json', 0.93]] as const) {
    const file = within(directory, name);
    const data = readJson(tree, file);
    const endpoints = Object.values(asData(asData(asData(data?.['Kestrel'])['Endpoints']))).map((endpoint) => asText(asData(endpoint)['Url']));
    for (const urls of [asText(data?.['Urls']), asText(data?.['urls']), ...endpoints]) {
      const port = httpPort(urls);
      if (port !== undefined) draft.claim('port', { port, protocol: 'http' }, sure, seen(file, lineOf(tree.text(file), String(port)), `listens on ${urls}`));
    }
  }
  const container = packages.get(containerTools);
  // Images of ASP.NET listen on 8080 since .NET 8 and on 80 before it (.NET documentation, "Default ASP.NET Core port changed from 80 to 8080").
  if (container && target) draft.claim('port', { port: Number.parseInt(target.version, 10) >= 8 ? 8080 : 80, protocol: 'http' }, 0.74, { ...container, why: 'is built into an image of ASP.NET' });
  const file = within(directory, 'Properties/launchSettings.json');
  const profiles = Object.values(asData(readJson(tree, file)?.['profiles'])).map(asData);
  for (const profile of profiles) {
    const environment = asData(profile['environmentVariables']);
    const port = httpPort(asText(profile['applicationUrl']) ?? asText(environment['ASPNETCORE_URLS']));
    if (port === undefined || asText(profile['commandName']) !== 'Project') continue;
    const evidence = seen(file, lineOf(tree.text(file), String(port)), `developers reach it at ${port}`);
    // Templates take one of these by chance; any other was chosen.
    const isByChance = port >= 5000 && port <= 5300;
    draft.claim('port', { port, protocol: 'http' }, isByChance ? 0.72 : 0.76, evidence);
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
