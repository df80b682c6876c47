import type { Evidence, PlannedService } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';

/** Something that an agent keeps for itself. `sticky`: that does no harm while a client stays with its agent. */
export interface Kept {
  readonly what: string;
  readonly sticky: boolean;
  readonly evidence: Evidence;
}

/** How it is seen that something is kept, and by what it is shared after all. */
interface Sign {
  readonly what: string;
  readonly sticky: boolean;
  /** Also where nobody is answered. */
  readonly always?: true;
  /** Packages that keep it for themselves unless told otherwise. */
  readonly packages?: RegExp;
  /** Functions and types that do, of those that {@link FileFacts} remembers: what is called, and what speaks for a pattern. */
  readonly called?: RegExp;
  /** Frameworks that do. */
  readonly frameworks?: RegExp;
  /** Packages, and functions, by which agents share it. */
  readonly shared?: RegExp;
  /** Stores by which agents share it when it has them. */
  readonly stores?: RegExp;
}

const objectStores = /^(s3|gcs|azure-blob|minio)$/;

/** What agents keep for themselves. A way to do that is a word here. */
const keepingSigns: readonly Sign[] = [
  {
    what: 'its data in files of its own', sticky: false, always: true,
    packages: /^(lowdb|nedb|nedb-promises|@seald-io\/nedb|level|leveldown|classic-level|lmdb|node-json-db|json-server|keyv-file|node-persist|conf|tinydb|pickledb|zodb|github\.com\/(dgraph-io\/badger|syndtr\/goleveldb|cockroachdb\/pebble|boltdb\/bolt|tidwall\/buntdb)|go\.etcd\.io\/bbolt|sled|redb|rocksdb|rust-rocksdb|heed|jammdb|LiteDB|mapdb|nitrite|rocksdbjni|sleekdb\/sleekdb|rakibtg\/sleekdb|cubdb)(\/v\d+)?$/,
  },
  {
    what: 'uploads on its own disk', sticky: false,
    called: /^(diskStorage|move_uploaded_file|SaveUploadedFile|transferTo|FileSystemStorage|SaveFile|LocalFilesystemAdapter)$/, packages: /^(express-fileupload)$/,
    shared: /^(multer-s3|multer-gridfs-storage|@google-cloud\/storage|django-storages|@aws-sdk\/client-s3|aws-sdk|boto3|cloudinary|league\/flysystem-aws-s3-v3)$/, stores: objectStores,
  },
  {
    what: 'sessions of its own', sticky: true,
    packages: /^(express-session|@fastify\/session|fastify-session|github\.com\/alexedwards\/scs(\/v\d+)?)$/,
    called: /^(session_start|AddSession|UseSession|HttpSession|formLogin|NewFilesystemStore)$/,
    shared: /^(connect-(redis|mongo(db-session)?|pg-simple|session-[\w-]+|dynamodb|memcached|typeorm|couchbase|firestore)|express-mysql-session|express-session-\w+|koa-redis|@quixo3\/prisma-session-store|typeorm-store|spring-session-[\w-]+|AddStackExchangeRedisCache|AddDistributedSqlServerCache|Microsoft\.Extensions\.Caching\.(StackExchangeRedis|SqlServer)|RedisStore|MongoStore|PgStore|SessionStore|redisstore|mysqlstore|postgresstore|pgxstore|STATELESS|predis\/predis)$/i,
  },
  {
    what: 'a session for each visitor in its own memory', sticky: true,
    packages: /^(com\.vaadin:.*|vaadin-spring-boot-starter|vaadin-core)$/, frameworks: /^(streamlit|gradio|shiny|panel|bokeh|voila|jupyter|marimo|chainlit|blazor|nicegui|solara|reflex|taipy)$/, called: /^(AddServerSideBlazor|AddInteractiveServerComponents|MapBlazorHub)$/,
  },
  {
    what: 'clients that are connected over several requests', sticky: true,
    packages: /^(socket\.io|@nestjs\/platform-socket\.io|sockjs|flask-socketio|python-socketio|Microsoft\.AspNetCore\.SignalR(\.Core)?|netty-socketio)$/, called: /^(AddSignalR|MapHub)$/,
    shared: /^(@socket\.io\/[\w-]*adapter|socket\.io-redis|AddStackExchangeRedis|AddAzureSignalR|message_queue|AsyncRedisManager|RedisManager|KombuManager)$/,
  },
  {
    what: 'whom to tell of news in its own memory', sticky: false,
    packages: /^(ws|express-ws|koa-websocket|@nestjs\/platform-ws|@fastify\/websocket|channels|github\.com\/(gorilla\/websocket|olahol\/melody|gofiber\/(contrib\/)?websocket|coder\/websocket)|nhooyr\.io\/websocket|tokio-tungstenite|actix-web-actors|actix-ws|spring-boot-starter-websocket|ktor-server-websockets(-jvm)?|io\.ktor:ktor-server-websockets(-jvm)?)(\/v\d+)?$/,
    called: /^(WebSocketServer|enableSimpleBroker)$/,
    shared: /^(channels-redis|channels_redis|enableStompBrokerRelay|EventEmitterRedis|graphql-redis-subscriptions|broadcaster)$/, stores: /^(redis|nats|kafka|rabbitmq|mqtt|pulsar|postgresql)$/,
  },
];

/** What an agent of a service that answers requests keeps for itself, by what its code and its packages show; of each only the first place. Of others, only files count. */
export function keptBy(draft: Draft, service: Pick<PlannedService, 'framework' | 'frameworks' | 'stores'>, code: readonly FileFacts[], answers: boolean): Kept[] {
  const kept: Kept[] = [];
  for (const sign of keepingSigns) {
    if (!answers && !sign.always) continue;
    const evidence = signOf(sign, draft, service, code);
    if (evidence && !isShared(sign, draft, service, code)) kept.push({ what: sign.what, sticky: sign.sticky, evidence });
  }
  const serving = answers && code.find(({ held, routes }) => held.length > 0 && routes.length > 0);
  if (serving) kept.push({ what: `what it is told in its own memory (${serving.held.map(({ name }) => name).slice(0, 3).join(', ')})`, sticky: false, evidence: seen(serving.path, serving.held[0]!.line, `changes ${serving.held[0]!.name}`) });
  return kept;
}

function signOf({ packages, called, frameworks }: Sign, draft: Draft, service: Pick<PlannedService, 'framework' | 'frameworks'>, code: readonly FileFacts[]): Evidence | undefined {
  const framework = frameworks && [service.framework ?? '', ...service.frameworks].find((name) => frameworks.test(name));
  if (framework) return draft.best('framework')?.evidence[0];
  for (const { path, imports, makes, telling, called: all } of code) {
    const used = packages && imports.find(({ name }) => packages.test(name));
    if (used) return seen(path, used.line, `imports ${used.name}`);
    const name = called && [...telling.keys(), ...all].find((one) => called.test(one));
    if (name !== undefined) return seen(path, telling.get(name) ?? makes.find(({ made }) => made === name)?.line ?? 1, `has ${name}`);
  }
  const dependency = packages && [...draft.dependencies].find(([name]) => packages.test(name));
  return dependency?.[1];
}

function isShared({ shared, stores }: Sign, draft: Draft, service: Pick<PlannedService, 'stores'>, code: readonly FileFacts[]): boolean {
  if (stores && service.stores.some(({ kind }) => stores.test(kind))) return true;
  if (!shared) return false;
  return [...draft.dependencies.keys()].some((name) => shared.test(name)) || code.some(({ imports, called }) => imports.some(({ name }) => shared.test(name)) || [...called].some((name) => shared.test(name)));
}
