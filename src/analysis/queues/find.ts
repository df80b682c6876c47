import type { Evidence } from '../../model/index.ts';
import type { Caller, Link } from '../calls/caller.ts';
import type { CommonCode } from '../calls/common.ts';
import { seen } from '../draft.ts';
import type { Call } from '../facts/values.ts';
import { settingKey } from '../syntax/template.ts';
import type { Tree } from '../tree/tree.ts';
import type { MessageCall } from './clients.ts';
import { bindingRoles, channelRoles, clientPackages, messageCalls } from './clients.ts';
import type { OpenTopic } from './handed.ts';
import { handedTopics } from './handed.ts';
import type { TopicUse } from './topic-use.ts';
import { isGeneric, isTopic, placedIn, topicsAt } from './topics.ts';
import { wrappedTopics } from './wrapped.ts';

const brokers = ['kafka', 'rabbitmq', 'nats', 'mqtt', 'pulsar', 'sqs', 'redis'];

/** What a service sends and takes. */
export function topicsOf(tree: Tree, caller: Caller): TopicUse[] {
  const used: TopicUse[] = [];
  const add = (kind: string, topic: string, role: TopicUse['role'], evidence: Evidence, variable?: string, guessed = false) => {
    if (isTopic(topic) && !used.some((other) => other.kind === kind && other.topic === topic && other.role === role)) used.push({ kind, topic, role, evidence, variable, ...(guessed && { guessed }) });
  };
  const unnamed: TopicUse[] = [];
  const open: OpenTopic[] = [];
  const kinds = Object.entries(clientPackages).filter(([kind, { packages }]) => caller.service.stores.some((store) => store.kind === kind) || [...caller.draft.dependencies.keys()].some((name) => packages.test(name)));
  const inService = new Set(kinds.map(([kind]) => kind));
  for (const facts of caller.code) {
    if (facts.texts.calls.length === 0) continue;
    const here = Object.entries(clientPackages).filter(([, { packages }]) => facts.imports.some(({ name }) => packages.test(name))).map(([kind]) => kind);
    const candidates = here.length > 0 ? here : [...inService].filter((kind) => brokers.includes(kind) && kind !== 'sqs').slice(0, 2);
    for (const call of facts.texts.calls) {
      for (const client of candidates) {
        for (const sign of messageCalls[client] ?? []) {
          if (!sign.name.test(call.name) || (sign.first && !call.arguments[0]?.some((part) => typeof part === 'object' && part !== null && sign.first!.test(part.name))) || (sign.owner && !sign.owner.test(call.owner)) || (sign.imports && !facts.imports.some(({ name }) => sign.imports!.test(name))) || (here.length === 0 && client === 'redis' && !/redis/i.test(call.owner)) || (here.length === 0 && !sign.owner && /^(send|Send|publish|Publish|to|stream|topic|agent|Record|Consumer|Queue|emit|consume|task|request|Request|single)$/.test(call.name) && !/producer|consumer|queue|broker|bus|kafka|rabbit|nats|mqtt|channel|topic|publisher|subscriber|pubsub|redis|template|^ch$|^nc$|^js$|^basic$/i.test(call.owner))) continue;
          const kind = client === 'nest' ? brokers.find((broker) => caller.service.stores.some((store) => store.kind === broker)) ?? 'nest' : client === 'celery' ? brokers.find((broker) => caller.service.stores.some((store) => store.kind === broker)) ?? 'celery' : clientPackages[client]!.broker ?? client;
          const named = topicsIn(caller, facts.path, call, sign);
          // A queue of its own with no name tells nothing but that it takes from what it is bound to.
          if (named.length === 0 && (sign.role === 'takes' || sign.role === 'sends') && (call.arguments.length > 0 || sign.topic.length === 0)) unnamed.push({ kind, topic: '', role: sign.role, guessed: true, evidence: seen(facts.path, call.line, `${sign.role} messages`) });
          if (sign.role !== 'makes' && named.every(({ topic }) => !isTopic(topic) || isGeneric(topic))) open.push(...namesIn(call, sign).map((name) => ({ kind, role: sign.role, path: facts.path, line: call.line, call: call.name, name })));
          for (const { topic, variable } of named) add(kind, topic, sign.role, seen(facts.path, call.line, `${said[sign.role]} ${topic}`), variable, sign.guessed);
        }
      }
    }
  }
  for (const use of handedTopics(tree, caller, open)) add(use.kind, use.topic, use.role, use.evidence, use.variable, use.guessed);
  for (const use of configuredTopics(caller)) add(use.kind, use.topic, use.role, use.evidence);
  for (const use of bareChannels(caller)) add(use.kind, use.topic, use.role, use.evidence, undefined, true);
  for (const use of typedMessages(caller)) add(use.kind, use.topic, use.role, use.evidence);
  for (const use of declaredOnly(used, unnamed, settingTopics(caller))) add(use.kind, use.topic, use.role, use.evidence, use.variable);
  const own = [...inService].find((kind) => brokers.includes(kind) && kind !== 'redis');
  if (own !== undefined) for (const use of wrappedTopics(caller, own)) add(use.kind, use.topic, use.role, use.evidence, use.variable, use.guessed);
  return used;
}

