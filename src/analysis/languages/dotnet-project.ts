import { posix } from 'node:path';
import type { Evidence } from '../../model/index.ts';
import { seen } from '../draft.ts';
import { asData, asText, lineOf, readJson } from '../syntax/formats.ts';
import type { Element } from '../syntax/xml.ts';
import { all, child, readXml } from '../syntax/xml.ts';
import { upwards, within } from '../tree/paths.ts';
import { perPath } from '../tree/remembered.ts';
import type { Tree } from '../tree/tree.ts';
import { dotnetFrameworks } from './dotnet-frameworks.ts';
import { cleanVersion } from './versions.ts';

export const projectFile = /\.(cs|fs|vb)proj$/;

/** Packages of frameworks by their names in lower case: to NuGet case means nothing. */
const knownPackages = new Map(dotnetFrameworks.flatMap(({ packages }) => packages.filter((name) => !name.endsWith('*')).map((name) => [name.toLowerCase(), name] as const)));

/** What a project of MSBuild says of itself. */
export interface DotnetProject {
  directory: string;
  file: string;
  /** Its file's name without the ending. */
  name: string;
  sdk: string;
  assembly: string;
  outputType: string;
  packages: Map<string, Evidence>;
  /** Directories of the projects of the tree that it contains. */
  siblings: string[];
  /** Major and minor of the .NET that it is made for, with the place that says so. */
  target: { version: string; evidence: Evidence } | null;
  /** Made for a screen: a desktop or a telephone. */
  isForScreens: boolean;
  isTest: boolean;
  isAspireHost: boolean;
  properties: (name: string) => string | undefined;
}

