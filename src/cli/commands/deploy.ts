import type { ApiClient } from '../../api/client.ts';
import type { DeploymentRequest } from '../../api/requests.ts';
import type { DeploymentResult, DeploymentStep } from '../../api/views.ts';
import { errorFrom, type ErrorReport } from '../../model/errors.ts';
import type { Plan } from '../../model/plan.ts';
import { choose } from '../ask.ts';
import type { Invocation } from '../command.ts';
import { Progress } from '../render/progress.ts';
import { plain } from '../render/text.ts';
import { duration } from '../render/units.ts';
import { deploymentRequest } from '../request.ts';

export async function run({ command, values, screen, connect }: Invocation): Promise<number> {
  const begun = performance.now();
  let request = deploymentRequest(values, command);
  const client = await connect();
  if (!values.json && !values.flag('yes') && screen.interactive) request = await answered(client, request, screen);
  const { deployment } = await client.post<{ deployment: string }>('/v1/deployments', request);
  if (values.flag('detach')) {
    if (values.json) screen.json({ deployment });
    else screen.line(`Deploying (${deployment}); \`stratoswarm events -f\` shows how it goes`);
    return 0;
  }
  const result = await follow(client, deployment, new Progress(screen, values.json && !screen.err.isTTY));
  if (result === undefined) {
    screen.err.write('\nDetached: the deployment goes on. `stratoswarm status` shows how it stands.\n');
    return 130;
  }
  if (values.json) screen.json({ deployment, ...result, milliseconds: Math.round(performance.now() - begun) });
  else {
    const { bold, cyan, dim } = screen.paint;
    screen.line(`${bold(result.app)} is up${result.url === null ? '' : ` at ${cyan(result.url)}`} ${dim(`(revision ${result.revision}, ${duration(performance.now() - begun)})`)}`);
    for (const warning of fewWarnings(result.warnings ?? [])) screen.line(`${screen.paint.yellow('Warning')} ${plain(warning)}`);
    const next = ['logs -f', 'status', ...(result.revision > 1 ? ['rollback'] : [])].map((words) => `stratoswarm ${words.replace(/^\w+/, `$& ${result.app}`)}`);
    screen.line(dim(`Next: ${next.join(' · ')}`));
  }
  return 0;
}

/** So many different warnings are shown: more of them hide what they say. */
const mostWarnings = 8;

/** Each warning once, with how often it was given where that is several times; of very many the first, which are the gravest, and how many more there are. */
export function fewWarnings(warnings: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const warning of warnings) counts.set(warning, (counts.get(warning) ?? 0) + 1);
  const shown = [...counts].slice(0, mostWarnings);
  const left = warnings.length - shown.reduce((sum, [, count]) => sum + count, 0);
  return [...shown.map(([warning, count]) => (count === 1 ? warning : `${warning} (${count} times)`)), ...(left > 0 ? [`${left} more: stratoswarm plan shows where`] : [])];
}

/** The request with the answer to the plan's first question, if it has one that no hint answers. */
async function answered(client: ApiClient, request: DeploymentRequest, screen: Invocation['screen']): Promise<DeploymentRequest> {
  const { source, name, hints } = request;
  const progress = new Progress(screen, false);
  progress.show({ kind: 'begin', step: 'analyse', text: 'Reading the code', milliseconds: null });
  const plan = await client.post<Plan>('/v1/plans', { source, ...(name && { name }), ...(hints && { hints }) }).finally(() => progress.clear());
  const question = plan.questions.find(({ id }) => hints?.[id] === undefined);
  if (question === undefined) return request;
  return { ...request, hints: { ...hints, [question.id]: await choose(screen, question) } };
}

/** Shows the steps until the last; undefined when the person went away with Ctrl-C. Throws what the deployment failed with. */
async function follow(client: ApiClient, deployment: string, progress: Progress): Promise<DeploymentResult | undefined> {
  const gone = new AbortController();
  const onInterrupt = () => gone.abort();
  process.once('SIGINT', onInterrupt);
  const isLast = (step: DeploymentStep) => step.step === 'failed' || (step.step === 'ready' && step.kind === 'end');
  try {
    for await (const { data } of client.stream(`/v1/deployments/${deployment}/steps`, {}, { signal: gone.signal, after: '0', last: (message) => isLast(message.data as DeploymentStep) })) {
      const step = data as DeploymentStep;
      if (step.step === 'failed') {
        progress.fail();
        throw errorFrom(step.result as ErrorReport);
      }
      if (isLast(step)) return step.result as DeploymentResult;
      progress.show(step);
    }
    return undefined;
  } finally {
    progress.clear();
    process.off('SIGINT', onInterrupt);
  }
}
