import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const web = (inside = '') => `<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup>${inside}</PropertyGroup></Project>`;
const program = 'var app = WebApplication.CreateBuilder(args).Build();\napp.MapGet("/", () => "hi");\napp.MapHealthChecks("/healthz");\napp.Run();';

const fixtures: [name: string, files: Files, expected: object][] = [
  ['a framework that an imported file names', { 'Build.props': '<Project><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>', 'src/Web/Web.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web">\n<Import Project="..\\..\\Build.props" /></Project>', 'src/Web/Program.cs': 'WebApplication.CreateBuilder(args).Build().Run();' }, { runtime: { name: 'dotnet', version: '8.0' } }],
  ['properties of the directory above', { 'Directory.Build.props': '<Project><PropertyGroup><Version>9</Version><TargetFramework>net$(Version).0</TargetFramework></PropertyGroup></Project>', 'src/Api/Api.csproj': web('<AssemblyName>Shop.Api</AssemblyName>'), 'src/Api/Program.cs': program }, { path: 'src/Api', kind: 'api', framework: 'aspnetcore', runtime: { name: 'dotnet', version: '9.0' }, start: 'dotnet out/Shop.Api.dll', health: { path: '/healthz' } }],
  ['the SDK that global.json pins', { 'global.json': { sdk: { version: '8.0.204' } }, 'a.csproj': web(), 'Program.cs': program }, { runtime: { version: '8.0' } }],
  ['the port of launchSettings.json', { 'a.csproj': web(), 'Program.cs': program, 'Properties/launchSettings.json': { profiles: { http: { commandName: 'Project', applicationUrl: 'https://localhost:7123;http://localhost:5123' } } } }, { ports: [{ port: 5123 }] }],
  ['the port of the images that a project is made for', { 'a.csproj': web('<TargetFramework>net8.0</TargetFramework></PropertyGroup><ItemGroup><PackageReference Include="Microsoft.VisualStudio.Azure.Containers.Tools.Targets" Version="1.23.0" /></ItemGroup><PropertyGroup>'), 'Program.cs': program, 'Properties/launchSettings.json': { profiles: { http: { commandName: 'Project', applicationUrl: 'http://localhost:5123' } } } }, { ports: [{ port: 8080 }] }],
  ['a port that was chosen, also for such a project', { 'a.csproj': web('<TargetFramework>net8.0</TargetFramework></PropertyGroup><ItemGroup><PackageReference Include="Microsoft.VisualStudio.Azure.Containers.Tools.Targets" Version="1.23.0" /></ItemGroup><PropertyGroup>'), 'Program.cs': program, 'Properties/launchSettings.json': { profiles: { http: { commandName: 'Project', applicationUrl: 'http://localhost:3010' } } } }, { ports: [{ port: 3010 }] }],
  ['tests in the project of the server', { 'shop.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup><ItemGroup><PackageReference Include="xunit" Version="2"/></ItemGroup></Project>', 'Program.cs': program }, { kind: 'api', framework: 'aspnetcore', runtime: { version: '8.0' } }],
  ['endpoints of Kestrel', { 'a.csproj': web(), 'Program.cs': program, 'appsettings.json': { Kestrel: { Endpoints: { Http: { Url: 'http://0.0.0.0:8090' } } } } }, { ports: [{ port: 8090 }] }],
  ['Giraffe in F#', { 'a.fsproj': '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup><ItemGroup><PackageReference Include="Giraffe" Version="6"/></ItemGroup></Project>', 'Program.fs': 'open Giraffe' }, { language: 'fsharp', framework: 'giraffe' }],
  ['the short name of a framework', { 'a.csproj': web('<TargetFramework>net7</TargetFramework>'), 'Program.cs': program }, { runtime: { name: 'dotnet', version: '7.0' } }],
  ['pages that code of F# writes', { 'a.fsproj': '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><PackageReference Include="Giraffe" Version="6"/></ItemGroup></Project>', 'Program.fs': 'open Giraffe\nopen Giraffe.ViewEngine\nlet page = html [] []' }, { kind: 'web', framework: 'giraffe' }],
  ['a port beside a read in an interpolated text', { 'a.csproj': web(), 'Program.cs': `${program}\nbuilder.UseUrls($"http://localhost:{Environment.GetEnvironmentVariable("SHOP_PORT") ?? "8085"}");` }, { env: [{ name: 'SHOP_PORT' }] }],
  ['Blazor in the browser', { 'a.csproj': '<Project Sdk="Microsoft.NET.Sdk.BlazorWebAssembly"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>', 'wwwroot/index.html': '', 'Program.cs': '' }, { kind: 'static', framework: 'blazor', staticDir: 'out/wwwroot' }],
  ['a worker', { 'a.csproj': '<Project Sdk="Microsoft.NET.Sdk.Worker"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>', 'Program.cs': 'Host.CreateApplicationBuilder(args)' }, { kind: 'worker', ports: [] }],
  ['one file', { 'app.cs': '#:sdk Microsoft.NET.Sdk.Web\nvar app = WebApplication.Create();\napp.Run();' }, { framework: 'aspnetcore', start: './out/app' }],
];

