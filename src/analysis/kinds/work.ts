import type { Evidence } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import type { Import } from '../facts/imports.ts';
import { clientPackages, messageCalls } from '../queues/clients.ts';

/** Where a program that answers nobody gets its work from. */
export type Source = 'broker' | 'chat' | 'clock';

/** Languages whose packages have the same names. */
export type Ecosystem = 'javascript' | 'python' | 'go' | 'rust' | 'jvm' | 'dotnet' | 'ruby' | 'elixir' | 'php' | 'haskell' | 'crystal' | 'dart' | 'swift' | 'clojure' | 'cpp';

/** Packages that bring work, by the ecosystem whose names they are. A package is an entry here. */
const packages: Readonly<Record<Ecosystem, Readonly<Record<Source, RegExp>>>> = {
  javascript: {
    broker: /^(bull|bullmq|bee-queue|agenda|kafkajs|amqplib|@temporalio\/worker|nats|mqtt|graphile-worker|pg-boss|@aws-sdk\/client-sqs|sqs-consumer|node-resque|@google-cloud\/pubsub|rhea|amqp-connection-manager|rascal|@golevelup\/.*rabbitmq|node-nats-streaming)$/,
    chat: /^(discord\.js|@discordjs\/core|eris|oceanic\.js|telegraf|grammy|node-telegram-bot-api|whatsapp-web\.js|@whiskeysockets\/baileys|tmi\.js|matrix-bot-sdk)$/,
    clock: /^(node-cron|cron|node-schedule|croner|bree|toad-scheduler)$/,
  },
  python: {
    broker: /^(celery|rq|dramatiq|huey|arq|kafka-python(-ng)?|confluent-kafka|pika|aio-pika|aiokafka|faust(-streaming)?|nats-py|paho-mqtt|taskiq)$/,
    chat: /^(python-telegram-bot|discord-py|discord|py-cord|nextcord|disnake|aiogram|pytelegrambotapi|telethon|pyrogram|slack-bolt|tweepy|praw|twitchio)$/,
    clock: /^(apscheduler|schedule|rocketry|aiocron)$/,
  },
  go: {
    broker: /hibiken\/asynq|adjust\/rmq|segmentio\/kafka-go|confluent-kafka-go|IBM\/sarama|Shopify\/sarama|twmb\/franz-go|rabbitmq\/amqp091-go|streadway\/amqp|nsqio\/go-nsq|nats-io\/(nats|stan)\.go|gocraft\/work|RichardKnop\/machinery|ThreeDotsLabs\/watermill|go\.temporal\.io\/sdk\/worker|riverqueue\/river|aws-sdk-go(-v2)?\/service\/sqs|paho\.mqtt/,
    chat: /bwmarrin\/discordgo|diamondburned\/arikawa|telegram-bot-api|telebot|go-telegram\/bot|slack-go\/slack|whatsmeow/,
    clock: /robfig\/cron|go-co-op\/gocron|jasonlvhit\/gocron/,
  },
  rust: {
    broker: /^(kafka|rdkafka|rskafka|lapin|amqprs|async-nats|nats|rumqttc|paho-mqtt|apalis|aws-sdk-sqs|pulsar)$/,
    chat: /^(serenity|poise|teloxide|frankenstein|grammers-client|twilight-gateway|matrix-sdk)$/,
    clock: /^(tokio-cron-scheduler|clokwerk|job_scheduler)$/,
  },
  jvm: {
    broker: /(^|:)(spring-kafka|kafka-clients|kafka-streams|spring-rabbit|spring-boot-starter-amqp|spring-boot-starter-activemq|amqp-client|spring-cloud-aws-starter-sqs|quarkus-(smallrye-)?(messaging|reactive-messaging)-\w+|jnats)$/,
    chat: /(^|:)(telegrambots[\w-]*|java-telegram-bot-api|kotlin-telegram-bot|tgbotapi|JDA|discord4j-core|javacord|kord-core|bolt-socket-mode|pircbotx)$/,
    clock: /(^|:)(spring-boot-starter-quartz|quartz|quarkus-(scheduler|quartz)|db-scheduler[\w-]*|jobrunr[\w-]*)$/,
  },
  dotnet: {
    broker: /^(Confluent\.Kafka|RabbitMQ\.Client|MassTransit(\.\w+)*|EasyNetQ|NATS\.(Client|Net)|AWSSDK\.SQS|Azure\.Messaging\.ServiceBus|KafkaFlow|NServiceBus|Rebus|MQTTnet)$/,
    chat: /^(Discord\.Net(\.\w+)*|DSharpPlus(\.\w+)*|Telegram\.Bot|NetCord|Remora\.Discord|TwitchLib(\.\w+)*)$/,
    clock: /^(Quartz(\.\w+)*|Hangfire(\.\w+)*|Coravel|NCronJob|TickerQ|FluentScheduler)$/,
  },
  ruby: { broker: /^(bunny|sneakers|karafka|racecar|ruby-kafka|shoryuken|nats-pure)$/, chat: /^(discordrb|telegram-bot-ruby|telegram-bot|slack-ruby-bot|cinch)$/, clock: /^(rufus-scheduler|clockwork)$/ },
  elixir: { broker: /^(broadway\w*|oban|kafka_ex|brod|amqp|gnat|exq)$/, chat: /^(nostrum|ex_gram|nadia|telegex)$/, clock: /^(quantum)$/ },
  php: { broker: /^(php-amqplib\/php-amqplib|bunny\/bunny|enqueue\/.+|pda\/pheanstalk|nats-io\/.+|basis-company\/nats)$/, chat: /^(team-reflex\/discord-php|zanzara\/zanzara|nutgram\/nutgram|danog\/madelineproto)$/, clock: /^(dragonmantank\/cron-expression|crunzphp\/crunz|peppeocchi\/php-cron-scheduler)$/ },
  haskell: { broker: /^(amqp|hw-kafka-client|nats-client|amazonka-sqs|odd-jobs)$/, chat: /^(discord-haskell|telegram-bot-(simple|api)|calamity|slack-api)$/, clock: /^(cron|timers)$/ },
  crystal: { broker: /^(amqp-client|mosquito|sidekiq|nats|kafka)$/, chat: /^(discordcr|tourmaline|telegram_bot|crystal-mastodon)$/, clock: /^(schedule|tasker|cron_scheduler)$/ },
  dart: { broker: /^(dart_amqp|mqtt_client|dart_nats)$/, chat: /^(nyxx\w*|teledart|televerse)$/, clock: /^(cron)$/ },
  swift: { broker: /^(rabbitmq-nio|mqtt-nio|swift-kafka-client|queues(-\w+)?)$/, chat: /^(DiscordBM|SwiftDiscord|Swiftcord|TelegramBotSDK|telegram-bot-swift|swift-telegram-sdk|TelegramVaporBot)$/, clock: /(?!)/ },
  clojure: { broker: /(^|\/)(langohr|jackdaw|clj-kafka|kinsky|goose|proletarian|clj-nats)$/, chat: /(^|\/)(discljord|morse|telegrambot-lib)$/, clock: /(^|\/)(chime|quartzite|cronj|at-at|overtone\.at-at)$/ },
  cpp: { broker: /^(rdkafka(cpp)?\.h|librdkafka\/.+|amqpcpp(\.h|\/.+)|amqp\.h|mosquitto(pp)?\.h|nats(\/nats)?\.h|MQTTClient\.h|mqtt\/.+)$/, chat: /^(dpp\/.+|tgbot\/.+|orca\/.+|concord\/.+|sleepy_discord\/.+)$/, clock: /^(libcron\/.+|croncpp\.h)$/ },
};

