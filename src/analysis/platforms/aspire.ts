import { posix } from 'node:path';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { directoriesWith } from '../detector.ts';
import { projectFile, readDotnet } from '../languages/dotnet-project.ts';
import type { Token } from '../syntax/lexer.ts';
import { tokenize } from '../syntax/lexer.ts';
import { languageOf } from '../syntax/languages.ts';
import { closerOf, isMark, nextMark } from '../syntax/match.ts';
import { seenFrom, within } from '../tree/paths.ts';
import type { Tree } from '../tree/tree.ts';

/** A resource of an Aspire app host: a service of the tree, a store, or something else that runs beside. */
interface Resource {
  name: string;
  /** What adds it: `AddProject`, `AddRedis` … */
  added: string;
  /** The directory of its code. */
  directory: string | undefined;
  store: string | undefined;
  /** Names of the resources that it refers to. */
  references: { name: string; line: number }[];
  /** Variables in which it is told where another is. */
  told: { variable: string; name: string; line: number }[];
  port: number | undefined;
  line: number;
}

const stores: Readonly<Record<string, string>> = {
  AddRedis: 'redis', AddValkey: 'redis', AddGarnet: 'redis', AddAzureRedis: 'redis', AddPostgres: 'postgresql', AddAzurePostgresFlexibleServer: 'postgresql', AddSqlServer: 'mssql', AddAzureSqlServer: 'mssql', AddMySql: 'mysql', AddMongoDB: 'mongodb', AddRabbitMQ: 'rabbitmq',
  AddKafka: 'kafka', AddNats: 'nats', AddElasticsearch: 'elasticsearch', AddQdrant: 'qdrant', AddMilvus: 'milvus', AddMeilisearch: 'meilisearch', AddOracle: 'oracle', AddSqlite: 'sqlite', AddCosmosDB: 'cosmosdb', AddAzureCosmosDB: 'cosmosdb', AddOllama: 'ollama', AddClickHouse: 'clickhouse', AddNeo4j: 'neo4j',
};

/**
 * Applies app hosts of .NET Aspire: the services that they add get the names, references and stores that the host gives
 * them. A reference is handed over as Aspire's service discovery does it, by `services__<name>__http__0`.
 */
export function applyAspire(tree: Tree, drafts: Draft[]): Draft[] {
  for (const directory of directoriesWith(tree, projectFile)) {
    if (readDotnet(tree, directory)?.isAspireHost !== true) continue;
    for (const name of tree.namesIn(directory)) if (name.endsWith('.cs')) applyHost(tree, drafts, directory, within(directory, name));
  }
  return drafts;
}

function applyHost(tree: Tree, drafts: readonly Draft[], directory: string, file: string): void {
  const text = tree.text(file);
  if (text === undefined) return;
  const resources = resourcesOf(tree, directory, tokenize(text, languageOf(file)!.lexis));
  const found = new Map(resources.flatMap((resource) => {
    const draft = resource.directory === undefined ? undefined : drafts.find(({ path }) => path === resource.directory);
    return draft ? [[resource, draft] as const] : [];
  }));
  for (const [resource, draft] of found) {
    draft.aliases.add(draft.name).add(resource.name);
    draft.name = resource.name;
    if (resource.port !== undefined) draft.claim('port', { port: resource.port, protocol: 'http' }, 0.8, seen(file, resource.line, `is reached at ${resource.port}`));
    for (const { variable, name, line } of resource.told) {
      if ([...found.keys()].some((other) => other.name === name)) draft.given.set(variable, { value: `http://${name}`, isAddress: true, evidence: seen(file, line, `${variable} is where ${name} is`) });
    }
    for (const reference of resource.references) {
      const target = resources.find(({ name }) => name === reference.name);
      const evidence = seen(file, reference.line, `refers to ${reference.name}`);
      if (target?.store !== undefined) {
        draft.stores.set(target.store, evidence);
        draft.given.set(`ConnectionStrings__${reference.name.replace(/\W/g, '_')}`, { value: null, evidence });
      } else if (target && found.has(target)) draft.given.set(`services__${reference.name.replace(/\W/g, '_')}__http__0`, { value: `http://${reference.name}`, isAddress: true, evidence });
    }
  }
}

