import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const serviceOf = async (files: Files) => (await planOf(files)).services[0]!;

describe('a function that a cloud calls', () => {
  const sdk = (packages: string) => `<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup><ItemGroup>${packages}</ItemGroup></Project>`;
  const lambda = (event: string) => ({
    'Orders.csproj': sdk('<PackageReference Include="Amazon.Lambda.Core" Version="2.2.0" />'),
    'Function.cs': `using Amazon.Lambda.Core;\nnamespace Orders;\npublic class Function {\n  public async Task Handle(${event} input, ILambdaContext context) { await Save(input); }\n}\n`,
  });
  const azure = (trigger: string) => ({
    'build.sbt': 'name := "files"\nlibraryDependencies += "com.microsoft.azure.functions" % "azure-functions-java-library" % "3.0.0"\n',
    'src/main/scala/Files.scala': `import com.microsoft.azure.functions.annotation.{${trigger}, FunctionName}\n\nclass Files {\n  @FunctionName("files")\n  def run(@${trigger}(name = "it") it: String): Unit = keep(it)\n}\n`,
  });

  it('is what it is called for: messages, a clock or requests', async () => {
    expect((await serviceOf(lambda('SQSEvent'))).kind).toBe('worker');
    expect((await serviceOf(lambda('ScheduledEvent'))).kind).toBe('cron');
    expect((await serviceOf(lambda('APIGatewayProxyRequest'))).kind).toBe('api');
    expect((await serviceOf(azure('BlobTrigger'))).kind).toBe('worker');
    expect((await serviceOf(azure('TimerTrigger'))).kind).toBe('cron');
  });

  it('is told by what it reads of its event, where that has no type', async () => {
    const python = (read: string) => ({ 'lambda_function.py': `import json\n\ndef lambda_handler(event, context):\n    return save(${read})\n`, 'other.py': 'import json\n' });
    expect((await serviceOf(python("json.loads(event['body'])"))).kind).toBe('api');
    expect((await serviceOf(python("event['Records']"))).kind).toBe('worker');
    expect((await serviceOf(python('event'))).kind).not.toBe('api');
    expect((await serviceOf({ 'package.json': { name: 'orders' }, 'index.js': 'exports.handler = async (event) => ({ statusCode: 200, body: one(event.pathParameters.id) });' })).kind).toBe('api');
  });

  it('is told by what Firebase calls it for', async () => {
    const firebase = (code: string) => serviceOf({ 'package.json': { main: 'index.js', scripts: { start: 'npm run shell', shell: 'firebase functions:shell' }, dependencies: { 'firebase-functions': '6' } }, 'index.js': `const functions = require('firebase-functions');\n${code}\n` });
    expect(await firebase('exports.shop = functions.https.onRequest((request, response) => {});')).toMatchObject({ kind: 'api', framework: 'firebase-functions' });
    expect((await firebase("exports.shop = functions.pubsub.topic('orders').onPublish(() => {});")).kind).toBe('worker');
    expect((await firebase("exports.shop = functions.pubsub.schedule('every 5 minutes').onRun(() => {});")).kind).toBe('cron');
  });

  it('answers by a model where its handler reads one', async () => {
    const files = { 'lambda_function.py': "import pickle\nfrom answer import one\n\ndef lambda_handler(event, context):\n    return one(pickle.loads(model), event['body'])\n", 'answer.py': 'def one(model, text):\n    return model.predict(text)\n', 'fit.py': 'from sklearn.svm import SVC\nSVC().fit(x, y)\n' };
    expect((await serviceOf(files)).kind).toBe('ml-inference');
  });

  it('names the place that says so', async () => {
    expect((await serviceOf(lambda('SQSEvent'))).evidence).toContainEqual({ file: 'Function.cs', line: 4, why: 'kind: a cloud calls it for messages' });
  });

  it('is told by the names of the clouds, not by others that sound like them', async () => {
    const own = lambda('SQSEvent')['Function.cs'].replace('using Amazon.Lambda.Core;', 'using Orders.Events;');
    expect((await serviceOf({ 'Orders.csproj': sdk(''), 'Function.cs': own })).kind).toBe('library');
  });
});