const ecosystems: Readonly<Record<string, Ecosystem>> = { typescript: 'javascript', java: 'jvm', kotlin: 'jvm', scala: 'jvm', groovy: 'jvm', csharp: 'dotnet', fsharp: 'dotnet', vb: 'dotnet', c: 'cpp' };

export interface Work {
  readonly source: Source;
  readonly name: string;
  readonly evidence: Evidence;
}

/** The ecosystem of a language; undefined for one of which no packages are known. */
export function ecosystemOf(language: string): Ecosystem | undefined {
  const name = ecosystems[language] ?? language;
  return Object.hasOwn(packages, name) ? (name as Ecosystem) : undefined;
}

/** The package by which a service of this language gets work, chats and clocks before brokers, which one may as well only send to. */
export function workOf(language: string, dependencies: ReadonlyMap<string, Evidence>): Work | undefined {
  const known = packages[ecosystemOf(language)!] as Readonly<Record<Source, RegExp>> | undefined;
  for (const source of known ? ['chat', 'clock', 'broker'] as const : []) {
    for (const [name, evidence] of dependencies) if (known![source].test(name)) return { source, name, evidence };
  }
  return undefined;
}

/** Whether a worker has what it works off from messages or a chat: a port of it is there for those who measure it. */
export function worksOffMessages(draft: Draft): boolean {
  return draft.value('kind') === 'worker' && ['broker', 'chat'].includes(workOf(draft.language, draft.dependencies)?.source ?? '');
}

/** Where code takes messages from a broker. */
export function takesMessages(code: readonly FileFacts[]): Evidence | undefined {
  const taking = code.find(({ takes }) => takes !== undefined);
  return taking && seen(taking.path, taking.takes!.line, `takes messages (${taking.takes!.call})`);
}

/** Whether a file takes messages from a broker: it imports a client, and calls what that one takes them with. */
export function takenIn(imports: readonly Import[], called: ReadonlySet<string>): { line: number; call: string } | undefined {
  for (const [kind, { packages }] of Object.entries(clientPackages)) {
    const used = imports.find(({ name }) => packages.test(name));
    const call = used && messageCalls[kind]?.filter(({ role }) => role === 'takes').flatMap(({ name }) => [...called].filter((one) => name.test(one)))[0];
    if (call !== undefined) return { line: used!.line, call };
  }
  return undefined;
}