/** What the host adds, in its order; references go by the variables that hold what was added. */
function resourcesOf(tree: Tree, directory: string, tokens: readonly Token[]): Resource[] {
  const resources: Resource[] = [];
  const byVariable = new Map<string, Resource>();
  let current: Resource | undefined;
  for (const [i, token] of tokens.entries()) {
    if (isMark(token, ';')) current = undefined;
    if (token.kind !== 'word' || !isMark(tokens[i - 1], '.')) continue;
    const open = nextMark(tokens, i + 1, i + 12, '(');
    const argument = open < 0 ? [] : tokens.slice(open + 1, closerOf(tokens, open));
    const [first, second] = argument.filter((one) => one.kind === 'string');
    if (token.text.startsWith('Add') && first && argument[0] === first) {
      const store = stores[token.text] ?? (current && token.text === 'AddDatabase' ? current.store : undefined);
      const generic = isMark(tokens[i + 1], '<') ? tokens.slice(i + 2, open).filter((one) => one.kind === 'word').at(-1)?.text : undefined;
      const place = generic ? projectDirectory(tree, generic) : second && /[./\\]/.test(second.text) ? pathFrom(tree, directory, second.text) : undefined;
      const resource: Resource = { name: first.text, added: token.text, directory: place, store, references: [], told: [], port: undefined, line: token.line };
      resources.push(resource);
      current = resource;
      const start = statementStart(tokens, i);
      const holder = isMark(tokens[start + 2], '=') ? tokens[start + 1] : isMark(tokens[start + 1], '=') ? tokens[start] : undefined;
      if (holder?.kind === 'word') byVariable.set(holder.text, resource);
    } else if (/^With(Reference|ParentRelationship)$|^WaitFor/.test(token.text)) {
      current ??= byVariable.get(tokens[statementStart(tokens, i)]?.text ?? '');
      const name = byVariable.get(argument.find((one) => one.kind === 'word' && byVariable.has(one.text))?.text ?? '')?.name;
      if (name !== undefined && current && token.text === 'WithReference') current.references.push({ name, line: token.line });
    } else if (token.text === 'WithEnvironment' && first && argument[0] === first) {
      current ??= byVariable.get(tokens[statementStart(tokens, i)]?.text ?? '');
      const name = byVariable.get(argument.find((one) => one.kind === 'word' && byVariable.has(one.text))?.text ?? '')?.name;
      if (name !== undefined && current) current.told.push({ variable: first.text, name, line: token.line });
    } else if (/^With(Http)?Endpoint$/.test(token.text) && current) {
      const at = argument.findIndex((one) => one.text === 'targetPort');
      const port = Number(argument[at >= 0 ? at + 2 : argument.findIndex((one) => one.text === 'port') + 2]?.text);
      if (argument.some((one) => /^(targetPort|port)$/.test(one.text)) && port > 0 && port < 65536) current.port = port;
    }
  }
  return resources;
}

function statementStart(tokens: readonly Token[], i: number): number {
  let at = i;
  while (at > 0 && !isMark(tokens[at - 1], ';', '}', '{')) at--;
  return at;
}

/** `Projects.Shop_Web` is the project Shop.Web (dots and dashes become underscores). */
function projectDirectory(tree: Tree, name: string): string | undefined {
  return directoriesWith(tree, projectFile).find((directory) => readDotnet(tree, directory)?.name.replace(/\W/g, '_') === name);
}

function pathFrom(tree: Tree, directory: string, written: string): string | undefined {
  const path = within(directory, written.replaceAll('\\', '/'));
  const place = /\.\w+proj$/.test(path) ? posix.dirname(path) : path.replace(/\/$/, '');
  return tree.hasDirectory(place) && seenFrom('.', place) !== '' ? place : undefined;
}