/** Reads the project of a directory, with the properties that what it imports and Directory.Build.props above give to it. */
export const readDotnet = perPath((tree, directory): DotnetProject | undefined => {
  const fileName = tree.namesIn(directory).find((one) => projectFile.test(one));
  const file = fileName === undefined ? undefined : within(directory, fileName);
  const root = file === undefined ? undefined : readXml(tree.text(file) ?? '');
  if (file === undefined || fileName === undefined || root?.name !== 'Project') return undefined;
  const shared = upwards(directory).flatMap((above) => ['Directory.Build.props', 'Directory.Build.targets'].map((name) => within(above, name)).filter((path) => tree.has(path)));
  const imported = root.children.filter(({ name }) => name === 'Import').flatMap((element) => {
    const path = within(directory, (element.attributes['Project'] ?? '$').replaceAll('\\', '/'));
    return tree.has(path) ? [path] : [];
  });
  const files = [{ file, root }, ...[...imported, ...shared].flatMap((path) => {
    const element = readXml(tree.text(path) ?? '');
    return element ? [{ file: path, root: element }] : [];
  })];
  const find = (name: string): { element: Element; file: string } | undefined => {
    for (const one of files) {
      const element = one.root.children.filter((group) => group.name === 'PropertyGroup').flatMap((group) => group.children).find((property) => property.name === name && property.text !== '');
      if (element) return { element, file: one.file };
    }
    return undefined;
  };
  const name = fileName.replace(projectFile, '');
  const value = (text: string | undefined, depth = 0): string | undefined => text?.replace(/\$\((\w+)\)/g, (whole, property: string) => (property === 'MSBuildProjectName' ? name : depth > 6 ? whole : value(find(property)?.element.text, depth + 1) ?? whole));
  const property = (wanted: string) => value(find(wanted)?.element.text);
  const packages = new Map<string, Evidence>();
  for (const one of files) {
    for (const element of [...all(one.root, 'PackageReference'), ...all(one.root, 'FrameworkReference'), ...all(one.root, 'Sdk'), ...all(one.root, 'Reference')]) {
      const include = element.attributes['Include'] ?? element.attributes['Update'] ?? element.attributes['Name'];
      const spelled = include?.split(',')[0] ?? '';
      const used = knownPackages.get(spelled.toLowerCase()) ?? spelled;
      if (include !== undefined && !packages.has(used)) packages.set(used, seen(one.file, element.line, `depends on ${include.split(',')[0]}`));
    }
  }
  // Paket lists the packages of a project in a file beside it.
  const paket = within(directory, 'paket.references');
  for (const [index, raw] of (tree.text(paket) ?? '').split('\n').entries()) {
    const listed = /^\s*([A-Za-z][\w.-]*)\s*(?:\s\w+:.*)?$/.exec(raw)?.[1];
    if (listed !== undefined && !/^(group|File)$/.test(listed) && !packages.has(listed)) packages.set(listed, seen(paket, index + 1, `depends on ${listed}`));
  }
  const siblings = all(root, 'ProjectReference').flatMap((element) => {
    const path = element.attributes['Include']?.replaceAll('\\', '/');
    const target = path === undefined || path.includes('$(') ? undefined : posix.dirname(within(directory, path));
    return target !== undefined && target !== directory && tree.hasDirectory(target) ? [target] : [];
  });
  const sdk = (root.attributes['Sdk'] ?? child(root, 'Sdk')?.attributes['Name'] ?? '').split('/')[0]!;
  const targets = property('TargetFrameworks') ?? property('TargetFramework') ?? property('TargetFrameworkVersion') ?? '';
  return {
    directory, file, name, sdk,
    assembly: property('AssemblyName') ?? name,
    outputType: property('OutputType') ?? '',
    packages, siblings,
    target: targetOf(tree, directory, targets, find('TargetFramework') ?? find('TargetFrameworks') ?? find('TargetFrameworkVersion')),
    isForScreens: /-(android|ios|maccatalyst|windows)/.test(targets) && !/;/.test(targets) || property('UseWPF') === 'true' || property('UseWindowsForms') === 'true' || property('UseMaui') === 'true' || [...packages.keys()].some((one) => /^(Avalonia|Xamarin\.|Uno\.WinUI|MonoGame)/.test(one)),
    // A server may keep its tests in its own project.
    isTest: property('IsTestProject') === 'true' || (sdk !== 'Microsoft.NET.Sdk.Web' || /tests?$/i.test(name)) && ['Microsoft.NET.Test.Sdk', 'xunit', 'xunit.v3', 'NUnit', 'MSTest', 'MSTest.TestFramework', 'TUnit', 'BenchmarkDotNet'].some((one) => packages.has(one)) || sdk === 'MSTest.Sdk',
    isAspireHost: property('IsAspireHost') === 'true' || sdk === 'Aspire.AppHost.Sdk' || packages.has('Aspire.AppHost.Sdk') || packages.has('Aspire.Hosting.AppHost'),
    properties: property,
  };
});

/** `net8.0`, `net8`, `netcoreapp3.1`, `net472`, `v4.7.2` → major and minor; of several the newest. Otherwise what global.json pins. */
function targetOf(tree: Tree, directory: string, targets: string, place: { element: Element; file: string } | undefined): DotnetProject['target'] {
  const versions = targets.split(';').flatMap((target) => {
    const match = /^\s*(?:net(?:coreapp)?(\d+\.\d+)|net(4)(\d)\d*|v(\d+\.\d+)|net([5-9]|1\d)(?![\d.]))/.exec(target);
    return match ? [match[1] ?? match[4] ?? (match[5] === undefined ? `${match[2]}.${match[3]}` : `${match[5]}.0`)] : [];
  }).sort((a, b) => Number(b) - Number(a));
  if (versions[0] !== undefined && place) return { version: versions[0], evidence: seen(place.file, place.element.line, `made for .NET ${versions[0]}`) };
  const file = upwards(directory).map((above) => within(above, 'global.json')).find((path) => tree.has(path));
  const pinned = file === undefined ? undefined : cleanVersion(asText(asData(readJson(tree, file)?.['sdk'])['version']) ?? '')?.split('.').slice(0, 2).join('.');
  return file !== undefined && pinned !== undefined ? { version: pinned, evidence: seen(file, lineOf(tree.text(file), 'version'), `pins the SDK ${pinned}`) } : null;
}