/** A service that knows one queue only, and sends or takes without a word which, means that one. */
function declaredOnly(used: TopicUse[], unnamed: readonly TopicUse[], configured: readonly string[]): TopicUse[] {
  return unnamed.flatMap((use) => {
    const declared = used.filter(({ kind, role }) => kind === use.kind && role === 'names');
    const here = declared.filter(({ evidence }) => evidence.file === use.evidence.file);
    const [topic] = configured;
    const known = here.length === 1 ? here : declared.length === 0 && configured.length === 1 ? [{ ...use, topic: topic!, guessed: false, evidence: { ...use.evidence, why: `${said[use.role]} ${topic}` } }] : declared;
    if (used.some(({ kind, role, guessed }) => kind === use.kind && role === use.role && !guessed)) return [];
    if (use.role === 'takes') used.push(use);
    return known.length === 1 ? [{ ...known[0]!, role: use.role, evidence: use.evidence }] : [];
  });
}

/** Topics that the configuration of a service names: `spring.kafka.topic`, `orders.topic.name`. */
function settingTopics({ settings, resolver }: Caller): string[] {
  const named = settings.filter(({ key }) => /(?:^|[._-])topics?(?:[._-]name)?$/i.test(key));
  return [...new Set(named.flatMap(({ template, file }) => resolver.resolve(template, file).slice(0, 1).map(({ text }) => text)).filter(isTopic))];
}

const said = { sends: 'sends to', takes: 'takes from', binds: 'is bound to', names: 'knows', makes: 'makes' } as const;

function topicsIn(caller: Caller, path: string, call: Call, { topic, every }: MessageCall): { topic: string; variable: string | undefined }[] {
  const found: { topic: string; variable: string | undefined }[] = [];
  for (const place of topic) {
    for (const template of placedIn(call, place)) if (template && template.length > 0) found.push(...topicsAt(caller, path, template));
    if (found.length > 0 && !every) break;
  }
  return found;
}

/** Names that stand where a call has its topic. */
function namesIn(call: Call, { topic }: MessageCall): string[] {
  return [...new Set(topic.filter((place) => place !== '.').flatMap((place) => placedIn(call, place)).flatMap((template) => (template?.length === 1 && typeof template[0] === 'object' && template[0]?.from === 'name' ? [template[0].name] : [])))];
}

/** Bindings of Spring Cloud Stream, and channels of Quarkus and its like. */
function configuredTopics(caller: Caller): TopicUse[] {
  const { settings, service, resolver } = caller;
  const annotated = annotatedBindings(caller);
  const kind = brokers.find((broker) => service.stores.some((store) => store.kind === broker)) ?? 'kafka';
  return settings.flatMap(({ key, template, file, line }): TopicUse[] => {
    const flat = settingKey(key);
    const stream = /^spring\.cloud\.stream\.bindings\.([\w.]+)\.destination$/.exec(flat);
    const channel = /^mp\.messaging\.(incoming|outgoing)\.[\w.]+\.(topic|address|queue\.name|exchange\.name)$/.exec(flat);
    if (!stream && !channel) return [];
    const takes = channel ? channel[1] === 'incoming' : annotated.has(stream![1]!) ? annotated.get(stream![1]!) === 'takes' : !/out\d+$/.test(stream![1]!) && /in\d+$|input|sink|consumer|^in|subscri|listen|receiv/.test(stream![1]!);
    const [resolved] = resolver.resolve(template, file);
    const topic = resolved?.text ?? '';
    return [{ kind, topic, role: takes ? 'takes' : 'sends', evidence: seen(file, line, `${takes ? 'takes from' : 'sends to'} ${topic}`) }];
  });
}

/** Channels of MicroProfile whose topic no setting says: it is called as they are, unless they lead from one part of the service to another one. */
function bareChannels({ code, settings, service, resolver }: Caller): TopicUse[] {
  const kind = brokers.find((broker) => service.stores.some((store) => store.kind === broker));
  const said = new Set(settings.map(({ key }) => /^mp\.messaging\.(?:incoming|outgoing)\.([\w-]+)\.(?:topic|address|queue\.name|exchange\.name)$/.exec(key)?.[1]));
  if (kind === undefined) return [];
  return code.filter(({ imports }) => imports.some(({ name }) => name.includes('reactive.messaging'))).flatMap(({ path, texts }) => texts.calls.flatMap(({ name, arguments: [template], line }): TopicUse[] => {
    const role = Object.hasOwn(channelRoles, name) ? channelRoles[name]! : undefined;
    const [channel] = role && template ? resolver.resolve(template, path) : [];
    return role && channel && !said.has(channel.text) ? [{ kind, topic: channel.text, role, evidence: seen(path, line, `${role === 'takes' ? 'takes from' : 'sends to'} ${channel.text}`) }] : [];
  }));
}

