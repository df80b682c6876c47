import type { Evidence, ServiceKind } from '../../model/index.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { reachableFrom } from '../facts/reach.ts';
import { lineOf } from '../syntax/formats.ts';
import type { Tree } from '../tree/tree.ts';
import { modelHeldIn } from './models.ts';

/** Libraries of clouds that call functions when something happens: those of AWS Lambda, of Azure Functions and of Google's. */
const platform = /(^|[./_-])(lambda|functions|webjobs)([./_-]|$)|^aws_lambda_events\b|^firebase-functions/i;

/** What makes a cloud call a function, by the names of events and triggers in its libraries, and what that makes of it. One that answers requests does, whatever else it is called for. */
const triggers: readonly { readonly kind: ServiceKind; readonly names: RegExp; readonly why: string }[] = [
  { kind: 'api', why: 'a cloud calls it for requests', names: /\b(?:HttpTrigger|http_trigger|APIGateway\w*(?:Request|Event|Handler)\w*|ApiGateway\w*Request\w*|ALB(?:TargetGroup)?(?:Request|Event|Handler)\w*|ApplicationLoadBalancer(?:Request|Events)\w*|LambdaFunctionU(?:RL|rl)(?:Request|Event|Handler)\w*|functions_framework\.http|onRequest|onCall)\b|\bapp\.http\(/ },
  { kind: 'worker', why: 'a cloud calls it for messages', names: /\b(?:(?:SQS|Sqs|SNS|Sns|S3|Kinesis(?:Firehose)?|Dynamo[Dd][Bb](?:V2|v2)?|Kafka|MSK|RabbitMQ|ActiveMQ)(?:Events?|Handler)|DynamodbEvent|(?:Queue|Blob|ServiceBus(?:Queue|Topic)?|EventHub|EventGrid|CosmosDB|RabbitMQ|Kafka)Trigger|(?:queue|blob|service_bus_queue|service_bus_topic|event_hub_message|event_grid|cosmos_db)_trigger|functions_framework\.cloud_event|onMessagePublished|onObjectFinalized|onDocumentCreated)\b|\bpubsub\s{0,40}\.topic\(|\bapp\.(?:storageQueue|storageBlob|serviceBusQueue|serviceBusTopic|eventHub|eventGrid|cosmosDB)\(/ },
  { kind: 'cron', why: 'a clock of the cloud starts it', names: /\b(?:TimerTrigger|timer_trigger|ScheduledEvents?|ScheduledHandler|CloudWatchScheduledEvents?|onSchedule)\b|\bapp\.timer\(|\bpubsub\s{0,40}\.schedule\(/ },
];

/** A handler without types, as AWS Lambda calls it in Python and JavaScript (Lambda documentation, "Handler"). */
const handler = /^[ \t]*(?:async )?def (?:lambda_handler|handler)\(\s*event\b|\bexports\.handler\s*=|^export (?:const handler\b|(?:async )?function handler\b)/m;

/** What of its event such a handler reads, and what that makes of it. */
const events: readonly { readonly kind: ServiceKind; readonly read: RegExp; readonly why: string }[] = [
  { kind: 'api', why: 'a cloud calls it for requests', read: /\bevent(?:\.get\(\s*|\[)["'](?:body|queryStringParameters|pathParameters|httpMethod|requestContext|rawPath)["']|\bevent\.(?:body|queryStringParameters|pathParameters|httpMethod|requestContext|rawPath)\b|["']?\bstatusCode["']?\s*:/ },
  { kind: 'worker', why: 'a cloud calls it for messages', read: /\bevent(?:\.get\(\s*|\[)["']Records["']|\bevent\.Records\b/ },
];

/** Claims what a function is whose handler has no types: by what it reads of its event, and by a model that it answers by. */
function claimHandler(tree: Tree, draft: Draft, code: readonly FileFacts[]): void {
  if ((draft.best('start')?.confidence ?? 0) >= 0.8) return;
  for (const { path } of code.filter(({ language }) => /^(?:python|javascript|typescript)$/.test(language))) {
    const text = tree.text(path) ?? '';
    const event = handler.test(text) ? events.find(({ read }) => read.test(text)) : undefined;
    if (!event) continue;
    draft.claim('kind', event.kind, 0.93, seen(path, lineOf(text, event.read), event.why));
    const model = event.kind === 'api' ? modelHeldIn(reachableFrom(path, code)) : undefined;
    if (model) draft.claim('kind', 'ml-inference', 0.94, model);
    return;
  }
}

/** Claims what a function is that a cloud calls, and that nothing in the tree starts: by what it is called for. */
export function claimTriggered(tree: Tree, draft: Draft, code: readonly FileFacts[]): void {
  const kind = draft.best('kind');
  const isFunction = /^(?:azure|firebase)-functions$/.test(draft.value('framework') ?? '') || ['library', 'job', 'cli'].includes(kind?.value ?? 'job');
  const files = isFunction ? code.filter(({ imports }) => imports.some(({ name }) => platform.test(name))) : [];
  for (const { kind, names, why } of triggers) {
    const place = files.flatMap(({ path }): Evidence[] => (names.test(tree.text(path) ?? '') ? [seen(path, lineOf(tree.text(path), names), why)] : []))[0];
    if (place) return void draft.claim('kind', kind, 0.96, place);
  }
  if (isFunction) claimHandler(tree, draft, code);
}
