import type { Resolver } from '../calls/resolve.ts';
import type { Setting } from '../calls/settings.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import { parseUrl } from '../facts/urls.ts';
import { settingKey } from '../syntax/template.ts';
import type { Sign } from './in-code.ts';
import { storeKinds } from './kinds.ts';

const dialectKey = /(^|\.)(dialect|driver|driverclassname|driverclass|engine|adapter|client|dbkind|provider|dbconnection|databaseplatform|dialectclass|connection|cachedriver|cachestore|queueconnection|sessiondriver|broadcastdriver|databasedriver|databaseengine|dbdriver|dbengine|dbtype|dbclient|dbdialect|databaseclient|cache\.type|session\.storetype|storetype)$/;
const forTests = /(^|\/)[\w.-]*[-_.](test|tests|testing|it|ci|e2e)\.[\w.]+$|(^|\/)\.env\.test/;
const forDevelopment = /[-_.](dev|development|local|localhost|h2|example|sample|template|dist)\b/;
const sampleOnly = /(^|\/)\.env\.(example|sample|template|dist)|(^|\/)(env|sample|example)\.(example|env)/;

/** What configuration files say: addresses, dialects, and keys that are there for one kind only. */
export function settingSigns(draft: Draft, settings: readonly Setting[], resolver: Resolver): Sign[] {
  const signs: Sign[] = [];
  const everything = draft.frameworks.has('laravel');
  for (const setting of settings) {
    if (forTests.test(setting.file) || isUnusedCable(draft, setting)) continue;
    const key = settingKey(setting.key);
    const less = forDevelopment.test(setting.file) ? 0.05 : 0;
    const place = (why: string) => seen(setting.file, setting.line, why);
    for (const { kind, keys } of storeKinds) if (keys && (keys.test(key) || keys.test(`${key}=${setting.text.toLowerCase()}`))) signs.push({ kind, confidence: 0.9 - less, chosen: false, evidence: place(`sets ${setting.key}`) });
    if (everything && !/^(DB_CONNECTION|CACHE_DRIVER|CACHE_STORE|QUEUE_CONNECTION|SESSION_DRIVER|BROADCAST_DRIVER|BROADCAST_CONNECTION)$/.test(setting.key)) continue;
    for (const { text, variables } of resolver.resolve(setting.template, setting.file).slice(0, 3)) {
      const url = parseUrl(text.replace(/^r2dbc:(pool:)?|^jdbc:(tc|p6spy|log4jdbc|otel):/, ''), setting.line);
      for (const { kind, schemes, dialects, hosts } of storeKinds) {
        if (url && schemes.includes(url.scheme)) signs.push({ kind, variable: setting.key, confidence: 0.93 - less, chosen: true, envVars: variables.filter((name) => /UR[IL]|DSN|CONN/.test(name)), evidence: place(`${setting.key} is an address of ${kind}`) });
        else if (url && hosts && (hosts.test(url.host) || hosts.test(`${url.host}:${url.port}`))) signs.push({ kind, confidence: 0.85, chosen: true, evidence: place(`${setting.key} leads to ${url.host}`) });
        // How queries are written for one database suits another one of its family; who is asked is told by the address and the driver.
        else if (dialects && dialectKey.test(key) && dialects.test(text)) signs.push({ kind, confidence: (/dialect$/i.test(text) ? 0.91 : 0.93) - less, chosen: true, evidence: place(`${setting.key} is ${text}`) });
      }
      const connection = connectionKind(key, text);
      if (connection) signs.push({ kind: connection, confidence: 0.9 - less, chosen: true, evidence: place(`${setting.key} is a connection to ${connection}`) });
    }
    const named = /^[A-Z][A-Z0-9_]+$/.test(setting.key) && sampleOnly.test(setting.file) ? storeKinds.find(({ envVars }) => envVars.test(setting.key)) : undefined;
    if (named && isAddressOf(named.kind, setting.key)) signs.push({ kind: named.kind, confidence: 0.7, chosen: false, evidence: place(`lists ${setting.key}`) });
  }
  return signs;
}

/** Whether settings are those that every new app of Rails has for its cable, without the client that it would need for them. */
function isUnusedCable(draft: Draft, { file }: Setting): boolean {
  return draft.language === 'ruby' && /(^|\/)config\/cable\.ya?ml$/.test(file) && !draft.dependencies.has('redis');
}

/** Whether a file lists variables for people to fill in. */
export function isSample(file: string): boolean {
  return sampleOnly.test(file);
}

/** Whether a variable's name speaks of this kind alone, and of where it is. */
export function isAddressOf(kind: string, name: string): boolean {
  return /(URL|URI|DSN|HOST|HOSTS|HOSTNAME|ADDR|ADDRESS|SERVER|SERVERS|BROKERS?|ENDPOINT|BUCKET\w*|NODES?|API_KEY|DATABASE|DB|CONN\w*)$/.test(name) && !/^(DATABASE|DB|SQL|DSN|JDBC|DIRECT|CACHE|BROKER|KV|CELERY|SPRING_DATASOURCE|QUARKUS_DATASOURCE|AWS)(_|$)|DATABASE_UR[IL]$|_DB_UR[IL]$|_(QUEUE_URL|TOPIC_ARN)$/.test(name) && !(kind === 'sqlite' || kind === 'huggingface');
}

/** The database that an ADO.NET connection string is for. */
function connectionKind(key: string, text: string): string | undefined {
  if (!/connectionstring|defaultconnection/.test(key) || !/[;=]/.test(text) || text.includes('://')) return undefined;
  if (/\bHost=.*(Username|User Id|UserName)=|\bPort=543\d\b|\bServer=.*\bUsername=/i.test(text)) return 'postgresql';
  if (/\b(Uid|SslMode)=|Port=3306|server=.*\buser(id)?=/i.test(text) && /server=/i.test(text) && !/Trusted_Connection|TrustServerCertificate|Initial Catalog/i.test(text)) return 'mysql';
  if (/\b(Data Source|DataSource|Filename)=[^;]*\.(db|sqlite3?)\b/i.test(text)) return 'sqlite';
  if (/\b(Server|Data Source)=.*(Initial Catalog|Database)=/i.test(text)) return 'mssql';
  return undefined;
}
