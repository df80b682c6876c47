import { posix } from 'node:path';
import type { Detector } from '../detector.ts';
import { directoriesWith } from '../detector.ts';
import { Draft, seen } from '../draft.ts';
import { codeIn } from '../facts/codebase.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { workOf } from '../kinds/work.ts';
import { lineOf } from '../syntax/formats.ts';
import { seenFrom, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';
import { dotnetFrameworks } from './dotnet-frameworks.ts';
import type { DotnetProject } from './dotnet-project.ts';
import { projectFile, readDotnet } from './dotnet-project.ts';
import { claimDotnetPort } from './dotnet-settings.ts';
import { claimFramework, claimKind } from './listening.ts';
import { pageAmong } from './page-files.ts';
import { shellWord } from '../syntax/shell.ts';

const languages: Readonly<Record<string, string>> = { cs: 'csharp', fs: 'fsharp', vb: 'vb' };

/** .NET projects that make a program; test and class library projects are none. */
export const dotnet: Detector = {
  name: 'dotnet',
  projects: (tree) => [...directoriesWith(tree, projectFile), ...tree.files.filter((file) => file.endsWith('.cs') && /^#:(sdk|package|property) /m.test(tree.text(file)?.slice(0, 2000) ?? '')).map((file) => posix.dirname(file))],
  describe(tree, directory, { inner, lenient, anything }) {
    const project = readDotnet(tree, directory);
    const code = codeIn(tree, directory, inner);
    if (!project) return fileProgram(tree, directory, code);
    const isWeb = project.sdk === 'Microsoft.NET.Sdk.Web' || project.packages.has('Microsoft.AspNetCore.All');
    const isProgram = isWeb && project.outputType !== 'Library' || /^(Win)?Exe$/i.test(project.outputType) || ['Microsoft.NET.Sdk.Worker', 'Microsoft.NET.Sdk.BlazorWebAssembly', 'Microsoft.NET.Sdk.Functions'].includes(project.sdk) || project.packages.has('Microsoft.Azure.Functions.Worker') || project.packages.has('System.Web') && (project.sdk !== '' || tree.namesIn(directory).some((name) => /^(?:web\.config|global\.asax)$/i.test(name)));
    const isBuild = /^_?build$/i.test(project.name) || ['Nuke.Common', 'Cake.Frosting'].some((name) => project.packages.has(name));
    if (!isProgram && anything && !project.isTest && !isBuild && code.length > 0) return [library(tree, project)];
    if (!isProgram || project.isTest || project.isAspireHost || project.properties('IsAspireSharedProject') === 'true' || isBuild || (project.isForScreens && !lenient)) return [];
    if (project.sdk === 'Microsoft.NET.Sdk.BlazorWebAssembly' && isHosted(tree, directory)) return [];
    return [describe(tree, project, code)];
  },
};

/** Pages that a server of the same tree brings along. */
function isHosted(tree: Tree, directory: string): boolean {
  return directoriesWith(tree, projectFile).some((other) => {
    const project = other === directory ? undefined : readDotnet(tree, other);
    return project !== undefined && !project.isTest && !project.isAspireHost && project.siblings.includes(directory) && project.sdk === 'Microsoft.NET.Sdk.Web';
  });
}

/** What every project has, whether it makes a program or something for others. */
function base(tree: Tree, project: DotnetProject): Draft {
  const { directory, file, assembly, target } = project;
  const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, languages[/\.(\w+)proj$/.exec(file)![1]!]!);
  draft.aliases.add(assembly).add(project.name);
  const place = seen(file, 1, 'a project of .NET');
  takeDependencies(tree, draft, project);
  draft.claim('runtime', { name: 'dotnet', version: target?.version ?? null }, 0.95, target?.evidence ?? place);
  return draft.claim('packageManager', 'nuget', 0.97, place).claim('install', 'dotnet restore', 0.9, place);
}

function library(tree: Tree, project: DotnetProject): Draft {
  return base(tree, project).claim('kind', 'library', 0.7, seen(project.file, 1, 'a package without a program'));
}

function describe(tree: Tree, project: DotnetProject, code: readonly FileFacts[]): Draft {
  const { directory, file, assembly } = project;
  const draft = base(tree, project);
  const place = seen(file, 1, 'a project of .NET');
  // A directory with several projects and solutions leaves open which one is meant.
  const several = tree.namesIn(directory).filter((name) => /\.(sln|slnx|(cs|fs|vb)proj)$/.test(name)).length > 1;
  const argument = several ? ` ${shellWord(seenFrom(directory, file))}` : '';
  draft.claim('build', `dotnet publish${argument} -c Release -o out`, 0.92, place);
  const framework = claimFramework(draft, dotnetFrameworks, code);
  if (framework?.name === 'blazor' && project.sdk === 'Microsoft.NET.Sdk.BlazorWebAssembly') {
    return draft.claim('staticDir', 'out/wwwroot', 0.95, place).claim('kind', 'static', 0.96, place);
  }
  draft.claim('start', `dotnet ${shellWord(`out/${assembly}.dll`)}`, 0.92, place);
  if (framework?.name === 'azure-functions') draft.claim('start', 'func start', 0.93, place);
  claimDotnetKind(tree, draft, directory, code, framework?.kind);
  if (/^true$/i.test(project.properties('PackAsTool') ?? '') && framework?.kind !== 'api' && framework?.kind !== 'web') draft.claim('kind', 'cli', 0.9, seen(file, lineOf(tree.text(file), 'PackAsTool'), 'is installed as a tool'));
  if (framework?.kind === 'api' || framework?.kind === 'web') claimDotnetPort(tree, draft, project);
  const tools = [within(directory, '.config/dotnet-tools.json'), '.config/dotnet-tools.json'].find((path) => /dotnet-ef/.test(tree.text(path) ?? ''));
  const migrations = tree.directories.find((one) => one.endsWith('/Migrations') && (one.startsWith(`${directory}/`) || [...draft.libraries].some((library) => one.startsWith(`${library}/`))));
  if (tools !== undefined && migrations !== undefined && !code.some((facts) => facts.called.has('Migrate') || facts.called.has('MigrateAsync'))) draft.claim('release', 'dotnet ef database update', 0.75, seen(tools, 1, 'the tool for its migrations'));
  return draft;
}

/** Libraries of F# by which code writes pages. */
const viewEngine = /^(?:Giraffe\.(?:GiraffeViewEngine|ViewEngine|Razor|XmlViewEngine)|Falco\.Markup|Feliz\.ViewEngine|Oxpecker\.ViewEngine|Saturn\.View|Suave\.Html)\b/;

function claimDotnetKind(tree: Tree, draft: Draft, directory: string, code: readonly FileFacts[], kind: string | undefined): void {
  const page = pageAmong(tree.filesBelow(directory), /(^|\/)(?!_)[^/]+\.(cshtml|razor|vbhtml|aspx)$|(^|\/)wwwroot\/.*\.html$/);
  const written = code.find((facts) => facts.imports.some(({ name }) => viewEngine.test(name)));
  if (written && page === undefined && kind === 'api') draft.claim('kind', 'web', 0.93, seen(written.path, 1, 'writes the pages that it serves'));
  const view = code.find((facts) => facts.called.has('AddRazorComponents') || facts.called.has('AddServerSideBlazor') || facts.called.has('MapBlazorHub'));
  if (view) draft.frameworks.add('blazor');
  if (page !== undefined && (kind === 'api' || kind === 'web')) draft.claim('kind', 'web', 0.93, seen(page, 1, 'a page that it serves'));
  else if (kind === 'api' || kind === 'web') draft.claim('kind', kind, 0.92, [...draft.best('framework')!.evidence]);
  const waiting = code.find((facts) => facts.called.has('AddHostedService') || facts.called.has('AddHangfireServer') || facts.called.has('AddQuartzHostedService') || facts.called.has('AddMassTransit'));
  const stopper = stopsItself(tree, code);
  if (stopper && (kind === undefined || kind === 'worker')) draft.claim('kind', 'job', 0.93, seen(stopper.path, 1, 'stops itself when it is done'));
  else if (waiting && kind === undefined) draft.claim('kind', 'worker', 0.85, seen(waiting.path, 1, 'runs until it is stopped'));
  const work = workOf('csharp', draft.dependencies);
  if (work?.source === 'chat' && kind === undefined) draft.claim('kind', 'worker', 0.82, work.evidence);
  if (kind !== 'api' && kind !== 'web') claimKind(draft, code, page !== undefined);
}

/** Code that ends the host which it runs in, where nothing goes on until it is told to stop. */
function stopsItself(tree: Tree, code: readonly FileFacts[]): FileFacts | undefined {
  const goesOn = code.some(({ path, called }) => called.has('AddMassTransit') || called.has('AddQuartzHostedService') || /while\s*\(\s*!\s*\w+\.IsCancellationRequested|\bPeriodicTimer\b|\bnew Timer\b/.test(tree.text(path) ?? ''));
  return goesOn ? undefined : code.find(({ called }) => called.has('StopApplication'));
}

/** Its own packages and SDK, and those of the projects that it contains. */
function takeDependencies(tree: Tree, draft: Draft, project: DotnetProject): void {
  const queue = [project];
  const taken = new Set([project.directory]);
  draft.dependencies.set(project.sdk, seen(project.file, 1, `the SDK ${project.sdk}`));
  for (let at = queue.shift(); at && taken.size < 200; at = queue.shift()) {
    for (const [name, evidence] of at.packages) if (!draft.dependencies.has(name) && !(at !== project && /^Microsoft\.AspNetCore|^Giraffe$|^Saturn$/.test(name))) draft.dependencies.set(name, evidence);
    for (const directory of at.siblings) {
      const sibling = taken.has(directory) ? undefined : readDotnet(tree, directory);
      taken.add(directory);
      if (!sibling) continue;
      draft.libraries.add(directory);
      queue.push(sibling);
    }
  }
}

/** A program in one file, without a project (.NET 10): its directives say what it is. */
function fileProgram(tree: Tree, directory: string, code: readonly FileFacts[]): Draft[] {
  const program = code.find((facts) => posix.dirname(facts.path) === directory && /^#:(sdk|package|property) /m.test(tree.text(facts.path)?.slice(0, 2000) ?? ''));
  if (!program) return [];
  const name = posix.basename(program.path);
  const text = tree.text(program.path)!;
  const draft = new Draft(directory === '.' ? 'web' : posix.basename(directory), directory, 'csharp');
  const place = seen(program.path, 1, 'a program in one file');
  draft.aliases.add(name.replace(/\.cs$/, ''));
  draft.entry = program.path;
  for (const match of text.matchAll(/^#:(?:sdk|package) ([\w.-]+)/gm)) draft.dependencies.set(match[1]!, place);
  draft.claim('runtime', { name: 'dotnet', version: '10.0' }, 0.85, { ...place, why: 'programs in one file need .NET 10' });
  draft.claim('packageManager', 'nuget', 0.9, place).claim('install', null, 0.85, place).claim('build', `dotnet publish ${name} -c Release -o out`, 0.88, place).claim('start', `./out/${name.replace(/\.cs$/, '')}`, 0.88, place);
  const framework = claimFramework(draft, dotnetFrameworks, code);
  claimDotnetKind(tree, draft, directory, [program], framework?.kind);
  return [draft];
}