/** Which way bindings of Spring Cloud Stream lead, where annotations say so. */
function annotatedBindings({ code, resolver }: Caller): Map<string, 'sends' | 'takes'> {
  const roles = new Map<string, 'sends' | 'takes'>();
  for (const { path, texts } of code) {
    for (const call of texts.calls) {
      if (!Object.hasOwn(bindingRoles, call.name)) continue;
      for (const template of [call.arguments[0], ...call.named.filter(({ key }) => key === 'value' || key === 'target').map(({ template }) => template)]) {
        for (const { text } of template ? resolver.resolve(template, path) : []) if (text !== '') roles.set(settingKey(text), bindingRoles[call.name]!);
      }
    }
  }
  return roles;
}

/** MassTransit and NServiceBus: messages are told apart by their type. */
function typedMessages({ code, draft, service }: Caller): TopicUse[] {
  if (![...draft.dependencies.keys()].some((name) => /^(MassTransit|NServiceBus|Rebus|EasyNetQ|RawRabbit|Wolverine|DotNetCore\.CAP)/i.test(name))) return [];
  const kind = brokers.find((broker) => service.stores.some((store) => store.kind === broker)) ?? 'rabbitmq';
  return code.flatMap(({ path, messages }) => messages.map(({ type, role, line }): TopicUse => ({ kind, topic: type, role, evidence: seen(path, line, `${said[role]} ${type}`) })));
}

/** Topics by kind of broker, as a plan lists them. */
export function queuesOf(uses: readonly TopicUse[]): { kind: string; topics: string[] }[] {
  return [...Map.groupBy(uses.filter(({ role, guessed }) => role !== 'makes' && guessed !== true), ({ kind }) => kind)].map(([kind, list]) => ({ kind, topics: [...new Set(list.map(({ topic }) => topic))].sort() }));
}

/** With what was guessed to be a topic and is one, as another service has it at the other end. */
export function confirmed(uses: readonly TopicUse[], others: readonly TopicUse[]): TopicUse[] {
  return uses.map((use) => (use.guessed && use.topic !== '' && others.some(({ kind, topic, role, guessed }) => !guessed && kind === use.kind && topic === use.topic && role !== use.role && role !== 'makes') ? { ...use, guessed: false } : use));
}

const protocols: Readonly<Record<string, string>> = { rabbitmq: 'amqp' };

/** From whoever sends to a topic to whoever takes from it. */
export function topicLinks(all: readonly { caller: Caller; uses: readonly TopicUse[] }[], common: CommonCode): Link[] {
  const links: Link[] = [];
  for (const { caller: from, uses } of all) {
    for (const sent of uses.filter(({ role }) => role === 'sends' || role === 'makes')) {
      for (const { caller: to, uses: others } of all) {
        if (to === from) continue;
        const consumes = others.some(({ kind, role }) => kind === sent.kind && role === 'takes');
        const taken = others.find(({ kind, role, topic, variable }) => kind === sent.kind && (role === 'takes' || (role === 'binds' && consumes)) && (matches(topic, sent.topic) || (variable !== undefined && variable === sent.variable)));
        // What services have from one library at both ends tells of nobody in particular.
        if (taken && !(common.has(sent.evidence.file) && common.has(taken.evidence.file))) links.push({ from: from.service.name, to: to.service.name, protocol: protocols[sent.kind] ?? sent.kind, envVar: null, confidence: 0.9, evidence: [sent.evidence, taken.evidence] });
      }
    }
  }
  return links;
}

/** Whether what is sent to `sent` arrives at `taken`, which may hold wildcards of MQTT, AMQP or NATS. */
function matches(taken: string, sent: string): boolean {
  if (taken === sent) return true;
  if (!/[#+>*{]/.test(taken + sent) || taken.length < 3) return false;
  const pattern = taken.split(/[./]/);
  const path = sent.split(/[./]/);
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === '#' || pattern[i] === '>') return i > 0;
    if (path[i] === undefined || !isLike(pattern[i]!, path[i]!)) return false;
  }
  return pattern.length === path.length;
}

/** Whether two parts of topics may be the same: a part that is a wildcard or a hole as a whole is like any, and of one with a hole in it what is written is the beginning and the end. */
function isLike(one: string, other: string): boolean {
  if (one === other || /^[+*]$|^\{/.test(one) || /^\*$|^\{/.test(other)) return true;
  return begins(one, other) || begins(other, one);
}

function begins(holed: string, text: string): boolean {
  const hole = holed.indexOf('*');
  return hole >= 0 && text.length >= holed.length - 1 && text.startsWith(holed.slice(0, hole)) && text.endsWith(holed.slice(holed.lastIndexOf('*') + 1));
}