describe('.NET', () => {
  it.each(fixtures)('is read with %s', async (_, files, expected) => {
    const plan = await planOf(files);
    expect(plan.services).toHaveLength(1);
    expect(plan.services[0]).toMatchObject(expected);
  });

  it('has services with the names and references of an Aspire app host, and neither the host nor shared projects are any', async () => {
    const plan = await planOf({
      'Host/Host.csproj': '<Project Sdk="Microsoft.NET.Sdk"><Sdk Name="Aspire.AppHost.Sdk" Version="9.0.0"/><PropertyGroup><OutputType>Exe</OutputType></PropertyGroup></Project>',
      'Host/Program.cs': 'var builder = DistributedApplication.CreateBuilder(args);\nvar db = builder.AddPostgres("pg").AddDatabase("orders");\nvar api = builder.AddProject<Projects.Shop_Api>("api").WithReference(db);\nbuilder.AddProject<Projects.Shop_Web>("front")\n  .WithReference(api).WaitFor(api);\nbuilder.Build().Run();',
      'Shop.Api/Shop.Api.csproj': web(), 'Shop.Api/Program.cs': program, 'Shop.Web/Shop.Web.csproj': web(), 'Shop.Web/Program.cs': program,
      'Defaults/Defaults.csproj': '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><IsAspireSharedProject>true</IsAspireSharedProject></PropertyGroup><ItemGroup><FrameworkReference Include="Microsoft.AspNetCore.App"/></ItemGroup></Project>',
    });
    expect(plan.services.map(({ name, path, stores }) => [name, path, stores.map(({ kind }) => kind)])).toEqual([['api', 'Shop.Api', ['postgresql']], ['front', 'Shop.Web', []]]);
    expect(plan.edges.map(({ from, to, protocol }) => [from, to, protocol]).sort()).toEqual([['api', 'postgresql', 'postgresql'], ['front', 'api', 'http']]);
  });

  it('calls what an Aspire app host tells it the address of', async () => {
    const plan = await planOf({
      'Host/Host.csproj': '<Project Sdk="Microsoft.NET.Sdk"><Sdk Name="Aspire.AppHost.Sdk" Version="9.0.0"/><PropertyGroup><OutputType>Exe</OutputType></PropertyGroup></Project>',
      'Host/Program.cs': 'var till = builder.AddProject<Projects.Shop_Api>("till");\nvar front = builder.AddProject<Projects.Shop_Web>("front");\nfront.WithEnvironment("Pay__Where", till.GetEndpoint("http"));\nbuilder.Build().Run();',
      'Shop.Api/Shop.Api.csproj': web(), 'Shop.Api/Program.cs': program, 'Shop.Web/Shop.Web.csproj': web(), 'Shop.Web/Program.cs': program,
    });
    expect(plan.edges.map(({ from, to, envVar }) => [from, to, envVar])).toEqual([['front', 'till', 'Pay__Where']]);
  });

  it('waits for work where it adds services of the host, by their types', async () => {
    const plan = await planOf({ 'Mail/Mail.csproj': '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType></PropertyGroup></Project>', 'Mail/Program.cs': 'Host.CreateDefaultBuilder(args).ConfigureServices((context, services) => services.AddHostedService<Sender<Order, Mail>>()).Build().Run();' });
    expect(plan.services).toMatchObject([{ kind: 'worker' }]);
  });

  it('is a library where nothing but examples and a manual shows one', async () => {
    const library = '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>';
    const plan = await planOf({ 'src/Mail/Mail.csproj': library, 'src/Mail/Sender.cs': 'public class Sender { }', 'samples/Shop/Shop.csproj': web(), 'samples/Shop/Program.cs': program, 'mkdocs.yml': 'site_name: Mail\n', 'docs/index.md': '# Mail' });
    expect(plan.services).toMatchObject([{ path: 'src/Mail', kind: 'library', language: 'csharp', packageManager: 'nuget', runtime: { version: '8.0' }, start: null }]);
  });

  it('serves no pages with what pages only take in', async () => {
    const server = { 'A.csproj': web(), 'Program.cs': program };
    expect((await planOf({ ...server, 'Views/_ViewImports.cshtml': '@using A' })).services[0]!.kind).toBe('api');
    expect((await planOf({ ...server, 'Views/_ViewImports.cshtml': '@using A', 'Views/Home/Index.cshtml': '<p>' })).services[0]!.kind).toBe('web');
  });
});

describe('servers in F#', () => {
  const project = '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>';

  it('have the packages that Paket lists for them, and listen where they say', async () => {
    const plan = await planOf({ 'Shop.fsproj': project, 'paket.references': 'FSharp.Core\nSaturn\ngroup Test\nExpecto\n', 'Server.fs': 'module Server\n\nopen Saturn\n\nlet app = application {\n    url "http://0.0.0.0:8085"\n}\n\nrun app\n' });
    expect(plan.services).toMatchObject([{ language: 'fsharp', framework: 'saturn', ports: [{ port: 8085 }] }]);
  });

  it('bind where Suave is told to', async () => {
    const plan = await planOf({ 'Shop.fsproj': project.replace('.Web', '').replace('</PropertyGroup>', '<OutputType>Exe</OutputType></PropertyGroup><ItemGroup><PackageReference Include="Suave" /></ItemGroup>'), 'Program.fs': 'open Suave\nlet config = { defaultConfig with bindings = [ HttpBinding.createSimple HTTP "0.0.0.0" 8083 ] }\n' });
    expect(plan.services[0]!.ports).toMatchObject([{ port: 8083 }]);
  });
});

it('makes no service of libraries and tests of the older .NET that only use its web', async () => {
  const project = (type: string, more = '') => `<Project ToolsVersion="15.0"><PropertyGroup><OutputType>${type}</OutputType><TargetFrameworkVersion>v4.8</TargetFrameworkVersion></PropertyGroup><ItemGroup><Reference Include="System.Web" />${more}</ItemGroup></Project>`;
  const files = { 'Shop/Shop.csproj': project('Library'), 'Shop/Web.config': '<configuration />', 'Shop/Global.asax.cs': 'class Global {}', 'Shop.Core/Shop.Core.csproj': project('Library'), 'Shop.Core/Core.cs': 'class Core {}' };
  expect((await planOf(files)).services.map(({ path }) => path)).toEqual(['Shop']);
});
