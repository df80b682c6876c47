import * as z from 'zod';
import { AgentId, StratoError } from '../../model/index.ts';
import { execProtocol } from '../frames.ts';
import { ExecRequest } from '../requests.ts';
import { json, route, type Call, type Reply, type Route } from '../route.ts';
import { AgentView, Sample } from '../views.ts';

const params = z.strictObject({ id: AgentId });
type AgentCall = Call<z.output<typeof params>>;

/** Bytes of output that an exec without a stream answers with, each of stdout and stderr. */
const outputLimit = 1024 * 1024;

export const agentRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/v1/agents', role: 'viewer', summary: 'All agents that have not exited', answer: z.object({ agents: z.array(AgentView) }),
    handle: ({ backend }) => json({ agents: backend.agents() }),
  }),
  route({
    method: 'GET', path: '/v1/agents/{id}', role: 'viewer', summary: 'One agent', params, answer: AgentView,
    handle: (call) => json(knownAgent(call)),
  }),
  route({
    method: 'GET', path: '/v1/agents/{id}/stats', role: 'viewer', summary: 'Its last measurements, oldest first', params, answer: z.object({ samples: z.array(Sample) }),
    handle: (call) => json({ samples: call.backend.samples(knownAgent(call).id as AgentId) }),
  }),
  route({
    method: 'POST', path: '/v1/agents/{id}/exec', role: 'admin', summary: `Run a program beside the agent; with \`Upgrade: ${execProtocol}\` as a stream of frames`, params, body: ExecRequest,
    answer: z.object({ exit: z.int(), stdout: z.string(), stderr: z.string() }), upgrade: execProtocol, handle: run,
  }),
];

/** Throws `agent.unknown`. */
export function knownAgent({ backend, params: { id } }: Pick<AgentCall, 'backend' | 'params'>): AgentView {
  const agent = backend.agent(id);
  if (agent === undefined) throw new StratoError('agent.unknown', `There is no agent ${id}`, { next: 'list the agents with `stratoswarm ps`' });
  return agent;
}

async function run(call: Call<z.output<typeof params>, unknown, z.output<typeof ExecRequest>>): Promise<Reply> {
  const agent = knownAgent(call);
  const execution = await call.backend.exec(agent.id as AgentId, call.body.argv, { signal: call.signal });
  execution.stdin.end(call.body.stdin ?? '');
  const [stdout, stderr, exit] = await Promise.all([collect(execution.stdout), collect(execution.stderr), execution.exit]);
  return json({ exit, stdout, stderr });
}

async function collect(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    if (size < outputLimit) chunks.push(bytes.subarray(0, outputLimit - size));
    size += bytes.length;
  }
  return Buffer.concat(chunks).toString('utf8');
}
