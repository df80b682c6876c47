import type { Framework } from './listening.ts';

/** Frameworks of .NET by the packages of a project. The SDK of the web is a package, too, here: `Microsoft.NET.Sdk.Web`. */
export const dotnetFrameworks: readonly Framework[] = [
  { name: 'giraffe', packages: ['Giraffe'], kind: 'api', port: 5000 },
  { name: 'saturn', packages: ['Saturn', 'SAFE.Server'], kind: 'web', port: 5000 },
  { name: 'falco', packages: ['Falco'], kind: 'api', port: 5000 },
  { name: 'suave', packages: ['Suave'], kind: 'api', port: 8080 },
  { name: 'oxpecker', packages: ['Oxpecker'], kind: 'api', port: 5000 },
  { name: 'servicestack', packages: ['ServiceStack*'], kind: 'api', port: 5000 },
  { name: 'nancy', packages: ['Nancy', 'Nancy.Hosting.Self'], kind: 'api', port: 5000 },
  { name: 'orchardcore', packages: ['OrchardCore.Application.Cms*', 'OrchardCore.Application*'], kind: 'web', port: 5000 },
  { name: 'umbraco', packages: ['Umbraco.Cms'], kind: 'web', port: 5000 },
  { name: 'azure-functions', packages: ['Microsoft.Azure.Functions.Worker', 'Microsoft.NET.Sdk.Functions'], kind: 'api', port: 7071 },
  { name: 'aspnetcore', packages: ['Microsoft.NET.Sdk.Web', 'Microsoft.AspNetCore.App', 'Microsoft.AspNetCore.All', 'Microsoft.AspNetCore', 'Microsoft.AspNetCore.Server.Kestrel'], kind: 'api', port: 5000 },
  { name: 'blazor', packages: ['Microsoft.NET.Sdk.BlazorWebAssembly', 'Microsoft.AspNetCore.Components.WebAssembly'], kind: 'web' },
  { name: 'aspnet', packages: ['System.Web.Mvc', 'Microsoft.AspNet.Mvc', 'Microsoft.AspNet.WebApi*', 'System.Web'], kind: 'web', port: 80 },
  { name: 'worker-service', packages: ['Microsoft.NET.Sdk.Worker'], kind: 'worker' },
  { name: 'orleans', packages: ['Microsoft.Orleans.Server'], kind: 'worker' },
  { name: 'spectre-console', packages: ['Spectre.Console.Cli', 'System.CommandLine', 'McMaster.Extensions.CommandLineUtils', 'Cocona'], kind: 'cli' },
];
