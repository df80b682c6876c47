import { posix } from 'node:path';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import { asData, asText, lineOf, readJson } from '../syntax/formats.ts';
import { upwards, within } from '../tree/paths.ts';
import { claimKind } from './listening.ts';
import { cleanVersion } from './versions.ts';

const projectFile = /\.(cs|fs|vb)proj$/;

/** .NET projects that make a program; test and class library projects are none. */
export const dotnet: Detector = {
  name: 'dotnet',
  projects: (tree) => directoriesWith(tree, projectFile),
  describe(tree, directory, { inner }) {
    const name = tree.namesIn(directory).find((file) => projectFile.test(file))!;
    const file = within(directory, name);
    const text = tree.text(file) ?? '';
    const line = (pattern: RegExp) => lineOf(text, pattern);
    const isWeb = /Sdk="Microsoft\.NET\.Sdk\.Web"|Microsoft\.AspNetCore\.App/.test(text);
    const isWorker = /Sdk="Microsoft\.NET\.Sdk\.Worker"/.test(text);
    const isTest = /Microsoft\.NET\.Test\.Sdk|<IsTestProject>true/.test(text);
    if (isTest || (!isWeb && !isWorker && !/<OutputType>\s*(Win)?Exe/i.test(text)) || /aspire\.apphost|IsAspireHost/i.test(text)) return [];
    const code = codeIn(tree, directory, inner);
    const assembly = /<AssemblyName>\s*([\w.-]+)/.exec(text)?.[1] ?? name.replace(projectFile, '');
    const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, name.endsWith('.fsproj') ? 'fsharp' : 'csharp');
    draft.aliases.add(assembly);
    const place = seen(file, 1, 'a project of .NET');
    for (const match of text.matchAll(/<PackageReference\s+Include="([\w.-]+)"/g)) draft.dependencies.set(match[1]!, seen(file, lineOf(text, match[0]), `depends on ${match[1]}`));
    const target = /<TargetFrameworks?>\s*net(?:coreapp)?(\d+\.\d+)/.exec(text)?.[1];
    const globalFile = upwards(directory).map((above) => within(above, 'global.json')).find((path) => tree.has(path));
    const pinned = globalFile === undefined ? undefined : cleanVersion(asText(asData(readJson(tree, globalFile)?.['sdk'])['version']) ?? '')?.split('.').slice(0, 2).join('.');
    draft.claim('runtime', { name: 'dotnet', version: target ?? pinned ?? null }, 0.95, seen(file, line(/<TargetFramework/), `made for .NET ${target ?? 'of any version'}`));
    draft.claim('packageManager', 'nuget', 0.97, place).claim('install', 'dotnet restore', 0.9, place).claim('build', 'dotnet publish -c Release -o out', 0.92, place).claim('start', `dotnet out/${assembly}.dll`, 0.92, place);
    if (isWeb) {
      const blazor = /Blazor|Razor/i.test(text) || ['Pages', 'Views', 'Components'].some((part) => tree.directories.includes(within(directory, part)));
      draft.frameworks.add('aspnetcore');
      draft.claim('framework', 'aspnetcore', 0.97, seen(file, line(/Sdk=/), 'the web SDK')).claim('kind', blazor ? 'web' : 'api', 0.92, seen(file, line(/Sdk=/), 'the web SDK')).claim('port', { port: 5000, protocol: 'http' }, 0.65, place);
    } else if (isWorker) draft.claim('kind', 'worker', 0.93, seen(file, line(/Sdk=/), 'the worker SDK'));
    claimKind(draft, code, false);
    return [draft];
  },
};
